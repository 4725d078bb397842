// Tests of the way back, and of what an Auth keeps to itself.

package autokey_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/autokey"
)

// The answer to the mint had no id: the key is found by its description.
func TestRevokeWithoutID(t *testing.T) {
	w := newWorld(t)
	w.works(w.client(w.unending()), 1)
	text, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(strings.TrimSuffix(string(text), "\n"), "{")
	body = regexp.MustCompile(`"id":"[^"]*",`).ReplaceAllString("{"+body, "")
	sum := crc32.Checksum([]byte(body), crc32.MakeTable(crc32.Castagnoli))
	if err := os.WriteFile(w.path, fmt.Appendf(nil, "venice API key 1 %08x %s\n", sum, body), 0o600); err != nil {
		t.Fatal(err)
	}
	auth, admin := w.unending(), w.admin()
	w.works(w.client(auth), 1)
	if err := auth.Revoke(t.Context(), admin); err != nil || w.deleteAll(admin) != 0 {
		t.Errorf("%v, or a key is left", err)
	}
}

func TestOfAnotherWalletOrService(t *testing.T) {
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
	// One Auth for clients of two services shows its key to one.
	auth = w.unending()
	w.works(w.client(auth), 1)
	if err := elsewhere.call(elsewhere.client(auth)); err == nil || !strings.Contains(err.Error(), "the call goes to") {
		t.Error(err)
	}
}

func TestRevoke(t *testing.T) {
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

	// With its own client, when it has no key.
	if err := auth.Revoke(t.Context(), nil); err == nil {
		t.Error("without a client")
	}
	auth = w.unending()
	client = w.client(auth)
	w.cut.Store(true)
	w.fails(client, signer.ErrKeyMayExist, 3)
	if err := auth.Revoke(t.Context(), client); !errors.Is(err, venice.ErrNoCredentials) || !strings.Contains(err.Error(), "ADMIN") {
		t.Errorf("its own client, without a key: %v", err)
	}
	if err := auth.Revoke(t.Context(), admin); err != nil {
		t.Error(err)
	}

	auth.Request = &signer.KeyRequest{Type: "ADMIN"}
	w.works(client, 4)
	if err := auth.Revoke(t.Context(), client); err != nil {
		t.Errorf("an ADMIN key: %v", err)
	}
	w.works(client, 5)
}

// An ADMIN key deletes what may have been minted in its place, and itself last.
func TestRevokeByTheOwnKey(t *testing.T) {
	w := newWorld(t)
	auth := w.hourly()
	auth.Request = &signer.KeyRequest{Type: "ADMIN"}
	client := w.client(auth)
	w.works(client, 1)
	w.pass(57 * time.Minute)
	w.cut.Store(true)
	w.works(client, 2) // by the old key, since the answer that had the new one was lost
	if err := auth.Revoke(t.Context(), client); err != nil {
		t.Error(err)
	}
	list, err := w.admin().ListAPIKeys(t.Context())
	if err != nil || len(list.Data) != 1 { // that of admin itself
		t.Errorf("%v, or %d keys", err, len(list.Data))
	}
}

// Nothing is forgotten in memory that is still stored, and who waits for a store gives up when the context ends.
func TestForgetFails(t *testing.T) {
	w := newWorld(t)
	no := errors.New("no")
	auth := w.unending()
	auth.Store = &ledge{broken: no}
	if err := auth.Forget(t.Context()); !errors.Is(err, no) {
		t.Error(err)
	}
	auth = w.unending()
	auth.Store = nil
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var err error
	auth.Wallet, _ = signer.NewMessageWallet(w.wallet.Address(), func(context.Context, []byte) ([]byte, error) {
		err = auth.Forget(ctx) // while the store is held
		return nil, no
	})
	if w.fails(w.client(auth), no, 0); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestRefusesBadSettings(t *testing.T) {
	w := newWorld(t)
	onSolana, _ := signer.GenerateSolana()
	for says, auth := range map[string]*autokey.Auth{
		"no wallet":       {},
		"not on solana":   {Wallet: onSolana},
		"Life":            {Wallet: w.wallet, Life: time.Second},
		"Margin":          {Wallet: w.wallet, Life: time.Hour, Margin: time.Hour},
		"Expires":         {Wallet: w.wallet, Request: &signer.KeyRequest{Expires: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}},
		"AllowOrigins":    {Wallet: w.wallet, AllowOrigins: []string{"gateway.example"}},
		"no path":         {Wallet: w.wallet, Store: autokey.File{}},
		"no such file":    {Wallet: w.wallet, Store: autokey.File{Path: filepath.Join(t.TempDir(), "none", "key")}},
		"want at most 55": {Wallet: w.wallet, Request: &signer.KeyRequest{Description: strings.Repeat("x", 60)}},
	} {
		if err := w.call(w.client(auth)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	if w.mints.Load() != 0 {
		t.Errorf("%d mints", w.mints.Load())
	}
	var auth autokey.Auth
	if err := errors.Join(auth.Revoke(t.Context(), w.admin()), auth.Forget(t.Context())); err == nil || strings.Count(err.Error(), "no wallet") != 2 {
		t.Error(err)
	}
}

// Operations that need no key wait for none, and those of wallets and payments, and the mint, are not shown it.
func TestOpenOperations(t *testing.T) {
	w := newWorld(t)
	var seen sync.Map
	w.OnRequest(func(operation string, r *http.Request, _ []byte) {
		seen.Store(operation, r.Header.Get("Authorization"))
	})
	client := w.client(&autokey.Auth{Wallet: w.wallet, Now: w.now})
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

func TestShowsNoKey(t *testing.T) {
	w := newWorld(t)
	auth := w.unending()
	auth.Store = nil
	var key string
	auth.Minted = func(k *signer.Key, _ error) { key = k.APIKey.Reveal() }
	w.works(w.client(auth), 1)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, shown := range []string{fmt.Sprintf(verb, auth), fmt.Sprintf(verb, struct{ a *autokey.Auth }{auth})} {
			if strings.Contains(shown, key) || strings.Contains(shown, fmt.Sprintf("%x", key)) {
				t.Errorf("%s shows the key", verb)
			}
		}
	}
}
