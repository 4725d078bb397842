// What the fake refuses, as other clients see it.

package clients

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	goopenai "github.com/sashabaranov/go-openai"

	"github.com/venice-go/venice/tests/venicetest"
)

// Refusals arrive as they are, and no attempt is added to the clients' own. What openai-go makes of them is another matter:
// it loses the status where "error" is a text, as it is in most refusals of the service, so that it takes a middleware of
// its own to see it.
func TestRefusals(t *testing.T) {
	type refusal struct {
		status int
		text   string // in the body
	}
	for name, c := range map[string]struct {
		arrange func(*stage)
		want    refusal
		decodes bool // in openai-go
	}{
		"no credit": {func(*stage) {}, refusal{402, "insufficient_balance"}, false},
		"overload": {func(s *stage) {
			s.Respond(chats, venicetest.Answer{Status: 503, Body: []byte(`{"error":"The model is at capacity"}`)})
		}, refusal{503, "at capacity"}, false},
		"sign-in": {func(s *stage) {
			s.Respond(chats, venicetest.Answer{Status: 401, Body: []byte(`{"error":"no","code":"X402_SIGN_IN_INVALID_SIGNATURE"}`), Unchecked: true})
		}, refusal{401, "X402_SIGN_IN_INVALID_SIGNATURE"}, false},
		"too long": {func(s *stage) {
			s.Respond(chats, venicetest.Answer{Status: 400, Body: []byte(`{"error":{"message":"too long","type":"invalid_request_error","param":null,"code":"context_length_exceeded"}}`), Unchecked: true})
		}, refusal{400, "context_length_exceeded"}, true},
	} {
		for _, stream := range []bool{false, true} {
			s := newStage(t)
			c.arrange(s)
			clients := s.clients(0)
			var got refusal
			o := clients["openai-go"].(*official)
			o.Client = openai.NewClient(append(o.Options, option.WithMiddleware(func(r *http.Request, next option.MiddlewareNext) (*http.Response, error) {
				resp, err := next(r)
				if err == nil {
					raw, _ := io.ReadAll(resp.Body)
					resp.Body = io.NopCloser(bytes.NewReader(raw))
					got = refusal{resp.StatusCode, string(raw)}
				}
				return resp, err
			}))...)
			_, err := o.chat(t.Context(), "x", stream)
			if err == nil || got.status != c.want.status || !strings.Contains(got.text, c.want.text) {
				t.Errorf("%s, openai-go: %v, saw %v", name, err, got)
			}
			if e, ok := errors.AsType[*openai.Error](err); c.decodes && (!ok || e.StatusCode != c.want.status || e.Code != c.want.text) {
				t.Errorf("%s, openai-go: %v", name, err)
			}
			_, err = clients["go-openai"].chat(t.Context(), "x", stream)
			api, ok := errors.AsType[*goopenai.APIError](err)
			good := ok && api.HTTPStatusCode == c.want.status && api.Code == c.want.text
			if bare, ok := errors.AsType[*goopenai.RequestError](err); ok {
				good = bare.HTTPStatusCode == c.want.status && strings.Contains(string(bare.Body), c.want.text)
			}
			if !good {
				t.Errorf("%s, go-openai: %v", name, err)
			}
			if len(s.seen) != 2 {
				t.Errorf("%s: %d requests", name, len(s.seen))
			}
		}
	}
}

// A client of another address, by mistake, says nothing to anybody.
func TestElsewhere(t *testing.T) {
	s, elsewhere := newStage(t), newStage(t)
	elsewhere.http = s.http
	for name, client := range elsewhere.clients(0) {
		if _, err := client.chat(t.Context(), "x", false); err == nil || !strings.Contains(err.Error(), "BaseURL") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(elsewhere.seen) != 0 || len(s.seen) != 0 {
		t.Errorf("%d and %d requests", len(s.seen), len(elsewhere.seen))
	}
}
