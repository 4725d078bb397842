// The world of the tests: the fake service and its clock.

package autokey_test

import (
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/autokey"
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

func (w *world) now() time.Time          { return time.Now().Add(time.Duration(w.late.Load())) }
func (w *world) pass(d time.Duration)    { w.late.Add(int64(d)) }
func (w *world) file() autokey.File      { return autokey.File{Path: w.path} }
func (w *world) hourly() *autokey.Auth   { return w.auth(time.Hour) }
func (w *world) unending() *autokey.Auth { return w.auth(0) }

func (w *world) auth(life time.Duration) *autokey.Auth {
	return &autokey.Auth{Wallet: w.wallet, Store: w.file(), Life: life, Now: w.now}
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
	key, err := signer.MintAPIKey(w.t.Context(), w.client(nil), w.wallet, &signer.KeyRequest{Type: "ADMIN"}, signer.WithClock(w.now))
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

// fails wants an error that is want, or any if that is nil.
func (w *world) fails(client *venice.Client, want error, mints int64, says ...string) {
	w.t.Helper()
	err := w.call(client)
	if err == nil || want != nil && !errors.Is(err, want) || w.mints.Load() != mints {
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
