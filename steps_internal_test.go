// Tests of the steps of the pipeline, each by itself: what it does before and after the rest.

package venice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/internal/limit"
)

// rest is a step that stands for all that follow.
type rest func(x *exchange) error

func (r rest) do(x *exchange, _ steps) error { return r(x) }

// through runs one step before a rest.
func through(s step, x *exchange, then func(x *exchange) error) error {
	if x.ctx == nil {
		x.ctx = context.Background()
	}
	if x.leave == nil {
		x.leave = func() {}
	}
	if x.call.op == nil {
		x.call.op = &Operation{Name: "Op", Method: "POST", Path: "/op", Access: AccessAny, Effect: EffectInfer}
	}
	return s.do(x, steps{rest(then)})
}

// answers has the rest answer with a status.
func answers(status int, body string) func(*exchange) error {
	return func(x *exchange) error {
		x.attempts++
		x.wire.sent = true
		x.resp = &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
		return nil
	}
}

var (
	noon     = time.Unix(1_800_000_000, 0)
	atNoon   = func() time.Time { return noon }
	errBelow = errors.New("below")
)

func TestStepExplaining(t *testing.T) {
	x := &exchange{maybe: true, note: errors.New("too late")}
	err := through(explaining{atNoon}, x, func(*exchange) error { return errBelow })
	if want := "venice: Op: below; the request may have been carried out; not sent again: too late"; err == nil || err.Error() != want || !errors.Is(err, errBelow) || !errors.Is(err, ErrMaybeSent) {
		t.Errorf("got %v, want %s", err, want)
	}
	said := &Error{Operation: "Op", Status: 500}
	if err := through(explaining{atNoon}, &exchange{maybe: true}, func(*exchange) error { return said }); !errors.Is(err, said) || !said.maybe {
		t.Errorf("an *Error became %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(timeoutError(time.Second))
	if err := through(explaining{atNoon}, &exchange{ctx: ctx}, func(*exchange) error { return context.Canceled }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("our own timeout became %v", err)
	}
}

func TestStepReporting(t *testing.T) {
	for _, c := range []struct {
		err  error
		keep bool
		raw  string
	}{{nil, true, ""}, {&Error{Raw: []byte("body")}, true, "body"}, {&Error{Raw: []byte("body")}, false, ""}} {
		r := &Response{KeepRaw: c.keep, ModelID: "old"}
		x := &exchange{settings: settings{response: r}}
		err := through(reporting{atNoon}, x, func(x *exchange) error { _ = answers(418, "")(x); return c.err })
		if !errors.Is(err, c.err) || r.Status != 418 || r.Attempts != 1 || r.ModelID != "" || string(r.Raw) != c.raw || r.KeepRaw != c.keep {
			t.Errorf("%+v: %v, %+v", c, err, *r)
		}
	}
}

func TestStepTiming(t *testing.T) {
	x := &exchange{settings: settings{timeout: time.Hour}}
	if err := through(timing{atNoon}, x, func(x *exchange) error { return x.ctx.Err() }); err != nil || !x.deadline.Equal(noon.Add(time.Hour)) {
		t.Errorf("%v, deadline %v", err, x.deadline)
	}
	_ = x.close()
	if x.ctx.Err() == nil {
		t.Error("the context outlives the exchange")
	}
	sooner, cancel := context.WithDeadline(t.Context(), noon.Add(time.Minute))
	defer cancel()
	if x = (&exchange{ctx: sooner, settings: settings{timeout: time.Hour}}); through(timing{atNoon}, x, func(*exchange) error { return nil }) != nil || !x.deadline.Equal(noon.Add(time.Minute)) {
		t.Errorf("deadline %v", x.deadline)
	}
	_ = x.close()
}

func TestStepEncoding(t *testing.T) {
	x := &exchange{call: call{op: &Operation{Path: "/a/{id}"}, path: []param{{"id", "x y"}}, body: &struct{ A int }{1}, contentType: "application/json"}}
	if err := through(encoding{"https://host/v1"}, x, func(*exchange) error { return errBelow }); !errors.Is(err, errBelow) || x.message.address != "https://host/v1/a/x%20y" || string(x.message.data) != `{"A":1}` {
		t.Errorf("%v, %+v", err, x.message)
	}
	wrong := errors.New("a bad option")
	if err := through(encoding{}, &exchange{wrong: wrong}, func(*exchange) error { t.Error("sent"); return nil }); !errors.Is(err, wrong) {
		t.Error(err)
	}
}

func TestStepRetrying(t *testing.T) {
	for _, c := range []struct {
		effect   Effect
		statuses []int
		attempts int // made
		maybe    bool
	}{
		{EffectInfer, []int{500, 429, 200}, 3, false},
		{EffectInfer, []int{500, 500, 500, 500, 200}, 4, false},
		{EffectWrite, []int{500, 200}, 1, true},
		{EffectWrite, []int{429, 200}, 2, false},
		{EffectPay, []int{503, 200}, 1, false},
	} {
		var slept []time.Duration
		r := retrying{clockwork: clockwork{atNoon, func(_ context.Context, d time.Duration) error { slept = append(slept, d); return nil }, func(most time.Duration) time.Duration { return most }}}
		x := &exchange{call: call{op: &Operation{Effect: c.effect}}, settings: settings{attempts: 4}}
		err := through(r, x, func(x *exchange) error {
			_ = answers(c.statuses[x.attempts], "")(x)
			if x.resp.StatusCode != 200 {
				return &Error{Status: x.resp.StatusCode}
			}
			return nil
		})
		if x.attempts != c.attempts || (err == nil) != (c.statuses[c.attempts-1] == 200) || x.maybe != c.maybe || len(slept) != c.attempts-1 {
			t.Errorf("%+v: %d attempts, %v, maybe %v, slept %v", c, x.attempts, err, x.maybe, slept)
		}
	}
}

func TestStepBudgeting(t *testing.T) {
	b := budgeting{&limit.Budget{Most: 1}, atNoon}
	if err := through(b, &exchange{}, answers(404, "")); err != nil {
		t.Fatal(err)
	}
	if err := through(b, &exchange{}, func(*exchange) error { t.Error("sent"); return nil }); !errors.Is(err, ErrErrorBudget) {
		t.Error(err)
	}
}

func TestStepPacing(t *testing.T) {
	var slept time.Duration
	now := noon
	p := newPacing(&config{paced: true, clockwork: clockwork{now: func() time.Time { return now }, sleep: func(_ context.Context, d time.Duration) error { slept += d; now = now.Add(d); return nil }}})
	busy := func(x *exchange) error { _ = answers(429, "")(x); x.resp.Header.Set("Retry-After", "7"); return nil }
	if err := through(p, &exchange{}, busy); err != nil || slept != 0 {
		t.Fatal(err, slept)
	}
	if err := through(p, &exchange{deadline: now.Add(time.Second)}, func(*exchange) error { t.Error("sent"); return nil }); !errors.Is(err, ErrRateLimited) {
		t.Error(err)
	}
	if err := through(p, &exchange{}, answers(200, "")); err != nil || slept != 7*time.Second {
		t.Error(err, slept)
	}
}

func TestStepRequesting(t *testing.T) {
	x := &exchange{message: message{address: "https://host/", contentType: "application/json", data: []byte("{}"), key: "k"}}
	x.trial = &attemptContext{Context: t.Context()}
	x.settings.header = http.Header{"X-A": {"1"}, "Idempotency-Key": {"own"}}
	err := through(requesting{"agent"}, x, func(x *exchange) error {
		b, _ := io.ReadAll(x.req.Body)
		if h := x.req.Header; string(b) != "{}" || h.Get("User-Agent") != "agent" || h.Get("X-A") != "1" || h.Get("Idempotency-Key") != "own" {
			t.Errorf("%s, %v", b, h)
		}
		return errBelow
	})
	if !errors.Is(err, errBelow) {
		t.Error(err)
	}
}

func TestStepAuthorising(t *testing.T) {
	x := &exchange{req: &http.Request{Header: http.Header{}}}
	key, _ := bearer("secret-key")
	if err := through(authorising{key}, x, func(x *exchange) error { return nil }); err != nil || x.req.Header.Get("Authorization") != "Bearer secret-key" {
		t.Error(err, x.req.Header)
	}
	if err := through(authorising{refuses{}}, x, func(*exchange) error { t.Error("sent"); return nil }); !errors.Is(err, errBelow) {
		t.Error(err)
	}
}

type refuses struct{}

func (refuses) Authorize(context.Context, *http.Request, *Operation) error { return errBelow }

func TestStepRefusing(t *testing.T) {
	for status, want := range map[int]string{200: "", 204: "", 304: "304", 402: "402 Payment Required", 500: "500"} {
		err := through(refusing{now: atNoon}, &exchange{}, answers(status, `{"error":"why"}`))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d: %v", status, err)
		}
	}
}

func TestStepSending(t *testing.T) {
	var seen *http.Request
	s := newSending(http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		seen = r
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody}, nil
	})}, authorising{})
	x := &exchange{ctx: t.Context()}
	begin(x)
	x.req, _ = http.NewRequestWithContext(x.trial, http.MethodGet, "https://host/", nil)
	if err := s.do(x, nil); err != nil || seen == nil || x.resp.StatusCode != 200 || x.attempts != 1 || x.wire.unsent() {
		t.Error(err, x.attempts)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if x = (&exchange{ctx: ctx}); s.do(x, nil) == nil || x.attempts != 0 {
		t.Error("sent under a context that ended")
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// The order is the contract: what is asked for once comes before what is done for each attempt.
func TestOrderOfSteps(t *testing.T) {
	c, err := New(WithAuth(nil), WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range c.pipe.steps {
		got = append(got, strings.TrimPrefix(strings.TrimPrefix(fmt.Sprintf("%T", s), "*"), "venice."))
	}
	if want := "explaining reporting timing encoding retrying budgeting pacing guarding requesting authorising refusing sending"; strings.Join(got, " ") != want {
		t.Errorf("got %v", got)
	}
}
