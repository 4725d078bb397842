// Tests of calls by method and path: what is sent, what comes back, what is sent again, and what is refused.

package venice_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// Which calls are sent again, by what is known of them. Four attempts are allowed.
func TestEffects(t *testing.T) {
	var requests, status atomic.Int64
	client, _ := quick(t, func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		if status.Load() == 0 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(int(status.Load()))
	})
	for _, c := range []struct {
		method, path string
		effect       venice.Effect
		want         map[int64]int64 // requests by status; 0 for no answer
	}{
		{"GET", "/files", "", map[int64]int64{0: 4, 429: 4, 500: 4, 400: 1}},
		{"HEAD", "/files", "", map[int64]int64{0: 4, 429: 4, 500: 4, 400: 1}},
		{"OPTIONS", "/files", "", map[int64]int64{0: 1, 503: 1}},
		{"POST", "/files", "", map[int64]int64{0: 1, 429: 1, 503: 1, 500: 1}},
		{"DELETE", "/files", "", map[int64]int64{0: 1, 429: 1, 503: 1, 500: 1}},
		{"GET", "/files", venice.EffectPay, map[int64]int64{0: 1, 429: 1}},
		{"POST", "/files", venice.EffectWrite, map[int64]int64{0: 1, 429: 4, 500: 1}},
		{"POST", "/files", venice.EffectRead, map[int64]int64{0: 4, 429: 4, 500: 4}},
		{"POST", "/chat/completions", "", map[int64]int64{0: 1, 429: 4, 500: 4}},
		{"POST", "/video/queue", "", map[int64]int64{0: 1, 429: 4, 500: 1}},
		{"POST", "/video/queue", venice.EffectInfer, map[int64]int64{500: 4}},
	} {
		for s, want := range c.want {
			requests.Store(0)
			status.Store(s)
			var option venice.CallOption
			if c.effect != "" {
				option = venice.WithEffect(c.effect)
			}
			err := client.Do(t.Context(), c.method, c.path, nil, nil, option)
			if err == nil || requests.Load() != want {
				t.Errorf("%s %s %s, status %d: %d requests, want %d; %v", c.method, c.path, c.effect, s, requests.Load(), want, err)
			}
		}
	}
	requests.Store(0)
	status.Store(500)
	if _, err := client.QueueVideo(t.Context(), &gen.QueueVideoRequest{}, venice.WithEffect(venice.EffectInfer)); err == nil || requests.Load() != 4 {
		t.Errorf("a method: %d requests; %v", requests.Load(), err)
	}
	for _, op := range venice.Operations() {
		if op.Name == "QueueVideo" && op.Effect != venice.EffectQueue {
			t.Error("the table was changed")
		}
	}
}

func TestAttemptOf(t *testing.T) {
	var seen []string
	note := func(who string, ctx context.Context) {
		op, n := venice.AttemptOf(ctx)
		seen = append(seen, fmt.Sprint(who, " ", op.Name, " ", n))
	}
	var contexts []context.Context
	client, _ := quick(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case len(contexts) < 3:
			w.WriteHeader(503)
		case r.URL.Path == "/files":
			http.Redirect(w, r, "/moved", http.StatusFound)
		}
	}, venice.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
		return recorder(func(r *http.Request) (*http.Response, error) {
			note("middleware", r.Context())
			contexts = append(contexts, r.Context())
			return next.RoundTrip(r)
		})
	}), venice.WithAuth(authFunc(func(ctx context.Context) { note("auth", ctx) })), venice.WithLogger(slogTo(func(ctx context.Context) { note("log", ctx) })))
	if err := client.Do(t.Context(), "GET", "/files", nil, nil); err != nil {
		t.Fatal(err)
	}
	want := "auth GET /files 1, middleware GET /files 1, log GET /files 1, auth GET /files 2, middleware GET /files 2, log GET /files 2, " +
		"auth GET /files 3, middleware GET /files 3, auth GET /files 3, middleware GET /files 3, log GET /files 3"
	if got := strings.Join(seen, ", "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for i, ctx := range contexts[:3] { // an attempt that is over keeps its number
		if _, n := venice.AttemptOf(ctx); n != i+1 {
			t.Errorf("attempt %d is now %d", i+1, n)
		}
	}
	if op, n := venice.AttemptOf(t.Context()); op != nil || n != 0 {
		t.Error(op, n)
	}
}
