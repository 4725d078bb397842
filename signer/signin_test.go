// Tests of signing in: what is signed, for which calls, and where it goes.

package signer

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/internal/vectors"
	"github.com/venice-go/venice/signer/siwx"
)

var (
	opChat    = &venice.Operation{Name: "chat", Method: "POST", Path: "/chat/completions", Access: venice.AccessAny, Effect: venice.EffectInfer}
	opBalance = &venice.Operation{Name: "balance", Method: "GET", Path: "/x402/balance/{walletAddress}", Access: venice.AccessWallet, Effect: venice.EffectRead}
)

func request(t testing.TB, address string) *http.Request {
	req, err := http.NewRequestWithContext(context.Background(), "POST", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// atNoon fixes what a sign-in takes from outside.
func atNoon(s *signIn) *signIn {
	s.config.now = func() time.Time { return noon.Add(999 * time.Microsecond) }
	s.config.random = bytes.NewReader([]byte{0x3f, 0x2a, 0x91, 0xc4, 0xd8, 0x0b, 0x7e, 0x15})
	return s
}

func TestSignInVectors(t *testing.T) {
	full, port := vectors.SIWE.Cases[0], vectors.SIWE.Cases[6]
	if full.Name != "full" || port.Name != "host_port" {
		t.Fatal("the vectors have moved")
	}
	for name, c := range map[string]struct {
		w         Wallet
		url, want string
	}{
		"service":  {testWallet(t), "https://api.venice.ai/api/v1/chat/completions?x=y", full.Header},
		"spelling": {testWallet(t), "https://API.venice.ai:443/api/v1/chat/completions", full.Header},
		"loopback": {testWallet(t), "http://127.0.0.1:8402/api/v1/chat/completions", port.Header},
		"Solana":   {testSolana(t), "https://api.venice.ai/api/v1/chat/completions", vectors.Solana.SignIns[0].Header},
	} {
		req := request(t, c.url)
		if err := atNoon(newSignIn(c.w, nil)).Authorize(t.Context(), req, opChat); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := req.Header.Get("SIGN-IN-WITH-X"); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}

	// A gateway, its origin and the domain behind it both named.
	req := request(t, "https://gateway.example:8443/venice/chat/completions")
	s := newSignIn(testWallet(t), []Option{AllowOrigin("https://gateway.example:8443"), WithDomain("api.venice.ai")})
	if err := s.Authorize(t.Context(), req, opChat); err != nil {
		t.Fatal(err)
	}
	var h struct{ Message string }
	raw, _ := base64.StdEncoding.DecodeString(req.Header.Get("SIGN-IN-WITH-X"))
	_ = json.Unmarshal(raw, &h)
	if m, err := siwx.ParseMessage(h.Message); err != nil || m.Domain != "api.venice.ai" || m.URI != "https://gateway.example:8443" {
		t.Errorf("gateway: %+v, %v", m, err)
	}
}

// quiet is a wallet that must not be asked.
type quiet struct {
	*EVM
	chain string
	t     *testing.T
}

func (w quiet) Chain() string { return w.chain }
func (w quiet) SignMessage(context.Context, []byte) (string, error) {
	w.t.Error("the wallet was asked to sign")
	return "", nil
}

func TestNothingIsSigned(t *testing.T) {
	local := testWallet(t)
	redirected := request(t, "https://api.venice.ai/api/v1/x402/balance/1")
	redirected.Response = &http.Response{StatusCode: 302}
	service := request(t, "https://api.venice.ai/api/v1/chat/completions")
	w := quiet{local, evm.Base, t}
	for name, c := range map[string]struct {
		w       Wallet
		req     *http.Request
		options []Option
		why     string
	}{
		"redirect":         {w, redirected, nil, "redirect"},
		"another origin":   {w, request(t, "https://venice.example/api/v1/chat/completions"), nil, "AllowOrigin"},
		"a port":           {w, request(t, "https://api.venice.ai:8443/api/v1/chat/completions"), nil, "AllowOrigin"},
		"plain http":       {w, request(t, "http://api.venice.ai/api/v1/chat/completions"), nil, "want https"},
		"plain http named": {w, request(t, "http://gateway.example/"), []Option{AllowOrigin("http://gateway.example")}, "want https"},
		"user information": {w, request(t, "https://api.venice.ai@other.example/"), nil, "origin"},
		"another chain":    {quiet{local, "eip155:1", t}, service, nil, "eip155:8453"},
		"wrong chain":      {quiet{local, solana.Network, t}, service, nil, "Chain ID"},
		"no wallet":        {nil, service, nil, "no wallet"},
		"domain":           {w, service, []Option{WithDomain("a b")}, "WithDomain"},
		"empty domain":     {w, service, []Option{WithDomain("")}, "WithDomain"},
		"clock":            {w, service, []Option{WithClock(nil)}, "WithClock"},
		"odd host":         {w, request(t, "https://gäteway.example/"), []Option{AllowOrigin("https://gäteway.example")}, "domain"},
	} {
		req := c.req.Clone(t.Context())
		err := SignIn(c.w, c.options...).Authorize(t.Context(), req, opChat)
		if err == nil || !strings.Contains(err.Error(), c.why) || req.Header.Get("SIGN-IN-WITH-X") != "" {
			t.Errorf("%s: %v, %v", name, err, req.Header)
		}
	}

	// Operations that take no wallet are sent as they are, wherever they go.
	for _, access := range []venice.Access{venice.AccessOpen, venice.AccessKey, venice.AccessPayment} {
		req := request(t, "https://venice.example/")
		if err := SignIn(w).Authorize(t.Context(), req, &venice.Operation{Access: access}); err != nil || len(req.Header) != 0 {
			t.Errorf("%s: %v, %v", access, err, req.Header)
		}
	}

	broken := errors.New("no hardware")
	failing, err := NewMessageWallet(local.Address(), func(context.Context, []byte) ([]byte, error) { return nil, broken })
	if err != nil {
		t.Fatal(err)
	}
	if err := SignIn(failing).Authorize(t.Context(), service, opChat); !errors.Is(err, broken) {
		t.Errorf("the wallet's error: %v", err)
	}
	s := newSignIn(w, nil)
	s.config.random = bytes.NewReader(make([]byte, 7))
	if err := s.Authorize(t.Context(), service, opChat); err == nil || !strings.Contains(err.Error(), "nonce") {
		t.Errorf("too little randomness: %v", err)
	}
}

func TestSignInCalls(t *testing.T) {
	for _, w := range []Wallet{testWallet(t), testSolana(t)} {
		d := newDoor(t)
		c := d.client(SignIn(w))
		var calls sync.WaitGroup
		for range 8 {
			calls.Go(func() {
				if err := chat(t, c); err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
		seen := map[string]bool{}
		for _, h := range d.seen {
			if h.Get("Authorization") != "" || seen[h.Get("SIGN-IN-WITH-X")] {
				t.Errorf("%v", h)
			}
			seen[h.Get("SIGN-IN-WITH-X")] = true
		}
		if len(seen) != 8 {
			t.Errorf("%d different sign-ins for 8 calls", len(seen))
		}
	}
}

// Each attempt has a sign-in of its own, also when the client repeats a call that the service was too busy for.
func TestEveryAttemptIsSigned(t *testing.T) {
	d := newDoor(t)
	d.before = func(w http.ResponseWriter, r *http.Request) bool {
		busy := len(d.seen) == 1
		if busy {
			_, err := d.verifier.Verify(r.Context(), r.Header) // uses the nonce up
			if err != nil {
				t.Error(err)
			}
			reply(w, 503, `{"error":"busy"}`)
		}
		return busy
	}
	if err := chat(t, d.client(SignIn(testWallet(t)))); err != nil || len(d.seen) != 2 {
		t.Errorf("%v after %d attempts", err, len(d.seen))
	}
}

func TestChallengeIsNotSigned(t *testing.T) {
	d := newDoor(t)
	d.before = func(w http.ResponseWriter, r *http.Request) bool {
		reply(w, 402, `{"error":"Payment required","code":"PAYMENT_REQUIRED","siwxChallenge":{"info":{"domain":"evil.example","nonce":"eeeeeeeeeeeeeeee","statement":"Give me all","uri":"https://evil.example"}}}`)
		return true
	}
	var signed []string
	c := d.client(SignIn(witness(t, &signed)))
	for range 2 {
		if err := chat(t, c); !errors.Is(err, venice.ErrPaymentRequired) {
			t.Error(err)
		}
	}
	for _, text := range signed {
		if strings.Contains(text, "evil") || strings.Contains(text, "eeeeeeee") || strings.Contains(text, "all") {
			t.Errorf("signed %q", text)
		}
	}
	if len(signed) != 2 || len(d.seen) != 2 {
		t.Errorf("signed %d times for %d requests", len(signed), len(d.seen))
	}
}

// A redirect within the origin, which the client would follow for a read, gets no sign-in and is not followed.
func TestRedirectIsNotSigned(t *testing.T) {
	d := newDoor(t)
	d.before = func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, "/api/v1/x402/balance/other", http.StatusTemporaryRedirect)
		return true
	}
	var signed []string
	_, err := d.client(SignIn(witness(t, &signed))).GetX402Balance(t.Context(), vectors.PersonalSign.Address)
	if err == nil || !strings.Contains(err.Error(), "redirect") || len(d.seen) != 1 || len(signed) != 1 {
		t.Errorf("%v; %d requests, %d signatures", err, len(d.seen), len(signed))
	}
}
