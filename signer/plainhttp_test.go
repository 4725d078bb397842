// Test that plain http to another machine gets nothing that a wallet signed, whatever options say.

package signer

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/internal/evm"
)

func TestPlainHTTP(t *testing.T) {
	const address = "http://proxy:8080/api/v1"
	reached := errors.New("reached the network")
	network := roundTrip(func(*http.Request) (*http.Response, error) { return nil, reached })
	wallet, allowed := quiet{testWallet(t), evm.Base, t}, AllowOrigin(address)
	client := func(auth venice.Auth) *venice.Client {
		c, err := venice.New(venice.WithPlainHTTP("proxy"), venice.WithBaseURL(address), venice.WithAuth(auth), venice.WithHTTPClient(&http.Client{Transport: network}))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	body := strings.NewReader("{}")
	for name, call := range map[string]func() error{
		"sign-in":   func() error { return chat(t, client(SignIn(wallet, allowed))) },
		"any route": func() error { return client(SignIn(wallet, allowed)).Do(t.Context(), "GET", "/files", nil, nil) },
		"mint":      func() error { _, err := MintAPIKey(t.Context(), client(nil), wallet, nil, allowed); return err },
		"proof": func() error {
			_, err := SubmitProof(t.Context(), client(nil), Proof{Address: wallet.Address()}, nil, allowed)
			return err
		},
		"transport": func() error {
			req, _ := http.NewRequestWithContext(t.Context(), "POST", address+"/files", body)
			req.Header.Set("Authorization", "Bearer none")
			return tripError(&Transport{Auth: SignIn(wallet, allowed), BaseURL: address, Base: network}, req)
		},
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), "want https") && !strings.Contains(err.Error(), "use https") || errors.Is(err, reached) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A key may go there, and what needs no credentials.
	if _, err := client(SignIn(wallet, allowed)).ListModels(t.Context(), nil); !errors.Is(err, reached) {
		t.Error(err)
	}
}
