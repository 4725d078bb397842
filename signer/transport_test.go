// Tests of the transport: what it signs, what it refuses, and that bodies are closed.

package signer

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// counted is a body that counts how often it is read to its end and closed.
type counted struct {
	io.Reader
	closed atomic.Int32
}

func (c *counted) Close() error { c.closed.Add(1); return nil }

func (d *door) transport(options ...Option) *Transport {
	return &Transport{Auth: SignIn(testWallet(d.t), options...), BaseURL: d.url + "/"}
}

func posted(t *testing.T, url string) (*http.Request, *counted) {
	body := &counted{Reader: strings.NewReader(`{"model":"m"}`)}
	req, err := http.NewRequestWithContext(t.Context(), "POST", url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer sk-of-another-service")
	return req, body
}

func TestTransport(t *testing.T) {
	const (
		signed = 200
		asIs   = 401 // no sign-in came
		failed = 0
	)
	for path, c := range map[string]struct {
		method    string
		with, out int // what becomes of a request with an Authorization header, and of one without
	}{
		"/chat/completions":         {"POST", signed, signed},
		"/chat/completions?x=1":     {"POST", signed, signed},
		"/crypto/rpc/base-mainnet":  {"POST", signed, signed},
		"/x402/balance/0x1":         {"GET", signed, signed},
		"/models":                   {"GET", signed, asIs},
		"/video/quote":              {"POST", signed, asIs},
		"/x402/top-up":              {"POST", signed, asIs},
		"/chat/completion":          {"POST", signed, asIs},
		"/chat/completions/":        {"POST", signed, asIs},
		"/chat%2Fcompletions":       {"POST", signed, asIs},
		"/v1/chat/completions":      {"POST", signed, asIs},
		"/x402/balance/":            {"GET", signed, asIs},
		"/x402/balance/a/b":         {"GET", signed, asIs},
		"/files":                    {"POST", signed, asIs},
		"/x402/balance/0x2":         {"POST", signed, asIs},
		"/models/../x402/balance/1": {"GET", asIs, asIs},
		"/models/%2e%2E/chat":       {"GET", asIs, asIs},
		"/../../chat/completions":   {"POST", asIs, asIs},
		"-of-another/chat":          {"POST", asIs, asIs},
		"//elsewhere.example/chat":  {"POST", asIs, asIs},
		"/api_keys":                 {"GET", failed, failed},
		"/characters/x":             {"GET", failed, failed},
	} {
		for authorization, want := range map[string]int{"Bearer sk-of-another-service": c.with, "": c.out} {
			d := newDoor(t)
			req, body := posted(t, d.url+path)
			req.Method = c.method
			if req.Header.Set("X-Sign-In-With-X", "stale"); authorization == "" {
				req.Header.Del("Authorization")
			}
			before := req.Header.Clone()
			resp, err := d.transport().RoundTrip(req)
			status := 0
			if err == nil {
				status = resp.StatusCode
				resp.Body.Close()
			}
			if status != want || body.closed.Load() == 0 || (status == failed) == (len(d.seen) == 1) {
				t.Errorf("%s, %q: %d, %v; %d requests, body closed %d times", path, authorization, status, err, len(d.seen), body.closed.Load())
			}
			for _, h := range d.seen {
				theirs, stale := authorization, "stale"
				if want == signed {
					theirs, stale = "", ""
				}
				if h.Get("Authorization") != theirs || h.Get("X-Sign-In-With-X") != stale || (h.Get("Sign-In-With-X") != "") != (want == signed) {
					t.Errorf("%s, %q: sent %v", path, authorization, h)
				}
			}
			if fmt.Sprint(req.Header) != fmt.Sprint(before) || req.Body != io.ReadCloser(body) {
				t.Errorf("%s: the request was changed: %v", path, req.Header)
			}
		}
	}
}

func TestTransportRefuses(t *testing.T) {
	d := newDoor(t)
	elsewhere := newDoor(t)
	redirected, redirectedBody := posted(t, d.url+"/chat/completions")
	redirected.Response = &http.Response{StatusCode: 307}
	bare, bareBody := posted(t, d.url+"/chat/completions")
	bare.Header = nil
	for name, c := range map[string]struct {
		transport *Transport
		url       string
		req       *http.Request
		body      *counted
		why       string
	}{
		"zero value":     {transport: &Transport{}, url: "https://api.venice.ai/api/v1/chat/completions", why: "no Auth"},
		"base URL":       {transport: &Transport{Auth: SignIn(testWallet(t)), BaseURL: "api.venice.ai"}, url: d.url, why: "absolute URL"},
		"option":         {transport: d.transport(WithDomain(" ")), url: d.url + "/chat/completions", why: "WithDomain"},
		"another origin": {transport: d.transport(), url: elsewhere.url + "/chat/completions", why: d.url[:len(d.url)-7]},
		"loopback only":  {transport: &Transport{Auth: SignIn(testWallet(t))}, url: d.url + "/chat/completions", why: "https://api.venice.ai only"},
		"plain http":     {transport: &Transport{Auth: SignIn(testWallet(t)), BaseURL: "http://x.invalid"}, url: "http://x.invalid/chat/completions", why: "https"},
		"redirect":       {transport: d.transport(), req: redirected, body: redirectedBody, why: "redirect"},
		"no header":      {transport: d.transport(), req: bare, body: bareBody, why: "header"},
	} {
		req, body := c.req, c.body
		if req == nil {
			req, body = posted(t, c.url)
		}
		err := tripError(c.transport, req)
		if err == nil || !strings.Contains(err.Error(), c.why) || body.closed.Load() != 1 {
			t.Errorf("%s: %v; body closed %d times", name, err, body.closed.Load())
		}
		if err := tripError(c.transport, &http.Request{Method: "GET"}); err == nil { // no body to close
			t.Errorf("%s: no URL", name)
		}
	}
	if len(d.seen)+len(elsewhere.seen) != 0 {
		t.Error("something was sent")
	}

	broken := errors.New("no network")
	tr := d.transport()
	tr.Base = roundTrip(func(req *http.Request) (*http.Response, error) { req.Body.Close(); return nil, broken })
	req, body := posted(t, d.url+"/chat/completions")
	if err := tripError(tr, req); !errors.Is(err, broken) || body.closed.Load() != 1 {
		t.Error(err)
	}
}

// tripError sends a request that has to fail, without an answer.
func tripError(tr http.RoundTripper, req *http.Request) error {
	resp, err := tr.RoundTrip(req)
	if resp != nil {
		resp.Body.Close()
		return errors.Join(errors.New("an answer beside the error"), err)
	}
	return err
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// A client that follows redirects takes no sign-in along, neither to another origin nor within its own.
func TestTransportRedirects(t *testing.T) {
	elsewhere := newDoor(t)
	for _, target := range []string{elsewhere.url + "/chat/completions", "/api/v1/x402/balance/2"} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			d := newDoor(t)
			d.before = func(w http.ResponseWriter, r *http.Request) bool {
				first := len(d.seen) == 1
				if first {
					http.Redirect(w, r, target, status)
				}
				return first
			}
			for _, method := range []string{"GET", "POST"} {
				d.seen = nil
				req, _ := http.NewRequestWithContext(t.Context(), method, d.url+map[string]string{"GET": "/x402/balance/1", "POST": "/chat/completions"}[method], strings.NewReader("{}"))
				resp, err := (&http.Client{Transport: d.transport()}).Do(req)
				if err == nil {
					resp.Body.Close()
				}
				sent := 0
				for _, h := range append(d.seen[1:], elsewhere.seen...) {
					if h.Get("Sign-In-With-X") != "" {
						sent++
					}
				}
				if sent != 0 || len(elsewhere.seen) != 0 || err == nil && resp.StatusCode == 200 {
					t.Errorf("%s, %d to %s: %v; %d sign-ins, %d elsewhere", method, status, target, err, sent, len(elsewhere.seen))
				}
			}
		}
	}
}

