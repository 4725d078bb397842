// Tests of decoding: which answers are taken for what, size limits, and answers that cannot be read.

package venice_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

func TestDecodeIsLenient(t *testing.T) {
	for body, want := range map[string]string{
		`{"name":"a","new":{"x":[1]},"tags":null}`: "a",
		`{"name":"a","name":"b"}`:                  "b",
		"{\"name\":\"a\xff\"}":                     "a\uFFFD",
		`{"Name":"other"}`:                         "",
		" \n{\"name\":\"a\"}\n":                    "a",
	} {
		for _, contentType := range []string{"application/json", "application/json; charset=utf-8", "application/problem+json", ""} {
			client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Content-Type"] = []string{contentType}
				fmt.Fprint(w, body)
			})
			if got, err := get(t.Context(), client); err != nil || got.Name != want {
				t.Errorf("%s as %q: got %q, %v, want %q", body, contentType, got.Name, err, want)
			}
		}
	}
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	if got, err := get(t.Context(), client); err != nil || got.Name != "" {
		t.Errorf("204: %v, %v", got, err)
	}
	if m, err := open(t.Context(), client, "image/png"); m != nil || err == nil {
		t.Errorf("204 for an image: %v, %v", m, err)
	}
}

func TestUndecodableAnswerIsKept(t *testing.T) {
	const secret = "VENICE_INFERENCE_KEY_once"
	for body, text := range map[string]string{
		`{"tags":7,"detail":"` + secret + `"}`: `of the answer the number at "/tags" does not fit`,
		`{"tags":"` + secret + `"}`:            `of the answer the text at "/tags" does not fit`,
		`{"name":"` + secret + `"} and more`:   "does not decode",
		`"` + secret + `"`:                     "does not decode",
		`{"name":"a","key":"` + secret + `"`:   "does not decode",
		"<html>" + secret:                      "does not decode",
		`{"tags":[],"name":["` + secret + `"]`: "does not decode",
	} {
		client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("CF-RAY", "ray-1")
			answer(201, "application/json", body)(w, r)
		})
		_, err := get(t.Context(), client)
		wantText(t, err, "venice: getThing: 201 Created: ", text, "(request ray-1)")
		e := asError(t, err)
		if e.Status != 201 || string(e.Raw) != body || e.Operation != "getThing" || errors.Unwrap(err) == nil {
			t.Errorf("%s: got %#v with the body %q, cause %v", body, e, e.Raw, errors.Unwrap(err))
		}
		if shown := fmt.Sprintf("%v %+v %#v %d %s", err, err, *e, e, e.Unwrap()); strings.Contains(shown, "once") {
			t.Errorf("a secret shows in %s", shown)
		}
	}
}

func TestCutAnswerIsKept(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		answer(200, "application/json", `{"name":"a","tags"`)(w, r)
	})
	_, err := get(t.Context(), client)
	wantText(t, err, "the answer broke off: unexpected EOF")
	if e := asError(t, err); string(e.Raw) != `{"name":"a","tags"` || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("kept %q of %v", e.Raw, err)
	}
}

