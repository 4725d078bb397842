// Tests of the hooks: the log and middleware.

package venice_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/venice-go/venice"
)

func TestLogger(t *testing.T) {
	const secret = "hunter2"
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == "duration" || a.Key == "time" {
			return slog.String(a.Key, "T")
		}
		return a
	}}))
	var requests atomic.Int64
	client, _ := quick(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("CF-RAY", "ray")
		switch requests.Add(1) {
		case 1:
			w.Header().Set("Retry-After", "3")
			answer(429, "application/json", `{"error":"you said hunter2","code":"SLOW_DOWN"}`)(w, r)
		case 2:
			panic(http.ErrAbortHandler)
		default:
			answer(200, "application/json", `{"name":"hunter2"}`)(w, r)
		}
	}, venice.WithLogger(logger), venice.WithAPIKey(secret))
	c := call(opGet, nil)
	c.Query = [][2]any{{"q", secret}}
	if _, err := venice.DoerOf(client).Do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	want := `time=T level=WARN msg="venice: call" operation=getThing attempt=1 status=429 request_id=ray duration=T code=SLOW_DOWN wait=3s
time=T level=WARN msg="venice: call" operation=getThing attempt=2 duration=T error=EOF wait=1s
time=T level=INFO msg="venice: call" operation=getThing attempt=3 status=200 request_id=ray duration=T
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}

	out.Reset()
	client, _ = quick(t, nil, venice.WithLogger(logger), venice.WithBaseURL("http://127.0.0.1:1/"+secret), venice.WithMaxAttempts(2))
	_, _ = get(t.Context(), client)
	if strings.Contains(out.String(), secret) || strings.Count(out.String(), "\n") != 2 || !strings.Contains(out.String(), "connection refused") {
		t.Errorf("got\n%s", out.String())
	}
	client, _ = quick(t, answer(200, "application/json", `{"name":"a"}`), venice.WithLogger(nil))
	if _, err := get(t.Context(), client); err != nil {
		t.Error(err)
	}
}

func TestMiddleware(t *testing.T) {
	var order []string
	named := func(name string) func(http.RoundTripper) http.RoundTripper {
		return func(next http.RoundTripper) http.RoundTripper {
			return recorder(func(r *http.Request) (*http.Response, error) {
				resp, err := next.RoundTrip(r)
				order = append(order, fmt.Sprintf("%s %s", name, resp.Status))
				return resp, err
			})
		}
	}
	var requests atomic.Int64
	client, _ := quick(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) == 1 {
			w.WriteHeader(500)
			return
		}
		answer(200, "application/json", `{"name":"a"}`)(w, r)
	}, venice.WithMiddleware(named("outer")), venice.WithMiddleware(named("inner")))
	_, err := get(t.Context(), client)
	want := []string{"inner 500 Internal Server Error", "outer 500 Internal Server Error", "inner 200 OK", "outer 200 OK"}
	if err != nil || !slices.Equal(order, want) {
		t.Errorf("%v, got %q, want %q", err, order, want)
	}
	for _, wrap := range []func(http.RoundTripper) http.RoundTripper{nil, func(http.RoundTripper) http.RoundTripper { return nil }} {
		_, err := venice.New(venice.WithMiddleware(wrap))
		wantText(t, err, "venice: WithMiddleware: the function ")
	}
}

// What a transport panics with, or fails with, is not taken for an answer.
func TestMiddlewareError(t *testing.T) {
	mine := errors.New("no network today")
	client, _ := serve(t, nil, venice.WithMiddleware(func(http.RoundTripper) http.RoundTripper {
		return recorder(func(*http.Request) (*http.Response, error) { return nil, mine })
	}))
	if _, err := get(t.Context(), client); !errors.Is(err, mine) {
		t.Errorf("got %v", err)
	}
}

// Middleware that keeps a request back is believed: nothing is sent again, and nobody is told that it may have been done.
func TestMiddlewareKeepsBack(t *testing.T) {
	for _, c := range []struct {
		err   error
		calls int
		maybe bool
	}{
		{fmt.Errorf("not today: %w", venice.ErrNotCarriedOut), 1, false},
		{errors.New("not today"), 1, true},
	} {
		calls := 0
		client, _ := quick(t, nil, venice.WithMiddleware(func(http.RoundTripper) http.RoundTripper {
			return recorder(func(*http.Request) (*http.Response, error) { calls++; return nil, c.err })
		}))
		_, err := client.CreateChatCompletion(t.Context(), nil)
		if !errors.Is(err, c.err) || errors.Is(err, venice.ErrMaybeSent) != c.maybe || calls != c.calls {
			t.Errorf("%v: %d calls, got %v", c.err, calls, err)
		}
	}
}

// authFunc is an Auth that has no credentials and sees the context.
type authFunc func(context.Context)

func (f authFunc) Authorize(ctx context.Context, _ *http.Request, _ *venice.Operation) error {
	f(ctx)
	return nil
}

// slogTo returns a logger whose handler only sees the context.
func slogTo(see func(context.Context)) *slog.Logger { return slog.New(handlerFunc(see)) }

type handlerFunc func(context.Context)

func (handlerFunc) Enabled(context.Context, slog.Level) bool          { return true }
func (f handlerFunc) Handle(ctx context.Context, _ slog.Record) error { f(ctx); return nil }
func (f handlerFunc) WithAttrs([]slog.Attr) slog.Handler              { return f }
func (f handlerFunc) WithGroup(string) slog.Handler                   { return f }
