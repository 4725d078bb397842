// Tests of the way of a call.

package proxy_test

import (
	"bufio"
	"bytes"
	"log/slog"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/proxy"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/spend"
	"github.com/venice-go/venice/tests/venicetest"
)

func TestCalls(t *testing.T) {
	w := newWorld(t, nil)
	for path, body := range map[string]string{
		"/v1/chat/completions":     hello,
		"/api/v1/chat/completions": streamed,
		"/v1/responses":            `{"model":"zai-org-glm-5-1","max_output_tokens":100,"input":"Hello there"}`,
		"/v1/embeddings":           `{"model":"text-embedding-bge-m3","input":"Hello there"}`,
		"/v1/images/generations":   `{"model":"z-image-turbo","prompt":"a cat"}`,
		"/v1/audio/speech":         `{"model":"tts-kokoro","input":"Hello there"}`,
	} {
		if status, _, got := w.call("POST", path, editor, body); status != 200 || len(got) < 50 {
			t.Errorf("%s: %d %.300s", path, status, got)
		}
	}
	if status, _, got := w.call("GET", "/v1/models?type=image", editor, ""); status != 200 || !strings.Contains(got, "z-image-turbo") || strings.Contains(got, "zai-org") {
		t.Errorf("%d %.200s", status, got)
	}
	spent, err := w.Clients[0].Cap.Spent(t.Context())
	all, err2 := w.Cap.Spent(t.Context())
	if err != nil || err2 != nil || spent.Total == 0 || spent.Open != 0 || all != spent {
		t.Errorf("spent %+v of %+v, %v, %v", spent, all, err, err2)
	}
}

// What a program sends as credentials stays here, and what it is not asked for as well.
func TestHeadersOfPrograms(t *testing.T) {
	var header http.Header
	var seen []string
	w := newWorld(t, nil)
	w.fake.OnRequest(func(operation string, r *http.Request, body []byte) {
		header = r.Header.Clone()
		for name := range header {
			seen = append(seen, name)
		}
	})
	status, answer, _ := w.call("POST", "/v1/chat/completions", editor, hello, func(r *http.Request) {
		for _, name := range []string{"Cookie", "X-Forwarded-Host", "Idempotency-Key", "X-Stainless-Lang", "Proxy-Authorization", "Connection", "Te", "Accept-Encoding"} {
			r.Header.Set(name, "x")
		}
	})
	allowed := " Sign-In-With-X Content-Type Content-Length User-Agent Accept Accept-Encoding "
	for _, name := range seen {
		if !strings.Contains(allowed, " "+name+" ") {
			t.Errorf("the service got %s", name)
		}
	}
	if status != 200 || header.Get("Sign-In-With-X") == "" || strings.Contains(header.Get("User-Agent"), "Go-http") {
		t.Errorf("%d %v", status, seen)
	}
	for name := range answer {
		if strings.Contains(name, "Balance") || strings.HasPrefix(name, "Payment") || name == "Set-Cookie" {
			t.Errorf("the program got %s", name)
		}
	}
}

// A chunk is there when it was sent, whatever comes after it.
func TestStreamsAreNotHeld(t *testing.T) {
	next := make(chan bool)
	up := http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		out.Header().Set("Content-Type", "text/event-stream")
		for _, piece := range []string{"one", "two"} {
			_, _ = out.Write([]byte("data: " + piece + "\n\n"))
			_ = http.NewResponseController(out).Flush()
			<-next
		}
	})
	slow := serve(t, up)
	w := newWorld(t, func(h *proxy.Handler) { h.BaseURL = slow })
	r, err := http.NewRequestWithContext(t.Context(), "POST", w.url+"/v1/chat/completions", strings.NewReader(streamed))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+editor)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewReader(resp.Body)
	for _, want := range []string{"data: one\n", "data: two\n"} {
		if got, err := lines.ReadString('\n'); got != want || err != nil {
			t.Fatalf("%q, %v", got, err)
		}
		_, _ = lines.ReadString('\n')
		next <- true
	}
}

// A transcription is a form, and has no price: it is refused, unless the caps say what it counts as.
func TestForms(t *testing.T) {
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	_ = m.WriteField("model", "nvidia/parakeet-tdt-0.6b-v3")
	part, _ := m.CreateFormFile("file", "a.wav")
	_, _ = part.Write([]byte("RIFF0000WAVEfmt "))
	_ = m.Close()
	typed := func(r *http.Request) { r.Header.Set("Content-Type", m.FormDataContentType()) }
	w := newWorld(t, nil)
	status, _, body := w.call("POST", "/v1/audio/transcriptions", editor, form.String(), typed)
	if status != 400 || codeOf(t, body) != "unknown_price" {
		t.Errorf("%d %s", status, body)
	}
	w = newWorld(t, func(h *proxy.Handler) { h.Cap.Unknown, h.Clients[0].Cap.Unknown = spend.USD/10, spend.USD/10 })
	if status, _, body := w.call("POST", "/v1/audio/transcriptions", editor, form.String(), typed); status != 200 {
		t.Errorf("%d %s", status, body)
	}
}

