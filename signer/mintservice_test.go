// A service that mints as each test says, and a wallet that tells what it signed.

package signer

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/internal/vectors"
)

const mintedKey = "VENICE_INFERENCE_KEY_aB3-_x9"

// mint is a service with one route. What it answers is up to the test, what it was asked is kept.
type mint struct {
	url    string
	client *venice.Client
	token  func(n int) string                                      // the token of the nth GET; freshToken if nil
	answer func(w http.ResponseWriter, n int, body map[string]any) // to the nth POST; a key if nil
	mu     sync.Mutex
	gets   int
	posts  []map[string]any
	header http.Header // of the last POST
}

func freshToken(int) string {
	return jws(`{"alg":"HS256","typ":"JWT"}`, fmt.Sprintf(`{"exp":%d}`, time.Now().Add(15*time.Minute).Unix()))
}

func newMint(t *testing.T) *mint {
	m := &mint{token: freshToken}
	m.answer = func(w http.ResponseWriter, _ int, _ map[string]any) { reply(w, 200, goodAnswer) }
	srv := httptest.NewServer(m)
	t.Cleanup(srv.Close)
	m.url = srv.URL + "/api/v1"
	client, err := venice.New(venice.WithBaseURL(m.url), venice.WithAPIKey("VENICE_ADMIN_KEY_another"))
	if err != nil {
		t.Fatal(err)
	}
	m.client = client
	return m
}

func (m *mint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/api/v1/api_keys/generate_web3_key" {
		http.NotFound(w, r)
		return
	}
	m.mu.Lock()
	if r.Method == http.MethodGet {
		m.gets++
		n := m.gets
		m.mu.Unlock()
		token, _ := json.Marshal(m.token(n))
		reply(w, 200, `{"success":true,"data":{"token":`+string(token)+`}}`)
		return
	}
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	m.posts, m.header = append(m.posts, body), r.Header
	n := len(m.posts)
	m.mu.Unlock()
	m.answer(w, n, body)
}

func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprint(w, body)
}

const goodAnswer = `{"success":true,"data":{"apiKey":"` + mintedKey + `","apiKeyType":"INFERENCE","id":"e28e82dc",` +
	`"consumptionLimit":{},"limitPeriod":"EPOCH","expiresAt":null}}`

// A wallet that tells what it was asked to sign.
func witness(t *testing.T, signed *[]string) Wallet {
	w, err := NewMessageWallet(vectors.PersonalSign.Address, func(_ context.Context, m []byte) ([]byte, error) {
		*signed = append(*signed, string(m))
		return []byte("a contract's word"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}
