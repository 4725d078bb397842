// Tests of the demo, against the fake in its place and in the service's.

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/signer"
)

// changing is what differs from run to run.
var changing = regexp.MustCompile(`127\.0\.0\.1:\d+|0x[0-9a-fA-F]{40}|\.\.\.[0-9a-f]{6}|[0-9a-f]{8}-[0-9a-f-]{27}|demo [0-9a-f]{8}`)

func TestDemo(t *testing.T) {
	const want = `1. Service: a fake at http://#/api/v1, no account and no network
2. Wallet: #, made up just now
3. Mint with nothing staked: refused, wallet has no staked VVV on Base
4. Stake: 100 VVV, in the ledger of the fake
5. Mint: VENICE_INFERENCE_KEY_#, API key # (venice-go #), good for an hour
6. Model: zai-org-glm-5-1
7. Chat: Why is the sky blue? Answer in one short sentence.
   -> You said: Why is the sky blue? Answer in one short sentence.
8. Stream: the same question, 12 pieces of reply
   -> You |said: |Why |is |the |sky |blue? |Answer |in |one |short |sentence.
9. Sign in, with no key at all: refused, the wallet has 0.00 USD of the 0.10 that it takes
10. Top up: 5.00 USD of made-up USDC signed and sent, 5 USD credited
11. Top up again: not signed, over the budget of 5.00 USD
12. Chat, signed in: Why is the sky blue? Answer in one short sentence.
   -> You said: Why is the sky blue? Answer in one short sentence.
13. Ledger, newest first:
   -> CHARGE -6.6e-7 USD
   -> CHARGE -0.0000384 USD
   -> CHARGE -0.00001 USD
   -> TOP_UP 5 USD
All steps went as they should.
`
	for _, live := range []string{"", "0"} {
		r := veniceWith(t, map[string]string{"DEMO_LIVE": live}, "", "demo")
		if got := changing.ReplaceAllString(r.stdout, "#"); r.code != exitOK || got != want || r.stderr != "" {
			t.Errorf("exit code %d, stderr %q, stdout\n%s\nwant\n%s", r.code, r.stderr, got, want)
		}
	}
}

func TestDemoUsage(t *testing.T) {
	veniceWith(t, map[string]string{"DEMO_LIVE": "1"}, "", "demo").want(t, exitUsage, "", "WALLET_PRIVATE_KEY")
	veniceWith(t, map[string]string{"DEMO_LIVE": "yes"}, "", "demo").want(t, exitUsage, "", `DEMO_LIVE: want 1 for the real service, or 0 or nothing for the fake, got "yes"`)
}

// A refusal for another reason than the missing stake is not what the tour is about.
func TestDemoInterrupted(t *testing.T) {
	var stdout, stderr bytes.Buffer
	code := run(interrupted(t), []string{"demo"}, nil, &stdout, &stderr, func(string) string { return "" })
	if code != exitFailure || !strings.Contains(stderr.String(), "step 3: mint with nothing staked: got ") {
		t.Errorf("exit code %d, stderr %q", code, &stderr)
	}
}

// The live part of the tour, with a fake where the service would be. The key is on neither output.
func TestDemoLive(t *testing.T) {
	s := newService(t, nil)
	wallet, err := signer.ParseEVM(walletKey)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	tour := &tour{out: &out, base: s.url, wallet: wallet}
	if err := tour.live(t.Context()); err != nil {
		t.Error(err)
	}
	s.wait()
	if got := out.String(); s.key == "" || strings.Contains(got, s.key) || !strings.Contains(got, mask(s.key)) ||
		!strings.Contains(got, "1. Service: "+s.url+", for real\n2. Wallet: "+walletAddress+"\n3. Mint: ") {
		t.Errorf("printed\n%s", got)
	}
	if at, err := time.Parse(time.RFC3339, fmt.Sprint(s.posted["expiresAt"])); err != nil || time.Until(at) > time.Hour {
		t.Errorf("the key expires at %v, %v", s.posted["expiresAt"], err)
	}
	if err := s.Stake(walletAddress, -1); err != nil {
		t.Fatal(err)
	}
	if err := tour.live(t.Context()); !errors.Is(err, signer.ErrNoStake) {
		t.Errorf("got %v", err)
	}
}

// Each thing that a service can get wrong ends the tour.
func TestDemoSurprises(t *testing.T) {
	wallet, err := signer.ParseEVM(walletKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, bend := range map[string]func(w http.ResponseWriter, r *http.Request) bool{
		"find a model: none is the default": func(w http.ResponseWriter, r *http.Request) bool {
			return r.URL.Path == "/api/v1/models/traits" && answerJSON(w, `{"object":"list","type":"text","data":{}}`)
		},
		"chat: the reply is empty": func(w http.ResponseWriter, r *http.Request) bool {
			return r.URL.Path == "/api/v1/chat/completions" && answerJSON(w, `{"choices":[]}`)
		},
		"stream: venice: ": func(w http.ResponseWriter, r *http.Request) bool {
			return r.Header.Get("Accept") == "text/event-stream" && answerJSON(w, `{"choices":[]}`)
		},
	} {
		s := newService(t, nil)
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !bend(w, r) {
				s.serve(w, r)
			}
		}))
		defer srv.Close()
		tour := &tour{out: io.Discard, base: srv.URL + "/api/v1", wallet: wallet}
		if err := tour.live(t.Context()); err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("got %v, want %s", err, name)
		}
	}
}

func answerJSON(w http.ResponseWriter, body string) bool {
	w.Header().Set("Content-Type", "application/json")
	_, err := fmt.Fprint(w, body)
	return err == nil
}
