// Tests of pinned answers.

package venicetest_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

// Answers come in turn and the last one stays, until none are pinned.
func TestRespond(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t: t, srv: srv}
	list := func(kind string) venicetest.Answer {
		return venicetest.Answer{Body: []byte(`{"object":"list","type":"` + kind + `","data":[]}`)}
	}
	srv.Respond("ListModels", list("tts"), venicetest.Answer{Status: 503}, list("asr"))
	c.do("GET", "/models", nil).want(t, 200, `"tts"`)
	c.do("GET", "/models?type=bogus", nil).want(t, 400, "type") // an invalid request takes none
	c.do("GET", "/models", nil).want(t, 503, "")
	c.do("GET", "/models", nil).want(t, 200, `"asr"`)
	c.do("GET", "/models", nil).want(t, 200, `"asr"`)
	c.do("GET", "/models/traits", nil).want(t, 200, "fastest") // others go on as usual

	srv.Respond("GET /models", venicetest.Answer{Status: 500})
	c.do("GET", "/models", nil).want(t, 500, "error")
	srv.Respond("GET /models")
	c.do("GET", "/models", nil).want(t, 200, "zai-org")
}

// What the caller of Respond keeps and changes is not what is answered.
func TestRespondCopies(t *testing.T) {
	srv := venicetest.NewServer(t)
	a := venicetest.Answer{Status: 500, Body: []byte(`{"error":"first"}`), Header: http.Header{"X-A": {"first"}}}
	srv.Respond("ListModels", a)
	copy(a.Body, `{"error":"other"}`)
	a.Header["X-A"][0] = "other"
	r := caller{t: t, srv: srv}.do("GET", "/models", nil).want(t, 500, "first")
	if got := r.header.Get("X-A"); got != "first" {
		t.Errorf("header %q", got)
	}
}

// A pinned answer asks nobody who they are.
func TestRespondToAnyone(t *testing.T) {
	srv := venicetest.NewServer(t)
	srv.Respond("GetX402Balance", venicetest.Answer{})
	srv.Respond("TopUpX402", venicetest.Answer{})
	srv.Respond("ListAPIKeys", venicetest.Answer{})
	for _, key := range []string{"", "nonsense", srv.InferenceKey()} {
		c := caller{t, srv, key}
		c.do("GET", "/x402/balance/0x"+strings.Repeat("a", 40), nil).want(t, 200, "balanceUsd")
		c.do("POST", "/x402/top-up", nil).want(t, 200, "success")
		c.do("GET", "/api_keys", nil).want(t, 200, "data")
	}
}

func TestRespondHeaders(t *testing.T) {
	srv := venicetest.NewServer(t)
	srv.Respond("ListModels", venicetest.Answer{Header: http.Header{
		"cf-ray": {"1234"}, "x-venice-version": nil, "Set-Cookie": {"a=1", "b=2"}, "Retry-After": {"7"},
	}})
	h := caller{t: t, srv: srv}.do("GET", "/models", nil).header
	got := fmt.Sprint(h["Cf-Ray"], h["X-Venice-Version"], h["Set-Cookie"], h["Retry-After"], h["Content-Type"])
	if want := "[1234] [] [a=1 b=2] [7] [application/json]"; got != want {
		t.Errorf("headers %s, want %s", got, want)
	}
}

// The seed brings a body of noise back; without one bodies are quiet, or with noise differ.
func TestRespondSeed(t *testing.T) {
	bodies := func(srv *venicetest.Server, a venicetest.Answer) map[string]bool {
		srv.Respond("ListImageStyles", a)
		seen, c := map[string]bool{}, caller{t: t, srv: srv}
		for range 8 {
			seen[c.do("GET", "/image/styles", nil).want(t, 200, "data").raw] = true
		}
		return seen
	}
	plain, noisy := venicetest.NewServer(t), venicetest.NewServer(t, venicetest.WithNoise(1))
	for _, srv := range []*venicetest.Server{plain, noisy} {
		if seen := bodies(srv, venicetest.Answer{Seed: 5}); len(seen) != 1 {
			t.Errorf("one seed: %d bodies", len(seen))
		}
	}
	if seen := bodies(plain, venicetest.Answer{}); !seen[`{"data":["data"],"object":"list"}`] || len(seen) != 1 {
		t.Errorf("quiet: %v", seen)
	}
	if seen := bodies(noisy, venicetest.Answer{}); len(seen) < 4 {
		t.Errorf("noise: %d bodies", len(seen))
	}
}