func TestUnexpectedMediaType(t *testing.T) {
	noLeak(t)
	for _, c := range []struct{ accept, contentType, want string }{
		{"application/json", "text/html; charset=utf-8", `the answer is "text/html", want application/json`},
		{"application/json", "image/png", `the answer is "image/png", want application/json`},
		{"image/png", "application/json", `the answer is "application/json", want image/png`},
		{"image/png", "text/html", `the answer is "text/html"`},
		{"image/png", "audio/wav", `the answer is "audio/wav"`},
		{"text/csv", "text/html", `the answer is "text/html"`},
		{"text/plain", "text/html", `the answer is "text/html"`},
		{"image/png, image/webp", "image/webp", ""},
		{"image/png", "image/avif", ""},
		{"audio/mpeg;q=0.9, audio/wav", "audio/mpeg; rate=1", ""},
		{"video/mp4", "application/octet-stream", ""},
		{"text/csv", "text/csv; charset=utf-8", ""},
		{"application/octet-stream", "application/octet-stream", ""},
	} {
		client, _ := serve(t, answer(200, c.contentType, "<p>body"))
		m, err := open(t.Context(), client, c.accept)
		if c.want != "" {
			wantText(t, err, "createThing: 200 OK: ", c.want)
			if e := asError(t, err); e.Status != 200 || string(e.Raw) != "<p>body" {
				t.Errorf("%s: status %d, kept %q", c.contentType, e.Status, e.Raw)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s for %s: %v", c.contentType, c.accept, err)
			continue
		}
		if data, err := io.ReadAll(m); string(data) != "<p>body" || m.ContentType != c.contentType || m.Length != 7 || err != nil {
			t.Errorf("%s: %q, %q, %d bytes, %v", c.contentType, data, m.ContentType, m.Length, err)
		}
		m.Close()
	}
}

// TestJSONOrMedia is for the operations in which the service chooses.
func TestJSONOrMedia(t *testing.T) {
	for contentType, body := range map[string]string{"application/json": `{"name":"waiting"}`, "video/mp4": "film"} {
		client, _ := serve(t, answer(200, contentType, body))
		var out thing
		c := call(opPost, nil)
		c.Result, c.Accept = &out, "application/json, video/mp4"
		m, err := venice.DoerOf(client).Do(t.Context(), c)
		switch {
		case err != nil:
			t.Error(err)
		case contentType == "video/mp4":
			if data, _ := io.ReadAll(m); string(data) != "film" || out.Name != "" {
				t.Errorf("got %q and %v", data, out)
			}
			m.Close()
		case m != nil || out.Name != "waiting":
			t.Errorf("got %v and %v", m, out)
		}
	}
}

func TestAnswerLimit(t *testing.T) {
	body := `{"name":"` + strings.Repeat("x", 1000-11) + `"}`
	for _, announced := range []bool{true, false} {
		client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if !announced {
				w.(http.Flusher).Flush()
			}
			fmt.Fprint(w, body)
		}, venice.WithAnswerLimit(999))
		_, err := get(t.Context(), client)
		wantText(t, err, "venice: getThing: 200 OK: the answer is larger than the limit of 999 bytes; WithAnswerLimit raises it")
		if got, err := get(t.Context(), client, venice.WithAnswerLimit(1000)); err != nil || len(got.Name) != 1000-11 {
			t.Errorf("with a limit of its size: %v, %v", got, err)
		}
	}
}

// An answer without end is not read beyond the limit, and no more than 1 MiB of it is kept.
func TestEndlessAnswers(t *testing.T) {
	noLeak(t)
	for _, status := range []int{200, 500} {
		for _, contentType := range []string{"application/json", "text/html"} {
			client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", contentType)
				w.WriteHeader(status)
				chunk := []byte(strings.Repeat("x", 1<<16))
				for r.Context().Err() == nil {
					w.Write(chunk)
				}
			}, venice.WithAnswerLimit(3<<20))
			_, err := get(t.Context(), client)
			if e := asError(t, err); e.Status != status || len(e.Raw) != 1<<20 || cap(e.Raw) > 4<<20 || len(e.Error()) > 500 {
				t.Errorf("%d %s: kept %d bytes (room for %d), text of %d", status, contentType, len(e.Raw), cap(e.Raw), len(e.Error()))
			}
		}
	}
}

func TestHugeAnnouncementAllocatesLittle(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "60000000")
		answer(200, "application/json", `{"name":"a"}`)(w, r)
	})
	if n := allocated(func() { _, _ = get(t.Context(), client) }); n > 8<<20 {
		t.Errorf("a length that was only announced cost %d bytes", n)
	}
}