func TestTransportTriesAgain(t *testing.T) {
	for name, c := range map[string]struct {
		refuse string // with this code, the first time
		method string
		path   string
		body   func() io.Reader
		seen   int
		status int
	}{
		"clock, no body":          {codeExpired, "GET", "/x402/balance/1", func() io.Reader { return nil }, 2, 200},
		"clock, body":             {codeExpired, "POST", "/chat/completions", func() io.Reader { return strings.NewReader("hello") }, 2, 200},
		"clock, body read once":   {codeExpired, "POST", "/chat/completions", func() io.Reader { return &counted{Reader: strings.NewReader("hello")} }, 1, 401},
		"reused, read":            {codeNonceReused, "GET", "/x402/balance/1", func() io.Reader { return nil }, 2, 200},
		"reused, billed":          {codeNonceReused, "POST", "/chat/completions", func() io.Reader { return strings.NewReader("hello") }, 1, 401},
		"no code, read":           {"", "GET", "/x402/balance/1", func() io.Reader { return nil }, 2, 200},
		"no code, billed":         {"", "POST", "/chat/completions", func() io.Reader { return strings.NewReader("hello") }, 1, 401},
		"signature":               {"X402_SIGN_IN_INVALID_SIGNATURE", "POST", "/chat/completions", func() io.Reader { return strings.NewReader("hello") }, 1, 401},
		"unknown route":           {codeExpired, "POST", "/files", func() io.Reader { return strings.NewReader("hello") }, 2, 200},
		"unknown, reused":         {codeNonceReused, "POST", "/files", func() io.Reader { return strings.NewReader("hello") }, 1, 401},
		"unknown, reused, read":   {codeNonceReused, "GET", "/files", func() io.Reader { return nil }, 2, 200},
		"clock, refused for good": {"always", "POST", "/chat/completions", func() io.Reader { return strings.NewReader("hello") }, 2, 401},
	} {
		d := newDoor(t)
		fast := func() time.Time { return time.Now().Add(time.Minute) }
		if c.refuse == codeNonceReused || c.refuse == "" {
			fast = time.Now
		}
		d.before = func(w http.ResponseWriter, r *http.Request) bool {
			if body, _ := io.ReadAll(r.Body); r.Method == "POST" && string(body) != "hello" {
				t.Errorf("%s: body %q", name, body)
			}
			if code := c.refuse; len(d.seen) == 1 || code == "always" {
				if code == "always" {
					code = codeExpired
				}
				reply(w, 401, `{"error":"refused","code":"`+code+`"}`)
				return true
			}
			return false
		}
		req, _ := http.NewRequestWithContext(t.Context(), c.method, d.url+c.path, c.body())
		req.Header.Set("Authorization", "Bearer none")
		resp, err := d.transport(WithClock(fast)).RoundTrip(req)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != c.status || len(d.seen) != c.seen || err != nil || (c.status == 401) != strings.Contains(string(body), "refused") {
			t.Errorf("%s: %d %s, %v, after %d requests", name, resp.StatusCode, body, err, len(d.seen))
		}
	}
}

