// Errors that come with a good status.

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
