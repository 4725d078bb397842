// The seeded suite: calls of every effect against scripts of faults. What is to come of each is reckoned here from the
// rules alone: how many requests the server sees, and which error the caller gets.

package faults

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/venice-go/venice"
)

var (
	seed  = flag.Uint64("seed", 1, "of the scripts")
	cases = flag.Int("cases", 600, "how many scripts")
)

// A scenario is one call and what is done to it.
type scenario struct {
	action    action
	script    []fault
	attempts  int // at most
	keepAlive bool
}

func (c scenario) String() string {
	return fmt.Sprintf("%s, at most %d attempts, keep-alive %t, %v", c.action.name, c.attempts, c.keepAlive, c.script)
}

func draw(r *rand.Rand) scenario {
	pick := func(kinds ...kind) kind { return kinds[r.IntN(len(kinds))] }
	c := scenario{action: actions[r.IntN(len(actions))], attempts: 1 + r.IntN(4), keepAlive: r.IntN(2) == 0}
	for range r.IntN(5) { // faults after which a call may go on
		f := fault{kind: pick(status, status, status, status, resetRead, closeRead, cutHeader, garbage)}
		if !c.keepAlive {
			f.kind = pick(f.kind, f.kind, refuse, resetUnread)
		}
		if f.kind == status {
			f.status = []int{429, 429, 500, 502, 503, 503, 504}[r.IntN(7)]
			if f.header = (http.Header{"Retry-After": {"0.01"}}); f.status == 429 {
				f.header = busyHeaders(r)
			}
		}
		c.script = append(c.script, f)
	}
	last := fault{kind: pick(good, good, goodDripping, goodZipped, status, status, truncate, nonsense, page, redirect, stall, cutZipped)}
	switch last.kind {
	case status:
		last.status = []int{400, 401, 402, 403, 404, 409, 410, 413, 415, 422, 501}[r.IntN(11)]
	case redirect:
		last.status = []int{301, 302, 303, 307, 308}[r.IntN(5)]
	}
	c.script = append(c.script, last)
	return c
}

// again says whether the call goes on after a fault.
func (c scenario) again(f fault) bool {
	switch effect := c.action.effect; f.kind {
	case refuse:
		return effect != venice.EffectPay
	case resetUnread, resetRead, closeRead, cutHeader, garbage: // the request may have been read
		return effect == venice.EffectRead
	case status:
		switch f.status {
		case 429, 503:
			return effect != venice.EffectPay
		case 500, 502, 504:
			return effect == venice.EffectRead || effect == venice.EffectInfer
		}
	}
	return false
}

// expect plays the script: how many attempts there are, how many requests arrive, and the fault that the call ends with.
func (c scenario) expect() (attempts, requests int, end fault) {
	for {
		end = c.script[min(attempts, len(c.script)-1)]
		attempts++
		if end.kind != refuse && end.kind != resetUnread {
			requests++
		}
		if !c.again(end) || attempts == c.attempts {
			return attempts, requests, end
		}
	}
}

// judge returns what is wrong with the error that a call ends with.
func (c scenario) judge(end fault, err error) error {
	e, answered := errors.AsType[*venice.Error](err)
	wantStatus, want, is := 0, "", error(nil)
	maybe := c.action.effect != venice.EffectRead
	switch end.kind {
	case good, goodDripping, goodZipped:
		return err
	case refuse:
		is, maybe = syscall.ECONNREFUSED, false
	case resetUnread: // what the client notices first depends on the kernel
	case resetRead:
		is = syscall.ECONNRESET
	case closeRead:
		is = io.EOF
	case cutHeader:
		is = io.ErrUnexpectedEOF
	case garbage:
		want = "malformed HTTP"
	case stall:
		is = context.DeadlineExceeded
	case truncate, cutZipped:
		switch c.action.form {
		case asJSON:
			wantStatus, want, is = 200, "the answer broke off", io.ErrUnexpectedEOF
		case asMedia:
			is, maybe = io.ErrUnexpectedEOF, false // the caller has the answer already
		case asStream:
			is, maybe = venice.ErrStreamCut, false
		}
	case nonsense:
		if c.action.form == asMedia {
			return err
		}
		wantStatus, want = 200, "does not decode"
	case page:
		wantStatus, want = 200, `the answer is "text/html"`
	case redirect:
		wantStatus, want, maybe = end.status, "another origin", false
		if c.action.name == "upload" && end.status >= 307 { // net/http does not ask about a body that it cannot send again
			want = "Redirect"
		}
	case status:
		wantStatus, is = end.status, kinds[end.status]
		maybe = end.status >= 500 && end.status != 501 && end.status != 503 && c.action.effect != venice.EffectRead && c.action.effect != venice.EffectInfer
	}
	switch {
	case err == nil:
		return errors.New("no error")
	case answered != (wantStatus != 0) || answered && e.Status != wantStatus:
		return fmt.Errorf("want an *Error of status %d (0: none): %w", wantStatus, err)
	case !strings.Contains(err.Error(), want):
		return fmt.Errorf("want %q in %w", want, err)
	case is != nil && !errors.Is(err, is):
		return fmt.Errorf("want %w in %w", is, err)
	case errors.Is(err, venice.ErrMaybeSent) != maybe:
		return fmt.Errorf("want ErrMaybeSent %t of %w", maybe, err)
	case strings.Contains(err.Error(), "127.0.0.1") && end.kind != redirect && end.kind != refuse && answered:
		return fmt.Errorf("an address is in %w", err)
	}
	return nil
}