// The answer that is put aside is closed, and so is every body of the request.
func TestTransportCloses(t *testing.T) {
	d := newDoor(t)
	var answers []*counted
	tr := d.transport()
	tr.Base = roundTrip(func(req *http.Request) (*http.Response, error) {
		_, _ = io.Copy(io.Discard, req.Body)
		req.Body.Close()
		answer := &counted{Reader: strings.NewReader(`{"code":"X402_SIGN_IN_EXPIRED"}`)}
		answers = append(answers, answer)
		return &http.Response{StatusCode: 401, Body: answer, Header: http.Header{"Date": {time.Now().UTC().Format(http.TimeFormat)}}}, nil
	})
	req, body := posted(t, d.url+"/chat/completions")
	again := &counted{Reader: strings.NewReader("x")}
	req.GetBody = func() (io.ReadCloser, error) { return again, nil }
	resp, err := tr.RoundTrip(req)
	if err != nil || len(answers) != 2 || answers[0].closed.Load() != 1 || answers[1].closed.Load() != 0 || body.closed.Load() != 1 || again.closed.Load() != 1 {
		t.Fatalf("%v; %d answers; bodies closed %d and %d times", err, len(answers), body.closed.Load(), again.closed.Load())
	}
	if resp.Body.Close(); answers[1].closed.Load() != 1 {
		t.Error("closing the answer does not close the connection's")
	}

	answers = nil
	req, _ = posted(t, d.url+"/chat/completions")
	req.GetBody = func() (io.ReadCloser, error) { return nil, errors.New("gone") }
	resp, err = tr.RoundTrip(req)
	if err != nil || resp.StatusCode != 401 || len(answers) != 1 || answers[0].closed.Load() != 0 {
		t.Fatalf("%v after %d answers", err, len(answers))
	}
	resp.Body.Close()

	// A request that net/http would send a second time by itself cannot be.
	var keyed *http.Request
	tr.Base = roundTrip(func(req *http.Request) (*http.Response, error) { keyed = req; return nil, io.EOF })
	req, _ = http.NewRequestWithContext(t.Context(), "POST", d.url+"/crypto/rpc/base-mainnet", strings.NewReader("{}"))
	req.Header.Set("Idempotency-Key", "1")
	if err := tripError(tr, req); !errors.Is(err, io.EOF) || keyed.GetBody != nil || req.GetBody == nil {
		t.Error("net/http could send the sign-in twice")
	}
}
