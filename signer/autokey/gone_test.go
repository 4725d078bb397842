// Tests of keys that are refused: which refusals lead to a mint.

package autokey_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

// The service is away when the key is to be renewed: the old one is used to its end.
func TestUsesTheOldKeyToItsEnd(t *testing.T) {
	w := newWorld(t)
	client := w.client(w.hourly())
	w.works(client, 1)
	if err := w.Stake(w.wallet.Address(), -1); err != nil {
		t.Fatal(err)
	}
	w.pass(57 * time.Minute)
	w.works(client, 2)
	w.works(client, 2) // not tried again for a while
	w.pass(4 * time.Minute)
	w.fails(client, signer.ErrNoStake, 3)
}

func TestMintsAnewForAKeyThatIsGone(t *testing.T) {
	w := newWorld(t)
	client, other := w.client(w.unending()), w.client(w.unending(), venice.WithMaxInFlight(1))
	w.works(client, 1)
	w.works(other, 1)
	w.pass(time.Hour)
	admin := w.admin()
	w.deleteAll(admin)
	w.looks.Store(0)
	var all sync.WaitGroup
	for n := range 50 {
		all.Go(func() {
			if err := w.call([]*venice.Client{client, other}[n%2]); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	// Each call is sent twice at most, and looks once at most: a refusal does not tell which key it is about, so one that
	// comes after the renewal looks as well.
	if n := w.looks.Load(); n > 3*50 {
		t.Errorf("%d calls were sent", n)
	}
	w.works(client, 2)

	// A service that takes no key at all gets none minted after the other.
	w.deleteAll(admin)
	for range 3 {
		w.fails(client, venice.ErrUnauthorized, 2, "earliest")
	}
	w.pass(11 * time.Minute)
	w.works(client, 3)
}

// What is refused for other reasons than that the key is not known leads to no mint.
func TestMintsForNoOther401(t *testing.T) {
	w := newWorld(t)
	client := w.client(w.unending())
	w.works(client, 1)
	w.pass(time.Hour)
	if _, err := client.ListAPIKeys(t.Context()); !errors.Is(err, venice.ErrUnauthorized) || w.mints.Load() != 1 {
		t.Errorf("an admin's route: %v, %d mints", err, w.mints.Load())
	}
	for _, text := range []string{"Authentication failed - Pro subscription is inactive.", "This model is only available to Pro users", "Invalid Sign-in-with-x signature"} {
		w.Respond("GET /api_keys/rate_limits", venicetest.Answer{Status: 401, Body: []byte(`{"error":"` + text + `"}`), Unchecked: true})
		w.looks.Store(0)
		if w.fails(client, venice.ErrUnauthorized, 1); w.looks.Load() != 1 {
			t.Errorf("%s: %d calls were sent", text, w.looks.Load())
		}
	}
	// The service did not know the key, and then it does.
	w.Respond("GET /api_keys/rate_limits", venicetest.Answer{Status: 401, Body: []byte(`{"error":"Authentication failed"}`), Unchecked: true},
		venicetest.Answer{})
	w.works(client, 1)
	// Or it cannot say.
	w.Respond("GET /api_keys/rate_limits", venicetest.Answer{Status: 401, Body: []byte(`{"error":"Authentication failed"}`), Unchecked: true},
		venicetest.Answer{Status: 403, Body: []byte(`{"error":"no"}`), Unchecked: true})
	w.fails(client, venice.ErrUnauthorized, 1)
}

// Who could not mint another key is not asked again at once, though the key stays refused.
func TestGoneKeyAsksOnce(t *testing.T) {
	w := newWorld(t)
	auth, asked := w.unending(), 0
	w.works(w.client(auth), 1)
	w.deleteAll(w.admin())
	w.pass(time.Hour)
	again, no := w.unending(), errors.New("no")
	again.Wallet, _ = signer.NewMessageWallet(w.wallet.Address(), func(context.Context, []byte) ([]byte, error) { asked++; return nil, no })
	client := w.client(again)
	for range 3 {
		w.fails(client, venice.ErrUnauthorized, 1, "no")
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}
