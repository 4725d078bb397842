// Tests of pacing, and of the bound on calls under way.

package venice_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/venice-go/venice"
)

func TestPacing(t *testing.T) {
	var header http.Header
	var requests atomic.Int64
	handler := func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		for name, values := range header {
			w.Header()[name] = values
		}
		answer(200, "application/json", `{"name":"a"}`)(w, r)
	}
	in := func(d time.Duration) string { return fmt.Sprint(time.Now().Add(d).UnixMilli()) }
	for name, c := range map[string]struct {
		header http.Header
		before int           // calls that need not wait
		wait   time.Duration // of the one after; 0 if it need not either
	}{
		"requests":      {http.Header{"X-Ratelimit-Remaining-Requests": {"2"}, "X-Ratelimit-Reset-Requests": {in(20 * time.Second)}}, 3, 20 * time.Second},
		"tokens":        {http.Header{"X-Ratelimit-Remaining-Tokens": {"0"}, "X-Ratelimit-Reset-Tokens": {in(20 * time.Second)}}, 1, 20 * time.Second},
		"some tokens":   {http.Header{"X-Ratelimit-Remaining-Tokens": {"1"}, "X-Ratelimit-Reset-Tokens": {in(20 * time.Second)}}, 5, 0},
		"both":          {http.Header{"X-Ratelimit-Remaining-Requests": {"9"}, "X-Ratelimit-Reset-Requests": {in(time.Hour)}, "X-Ratelimit-Remaining-Tokens": {"0"}, "X-Ratelimit-Reset-Tokens": {in(20 * time.Second)}}, 1, 20 * time.Second},
		"error budget":  {http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Resets": {in(20 * time.Second)}}, 1, 20 * time.Second},
		"rpc":           {http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Limit": {"9"}, "X-Ratelimit-Reset": {in(20 * time.Second)[:10]}}, 1, 20 * time.Second},
		"retry after":   {http.Header{"Retry-After": {"20"}}, 1, 20 * time.Second},
		"past":          {http.Header{"X-Ratelimit-Remaining-Requests": {"0"}, "X-Ratelimit-Reset-Requests": {in(-time.Second)}}, 5, 0},
		"no time":       {http.Header{"X-Ratelimit-Remaining-Requests": {"0"}}, 5, 0},
		"absurd":        {http.Header{"X-Ratelimit-Remaining-Requests": {"0"}, "X-Ratelimit-Reset-Requests": {in(9999 * time.Hour)}}, 1, time.Minute},
		"nothing to it": {nil, 5, 0},
	} {
		header = c.header
		client, s := quick(t, handler, venice.WithPacing())
		for range c.before {
			if _, err := get(t.Context(), client); err != nil || len(s.slept) > 0 {
				t.Fatalf("%s: %v, slept %v", name, err, s.slept)
			}
		}
		requests.Store(0)
		_, err := get(t.Context(), client)
		if c.wait == 0 && len(s.slept) > 0 || c.wait > 0 && (len(s.slept) != 1 || (s.slept[0]-c.wait).Abs() > 2*time.Second) || err != nil || requests.Load() != 1 {
			t.Errorf("%s: slept %v, want %v; %v", name, s.slept, c.wait, err)
		}
	}

	header = http.Header{"Retry-After": {"20"}}
	client, s := quick(t, handler, venice.WithPacing())
	if _, err := get(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	requests.Store(0)
	_, err := get(t.Context(), client, venice.WithTimeout(10*time.Second))
	wantText(t, err, "venice: getThing: not sent: the service asks to wait ", ", and the deadline is in ")
	if !errors.Is(err, venice.ErrRateLimited) || errors.Is(err, venice.ErrServer) || requests.Load() > 0 || len(s.slept) > 0 {
		t.Errorf("%v, %d requests, slept %v", err, requests.Load(), s.slept)
	}
	if _, err = open(t.Context(), client, "application/json"); err != nil || len(s.slept) > 0 { // another operation
		t.Errorf("slept %v, %v", s.slept, err)
	}
	client, s = quick(t, handler)
	if _, err := get(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	if _, err = get(t.Context(), client); err != nil || len(s.slept) > 0 {
		t.Errorf("without the option it slept %v", s.slept)
	}
}

func TestMaxInFlight(t *testing.T) {
	noLeak(t)
	var now, most atomic.Int64
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(5 * time.Millisecond)
		if r.Method == "POST" {
			answer(200, "image/png", "x")(w, r)
			return
		}
		answer(500, "application/json", `{}`)(w, r)
	}, venice.WithMaxInFlight(2))
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_, _ = get(t.Context(), client)
			if m, err := open(t.Context(), client, "image/png"); err != nil || m.Close() != nil || m.Close() != nil { // twice gives up one place
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() != 2 {
		t.Errorf("%d at the same time, want 2", most.Load())
	}
	for range 2 {
		m, err := open(t.Context(), client, "image/png")
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
	}
	_, err := get(t.Context(), client, venice.WithTimeout(50*time.Millisecond))
	wantText(t, err, "venice: getThing: no complete answer within 50ms")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = get(ctx, client); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	_, err = venice.New(venice.WithMaxInFlight(0))
	wantText(t, err, "WithMaxInFlight: want 1 or more, got 0")
}

// A call that waits to be sent again is not under way, and keeps no other from it.
func TestWaitingKeepsNoPlace(t *testing.T) {
	var answered atomic.Int64
	client, s := quick(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && answered.Add(1) == 1 {
			w.WriteHeader(429)
			return
		}
		answer(200, "application/json", `{"name":"a"}`)(w, r)
	}, venice.WithMaxInFlight(1))
	slept := false
	venice.SetClock(client, s.now, func(ctx context.Context, d time.Duration) error {
		slept = true
		if _, err := get(ctx, client); err != nil { // waits for ever if the place is taken
			t.Error(err)
		}
		return nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := venice.DoerOf(client).Do(ctx, call(opPost, &thing{})); err != nil || !slept {
		t.Errorf("%v, slept %v", err, slept)
	}
}

// What is the caller's may panic, and a server's handler recovers from it: the next call has its place all the same.
func TestPanicKeepsNoPlace(t *testing.T) {
	noLeak(t)
	bad := true
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			answer(200, "text/event-stream", "data: {}\n\ndata: {}\n\ndata: [DONE]\n\n")(w, r)
			return
		}
		answer(200, "application/json", `{"name":"a"}`)(w, r)
	}, venice.WithMaxInFlight(1), venice.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
		return recorder(func(r *http.Request) (*http.Response, error) {
			if bad {
				panic("middleware")
			}
			return next.RoundTrip(r)
		})
	}))
	recovered := func(f func()) (cause any) {
		defer func() { cause = recover() }()
		f()
		return nil
	}
	if cause := recovered(func() { _, _ = get(t.Context(), client) }); cause != "middleware" {
		t.Errorf("recovered %v", cause)
	}
	bad = false
	if cause := recovered(func() {
		for _, err := range venice.Stream[thing](t.Context(), client, "POST", "/things", nil) {
			if err != nil {
				t.Error(err)
			}
			panic("loop")
		}
	}); cause != "loop" {
		t.Errorf("recovered %v", cause)
	}
	for _, err := range venice.Stream[thing](t.Context(), client, "POST", "/things", nil) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if got, err := get(t.Context(), client, venice.WithTimeout(5*time.Second)); err != nil || got.Name != "a" { // waits for ever if a place is taken
		t.Errorf("got %v, %v", got, err)
	}
}
