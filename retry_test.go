// Tests of retries: what is sent again, after how long, and what the error says if it is not.

package venice_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/venice-go/venice"
)

// A sleeper notes how long it is asked to sleep, and lets its clock run on by that instead of sleeping.
type sleeper struct {
	mu    sync.Mutex
	slept []time.Duration
	ahead time.Duration
}

func (s *sleeper) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.ahead)
}

func (s *sleeper) sleep(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slept, s.ahead = append(s.slept, d), s.ahead+d
	return ctx.Err()
}

// quick has a client of four attempts sleep without sleeping.
func quick(t *testing.T, handler http.HandlerFunc, options ...venice.ClientOption) (*venice.Client, *sleeper) {
	client, _ := serve(t, handler, append([]venice.ClientOption{venice.WithMaxAttempts(4)}, options...)...)
	s := &sleeper{}
	venice.SetClock(client, s.now, s.sleep)
	return client, s
}

var effects = []venice.Effect{venice.EffectRead, venice.EffectInfer, venice.EffectQueue, venice.EffectWrite, venice.EffectMint, venice.EffectPay}

func postOf(effect venice.Effect) *venice.Call {
	return call(&venice.Operation{Name: "op", Method: "POST", Path: "/op", Access: venice.AccessAny, Effect: effect}, &thing{Name: "a"})
}

func TestStatusesSentAgain(t *testing.T) {
	busy, broken := []int{429, 503}, []int{500, 502, 504}
	for _, effect := range effects {
		for _, status := range append([]int{300, 400, 401, 402, 403, 404, 408, 409, 410, 413, 415, 422, 501, 505, 524}, append(busy, broken...)...) {
			var requests atomic.Int64
			client, _ := quick(t, func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				answer(status, "application/json", `{"error":"no"}`)(w, r)
			}, venice.WithErrorBudget(0))
			_, err := venice.DoerOf(client).Do(t.Context(), postOf(effect))
			want := int64(1)
			if slices.Contains(busy, status) && effect != venice.EffectPay || slices.Contains(broken, status) && (effect == venice.EffectRead || effect == venice.EffectInfer) {
				want = 4
			}
			e := asError(t, err)
			if n := requests.Load(); n != want || e.Status != status || e.Response.Attempts != int(want) {
				t.Errorf("%s, %d: %d requests, want %d; %v", effect, status, n, want, err)
			}
			maybe := effect != venice.EffectRead && (status == 524 || slices.Contains(broken, status) && effect != venice.EffectInfer)
			if errors.Is(err, venice.ErrMaybeSent) != maybe || strings.Contains(err.Error(), "may have been carried out") != maybe {
				t.Errorf("%s, %d: %v is ErrMaybeSent: %t", effect, status, err, !maybe)
			}
		}
	}
}

func TestGoodAnswerAfterBadOnes(t *testing.T) {
	noLeak(t)
	var requests atomic.Int64
	var bodies []string
	client, s := quick(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body)+r.Header.Get("Authorization"))
		if requests.Add(1) < 4 {
			answer(503, "application/json", `{"error":"no"}`)(w, r)
			return
		}
		answer(200, "text/event-stream", "data: {\"name\":\"a\"}\n\ndata: [DONE]\n\n")(w, r)
	}, venice.WithAuth(&numbered{}))
	got, err := collect(t.Context(), client)
	if err != nil || len(got) != 1 || fmt.Sprint(s.slept) != "[500ms 1s 2s]" {
		t.Errorf("%q, %v, slept %v", got, err, s.slept)
	}
	const body = `{"name":"","tags":[]}`
	if want := []string{body + "1", body + "2", body + "3", body + "4"}; !slices.Equal(bodies, want) {
		t.Errorf("bodies and credentials %q, want %q", bodies, want)
	}
}

// numbered gives other credentials every time it is asked.
type numbered struct{ n atomic.Int64 }

func (c *numbered) Authorize(_ context.Context, req *http.Request, _ *venice.Operation) error {
	if req.Header.Get("Authorization") != "" {
		return errors.New("the headers of the last attempt are still there")
	}
	req.Header.Set("Authorization", fmt.Sprint(c.n.Add(1)))
	return nil
}

