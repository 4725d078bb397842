// Tests of which service a key is of.

package autokey_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/autokey"
)

// The base URL is found by the first call, whatever that is.
func TestFindsTheBaseURL(t *testing.T) {
	wallet, err := signer.GenerateEVM()
	if err != nil {
		t.Fatal(err)
	}
	for url, c := range map[string]struct{ path, base string }{
		"https://api.venice.ai/api/v1/chat/completions":          {"/chat/completions", "https://api.venice.ai/api/v1"},
		"https://api.venice.ai/api/v1/characters/a%2Fb?limit=1":  {"/characters/{slug}", "https://api.venice.ai/api/v1"},
		"http://127.0.0.1:80/api_keys":                           {"/api_keys", "http://127.0.0.1:80"},
		"https://api.venice.ai/v%2F1/api_keys/rate_limits/log":   {"/api_keys/rate_limits/log", "https://api.venice.ai/v%2F1"},
		"https://gateway.example:8443/v1/chat/completions":       {"/chat/completions", "https://gateway.example:8443/v1"}, // named below
		"https://gateway.example/v1/chat/completions":            {"/chat/completions", ""},
		"http://gateway.example:8443/v1/chat/completions":        {"/chat/completions", ""},
		"https://elsewhere.example/api/v1/chat/completions":      {"/chat/completions", ""},
		"http://api.venice.ai/api/v1/chat/completions":           {"/chat/completions", ""},
		"https://api.venice.ai.example/api/v1/chat/completions":  {"/chat/completions", ""},
		"https://user@api.venice.ai/api/v1/characters/x/reviews": {"/characters/{slug}/reviews", ""},
	} {
		auth := &autokey.Auth{Wallet: wallet, AllowOrigins: []string{"https://gateway.example:8443"}}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		base, err := auth.BaseURL(req, &venice.Operation{Path: c.path})
		if (err != nil) != (c.base == "") || base != c.base {
			t.Errorf("%s: %q, %v", url, base, err)
		}
	}
}

// The zero value has nothing to say to a refusal.
func TestZeroValueRetriesNothing(t *testing.T) {
	var auth venice.Retrier = new(autokey.Auth)
	if again, err := auth.Retry(context.Background(), nil, nil, &venice.Error{Status: 401}); again || err != nil {
		t.Error(again, err)
	}
}
