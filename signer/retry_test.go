// Tests of signing in with the client: which refusals it makes good for.

package signer

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/internal/vectors"
)

func TestClientTriesAgain(t *testing.T) {
	for name, c := range map[string]struct {
		clock  time.Duration // of this machine, ahead
		refuse string        // code of the first answer, if any
		times  int           // how often it is given
		seen   int
		ok     bool
		maybe  bool
	}{
		"clocks agree":      {seen: 1, ok: true},
		"20 minutes ahead":  {clock: 20 * time.Minute, seen: 2, ok: true},
		"20 minutes behind": {clock: -20 * time.Minute, seen: 2, ok: true},
		"2 hours ahead":     {clock: 2 * time.Hour, seen: 1},
		"always refused":    {refuse: codeExpired, times: 9, seen: 2},
		"nonce reused":      {refuse: codeNonceReused, times: 1, seen: 1, maybe: true},
		"domain":            {refuse: "X402_SIGN_IN_DOMAIN_MISMATCH", times: 1, seen: 1},
	} {
		d := newDoor(t)
		d.before = func(w http.ResponseWriter, r *http.Request) bool {
			refuse := len(d.seen) <= c.times
			if refuse {
				reply(w, 401, `{"error":"refused","code":"`+c.refuse+`"}`)
			}
			return refuse
		}
		client := d.client(SignIn(testWallet(t), WithClock(func() time.Time { return time.Now().Add(c.clock) })))
		err := chat(t, client)
		if (err == nil) != c.ok || len(d.seen) != c.seen || errors.Is(err, venice.ErrMaybeSent) != c.maybe || !c.ok && !errors.Is(err, venice.ErrUnauthorized) {
			t.Errorf("%s: %v after %d requests", name, err, len(d.seen))
		}
		// What was learned holds for the calls that follow.
		if c.clock != 0 && c.ok {
			if err := chat(t, client); err != nil || len(d.seen) != c.seen+1 {
				t.Errorf("%s, the next call: %v after %d requests", name, err, len(d.seen))
			}
		}
	}

	// A read is signed anew for a nonce that was used, and for a refusal without a code.
	for _, code := range []string{codeNonceReused, ""} {
		d := newDoor(t)
		d.before = func(w http.ResponseWriter, r *http.Request) bool {
			first := len(d.seen) == 1
			if first {
				reply(w, 401, `{"error":"Invalid Sign-in-with-x signature","code":"`+code+`"}`)
			}
			return first
		}
		if _, err := d.client(SignIn(testWallet(t))).GetX402Balance(t.Context(), vectors.PersonalSign.Address); err != nil || len(d.seen) != 2 {
			t.Errorf("read, %q: %v after %d requests", code, err, len(d.seen))
		}
	}
}
