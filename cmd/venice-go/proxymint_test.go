// A test of the proxy with a key that its wallet mints.

package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

// The stake mints one key, which calls go with, also after a restart.
func TestProxyMints(t *testing.T) {
	fake := venicetest.NewServer(t)
	if err := fake.Stake(walletAddress, 1000); err != nil {
		t.Fatal(err)
	}
	var minted, keyed, signed atomic.Int64
	fake.OnRequest(func(operation string, r *http.Request, _ []byte) {
		switch {
		case operation == "POST /api_keys/generate_web3_key":
			minted.Add(1)
		case operation != "POST /chat/completions":
		case strings.HasPrefix(r.Header.Get("Authorization"), "Bearer "):
			keyed.Add(1)
		default:
			signed.Add(1)
		}
	})
	args := []string{"--state", filepath.Join(t.TempDir(), "state"), "--max-usd", "1", "--mint"}
	for range 2 {
		p := startProxied(t, fake.URL, args...)
		if status, _ := p.chat(t.Context(), p.Clients[0].Token); status != http.StatusOK {
			t.Fatalf("a chat is answered with status %d", status)
		}
		p.kill()
	}
	if minted.Load() != 1 || keyed.Load() != 2 || signed.Load() != 0 {
		t.Errorf("%d keys minted, %d calls with a key, %d without; want 1, 2 and 0", minted.Load(), keyed.Load(), signed.Load())
	}
}
