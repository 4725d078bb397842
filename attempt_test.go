// Tests that an attempt knows nothing of the one before it.

package venice_test

import (
	"context"
	"errors"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/venice-go/venice"
)

func busy(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Connection", "close")
	w.WriteHeader(503)
}

// once more than that the Auth has no credentials.
type exhausted struct{ left int }

var errExhausted = errors.New("no more credentials")

func (e *exhausted) Authorize(context.Context, *http.Request, *venice.Operation) error {
	if e.left--; e.left < 0 {
		return errExhausted
	}
	return nil
}

func TestAuthThatFailsLater(t *testing.T) {
	client, _ := quick(t, busy, venice.WithAuth(&exhausted{left: 1}))
	var response venice.Response
	request := postOf(venice.EffectQueue)
	request.Options = append(request.Options, venice.WithResponse(&response))
	_, err := venice.DoerOf(client).Do(t.Context(), request)
	if !errors.Is(err, errExhausted) || errors.Is(err, venice.ErrMaybeSent) {
		t.Errorf("got %v, want the error of the Auth: the second attempt was not sent", err)
	}
	if response.Status != 0 || response.Attempts != 1 {
		t.Errorf("got %v, want no status after 1 attempt: the last one got no answer", response)
	}
}

// Only what the last attempt did proves that it was not sent.
func TestAttemptsThatFailInOtherWays(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(busy))
	defer server.Close()
	refused, broken := errors.New("refused"), errors.New("broken")
	dials, attempts := 0, 0
	dial := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if dials++; dials > 1 {
			return nil, refused
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}}}
	client := newClient(t, venice.WithAuth(nil), venice.WithBaseURL(server.URL), venice.WithHTTPClient(dial))
	s := &sleeper{}
	venice.SetClock(client, s.now, s.sleep)
	_, err := venice.DoerOf(client).Do(t.Context(), postOf(venice.EffectQueue))
	if dials != 4 || !errors.Is(err, refused) || errors.Is(err, venice.ErrMaybeSent) {
		t.Errorf("%d connections tried, want 4; %v", dials, err)
	}

	middleware := venice.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
		return recorder(func(r *http.Request) (*http.Response, error) {
			if attempts++; attempts > 2 {
				return nil, broken // without a word on connections
			}
			return next.RoundTrip(r)
		})
	})
	dials = 0
	client = newClient(t, venice.WithAuth(nil), venice.WithBaseURL(server.URL), venice.WithHTTPClient(dial), middleware)
	venice.SetClock(client, s.now, s.sleep)
	_, err = venice.DoerOf(client).Do(t.Context(), postOf(venice.EffectQueue)) // busy, no connection, then this
	if attempts != 3 || !errors.Is(err, broken) || !errors.Is(err, venice.ErrMaybeSent) {
		t.Errorf("%d attempts, want 3; %v", attempts, err)
	}
}

// A timeout that ends the wait between two attempts is called that.
func TestTimeoutWhileWaiting(t *testing.T) {
	client, _ := serve(t, busy, venice.WithMaxAttempts(2), venice.WithTimeout(time.Second))
	venice.SetClock(client, time.Now, func(ctx context.Context, _ time.Duration) error { // sleeps in
		<-ctx.Done()
		return ctx.Err()
	})
	_, err := get(t.Context(), client)
	wantText(t, err, "503 Service Unavailable; not sent again: no complete answer within 1s")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v is not of the deadline", err)
	}
}

func TestLargestAnswerLimit(t *testing.T) {
	client, _ := serve(t, answer(200, "application/json", `{"name":"a"}`), venice.WithAnswerLimit(math.MaxInt64))
	if got, err := get(t.Context(), client); got.Name != "a" || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

// Version 2 of HTTP knows by itself what was not begun with, so its requests stay as they are.
func TestGetHasNoBodyOverHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 || r.ContentLength != 0 {
			t.Errorf("version %d, length %d", r.ProtoMajor, r.ContentLength)
		}
		answer(200, "application/json", `{"name":"a"}`)(w, r)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	client := newClient(t, venice.WithAuth(nil), venice.WithBaseURL(server.URL), venice.WithHTTPClient(server.Client()))
	for range 2 {
		if _, err := get(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	}
}
