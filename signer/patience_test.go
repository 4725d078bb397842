// Tests of wallets that ignore their context: nobody waits for them longer than what they are to sign is good for.

package signer

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/venice-go/venice/internal/vectors"
)

// deaf is a wallet that answers when it is let, whatever becomes of its context.
func deaf(t *testing.T) (w Wallet, let func()) {
	answer := make(chan bool)
	w, err := NewMessageWallet(vectors.PersonalSign.Address, func(context.Context, []byte) ([]byte, error) {
		<-answer
		return []byte{1}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w, func() { close(answer) }
}

func TestWalletsThatIgnoreTheirContext(t *testing.T) {
	for name, c := range map[string]struct {
		call func(context.Context, Wallet) error
		most time.Duration // for which what is signed is good
	}{
		"token": {func(ctx context.Context, w Wallet) error {
			_, err := SignMintToken(ctx, w, goodToken, WithClock(func() time.Time { return tokenTime }))
			return err
		}, 15 * time.Minute},
		"sign-in": {func(ctx context.Context, w Wallet) error {
			req, _ := http.NewRequestWithContext(ctx, "POST", "https://api.venice.ai/api/v1/chat/completions", nil)
			return SignIn(w).Authorize(ctx, req, opChat)
		}, 4 * time.Minute},
	} {
		for _, leaves := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				w, let := deaf(t)
				defer let()
				ctx, want, most := t.Context(), context.DeadlineExceeded, c.most
				if leaves {
					var cancel context.CancelFunc
					ctx, cancel = context.WithCancel(ctx)
					time.AfterFunc(time.Second, cancel)
					want, most = context.Canceled, time.Second
				}
				began := time.Now()
				if err := c.call(ctx, w); !errors.Is(err, want) {
					t.Errorf("%s, caller leaves %t: %v", name, leaves, err)
				}
				if took := time.Since(began); took != most {
					t.Errorf("%s, caller leaves %t: held for %v, want %v", name, leaves, took, most)
				}
			})
		}
	}
}