// An error with a good status is one on every operation, and an answer that has an error of its own is none.
func TestErrorWithGoodStatus(t *testing.T) {
	var body string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { answer(200, "application/json", body)(w, r) })
	calls := map[string]func() error{
		"struct": func() error {
			_, err := client.CreateChatCompletion(t.Context(), &gen.ChatCompletionRequest{})
			return err
		},
		"own error": func() error { _, err := client.CreateResponse(t.Context(), &gen.ResponseRequest{}); return err },
		"union":     func() error { _, err := client.CallRPC(t.Context(), "base-mainnet", &gen.RPCBody{}); return err },
		"choice":    func() error { _, err := client.RetrieveVideo(t.Context(), &gen.RetrieveVideoRequest{}); return err },
		"media":     func() error { _, err := client.CreateSpeech(t.Context(), &gen.CreateSpeechRequest{}); return err },
		"queue":     func() error { _, err := client.QueueVideo(t.Context(), &gen.QueueVideoRequest{}); return err },
		"list":      func() error { _, err := client.ListModels(t.Context(), nil); return err },
		"nothing": func() error {
			c := call(opPost, nil)
			c.Result = nil
			_, err := venice.DoerOf(client).Do(t.Context(), c)
			return err
		},
	}
	for name, do := range calls {
		for _, body = range []string{
			`{"error":{"message":"upstream is down","type":"server_error","code":"upstream"}}`,
			`{"success":false,"error":{"message":"upstream is down","type":"server_error","code":"upstream"},"request_id":"r"}`,
		} {
			if e := asError(t, do()); e.Message != "upstream is down" || e.Code != "upstream" || !errors.Is(e, venice.ErrServer) || e.Status != 200 || string(e.Raw) != body {
				t.Errorf("%s: %s: %#v with message %q, code %q", name, body, e, e.Message, e.Code)
			}
		}
		body = `{"error":"Something went wrong"}`
		e := asError(t, do())
		if e.Message != "Something went wrong" || errors.Is(e, venice.ErrMaybeSent) != (name == "queue") {
			t.Errorf("%s: %v", name, e)
		}
	}
	for name, bodies := range map[string][]string{
		"struct":    {`{"choices":[],"error":null}`, `{"choices":[{"index":0,"message":{"role":"assistant","content":"\"error\""}}]}`},
		"own error": {`{"id":"r","object":"response","status":"failed","error":{"code":"c","message":"m"},"output":[]}`},
		"union":     {`{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"reverted"}}`, `[{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"reverted"}}]`},
		"nothing":   {`{"deleted":true,"error":"none"}`, `{"error":""}`, `{"error":false}`},
	} {
		for _, body = range bodies {
			if err := calls[name](); err != nil {
				t.Errorf("%s: %s: %v", name, body, err)
			}
		}
	}
	body = `{"id":"c","object":"chat.completion","created":1,"model":"m","error":{"message":"halfway"}}`
	wantText(t, calls["struct"](), "200 OK: halfway")
}

// A server decides how deep its answers are and how long its lines, and not how long our errors are.
func TestErrorsOfHostileAnswersAreShort(t *testing.T) {
	const levels = 1 << 20
	short := func(name string, err error) {
		t.Helper()
		for ; err != nil; err = errors.Unwrap(err) {
			if text := fmt.Sprintf("%v", err); len(text) > 1000 {
				t.Errorf("%s: an error of %d bytes: %.100s", name, len(text), text)
			}
			if e, ok := errors.AsType[*venice.Error](err); ok && len(e.Message) > 1000 {
				t.Errorf("%s: a message of %d bytes: %.100s", name, len(e.Message), e.Message)
			}
		}
	}
	deep := strings.Repeat(`{"a":`, levels) + "1" + strings.Repeat("}", levels)
	for _, body := range []string{deep, `{"tags":` + deep + `}`, `{"data":` + deep, `{"` + strings.Repeat("n", levels) + `":tru}`} {
		client, _ := serve(t, answer(200, "application/json", body))
		_, err := get(t.Context(), client)
		if short("answer", err); err == nil {
			t.Errorf("%.20s was read", body)
		}
		client, _ = serve(t, answer(200, "text/event-stream", "data: "+body+"\n\ndata: [DONE]\n\n"))
		_, err = collect(t.Context(), client)
		if short("stream", err); err == nil {
			t.Errorf("%.20s was read", body)
		}
	}
	client, _ := serve(t, answer(200, strings.Repeat("x", 1<<16), ""))
	_, err := get(t.Context(), client)
	short("media type", err)
	listener := raw(t, "HTTP/1.1 200"+strings.Repeat("x", 1<<18)+"\r\n\r\n")
	client, err = venice.New(venice.WithBaseURL("http://"+listener), venice.WithAuth(nil), venice.WithMaxAttempts(1))
	if err != nil {
		t.Fatal(err)
	}
	_, err = get(t.Context(), client)
	if e := err.Error(); len(e) > 1000 || !strings.Contains(e, "malformed HTTP status code") {
		t.Errorf("an error of %d bytes: %.100s", len(e), e)
	}
}

// raw answers the first request with bytes, and returns its address.
func raw(t *testing.T, answer string) string {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			_, _ = io.WriteString(conn, answer)
		}
	}()
	return listener.Addr().String()
}

