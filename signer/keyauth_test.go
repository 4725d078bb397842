// Tests of keys that renew themselves, against the fake service and its clock.

package signer_test

import (
	"bytes"
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
	cut           atomic.Bool // the next answer to a mint is lost
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

func (w *world) client(auth venice.Auth, options ...venice.Option) *venice.Client {
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
	key, err := signer.MintAPIKey(w.t.Context(), w.client(nil), w.wallet, &gen.Web3KeyRequest{APIKeyType: "ADMIN"}, w.clock()...)
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

func (w *world) fails(client *venice.Client, want error, mints int64) error {
	w.t.Helper()
	err := w.call(client)
	if !errors.Is(err, want) || w.mints.Load() != mints {
		w.t.Errorf("%v after %d mints, want %v after %d", err, w.mints.Load(), want, mints)
	}
	return err
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

// The service is away when the key is to be renewed: the old one is used to its end.
func TestKeyAuthUsesTheOldKeyToItsEnd(t *testing.T) {
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

func TestKeyAuthMintsAnewForAKeyThatIsGone(t *testing.T) {
	w := newWorld(t)
	client, other := w.client(w.unending()), w.client(w.unending(), venice.WithMaxInFlight(1))
	w.works(client, 1)
	w.works(other, 1)
	w.pass(time.Hour)
	admin := w.admin()
	w.deleteAll(admin)
	var all sync.WaitGroup
	for n := range 50 {
		all.Go(func() {
			if err := w.call([]*venice.Client{client, other}[n%2]); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.works(client, 2)

	// A service that takes no key at all gets none minted after the other.
	w.deleteAll(admin)
	for range 3 {
		if err := w.fails(client, venice.ErrUnauthorized, 2); !strings.Contains(err.Error(), "earliest") {
			t.Error(err)
		}
	}
	w.pass(11 * time.Minute)
	w.works(client, 3)
}

// What is refused for other reasons than that the key is not known leads to no mint.
func TestKeyAuthMintsForNoOther401(t *testing.T) {
	w := newWorld(t)
	client := w.client(w.unending())
	w.works(client, 1)
	w.pass(time.Hour)
	if _, err := client.ListAPIKeys(t.Context()); !errors.Is(err, venice.ErrUnauthorized) || w.mints.Load() != 1 {
		t.Errorf("an admin's route: %v, %d mints", err, w.mints.Load())
	}
	for _, text := range []string{"Authentication failed - Pro subscription is inactive.", "This model is only available to Pro users", "Invalid Sign-in-with-x signature"} {
		w.Respond("GET /api_keys/rate_limits", venicetest.Answer{Status: 401, Body: []byte(`{"error":"` + text + `"}`), Unchecked: true})
		w.fails(client, venice.ErrUnauthorized, 1)
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

func TestKeyAuthLostAnswer(t *testing.T) {
	w := newWorld(t)
	auth := w.unending()
	client := w.client(auth)
	w.cut.Store(true)
	err := w.fails(client, signer.ErrKeyMayExist, 1)
	lost, ok := errors.AsType[*signer.LostKeyError](err)
	if !ok || !strings.HasPrefix(lost.Description, "Web3 API Key ") || !strings.Contains(err.Error(), "Revoke") || errors.Is(err, venice.ErrMaybeSent) {
		t.Errorf("%v", err)
	}
	w.fails(client, signer.ErrKeyMayExist, 1)
	w.pass(24 * time.Hour)
	w.fails(client, signer.ErrKeyMayExist, 1)
	restarted := w.client(w.unending())
	if err := w.fails(restarted, signer.ErrKeyMayExist, 1); !strings.Contains(err.Error(), lost.Description) {
		t.Errorf("%v", err)
	}

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
	err := w.fails(w.client(auth), signer.ErrKeyMayExist, 1)
	if !strings.Contains(err.Error(), "ended while") {
		t.Error(err)
	}
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
	auth.Wallet, _ = signer.NewMessageWallet(w.wallet.Address(), func(context.Context, []byte) ([]byte, error) { <-release; return nil, no })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	if _, err := w.client(auth).GetRateLimits(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(release)
}

func TestKeyAuthOfAnotherWalletOrService(t *testing.T) {
	w := newWorld(t)
	w.works(w.client(w.unending()), 1)
	before, _ := os.ReadFile(w.path)
	auth := w.unending()
	auth.Wallet, _ = signer.GenerateEVM()
	if err := w.call(w.client(auth)); err == nil || !strings.Contains(err.Error(), "has the key of wallet "+w.wallet.Address()) {
		t.Error(err)
	}
	if err := auth.Forget(t.Context()); err == nil {
		t.Error("another wallet's key was forgotten")
	}
	elsewhere := newWorld(t)
	elsewhere.wallet, elsewhere.path = w.wallet, w.path
	if err := elsewhere.call(elsewhere.client(elsewhere.unending())); err == nil || !strings.Contains(err.Error(), "use a store for each") {
		t.Error(err)
	}
	if after, _ := os.ReadFile(w.path); !bytes.Equal(before, after) || w.mints.Load()+elsewhere.mints.Load() != 1 {
		t.Error("the file was changed, or a key minted")
	}
	// One KeyAuth for clients of two services shows its key to one.
	auth = w.unending()
	w.works(w.client(auth), 1)
	if err := elsewhere.call(elsewhere.client(auth)); err == nil || !strings.Contains(err.Error(), "the call goes to") {
		t.Error(err)
	}
}

func TestKeyAuthRevoke(t *testing.T) {
	w := newWorld(t)
	auth := w.unending()
	client := w.client(auth)
	w.works(client, 1)
	if err := auth.Revoke(t.Context(), client); err == nil || !strings.Contains(err.Error(), "not even itself") {
		t.Errorf("an INFERENCE key revoked itself: %v", err)
	}
	w.works(client, 1)
	admin := w.admin()
	if err := auth.Revoke(t.Context(), admin); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(w.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is there: %v", err)
	}
	if n := w.deleteAll(admin); n != 0 {
		t.Errorf("%d keys are left", n)
	}
	w.works(client, 2)
	w.deleteAll(admin)
	if err := auth.Revoke(t.Context(), admin); err == nil || auth.Forget(t.Context()) != nil {
		t.Errorf("a key that is gone: %v", err)
	}

	auth.Request = &gen.Web3KeyRequest{APIKeyType: "ADMIN"}
	w.works(client, 3)
	if err := auth.Revoke(t.Context(), client); err != nil {
		t.Errorf("an ADMIN key: %v", err)
	}
	w.works(client, 4)
}

func TestKeyAuthRefusesBadSettings(t *testing.T) {
	w := newWorld(t)
	onSolana, _ := signer.GenerateSolana()
	for says, auth := range map[string]*signer.KeyAuth{
		"no wallet":       {},
		"not on solana":   {Wallet: onSolana},
		"Life":            {Wallet: w.wallet, Life: time.Second},
		"Margin":          {Wallet: w.wallet, Life: time.Hour, Margin: time.Hour},
		"ExpiresAt":       {Wallet: w.wallet, Request: &gen.Web3KeyRequest{ExpiresAt: new("2030-01-01")}},
		"clock":           {Wallet: w.wallet, Options: []signer.Option{signer.WithClock(nil)}},
		"no path":         {Wallet: w.wallet, Store: signer.KeyFile{}},
		"no such file":    {Wallet: w.wallet, Store: signer.KeyFile{Path: filepath.Join(t.TempDir(), "none", "key")}},
		"want at most 55": {Wallet: w.wallet, Request: &gen.Web3KeyRequest{Description: new(strings.Repeat("x", 60))}},
	} {
		if err := w.call(w.client(auth)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	if w.mints.Load() != 0 {
		t.Errorf("%d mints", w.mints.Load())
	}
}

// Operations that need no key wait for none, and those of wallets and payments, and the mint, are not shown it.
func TestKeyAuthOpenOperations(t *testing.T) {
	w := newWorld(t)
	var seen sync.Map
	w.OnRequest(func(operation string, r *http.Request, _ []byte) {
		seen.Store(operation, r.Header.Get("Authorization"))
	})
	client := w.client(&signer.KeyAuth{Wallet: w.wallet, Options: w.clock()})
	for _, want := range []bool{false, true} {
		if _, err := client.ListModels(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if header, _ := seen.Load("GET /models"); (header != "") != want {
			t.Errorf("the key was shown: %v, want %v", header != "", want)
		}
		if err := w.call(client); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = client.GetWeb3KeyToken(t.Context())
	_, _ = client.GetX402Balance(t.Context(), w.wallet.Address())
	for _, operation := range []string{"GET /api_keys/generate_web3_key", "POST /api_keys/generate_web3_key", "GET /x402/balance/{walletAddress}"} {
		if header, there := seen.Load(operation); header != "" || !there {
			t.Errorf("%s: was sent: %v, with a key: %v", operation, there, header != "")
		}
	}
}

func TestKeyAuthShowsNoKey(t *testing.T) {
	w := newWorld(t)
	auth := w.unending()
	auth.Store = nil
	var key string
	auth.Minted = func(k *signer.Key, _ error) { key = k.APIKey.Reveal() }
	w.works(w.client(auth), 1)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, shown := range []string{fmt.Sprintf(verb, auth), fmt.Sprintf(verb, struct{ a *signer.KeyAuth }{auth})} {
			if strings.Contains(shown, key) || strings.Contains(shown, fmt.Sprintf("%x", key)) {
				t.Errorf("%s shows the key", verb)
			}
		}
	}
}
