// Somebody on the way, for the tests: what goes over the wire is changed, and has to be refused.

package e2ee_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/e2ee"
	"github.com/venice-go/venice/tests/venicetest"
)

// A tampering changes what goes over the wire. Parts that are nil change nothing.
type tampering struct {
	attestation func(a map[string]any)
	raw         func(body string) string // of the attestation
	request     func(r *http.Request)    // that is a chat
	events      func(data []string) []string
	signature   func(a map[string]any)
}

// on is a wire with somebody on it.
func (c tampering) on(next http.RoundTripper, req *http.Request) (*http.Response, error) {
	if req.Method == http.MethodPost && c.request != nil {
		c.request(req)
	}
	resp, err := next.RoundTrip(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	edit := func(f func(map[string]any)) {
		if f == nil {
			return
		}
		var m map[string]any
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if err = d.Decode(&m); err == nil {
			f(m)
			body, err = json.Marshal(m)
		}
	}
	switch path := req.URL.Path; {
	case strings.HasSuffix(path, "/tee/attestation"):
		if edit(c.attestation); c.raw != nil {
			body = []byte(c.raw(string(body)))
		}
	case strings.HasSuffix(path, "/tee/signature"):
		edit(c.signature)
	case req.Method == http.MethodPost && c.events != nil:
		list := strings.Split(strings.TrimSuffix(strings.TrimPrefix(string(body), "data: "), "\n\n"), "\n\ndata: ")
		body = nil
		for _, e := range c.events(list) {
			body = append(body, "data: "+e+"\n\n"...)
		}
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), -1
	resp.Header.Del("Content-Length")
	return resp, err
}

// at walks to a member: objects by name, lists by number.
func at(v any, path ...any) any {
	for _, step := range path {
		switch s := step.(type) {
		case string:
			v = v.(map[string]any)[s]
		case int:
			v = v.([]any)[s]
		}
	}
	return v
}

// set sets a member of the object that the path leads to.
func set(name string, value any, path ...any) func(map[string]any) {
	return func(a map[string]any) { at(a, path...).(map[string]any)[name] = value }
}

// flip changes a hex digit of a member, so far from its beginning.
func flip(name string, digit int, path ...any) func(map[string]any) {
	return func(a map[string]any) {
		m := at(a, path...).(map[string]any)
		m[name] = flipped(m[name].(string), digit)
	}
}

func flipped(s string, digit int) string {
	other := "0"
	if s[digit] == '0' {
		other = "4"
	}
	return s[:digit] + other + s[digit+1:]
}

// reportData is where the digits of a quote's report data begin.
const reportData = 2 * (48 + 520)

const otherKey = "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"

// refuses has both kinds of call fail with an error of a kind. Chats are counted, since what is found in an attestation is found
// before one leaves.
func (c tampering) refuses(t *testing.T, s *venicetest.Server, why, model string, policy e2ee.Policy, kind error, chats int) {
	t.Helper()
	sent := 0
	_, client := setUp(t, s, policy, func(next http.RoundTripper, req *http.Request) (*http.Response, error) {
		if req.Method == http.MethodPost {
			sent++
		}
		return c.on(next, req)
	})
	answer, err := client.CreateChatCompletion(t.Context(), ask(model, secret))
	if answer != nil || !errors.Is(err, kind) {
		t.Errorf("%s: %+v, %v, want %v", why, answer, err, kind)
	}
	if sent != chats {
		t.Errorf("%s: %d chats left, want %d", why, sent, chats)
	}
	if chats == 0 && errors.Is(err, venice.ErrMaybeSent) {
		t.Errorf("%s: it may have been sent: %v", why, err)
	}
	var last error
	var got strings.Builder
	for chunk, err := range client.StreamChatCompletion(t.Context(), ask(model, secret)) {
		if last = err; err == nil {
			for _, choice := range chunk.Choices {
				if choice.Delta.Content != nil {
					got.WriteString(*choice.Delta.Content)
				}
			}
		}
	}
	if whole := "You said: " + secret; !errors.Is(last, kind) && !(errors.Is(kind, venice.ErrUnfinished) && last == nil) || !strings.HasPrefix(whole, got.String()) && !policy.Signed {
		t.Errorf("%s: the stream said %q, %v", why, got.String(), last)
	}
}

func trust() e2ee.Policy { return e2ee.Policy{Verifier: trusting{}} }