// What stands beside an error and says nothing makes no answer of it, nor is a complaint without "error" one.
func TestErrorsBesideNothing(t *testing.T) {
	var body string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(body, "data: ") {
			answer(200, "text/event-stream", body+"\n\ndata: [DONE]\n\n")(w, r)
			return
		}
		answer(200, "application/json", body)(w, r)
	})
	chat := func() error {
		_, err := client.CreateChatCompletion(t.Context(), &gen.ChatCompletionRequest{})
		return err
	}
	key := func() error {
		_, err := client.CreateAPIKey(t.Context(), &gen.CreateAPIKeyRequest{})
		return err
	}
	speech := func() error { _, err := client.CreateSpeech(t.Context(), &gen.CreateSpeechRequest{}); return err }
	own := func() error {
		var out struct{ Data []struct{ ID string } }
		return client.Do(t.Context(), "GET", "/files", nil, &out)
	}
	stream := func() error {
		for _, err := range client.StreamChatCompletion(t.Context(), &gen.ChatCompletionRequest{}) {
			return err
		}
		return nil
	}
	response := func() error { _, err := client.CreateResponse(t.Context(), &gen.ResponseRequest{}); return err }
	voice := func() error {
		_, err := client.CloneVoice(t.Context(), &gen.CloneVoiceRequest{File: &gen.File{Reader: strings.NewReader("x")}})
		return err
	}
	events := func() error {
		for _, err := range client.StreamResponse(t.Context(), &gen.ResponseRequest{}) {
			return err
		}
		return nil
	}
	for _, c := range []struct {
		do         func() error
		body, want string
	}{
		{key, `{"success":false,"error":"boom","data":null}`, "200 OK: boom"},
		{key, `{"success":false,"error":"boom","data":{}}`, "200 OK: boom"},
		{key, `{"success":false,"issues":[{"path":["a"],"message":"boom"}]}`, "200 OK: a: boom"},
		{chat, `{"error":{"message":"boom"},"choices":null,"id":"x"}`, "200 OK: boom"},
		{chat, `{"error":"boom","choices":[]}`, "200 OK: boom"},
		{chat, `{"error":"boom","usage":{"prompt_tokens":1}}`, "200 OK: boom"},
		{chat, `[{"error":{"message":"boom"}}]`, "200 OK: boom"},
		{chat, `{"detail":"boom"}`, "200 OK: boom"},
		{chat, `{"message":"boom","code":"X"}`, "200 OK: X: boom"},
		{chat, `{"object":"error","message":"boom","type":"server_error","code":502}`, "200 OK: 502: boom"},
		{response, `{"error":{"message":"boom"},"id":"r","object":"response","output":[]}`, "200 OK: boom"},
		{events, `data: {"message":"boom","code":"X"}`, "200 OK: X: boom"},
		{speech, `{"message":"boom","code":"X"}`, "200 OK: X: boom"},
		{own, `{"error":"boom","data":null}`, "200 OK: boom"},
		{own, `{"detail":"boom"}`, "200 OK: boom"},
		{stream, `data: {"detail":"boom"}`, "200 OK: boom"},
		{stream, `data: {"message":"boom","code":"X"}`, "200 OK: X: boom"},
		{stream, `data: {"success":false,"issues":[{"path":["a"],"message":"boom"}]}`, "200 OK: a: boom"},
		{chat, `null`, "the answer is empty"},
		{chat, ` {} `, "the answer is empty"},
	} {
		body = c.body
		err := c.do()
		wantText(t, err, c.want)
		if e := asError(t, err); string(e.Raw) != strings.TrimPrefix(body, "data: ") {
			t.Errorf("%s: kept %s", body, e.Raw)
		}
	}
	for _, c := range []struct {
		do   func() error
		body string
	}{
		{own, `{"data":[{"id":"a"}],"message":"fine"}`},
		{own, `{"Data":[{"id":"a"}],"error":"odd"}`},
		{own, `{}`},
		{voice, `{"id":"v","model":"m","error":"odd"}`},
		{events, `data: {"type":"response.created","message":"odd"}`},
		{own, `null`},
		{chat, `{"error":"odd","choices":[{}]}`},
		{stream, `data: {"choices":[],"message":"odd","id":"x"}`},
	} {
		body = c.body
		if err := c.do(); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}
