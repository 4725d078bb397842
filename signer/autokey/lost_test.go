// Tests of mints without a key: lost answers, refusals, people who say no.

package autokey_test

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
	"github.com/venice-go/venice/tests/venicetest"
)

func TestLostAnswer(t *testing.T) {
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
func TestKilledWhileMinting(t *testing.T) {
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

func TestRemembersARefusal(t *testing.T) {
	w := newWorld(t)
	if err := w.Stake(w.wallet.Address(), -1); err != nil {
		t.Fatal(err)
	}
	client := w.client(w.unending())
	for range 20 {
		w.fails(client, signer.ErrNoStake, 1)
	}
	w.fails(w.client(w.unending()), signer.ErrNoStake, 1) // another process
	ahead := w.unending()
	ahead.Now = func() time.Time { return w.now().Add(24 * time.Hour) }
	w.Respond("GET /api_keys/generate_web3_key", venicetest.Answer{Status: 403, Body: []byte(`{"error":"no"}`), Unchecked: true})
	w.fails(w.client(ahead), venice.ErrForbidden, 1) // a clock that is off is not believed by the others
	w.Respond("GET /api_keys/generate_web3_key")
	if err := w.Stake(w.wallet.Address(), 1); err != nil {
		t.Fatal(err)
	}
	w.works(w.client(w.unending()), 2)
	w.pass(31 * time.Second)
	w.works(client, 2)
}

// A store that says that it failed may have stored what is about to be minted all the same.
func TestStoreThatIsWrong(t *testing.T) {
	w, no := newWorld(t), errors.New("no")
	store := &ledge{broken: no}
	auth := w.unending()
	auth.Store = store
	w.fails(w.client(auth), no, 0)
	store.broken = nil
	next := w.unending()
	next.Store = store
	w.works(w.client(next), 1)
}

// A person who says no is not asked again for each call, and a wallet that waits holds no caller.
func TestWalletSaysNo(t *testing.T) {
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

// The store keeps what a lost answer held: a key of an unknown form could be in it.
func TestLostAnswerIsStored(t *testing.T) {
	w := newWorld(t)
	w.Respond("POST /api_keys/generate_web3_key", venicetest.Answer{Body: []byte(`{"data":{"key":"of-a-new-form"}}`), Unchecked: true})
	for range 2 {
		err := w.call(w.client(w.unending()))
		lost, ok := errors.AsType[*signer.LostKeyError](err)
		if !ok || !strings.Contains(lost.Answer.Reveal(), "of-a-new-form") || strings.Contains(err.Error(), "of-a-new-form") || w.mints.Load() != 1 {
			t.Errorf("%v after %d mints", err, w.mints.Load())
		}
	}
}

// A key in an odd answer is used, stored, and handed out with the reason.
func TestOddAnswer(t *testing.T) {
	w := newWorld(t)
	odd := w.InferenceKey()
	w.Respond("POST /api_keys/generate_web3_key", venicetest.Answer{Status: 500, Body: []byte(`{"oops":"` + odd + `"}`), Unchecked: true})
	auth := w.unending()
	auth.Client = w.client(nil)
	var told *signer.Key
	var why error
	auth.Minted = func(key *signer.Key, err error) { told, why = key, err }
	w.works(w.client(auth), 1)
	if told == nil || told.APIKey.Reveal() != odd || why == nil {
		t.Errorf("told %v, %v", told, why)
	}
	w.works(w.client(w.unending()), 1)
	if text, err := os.ReadFile(w.path); err != nil || !strings.Contains(string(text), odd) {
		t.Errorf("another key was stored: %v", err)
	}
}
