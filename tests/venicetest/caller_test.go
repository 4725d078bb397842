// The tests' own client: plain HTTP, so that the fake and the client of this module cannot share a mistake.

package venicetest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

// A caller calls srv with a key, or without one if it is empty.
type caller struct {
	t   *testing.T
	srv *venicetest.Server
	key string
}

type reply struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

func (c caller) do(method, path string, body any) reply {
	c.t.Helper()
	return c.send(c.request(method, path, body))
}

func (c caller) request(method, path string, body any) *http.Request {
	c.t.Helper()
	data, plain := body.(string)
	if body != nil && !plain {
		b, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		data = string(b)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.srv.URL+path, strings.NewReader(data))
	if err != nil {
		c.t.Fatal(err)
	}
	if data != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.key != "" {
		req.Header.Set("Authorization", "Bearer "+c.key)
	}
	return req
}

func (c caller) send(req *http.Request) reply {
	c.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	r := reply{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
	_ = json.NewDecoder(bytes.NewReader(raw)).Decode(&r.body)
	return r
}

// want fails the test unless the reply has the status, and text somewhere in its body.
func (r reply) want(t *testing.T, status int, text string) reply {
	t.Helper()
	if r.status != status || !strings.Contains(r.raw, text) {
		t.Fatalf("answer %d %s\nwant %d with %q", r.status, r.raw, status, text)
	}
	return r
}

// data returns the object in the reply's data.
func (r reply) data(t *testing.T) map[string]any {
	t.Helper()
	data, isObject := r.body["data"].(map[string]any)
	if !isObject {
		t.Fatalf("no object data in answer %d %s", r.status, r.raw)
	}
	return data
}

// A clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 6, 29, 12, 0, 0, 0, time.UTC)} }

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// testWallet is made of a published test key, never to be funded.
func testWallet(t *testing.T) *signer.EVM {
	t.Helper()
	w, err := signer.ParseEVM("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// mintBody is a valid mint: a fresh token, signed by the wallet.
func (c caller) mintBody(w *signer.EVM) map[string]any {
	c.t.Helper()
	token := c.do("GET", "/api_keys/generate_web3_key", nil).want(c.t, 200, "token").data(c.t)["token"].(string)
	signature, err := w.SignMessage(c.t.Context(), []byte(token))
	if err != nil {
		c.t.Fatal(err)
	}
	return map[string]any{"apiKeyType": "ADMIN", "address": w.Address(), "token": token, "signature": signature}
}
