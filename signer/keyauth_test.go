// Tests of keys that renew themselves, against the fake service and its clock.

package signer_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

// A world is a fake with a clock of its own, that counts what is minted.
type world struct {
	*venicetest.Server
	t             *testing.T
	wallet        *signer.EVM
	path          string
	late          atomic.Int64
	tokens, mints atomic.Int64
	looks         atomic.Int64 // calls that need a key
	cut           atomic.Bool  // the next answer to a mint is lost
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, path: filepath.Join(t.TempDir(), "key")}
	w.Server = venicetest.NewServer(t, venicetest.WithClock(w.now))
	wallet, err := signer.GenerateEVM()
	if err != nil {
		t.Fatal(err)
	}
	w.wallet = wallet
	if err := w.Stake(wallet.Address(), 1); err != nil {
		t.Fatal(err)
	}
	w.OnRequest(func(operation string, _ *http.Request, _ []byte) {
		switch operation {
		case "GET /api_keys/generate_web3_key":
			w.tokens.Add(1)
		case "POST /api_keys/generate_web3_key":
			w.mints.Add(1)
		case "GET /api_keys/rate_limits":
			w.looks.Add(1)
		}
	})
	w.OnAnswer(func(operation string, _ *http.Request, _ int) {
		if operation == "POST /api_keys/generate_web3_key" && w.cut.CompareAndSwap(true, false) {
			panic(http.ErrAbortHandler)
		}
	})
	return w
}

func (w *world) now() time.Time            { return time.Now().Add(time.Duration(w.late.Load())) }
func (w *world) pass(d time.Duration)      { w.late.Add(int64(d)) }
func (w *world) file() signer.KeyFile      { return signer.KeyFile{Path: w.path} }
func (w *world) clock() []signer.Option    { return []signer.Option{signer.WithClock(w.now)} }
func (w *world) hourly() *signer.KeyAuth   { return w.auth(time.Hour) }
func (w *world) unending() *signer.KeyAuth { return w.auth(0) }

func (w *world) auth(life time.Duration) *signer.KeyAuth {
	return &signer.KeyAuth{Wallet: w.wallet, Store: w.file(), Life: life, Options: w.clock()}
}

func (w *world) client(auth venice.Auth, options ...venice.ClientOption) *venice.Client {
	w.t.Helper()
	client, err := venice.New(append(options, venice.WithBaseURL(w.URL), venice.WithAuth(auth), venice.WithErrorBudget(0))...)
	if err != nil {
		w.t.Fatal(err)
	}
	return client
}

// admin is a client with an ADMIN key of the wallet's account.
func (w *world) admin() *venice.Client {
	w.t.Helper()
	key, err := signer.MintAPIKey(w.t.Context(), w.client(nil), w.wallet, &signer.KeyRequest{Type: "ADMIN"}, w.clock()...)
	if err != nil {
		w.t.Fatal(err)
	}
	w.mints.Add(-1)
	w.tokens.Add(-1)
	client, err := venice.New(venice.WithBaseURL(w.URL), venice.WithAPIKey(key.APIKey.Reveal()))
	if err != nil {
		w.t.Fatal(err)
	}
	return client
}

// call makes a call that needs a key.
func (w *world) call(client *venice.Client) error {
	_, err := client.GetRateLimits(w.t.Context())
	return err
}

func (w *world) works(client *venice.Client, mints int64) {
	w.t.Helper()
	if err := w.call(client); err != nil || w.mints.Load() != mints {
		w.t.Errorf("%v after %d mints, want %d", err, w.mints.Load(), mints)
	}
}

func (w *world) fails(client *venice.Client, want error, mints int64, says ...string) {
	w.t.Helper()
	err := w.call(client)
	if !errors.Is(err, want) || w.mints.Load() != mints {
		w.t.Errorf("%v after %d mints, want %v after %d", err, w.mints.Load(), want, mints)
	}
	for _, text := range says {
		if err == nil || !strings.Contains(err.Error(), text) {
			w.t.Errorf("%v does not say %q", err, text)
		}
	}
}

// deleteAll deletes all INFERENCE keys of the wallet.
func (w *world) deleteAll(admin *venice.Client) (n int) {
	w.t.Helper()
	list, err := admin.ListAPIKeys(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, k := range list.Data {
		if k.APIKeyType == "INFERENCE" {
			n++
			if _, err := admin.DeleteAPIKey(w.t.Context(), &gen.DeleteAPIKeyParams{ID: &k.ID}); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return n
}

func TestKeyAuthMintsOnceForAllGoroutines(t *testing.T) {
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
}

func (l *ledge) Hold(_ context.Context, use func(signer.Secret, func(signer.Secret) error) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.holds++
	return use(l.record, func(record signer.Secret) error { l.record = record; return nil })
}

func TestKeyAuthAsksItsStoreOnce(t *testing.T) {
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

// TestKeyAuthProcess is what the processes of the test below do.
func TestKeyAuthProcess(t *testing.T) {
	path, url := os.Getenv("KEYAUTH_PATH"), os.Getenv("KEYAUTH_URL")
	if path == "" {
		t.Skip("only as a process of TestKeyAuthMintsOnceForAllProcesses")
	}
	wallet, err := signer.ParseEVM(os.Getenv("KEYAUTH_WALLET"))
	if err != nil {
		t.Fatal(err)
	}
	client, err := venice.New(venice.WithBaseURL(url), venice.WithAuth(&signer.KeyAuth{Wallet: wallet, Store: signer.KeyFile{Path: path}, Life: time.Hour}))
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

func TestKeyAuthMintsOnceForAllProcesses(t *testing.T) {
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
			c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKeyAuthProcess$")
			c.Env = append(os.Environ(), "KEYAUTH_PATH="+w.path, "KEYAUTH_URL="+w.URL, "KEYAUTH_WALLET="+private)
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

func TestKeyAuthRenewsBeforeExpiry(t *testing.T) {
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
func TestKeyAuthShortLife(t *testing.T) {
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
