// Tests of keys that renew themselves, against the fake service and its clock.

package autokey_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/autokey"
)

func TestMintsOnceForAllGoroutines(t *testing.T) {
	w := newWorld(t)
	clients := []*venice.Client{w.client(w.hourly()), w.client(w.hourly(), venice.WithMaxInFlight(1))} // as two programs would
	var all sync.WaitGroup
	for n := range 50 {
		all.Go(func() {
			if err := w.call(clients[n%2]); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if w.mints.Load() != 1 || w.tokens.Load() != 1 {
		t.Errorf("%d mints and %d tokens", w.mints.Load(), w.tokens.Load())
	}
	info, err := os.Stat(w.path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

// A ledge is a store of somebody else's making, that counts.
type ledge struct {
	mu     sync.Mutex
	record signer.Secret
	holds  int
	broken error
}

func (l *ledge) Hold(_ context.Context, use func(signer.Secret, func(signer.Secret) error) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.holds++
	return use(l.record, func(record signer.Secret) error { l.record = record; return l.broken })
}

func TestAsksItsStoreOnce(t *testing.T) {
	w, store := newWorld(t), new(ledge)
	auth := w.unending()
	auth.Store = store
	client := w.client(auth)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if err := w.call(client); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if w.mints.Load() != 1 || store.holds != 1 {
		t.Errorf("%d mints, %d looks into the store", w.mints.Load(), store.holds)
	}
}

// TestProcess is what the processes of the test below do.
func TestProcess(t *testing.T) {
	path, url := os.Getenv("AUTOKEY_PATH"), os.Getenv("AUTOKEY_URL")
	if path == "" {
		t.Skip("only as a process of TestMintsOnceForAllProcesses")
	}
	wallet, err := signer.ParseEVM(os.Getenv("AUTOKEY_WALLET"))
	if err != nil {
		t.Fatal(err)
	}
	client, err := venice.New(venice.WithBaseURL(url), venice.WithAuth(&autokey.Auth{Wallet: wallet, Store: autokey.File{Path: path}, Life: time.Hour}))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if _, err := client.GetRateLimits(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestMintsOnceForAllProcesses(t *testing.T) {
	w := newWorld(t)
	const private = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80" // known to everyone
	wallet, err := signer.ParseEVM(private)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Stake(wallet.Address(), 1); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProcess$")
			c.Env = append(os.Environ(), "AUTOKEY_PATH="+w.path, "AUTOKEY_URL="+w.URL, "AUTOKEY_WALLET="+private)
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	all.Wait()
	if w.mints.Load() != 1 {
		t.Errorf("%d mints", w.mints.Load())
	}
}

func TestRenewsBeforeExpiry(t *testing.T) {
	w := newWorld(t)
	var told []string
	auth := w.hourly()
	auth.Minted = func(key *signer.Key, err error) { told = append(told, fmt.Sprint(key.ExpiresAt != "", err)) }
	client, other := w.client(auth), w.client(w.hourly())
	w.works(client, 1)
	w.pass(54 * time.Minute)
	w.works(client, 1)
	w.pass(90 * time.Second) // within the margin of five minutes
	w.works(client, 2)
	w.works(other, 2)
	w.pass(2 * time.Hour) // over
	w.works(other, 3)
	w.works(client, 3)
	if fmt.Sprint(told) != "[true <nil> true <nil>]" {
		t.Errorf("told %v", told)
	}
	forever := w.client(w.unending())
	w.works(forever, 3)
}

// The shortest Life, second by second for an hour.
func TestShortLife(t *testing.T) {
	w := newWorld(t)
	client := w.client(w.auth(time.Minute))
	for range 1200 {
		w.pass(3 * time.Second)
		if err := w.call(client); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.mints.Load(); n < 60 || n > 75 {
		t.Errorf("%d mints", n)
	}
}
