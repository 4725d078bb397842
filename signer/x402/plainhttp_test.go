// Test that nothing is paid over plain http to another machine, whatever the fields say.

package x402

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
)

// quiet is a wallet that must not be asked.
type quiet struct {
	signer.Wallet
	t *testing.T
}

func (w quiet) SignMessage(context.Context, []byte) (string, error) {
	w.t.Error("the wallet was asked to sign")
	return "", nil
}

func (w quiet) SignTransfer(context.Context, Transfer) (string, error) {
	w.t.Error("the wallet was asked to pay")
	return "", ErrDeclined
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestPlainHTTP(t *testing.T) {
	const address = "http://proxy:8080/api/v1"
	reached := errors.New("reached the network")
	network := roundTrip(func(*http.Request) (*http.Response, error) { return nil, reached })
	client := func(auth venice.Auth) *venice.Client {
		c, err := venice.New(venice.WithPlainHTTP("proxy"), venice.WithBaseURL(address), venice.WithAuth(auth), venice.WithHTTPClient(&http.Client{Transport: network}))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	payer := func(asset string) *Payer {
		return &Payer{Wallet: quiet{testWallet(t), t}, Budget: wideBudget, Journal: new(journal.Memory), TestAsset: asset, AllowOrigins: []string{address}}
	}
	for name, call := range map[string]func() error{
		"automatic": func() error {
			auto := &AutoTopUp{Payer: payer(""), Amount: 5 * USD, Options: []signer.Option{signer.AllowOrigin(address)}}
			_, err := client(auto).CreateChatCompletion(t.Context(), &gen.ChatCompletionRequest{Model: "m", Messages: []gen.ChatMessage{gen.UserMessage("hi")}})
			return err
		},
		"payment":    func() error { _, err := payer("").TopUp(t.Context(), client(nil), 5*USD); return err },
		"test asset": func() error { _, err := payer(testAsset).TopUp(t.Context(), client(nil), 5*USD); return err },
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), "want https") || errors.Is(err, reached) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
