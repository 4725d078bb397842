// Tests of what is looked at, what is passed on and when.

package contract_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/contract"
	"github.com/venice-go/venice/tests/venicetest"
)

func newCheck(t *testing.T, options ...contract.Option) *contract.Check {
	t.Helper()
	c, err := contract.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func read(t *testing.T, client *http.Client, r *http.Request) string {
	t.Helper()
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func get(t *testing.T, client *http.Client, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, client, r)
}

// says answers every request.
func says(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// The client of this module, against the fake: nothing is found, and streams come whole.
func TestClient(t *testing.T) {
	fake := venicetest.NewServer(t)
	check := newCheck(t)
	client, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAPIKey(fake.InferenceKey()),
		venice.WithHTTPClient(&http.Client{Transport: check.Transport(nil)}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.ListModels(t.Context(), nil); err != nil {
		t.Error(err)
	}
	chunks := 0
	request := &gen.ChatCompletionRequest{Model: "zai-org-glm-5-1", Messages: []gen.ChatMessage{gen.UserMessage("Why is the sky blue?")}}
	for _, err := range client.StreamChatCompletion(t.Context(), request) {
		if err != nil {
			t.Fatal(err)
		}
		chunks++
	}
	r := check.Report()
	if r.Level() != contract.Fine || r.Answers() != 2 || r.Unfinished+r.Skipped > 0 || chunks < 3 {
		t.Errorf("%d chunks, and %+v", chunks, r)
	}
}

// Of a stream each event is passed on and judged before the next one is sent.
func TestStreamIsNotHeldBack(t *testing.T) {
	next := make(chan bool)
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for range next {
			fmt.Fprint(w, "data: {\"choices\":{}}\n\n")
			_ = http.NewResponseController(w).Flush()
		}
	})
	inside, before := newCheck(t), newCheck(t)
	url := says(t, before.Middleware(handler).ServeHTTP)
	resp, err := func() (*http.Response, error) {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/api/v1/chat/completions", nil)
		go func() { next <- true }()
		return (&http.Client{Transport: inside.Transport(nil)}).Do(r)
	}()
	if err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 100)
	for i := 1; i <= 3; i++ {
		if n, err := resp.Body.Read(buffer); err != nil || string(buffer[:n]) != "data: {\"choices\":{}}\n\n" {
			t.Fatalf("event %d: %q, %v", i, buffer[:n], err)
		}
		for _, r := range []*contract.Report{inside.Report(), before.Report()} {
			if len(r.Findings) == 0 || r.Findings[0].Count != i || r.Level() != contract.Break {
				t.Errorf("after event %d: %+v", i, r.Findings)
			}
		}
		if i < 3 {
			next <- true
		}
	}
	close(next)
	_ = resp.Body.Close()
}

// A request goes to the base as it is: the body is not read, and neither it nor the request is another.
func TestUploadIsNotTouched(t *testing.T) {
	check := newCheck(t)
	var got *http.Request
	base := tripper(func(r *http.Request) (*http.Response, error) {
		got = r
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	})
	body := unread{t}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost/api/v1/audio/transcriptions", body)
	if err != nil {
		t.Fatal(err)
	}
	header := r.Header.Clone()
	resp, err := check.Transport(base).RoundTrip(r)
	if err != nil || got != r || got.Body != r.Body || fmt.Sprint(header) != fmt.Sprint(r.Header) {
		t.Errorf("%v; the request is another", err)
	}
	_ = resp.Body.Close()
}

type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) { u.t.Error("the body is read"); return 0, io.EOF }

type tripper func(*http.Request) (*http.Response, error)

func (t tripper) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// What is not of the service is passed by; what the description lacks is told without ids.
func TestRoutes(t *testing.T) {
	for _, test := range []struct{ base, path, want string }{
		{"", "/api/v1/models", "GET /models 200"},
		{"", "/api/v1/memory/8f2a-77/notes", "GET /memory/*/notes 200: the route is not described"},
		{"", "/api/v2/models", ""},
		{"", "/api/v1extra", ""},
		{"/proxy", "/proxy/models", "GET /models 200"},
		{"/", "/models", "GET /models 200"},
		{"https://elsewhere.example/api/v1", "/api/v1/models", ""},
	} {
		var options []contract.Option
		if test.base != "" {
			options = append(options, contract.WithBase(test.base))
		}
		check := newCheck(t, options...)
		url := says(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, models)
		})
		get(t, &http.Client{Transport: check.Transport(nil)}, url+test.path)
		r, got := check.Report(), ""
		for _, o := range r.Operations {
			got = o.Name + " 200"
		}
		for _, f := range r.Findings {
			got = f.String()
		}
		if got != test.want || r.Level() == contract.Break {
			t.Errorf("%s below %q: %q, want %q", test.path, test.base, got, test.want)
		}
	}
}

// Encoded bodies are passed on as they are, and read.
func TestEncoded(t *testing.T) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	fmt.Fprint(w, strings.Replace(models, `"id":"m"`, `"id":7`, 1))
	_ = w.Close()
	for encoding, want := range map[string]contract.Level{"gzip": contract.Break, "br": contract.Fine} {
		check := newCheck(t)
		url := says(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", encoding)
			_, _ = w.Write(zipped.Bytes())
		})
		plain := &http.Transport{DisableCompression: true}
		defer plain.CloseIdleConnections()
		if got := get(t, &http.Client{Transport: check.Transport(plain)}, url+"/api/v1/models"); got != zipped.String() {
			t.Errorf("%s: another body", encoding)
		}
		if r := check.Report(); r.Level() != want || (encoding == "br") != (r.Skipped == 1) {
			t.Errorf("%s: %+v", encoding, r)
		}
	}
}

// More than is kept is passed on, and counted. So is what was left before its end.
func TestLimits(t *testing.T) {
	check := newCheck(t)
	large := `{"data":"` + strings.Repeat("x", 17<<20) + `"}`
	url := says(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, large)
	})
	client := &http.Client{Transport: check.Transport(nil)}
	if got := get(t, client, url+"/api/v1/models"); got != large {
		t.Errorf("passed on %d bytes of %d", len(got), len(large))
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, http.MethodGet, url+"/api/v1/models", nil)
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if r := check.Report(); r.Skipped != 1 || r.Unfinished != 1 || r.Level() != contract.Fine {
		t.Errorf("%+v", r)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, o := range map[string]contract.Option{
		"description": contract.WithDescription([]byte("a: b")), "no description": contract.WithDescription(nil),
		"base": contract.WithBase("api.venice.ai"), "query": contract.WithBase("/api?x"), "folder": contract.WithRecording(""),
	} {
		if _, err := contract.New(o); err == nil || !strings.HasPrefix(err.Error(), "contract: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := newCheck(t, contract.WithDescription(venice.Description()))
	if got, want := other.Report().Revision, newCheck(t).Report().Revision; got != want {
		t.Errorf("revision %s, want %s", got, want)
	}
}
