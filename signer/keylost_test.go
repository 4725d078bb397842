// Tests of mints without a key: lost answers, refusals, people who say no.

package signer_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
)

func TestKeyAuthLostAnswer(t *testing.T) {
	w := newWorld(t)
	auth := w.unending()
	client := w.client(auth)
	w.cut.Store(true)
	w.fails(client, signer.ErrKeyMayExist, 1)
	err := w.call(client)
	lost, ok := errors.AsType[*signer.LostKeyError](err)
	if !ok || !strings.HasPrefix(lost.Description, "Web3 API Key ") || !strings.Contains(err.Error(), "Revoke") || errors.Is(err, venice.ErrMaybeSent) {
		t.Errorf("%v", err)
	}
	w.fails(client, signer.ErrKeyMayExist, 1)
	w.pass(24 * time.Hour)
	w.fails(client, signer.ErrKeyMayExist, 1)
	restarted := w.client(w.unending())
	w.fails(restarted, signer.ErrKeyMayExist, 1, lost.Description)

	admin := w.admin()
	if err := auth.Revoke(t.Context(), admin); err != nil {
		t.Error(err)
	}
	if n := w.deleteAll(admin); n != 0 {
		t.Errorf("%d keys are left", n)
	}
	w.works(client, 2)
	w.pass(time.Minute) // restarted has looked just before
	w.works(restarted, 2)
}

// A program is killed while it mints. What it leaves behind is what the next one finds.
func TestKeyAuthKilledWhileMinting(t *testing.T) {
	w := newWorld(t)
	var left []byte
	w.OnAnswer(func(operation string, _ *http.Request, _ int) {
		if operation == "POST /api_keys/generate_web3_key" && left == nil {
			left, _ = os.ReadFile(w.path)
		}
	})
	w.works(w.client(w.unending()), 1)
	if err := os.WriteFile(w.path, left, 0o600); err != nil {
		t.Fatal(err)
	}
	auth := w.unending()
	w.fails(w.client(auth), signer.ErrKeyMayExist, 1, "ended while")
	// Somebody looks with the key of another account, which says nothing.
	stranger, _ := venice.New(venice.WithBaseURL(w.URL), venice.WithAPIKey(w.AdminKey()))
	if err := auth.Revoke(t.Context(), stranger); err == nil || !strings.Contains(err.Error(), "Forget") {
		t.Error(err)
	}
	w.pass(time.Minute)
	w.fails(w.client(auth), signer.ErrKeyMayExist, 1)
	if err := auth.Forget(t.Context()); err != nil {
		t.Error(err)
	}
	w.works(w.client(auth), 2)
}

func TestKeyAuthRemembersARefusal(t *testing.T) {
	w := newWorld(t)
	if err := w.Stake(w.wallet.Address(), -1); err != nil {
		t.Fatal(err)
	}
	client := w.client(w.unending())
	for range 20 {
		w.fails(client, signer.ErrNoStake, 1)
	}
	w.fails(w.client(w.unending()), signer.ErrNoStake, 1) // another process
	if err := w.Stake(w.wallet.Address(), 1); err != nil {
		t.Fatal(err)
	}
	w.pass(31 * time.Second)
	w.works(client, 2)
}

// A person who says no is not asked again for each call, and a wallet that waits holds no caller.
func TestKeyAuthWalletSaysNo(t *testing.T) {
	w := newWorld(t)
	no, asked := errors.New("no"), 0
	wallet, err := signer.NewMessageWallet(w.wallet.Address(), func(context.Context, []byte) ([]byte, error) { asked++; return nil, no })
	if err != nil {
		t.Fatal(err)
	}
	auth := w.unending()
	auth.Wallet = wallet
	client := w.client(auth)
	w.fails(client, no, 0)
	w.fails(client, no, 0)
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	release := make(chan struct{})
	auth = w.unending()
	ctx, cancel := context.WithCancel(t.Context())
	auth.Wallet, _ = signer.NewMessageWallet(w.wallet.Address(), func(context.Context, []byte) ([]byte, error) {
		cancel() // the caller leaves while the person thinks
		<-release
		return nil, no
	})
	if _, err := w.client(auth).GetRateLimits(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(release)
}