func TestAuthFailureIsNotRetried(t *testing.T) {
	client, s := quick(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") }, venice.WithAuth(failing{}))
	_, err := get(t.Context(), client)
	if wantText(t, err, "authorise: the wallet is locked"); len(s.slept) > 0 || errors.Is(err, venice.ErrMaybeSent) {
		t.Errorf("slept %v, %v", s.slept, err)
	}
}

type failing struct{}

func (failing) Authorize(context.Context, *http.Request, *venice.Operation) error {
	return errors.New("the wallet is locked")
}

func TestConnectionsThatBreak(t *testing.T) {
	for _, effect := range effects {
		var requests atomic.Int64
		client, s := quick(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			requests.Add(1)
			panic(http.ErrAbortHandler)
		})
		_, err := venice.DoerOf(client).Do(t.Context(), postOf(effect))
		want := map[bool]int64{true: 4, false: 1}[effect == venice.EffectRead]
		if n := requests.Load(); n != want || !errors.Is(err, io.EOF) || errors.Is(err, venice.ErrMaybeSent) == (effect == venice.EffectRead) {
			t.Errorf("%s: %d requests, want %d; %v", effect, n, want, err)
		}
		if effect != venice.EffectRead {
			wantText(t, err, "venice: op: EOF; the request may have been carried out")
		}

		dials := 0
		client = newClient(t, venice.WithAuth(nil), venice.WithBaseURL("http://127.0.0.1:1"), venice.WithHTTPClient(&http.Client{
			Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
				dials++
				return nil, errors.New("refused")
			}},
		}))
		venice.SetClock(client, s.now, s.sleep)
		_, err = venice.DoerOf(client).Do(t.Context(), postOf(effect))
		if want := map[bool]int{true: 1, false: 4}[effect == venice.EffectPay]; dials != want || errors.Is(err, venice.ErrMaybeSent) {
			t.Errorf("%s: %d dials, want %d; %v", effect, dials, want, err)
		}
	}
}

// A transport that tells nothing of connections is not taken to have sent nothing.
func TestTransportThatTellsNothing(t *testing.T) {
	sent := 0
	client := newClient(t, venice.WithAuth(nil), venice.WithHTTPClient(&http.Client{Transport: recorder(func(*http.Request) (*http.Response, error) {
		sent++
		return nil, errors.New("broken")
	})}))
	_, err := venice.DoerOf(client).Do(t.Context(), postOf(venice.EffectQueue))
	if sent != 1 || !errors.Is(err, venice.ErrMaybeSent) {
		t.Errorf("sent %d times, %v", sent, err)
	}
}

// Version 2 of HTTP resets streams instead of connections.
func TestHTTP2(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("version %d", r.ProtoMajor)
		}
		_, _ = io.Copy(io.Discard, r.Body)
		requests.Add(1)
		panic(http.ErrAbortHandler)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	for _, effect := range effects {
		requests.Store(0)
		client := newClient(t, venice.WithAuth(nil), venice.WithBaseURL(server.URL), venice.WithHTTPClient(server.Client()))
		s := &sleeper{}
		venice.SetClock(client, s.now, s.sleep)
		_, err := venice.DoerOf(client).Do(t.Context(), postOf(effect))
		want := map[bool]int64{true: 4, false: 1}[effect == venice.EffectRead]
		if n := requests.Load(); n != want || errors.Is(err, venice.ErrMaybeSent) == (effect == venice.EffectRead) {
			t.Errorf("%s: %d requests, want %d; %v", effect, n, want, err)
		}
	}
}

func TestMaxAttempts(t *testing.T) {
	for _, n := range []int{1, 2, 9} {
		var requests atomic.Int64
		client, s := quick(t, func(w http.ResponseWriter, r *http.Request) { requests.Add(1); w.WriteHeader(500) })
		_, err := get(t.Context(), client, venice.WithMaxAttempts(n))
		if requests.Load() != int64(n) || asError(t, err).Response.Attempts != n || len(s.slept) != n-1 {
			t.Errorf("%d requests, want %d; slept %v", requests.Load(), n, s.slept)
		}
		if n == 9 && s.slept[7] != 30*time.Second {
			t.Errorf("slept %v, want at most 30s", s.slept)
		}
	}
	_, err := venice.New(venice.WithMaxAttempts(0))
	wantText(t, err, "WithMaxAttempts: want 1 or more, got 0")
}

// A redirect that the caller's own client refuses is an answer.
func TestRefusedRedirectIsFinal(t *testing.T) {
	var requests atomic.Int64
	mine := errors.New("not here")
	client, _ := quick(t, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}, venice.WithHTTPClient(&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return mine }}))
	if _, err := get(t.Context(), client); !errors.Is(err, mine) || requests.Load() != 1 {
		t.Errorf("%d requests, %v", requests.Load(), err)
	}
}

// Every attempt's answer is closed.
func TestAttemptsAreReleased(t *testing.T) {
	closed := 0
	client := newClient(t, venice.WithAuth(nil), venice.WithHTTPClient(&http.Client{Transport: recorder(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 500, Body: closing{strings.NewReader("{}"), &closed}, Request: r}, nil
	})}))
	s := &sleeper{}
	venice.SetClock(client, s.now, s.sleep)
	if _, err := get(t.Context(), client); err == nil || closed != 4 {
		t.Errorf("%d answers closed, want 4; %v", closed, err)
	}
}