// Unchecked answers may be anything that HTTP carries.
func TestRespondUnchecked(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t: t, srv: srv}
	for name, test := range map[string]struct {
		answer            venicetest.Answer
		status            int
		contentType, body string
	}{
		"page":       {venicetest.Answer{Status: 502, ContentType: "text/html", Body: []byte("<html>")}, 502, "text/html", "<html>"},
		"empty":      {venicetest.Answer{Status: 500, Body: []byte{}}, 500, "application/json", ""},
		"teapot":     {venicetest.Answer{Status: 418, Body: []byte(`{"error":"short"}`)}, 418, "application/json", `{"error":"short"}`},
		"no body":    {venicetest.Answer{Status: 418}, 418, "application/json", ""},
		"wrong":      {venicetest.Answer{Body: []byte(`[]`)}, 200, "application/json", "[]"},
		"no type":    {venicetest.Answer{Header: http.Header{"Content-Type": nil}, Body: []byte(`x`)}, 200, "", "x"},
		"no file":    {venicetest.Answer{ContentType: "image/tiff"}, 200, "image/tiff", ""},
		"other type": {venicetest.Answer{ContentType: "image/tiff", Body: []byte(`II`)}, 200, "image/tiff", "II"},
	} {
		test.answer.Unchecked = true
		srv.Respond("ListModels", test.answer)
		r := c.do("GET", "/models", nil)
		if got := r.header.Get("Content-Type"); r.status != test.status || got != test.contentType || r.raw != test.body {
			t.Errorf("%s: %d %q %q", name, r.status, got, r.raw)
		}
	}

	srv.Respond("ListModels", venicetest.Answer{Body: []byte(`{"cut`), Header: http.Header{"Content-Length": {"100"}}, Unchecked: true})
	resp, err := http.Get(srv.URL + "/models")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadAll(resp.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a cut answer: %v", err)
	}
}

// Otherwise a pinned answer is held to the description like any other.
func TestRespondChecked(t *testing.T) {
	var got []error
	srv := venicetest.NewServer(nil, venicetest.WithSeed(9), venicetest.OnViolation(func(err error) { got = append(got, err) }))
	defer srv.Close()
	c := caller{t, srv, srv.InferenceKey()}
	srv.Respond("ListModels", venicetest.Answer{Body: []byte(`{"object":"list"}`)})
	c.do("GET", "/models", nil).want(t, 500, "breaks the description")
	chunk := `data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[]}` + "\n\n"
	stream := func(body string) {
		srv.Respond("CreateChatCompletion", venicetest.Answer{ContentType: "text/event-stream", Body: []byte(body)})
	}
	stream(chunk + chunk + "data: [DONE]\n\n")
	c.do("POST", "/chat/completions", hello).want(t, 200, "[DONE]")
	stream(chunk + "data: {\"id\":\"1\"}\n\n")
	c.do("POST", "/chat/completions", hello).want(t, 500, "breaks the description")
	stream(chunk + "data: {\n\n")
	c.do("POST", "/chat/completions", hello).want(t, 500, "breaks the description")
	if len(got) != 3 || !strings.HasPrefix(got[0].Error(), "GET /models: the answer 200 breaks") || !strings.HasSuffix(got[0].Error(), "(WithSeed(9))") {
		t.Errorf("violations %q", got)
	}
}

// What the description does not have is refused at once, with what it has.
func TestRespondPanics(t *testing.T) {
	srv := venicetest.NewServer(t)
	for _, test := range []struct {
		operation string
		answer    venicetest.Answer
		want      string
	}{
		{"GET /nowhere", venicetest.Answer{}, `no operation "GET /nowhere"; there are CallRPC (POST /crypto/rpc/{network}), `},
		{"ListModels", venicetest.Answer{Status: 418}, "GET /models: no status 418 is described; there are 200, 400, 429"},
		{"ListModels", venicetest.Answer{ContentType: "text/html"}, `media type "text/html" is not described for status 200; there are application/json`},
		{"ListModels", venicetest.Answer{Status: 99, Unchecked: true}, "the status 99 is none of an answer, which are 200 to 599"},
		{"ListModels", venicetest.Answer{Status: 1000, Unchecked: true}, "the status 1000"},
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, test.want) {
					t.Errorf("%s %+v: %s\nwant %s", test.operation, test.answer, got, test.want)
				}
			}()
			srv.Respond(test.operation, test.answer)
		}()
	}
	caller{t: t, srv: srv}.do("GET", "/models", nil).want(t, 200, "zai-org") // nothing was pinned
}

// Requests are shown as they came, whether or not they are let in or valid, and reading them does not take them away.
func TestOnRequest(t *testing.T) {
	srv := venicetest.NewServer(t)
	var got []string
	srv.OnRequest(func(operation string, r *http.Request, body []byte) {
		again, err := io.ReadAll(r.Body)
		if err != nil || string(again) != string(body) {
			t.Errorf("body %q, %v", again, err)
		}
		r.Header.Del("Authorization") // a copy: the caller is let in all the same
		got = append(got, fmt.Sprintf("%s %s %s %s", operation, r.PathValue("id"), r.URL.RawQuery, body))
	})
	c := caller{t, srv, srv.AdminKey()}
	c.do("GET", "/api_keys/a%2Fb", nil)
	c.do("GET", "/models?type=tts", nil)
	c.do("POST", "/chat/completions", hello).want(t, 200, "Hello")
	c.do("POST", "/chat/completions", `{"bad`).want(t, 400, "")
	caller{t: t, srv: srv}.do("GET", "/api_keys", nil).want(t, 402, "")
	srv.OnRequest(nil)
	c.do("GET", "/models", nil)
	want := []string{
		"GET /api_keys/{id} a/b  ",
		"GET /models  type=tts ",
		`POST /chat/completions   {"messages":[{"content":"Hello","role":"user"}],"model":"zai-org-glm-5-1"}`,
		`POST /chat/completions   {"bad`,
		"GET /api_keys   ",
	}
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("saw\n%q\nwant\n%q", got, want)
	}
}