// A program learns of refusals as from OpenAI, and is told not to try again.
func TestRefusals(t *testing.T) {
	w := newWorld(t, nil)
	dear := strings.Replace(hello, `:100`, `:4000`, 1)
	for name, c := range map[string]struct {
		token, path, body, code string
		status                  int
	}{
		"no token":    {"", "/v1/chat/completions", hello, "invalid_api_key", 401},
		"other token": {editor + "x", "/v1/chat/completions", hello, "invalid_api_key", 401},
		"over cap":    {script, "/v1/chat/completions", dear, "insufficient_quota", 402},
		"no model":    {editor, "/v1/chat/completions", strings.Replace(hello, "zai-org", "no", 1), "unknown_price", 400},
		"bad request": {editor, "/v1/chat/completions", strings.Replace(hello, `"max`, `"x":1,"max`, 1), "", 400},
		"keys":        {editor, "/v1/api_keys", "", "unknown_url", 404},
		"mint":        {editor, "/v1/api_keys/generate_web3_key", "{}", "unknown_url", 404},
		"payment":     {editor, "/v1/x402/top-up", "{}", "unknown_url", 404},
		"not there":   {editor, "/v1/fine_tuning/jobs", "{}", "unknown_url", 404},
	} {
		status, header, body := w.call("POST", c.path, c.token, c.body)
		if got := codeOf(t, body); status != c.status || got != c.code || header.Get("X-Should-Retry") != "false" {
			t.Errorf("%s: %d %v %s", name, status, header, body)
		}
	}
	if spent, err := w.Cap.Spent(t.Context()); err != nil || spent.Total != 0 {
		t.Errorf("refusals cost %v, %v", spent, err)
	}
	w.fake.Respond("CreateChatCompletion", venicetest.Answer{Status: 429, Body: []byte(`{"error":"slow down"}`)})
	status, header, body := w.call("POST", "/v1/chat/completions", editor, hello)
	if status != 429 || header.Get("X-Should-Retry") != "" || !strings.Contains(body, "slow down") {
		t.Errorf("%d %v %s", status, header, body)
	}
}

// Without a wallet that can pay, and without a service, the program is told whose fault it is.
func TestUpstreamFails(t *testing.T) {
	down := serve(t, nil)
	w := newWorld(t, func(h *proxy.Handler) { h.BaseURL = down })
	status, _, body := w.call("POST", "/v1/chat/completions", editor, hello)
	if status != 502 || codeOf(t, body) != "upstream_error" {
		t.Errorf("%d %s", status, body)
	}
	if spent, err := w.Cap.Spent(t.Context()); err != nil || spent.Total != 0 {
		t.Errorf("what never left cost %v, %v", spent, err)
	}
	poor, err := signer.GenerateEVM()
	if err != nil {
		t.Fatal(err)
	}
	w = newWorld(t, func(h *proxy.Handler) { h.Auth = signer.SignIn(poor) })
	if status, header, body := w.call("POST", "/v1/chat/completions", editor, hello); status != 402 || codeOf(t, body) != "insufficient_quota" || header.Get("Payment-Required") != "" || strings.Contains(body, "accepts") {
		t.Errorf("%d %v %s", status, header, body)
	}
	zero := serve(t, new(proxy.Handler))
	resp, err := http.Get(zero + "/v1/models")
	if err != nil || resp.StatusCode != 500 {
		t.Errorf("%v, %v", resp, err)
	}
	resp.Body.Close()
}

// The page, the metrics and the log tell who spent what on which model, and nothing that was said, nor any secret.
func TestTold(t *testing.T) {
	var log bytes.Buffer
	w := newWorld(t, func(h *proxy.Handler) { h.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	w.call("POST", "/v1/chat/completions", editor, streamed)
	w.call("POST", "/v1/images/generations", editor, `{"model":"z-image-turbo","prompt":"a cat <b>"}`)
	w.call("POST", "/v1/chat/completions", script, strings.Replace(hello, "zai-org-glm-5-1", `<script>\"\n`, 1))
	w.call("POST", "/v1/chat/completions", "nobody", hello)
	deadline := time.Now().Add(5 * time.Second)
	for !strings.Contains(log.String(), "images") && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	_, header, page := w.call("GET", "/", "", "")
	_, _, metrics := w.call("GET", "/metrics", "", "")
	for _, want := range []string{`<td>editor<td class="m">zai-org-glm-5-1`, "z-image-turbo", "(refused)", "Spent by script", "/chat/completions"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q: %s", want, page)
		}
	}
	for _, want := range []string{`venice_proxy_calls_total{client="editor",model="zai-org-glm-5-1",status="200"} 1`, `venice_proxy_usd_total{client="editor",model="z-image-turbo",status="200"} 0.01`, `venice_proxy_spent_usd{client="script"} 0`, "venice_proxy_open 0"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics have no %q: %s", want, metrics)
		}
	}
	for what, text := range map[string]string{"page": page, "metrics": metrics, "log": log.String()} {
		for _, secret := range []string{editor, script, "Hello", "a cat", "You said", "<script>"} {
			if strings.Contains(text, secret) {
				t.Errorf("the %s shows %q", what, secret)
			}
		}
	}
	if !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'") || header.Get("Cache-Control") != "no-store" {
		t.Error(header)
	}
}
