// What the tests share: running the program in this process, and a service that is watched.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

// A published test key, never to be funded, and its address.
const (
	walletKey     = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
	walletAddress = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
)

type result struct {
	code           int
	stdout, stderr string
}

// veniceRun runs the program with a wallet in its environment. Whatever it does, stderr must not show the wallet's key.
func veniceRun(t *testing.T, args ...string) result {
	t.Helper()
	return veniceWith(t, map[string]string{"WALLET_PRIVATE_KEY": walletKey}, "", args...)
}

func veniceWith(t *testing.T, env map[string]string, stdin string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // for what should have been refused, and serves instead
	defer cancel()
	code := run(ctx, args, strings.NewReader(stdin), &stdout, &stderr, func(name string) string { return env[name] })
	r := result{code, stdout.String(), stderr.String()}
	r.hides(t, walletKey[2:])
	return r
}

func (r result) want(t *testing.T, code int, stdout, stderr string) result {
	t.Helper()
	if r.code != code || r.stdout != stdout || !strings.Contains(r.stderr, stderr) {
		t.Errorf("exit code %d, stdout %q, stderr %q\nwant %d, %q, and %q in stderr", r.code, r.stdout, r.stderr, code, stdout, stderr)
	}
	return r
}

func (r result) hides(t *testing.T, secrets ...string) {
	t.Helper()
	for _, s := range secrets {
		if s != "" && strings.Contains(strings.ToLower(r.stderr), strings.ToLower(s)) {
			t.Errorf("stderr shows the secret %q: %s", s, r.stderr)
		}
	}
}

// A service is what mint talks to: the fake, unless answer takes the POST. It remembers the secrets that went by.
type service struct {
	*venicetest.Handler
	url    string
	answer http.HandlerFunc

	mu                    sync.Mutex
	token, signature, key string
	posts                 int
	posted                map[string]any
}

func newService(t *testing.T, answer http.HandlerFunc) *service {
	t.Helper()
	s := &service{Handler: venicetest.NewHandler(venicetest.OnViolation(func(err error) { t.Error(err) })), answer: answer}
	if err := s.Stake(walletAddress, 1); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(srv.Close)
	s.url = srv.URL + "/api/v1"
	return s
}

func (s *service) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Method == http.MethodPost {
		raw, _ := io.ReadAll(r.Body)
		var body map[string]any
		_ = json.Unmarshal(raw, &body)
		if token, _ := body["token"].(string); token != "" {
			s.token, s.posted = token, body
			s.signature, _ = body["signature"].(string)
		}
		s.posts++
		if s.answer != nil {
			s.answer(w, r)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(raw))
	}
	rec := httptest.NewRecorder()
	s.Handler.ServeHTTP(rec, r)
	var body struct {
		Data struct {
			APIKey string `json:"apiKey"`
		} `json:"data"`
	}
	_ = json.Unmarshal(rec.Body.Bytes(), &body)
	if body.Data.APIKey != "" {
		s.key = body.Data.APIKey
	}
	w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
	w.WriteHeader(rec.Code)
	w.Write(rec.Body.Bytes())
}

// mint runs the command against the service, and makes sure that stderr shows nothing of what went by.
func (s *service) mint(t *testing.T, args ...string) result {
	t.Helper()
	r := veniceRun(t, append([]string{"mint", "--base-url", s.url}, args...)...)
	s.wait()
	r.hides(t, s.token, strings.TrimPrefix(s.signature, "0x"), s.key)
	return r
}

// gave fails the test unless the result is the last minted key.
func (s *service) gave(t *testing.T, r result, stderr string) {
	t.Helper()
	s.wait()
	r.want(t, exitOK, s.key+"\n", stderr)
}

// wait is for the end of the request under way, after which the service's fields can be read.
func (s *service) wait() {
	s.mu.Lock()
	defer s.mu.Unlock()
}

// interrupted is a context that has ended already.
func interrupted(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