var kinds = map[int]error{
	400: venice.ErrBadRequest, 401: venice.ErrUnauthorized, 402: venice.ErrPaymentRequired, 403: venice.ErrForbidden, 404: venice.ErrNotFound,
	409: venice.ErrConflict, 410: venice.ErrNotFound, 413: venice.ErrTooLarge, 415: venice.ErrUnsupportedMedia, 422: venice.ErrContentPolicy,
	429: venice.ErrRateLimited, 500: venice.ErrServer, 501: venice.ErrServer, 502: venice.ErrServer, 503: venice.ErrServer, 504: venice.ErrServer,
}

func (c scenario) run(t *testing.T) {
	s := serve(t, c.script...)
	client, auth, disconnect := connect(t, s, c.keepAlive)
	defer disconnect()
	attempts, requests, end := c.expect()
	response := venice.Response{}
	timeout := time.Minute
	if end.kind == stall {
		timeout = 5 * time.Second // more than all waits before it
	}
	err := c.action.run(t.Context(), client, venice.WithMaxAttempts(c.attempts), venice.WithTimeout(timeout), venice.WithResponse(&response))
	if wrong := c.judge(end, err); wrong != nil {
		t.Errorf("%v\n\tends with %v: %v", c, end, wrong)
	}
	seen := s.seen()
	if len(seen) != requests || response.Attempts != attempts || int(auth.asked.Load()) != attempts {
		t.Errorf("%v\n\t%d requests, want %d; %d attempts and %d credentials, want %d; %v", c, len(seen), requests, response.Attempts, auth.asked.Load(), attempts, err)
	}
	keys, credentials := map[string]bool{}, map[string]bool{}
	for _, r := range seen {
		if r.body != seen[0].body {
			t.Errorf("%v\n\ta body of %d bytes after one of %d", c, len(r.body), len(seen[0].body))
		}
		keys[r.key], credentials[r.auth] = true, true
	}
	if len(credentials) != len(seen) || len(seen) > 0 && (len(keys) != 1 || keys[""] == (c.action.name == "rpc")) {
		t.Errorf("%v\n\tcredentials %v, keys %v", c, credentials, keys)
	}
}

func TestSeeded(t *testing.T) {
	noLeak(t)
	r := rand.New(rand.NewPCG(*seed, 0))
	var all sync.WaitGroup
	running := make(chan struct{}, 50)
	counts := map[string]int{}
	for range *cases {
		c := draw(r)
		_, _, end := c.expect()
		counts[string(c.action.effect)]++
		counts[string(end.kind)]++
		running <- struct{}{}
		all.Go(func() {
			c.run(t)
			<-running
		})
	}
	all.Wait()
	for _, kind := range []kind{refuse, resetUnread, resetRead, closeRead, cutHeader, garbage, stall, truncate, nonsense, page, redirect, status, good, goodDripping, goodZipped, cutZipped} {
		if counts[string(kind)] == 0 && *cases >= 600 {
			t.Errorf("no call ended with %s", kind)
		}
	}
	t.Log(counts)
}
