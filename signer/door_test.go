// A service that lets in who signs in, and keeps what came.

package signer

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer/siwx"
)

// door lets in who signs in, as the real service does.
type door struct {
	t        *testing.T
	verifier *siwx.Verifier
	before   func(w http.ResponseWriter, r *http.Request) bool // answers instead if it returns true
	url      string
	mu       sync.Mutex
	seen     []http.Header
}

func newDoor(t *testing.T) *door {
	d := &door{t: t, verifier: &siwx.Verifier{}}
	srv := httptest.NewServer(d)
	t.Cleanup(srv.Close)
	d.url = srv.URL + "/api/v1"
	d.verifier.Domains = []string{strings.TrimPrefix(srv.URL, "http://")}
	return d
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	d.seen = append(d.seen, r.Header)
	d.mu.Unlock()
	if d.before != nil && d.before(w, r) {
		return
	}
	if _, err := d.verifier.Verify(r.Context(), r.Header); err != nil {
		var refusal *siwx.Error
		errors.As(err, &refusal)
		reply(w, 401, `{"error":"refused","code":"`+refusal.Code+`"}`)
		return
	}
	switch {
	case strings.HasSuffix(r.URL.Path, "/chat/completions"):
		reply(w, 200, `{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[]}`)
	case strings.Contains(r.URL.Path, "/x402/balance/"):
		reply(w, 200, `{"success":true,"data":{"walletAddress":"0x","balanceUsd":1,"canConsume":true}}`)
	default:
		reply(w, 200, `{}`)
	}
}

func (d *door) client(auth venice.Auth, options ...venice.ClientOption) *venice.Client {
	c, err := venice.New(append([]venice.ClientOption{venice.WithBaseURL(d.url), venice.WithAuth(auth)}, options...)...)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

func chat(t *testing.T, c *venice.Client) error {
	_, err := c.CreateChatCompletion(t.Context(), &gen.ChatCompletionRequest{Model: "m", Messages: []gen.ChatMessage{gen.UserMessage("hi")}})
	return err
}
