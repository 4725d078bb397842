// How long is waited before a call is sent again, and what ends the waiting.

package venice_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/venice-go/venice"
)

// What the service asks for holds, within reason, and is not waited for when the deadline comes first.
func TestRetryAfter(t *testing.T) {
	far := fmt.Sprint(time.Now().Add(40*time.Second).UnixMilli() / 1000 * 1000)
	for _, c := range []struct {
		header, value  string
		least, most    time.Duration
		timeout        time.Duration
		says           string
		status, orders int
	}{
		{header: "Retry-After", value: "7", least: 7 * time.Second, most: 7 * time.Second},
		{header: "Retry-After", value: " 1.5 ", least: 1500 * time.Millisecond, most: 1500 * time.Millisecond},
		{header: "Retry-After", value: "0"},
		{header: "Retry-After", value: time.Now().Add(20 * time.Second).UTC().Format(http.TimeFormat), least: 15 * time.Second, most: 20 * time.Second},
		{header: "Retry-After", value: time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)},
		{header: "Retry-After", value: "1e300", least: time.Minute, most: time.Minute},
		{header: "Retry-After", value: "3600", least: time.Minute, most: time.Minute},
		{header: "Retry-After", value: "-5", least: 500 * time.Millisecond, most: 500 * time.Millisecond},
		{header: "Retry-After", value: "soon", least: 500 * time.Millisecond, most: 500 * time.Millisecond},
		{header: "Retry-After", value: "3", status: 500, least: 3 * time.Second, most: 3 * time.Second},
		{header: "x-ratelimit-reset-requests", value: far, least: 30 * time.Second, most: 40 * time.Second},
		{header: "x-ratelimit-resets", value: far[:10], least: 30 * time.Second, most: 40 * time.Second},
		{header: "X-RateLimit-Reset", value: far[:10], least: 30 * time.Second, most: 40 * time.Second},
		{header: "x-ratelimit-reset-tokens", value: "1000", least: 500 * time.Millisecond, most: 500 * time.Millisecond},
		{header: "x-ratelimit-reset-tokens", value: far, status: 503, least: 500 * time.Millisecond, most: 500 * time.Millisecond},
		{header: "Retry-After", value: "30", timeout: 10 * time.Second, says: "429 Too Many Requests; not sent again: the service asks to wait 30s, and the deadline is in "},
		{header: "Retry-After", value: "3600", timeout: 10 * time.Minute, says: "asks to wait 1h0m0s, and the deadline is in "},
		{header: "Retry-After", value: "604800", timeout: 10 * time.Minute, says: "asks to wait 168h0m0s, and the deadline is in "},
		{header: "X", value: "0", timeout: 400 * time.Millisecond, says: "429 Too Many Requests; not sent again: the deadline is in "},
	} {
		var requests atomic.Int64
		if c.status == 0 {
			c.status = 429
		}
		client, s := quick(t, func(w http.ResponseWriter, r *http.Request) {
			if requests.Add(1) > 1 {
				answer(200, "application/json", `{"name":"a"}`)(w, r)
				return
			}
			w.Header().Set(c.header, c.value)
			w.WriteHeader(c.status)
		})
		_, err := get(t.Context(), client, venice.WithTimeout(c.timeout))
		switch {
		case c.says != "":
			if wantText(t, err, "venice: getThing: ", c.says); requests.Load() != 1 || len(s.slept) > 0 || !errors.Is(err, venice.ErrRateLimited) {
				t.Errorf("%s %s: %d requests, slept %v", c.header, c.value, requests.Load(), s.slept)
			}
		case err != nil || len(s.slept) != 1 || s.slept[0] < c.least || s.slept[0] > c.most:
			t.Errorf("%d, %s %s: slept %v, want %v to %v; %v", c.status, c.header, c.value, s.slept, c.least, c.most, err)
		}
	}
}

// Where no deadline makes a call fail at once, it fails after the waits that it may make, and says what was asked for.
func TestWhatWasAskedIsSaid(t *testing.T) {
	for asked, says := range map[string]string{"86400": "; not sent again: the service asks to wait 24h0m0s", "604800": "; not sent again: the service asks to wait 168h0m0s", "30": "503 Service Unavailable"} {
		client, s := quick(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", asked)
			w.WriteHeader(503)
		})
		_, err := get(t.Context(), client, venice.WithTimeout(0))
		if !strings.HasSuffix(err.Error(), says) || len(s.slept) != 3 || slices.Max(s.slept) > time.Minute {
			t.Errorf("Retry-After %s: %v after waits of %v", asked, err, s.slept)
		}
	}
}

func TestDeadlineOfTheContext(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "5")
		w.WriteHeader(503)
	}, venice.WithMaxAttempts(4))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	began := time.Now()
	_, err := get(ctx, client)
	if wantText(t, err, "the service asks to wait 5s, and the deadline is in "); time.Since(began) > time.Second || !errors.Is(err, venice.ErrServer) {
		t.Errorf("it took %v; %v", time.Since(began), err)
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	noLeak(t)
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "50")
		w.WriteHeader(429)
	}, venice.WithMaxAttempts(4))
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	began := time.Now()
	_, err := get(ctx, client)
	if e, ok := errors.AsType[*venice.Error](err); !ok || e.Status != 429 || !errors.Is(err, context.Canceled) || time.Since(began) > time.Second {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
}

// A call that was given up while its answer was awaited may have been carried out; one that never left was not.
func TestGivenUp(t *testing.T) {
	client, _ := serve(t, stall("", ""))
	c := postOf(venice.EffectQueue)
	c.Options = append(c.Options, venice.WithTimeout(50*time.Millisecond))
	_, err := venice.DoerOf(client).Do(t.Context(), c)
	wantText(t, err, "venice: op: no complete answer within 50ms; the request may have been carried out")
	if !errors.Is(err, venice.ErrMaybeSent) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = venice.DoerOf(client).Do(ctx, postOf(venice.EffectQueue)); errors.Is(err, venice.ErrMaybeSent) || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
