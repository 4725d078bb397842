// Tests of which service a key is of.

package signer

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/venice-go/venice"
)

// The base URL is found by the first call, whatever that is.
func TestKeyAuthFindsTheBaseURL(t *testing.T) {
	for url, c := range map[string]struct{ path, base string }{
		"https://api.venice.ai/api/v1/chat/completions":          {"/chat/completions", "https://api.venice.ai/api/v1"},
		"https://api.venice.ai/api/v1/characters/a%2Fb?limit=1":  {"/characters/{slug}", "https://api.venice.ai/api/v1"},
		"http://127.0.0.1:80/api_keys":                           {"/api_keys", "http://127.0.0.1:80"},
		"https://api.venice.ai/v%2F1/api_keys/rate_limits/log":   {"/api_keys/rate_limits/log", "https://api.venice.ai/v%2F1"},
		"https://elsewhere.example/api/v1/chat/completions":      {"/chat/completions", ""},
		"http://api.venice.ai/api/v1/chat/completions":           {"/chat/completions", ""},
		"https://api.venice.ai.example/api/v1/chat/completions":  {"/chat/completions", ""},
		"https://user@api.venice.ai/api/v1/characters/x/reviews": {"/characters/{slug}/reviews", ""},
	} {
		auth := &KeyAuth{Wallet: testWallet(t)}
		if err := auth.prepare(); err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = auth.settle(req, &venice.Operation{Path: c.path})
		if (err != nil) != (c.base == "") || err == nil && auth.client.BaseURL() != c.base {
			t.Errorf("%s: %v, %v", url, auth.client, err)
		}
	}
}

// A key in an odd answer is used, stored, and handed out with the reason.
func TestKeyAuthTakesAnOddAnswer(t *testing.T) {
	m := newMint(t)
	m.answer = func(w http.ResponseWriter, _ int, _ map[string]any) { reply(w, 500, `{"oops":"`+mintedKey+`"}`) }
	auth, client := keyAuthOf(t, m, KeyFile{Path: filepath.Join(t.TempDir(), "key")})
	var told *Key
	var why error
	auth.Minted = func(key *Key, err error) { told, why = key, err }
	other, next := keyAuthOf(t, m, auth.Store.(KeyFile))
	if err := errors.Join(use(t, client), use(t, next)); err != nil || told == nil || why == nil || len(m.posts) != 1 {
		t.Errorf("%v; told %v, %v; %d keys were minted", err, told, why, len(m.posts))
	}
	if key := other.now(); key == nil || key.Text.Reveal() != mintedKey {
		t.Error("another key was stored")
	}
}

// The zero value has nothing to say to a refusal.
func TestKeyAuthZeroValueRetriesNothing(t *testing.T) {
	var auth venice.Retrier = new(KeyAuth)
	if again, err := auth.Retry(context.Background(), nil, nil, &venice.Error{Status: 401}); again || err != nil {
		t.Error(again, err)
	}
}
