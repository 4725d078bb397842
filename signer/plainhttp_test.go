// Test that plain http to another machine gets nothing that a wallet signed, whatever options say.

package signer

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/venice-go/venice"
)

func (w quiet) SignTransfer(context.Context, Transfer) (string, error) {
	w.t.Error("the wallet was asked to pay")
	return "", ErrDeclined
}

func TestPlainHTTP(t *testing.T) {
	const address = "http://proxy:8080/api/v1"
	reached := errors.New("reached the network")
	network := roundTrip(func(*http.Request) (*http.Response, error) { return nil, reached })
	wallet, allowed := quiet{testWallet(t), base, t}, AllowOrigin(address)
	client := func(auth venice.Auth) *venice.Client {
		c, err := venice.New(venice.WithPlainHTTP("proxy"), venice.WithBaseURL(address), venice.WithAuth(auth), venice.WithHTTPClient(&http.Client{Transport: network}))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	payer := &Payer{Wallet: wallet, Budget: wideBudget, Journal: new(memory), Options: []Option{allowed}}
	body := strings.NewReader("{}")
	for name, call := range map[string]func() error{
		"sign-in":   func() error { return chat(t, client(SignIn(wallet, allowed))) },
		"any route": func() error { return client(SignIn(wallet, allowed)).Do(t.Context(), "GET", "/files", nil, nil) },
		"automatic": func() error {
			return chat(t, client(SignIn(wallet, allowed, WithAutoTopUp(&AutoTopUp{Payer: payer, Amount: 5 * USD}))))
		},
		"mint": func() error { _, err := MintAPIKey(t.Context(), client(nil), wallet, nil, allowed); return err },
		"proof": func() error {
			_, err := SubmitProof(t.Context(), client(nil), Proof{Address: wallet.Address()}, nil, allowed)
			return err
		},
		"payment": func() error { _, err := payer.TopUp(t.Context(), client(nil), 5*USD); return err },
		"test asset": func() error {
			p := &Payer{Wallet: wallet, Budget: wideBudget, Journal: new(memory), TestAsset: testAsset, Options: []Option{allowed}}
			_, err := p.TopUp(t.Context(), client(nil), 5*USD)
			return err
		},
		"transport": func() error {
			req, _ := http.NewRequestWithContext(t.Context(), "POST", address+"/files", body)
			req.Header.Set("Authorization", "Bearer none")
			return tripError(&Transport{Wallet: wallet, BaseURL: address, Base: network}, req)
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
