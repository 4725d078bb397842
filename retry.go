// Retries: which calls are sent again, after what.

package venice

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/venice-go/venice/gen"
)

// An outcome is how an attempt failed, as far as that matters to sending the call again.
type outcome int

const (
	saidBusy    outcome = 1 << iota // answered 429 or 503: not carried out
	saidBroken                      // answered 500, 502 or 504: carried out, or half, or not
	neverLeft                       // no connection came about, so that not a byte was sent, or the server disowns it
	saidNothing                     // bytes may have been sent, and no answer came
	saidOddly                       // answered another 5xx, such as a proxy's 520 or 524: as saidBroken, but not known to pass
)

// resent is after which outcomes a call is sent again, by what sending it twice would do. An effect that is not listed,
// and that of paying above all, is sent once: a payment is sent again by who made it, as the same signed bytes.
var resent = map[gen.Effect]outcome{
	gen.EffectRead:  saidBusy | neverLeft | saidBroken | saidNothing,
	gen.EffectInfer: saidBusy | neverLeft | saidBroken,
	gen.EffectQueue: saidBusy | neverLeft,
	gen.EffectWrite: saidBusy | neverLeft,
	gen.EffectMint:  saidBusy | neverLeft,
}

// outcome returns 0 for what is the same however often it is sent, and for what was not sent.
func (x *exchange) outcome(err error) outcome {
	if e, ok := answered(err); ok {
		switch e.Status {
		case http.StatusTooManyRequests, http.StatusServiceUnavailable:
			return saidBusy
		case http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout:
			return saidBroken
		case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
			return 0
		}
		if e.Status >= 500 {
			return saidOddly
		}
		return 0
	}
	if disowned(err) {
		return neverLeft
	}
	if x.resp != nil { // an answer, of which the client or the caller did not want to follow the redirect
		return 0
	}
	return x.wire.outcome()
}

// never is how long to wait before a call that is not sent again.
const never = -1

// again returns how long to wait before a call that failed with err is sent again, or never.
func (x *exchange) again(err error) time.Duration {
	if err == nil {
		return never
	}
	effect, outcome := x.call.Operation.Effect, x.outcome(err)
	x.maybe = effect != gen.EffectRead && outcome&(saidBroken|saidNothing|saidOddly)&^resent[effect] != 0
	// Asked even if the call must not be sent again: what is learned helps the next one.
	renewed := x.renew(err)
	if resent[effect]&outcome == 0 && !renewed || x.attempts >= x.settings.attempts || x.ctx.Err() != nil {
		return never
	}
	wait, asked := x.backoff()
	if renewed {
		wait, asked = 0, 0
	}
	if x.note = x.late(wait, asked); x.note != nil {
		return never
	}
	if form := x.message.form; form != nil && !form.rewind() {
		x.note = errSpent
		return never
	}
	return wait
}

// renew asks the Auth, once, whether a refusal can be made good for. The Auth may make calls of its own for that, so this
// one gives its place up, and takes one again before it is sent.
func (x *exchange) renew(err error) bool {
	e, refused := answered(err)
	auth, able := x.auth.(Retrier)
	if !refused || !able || x.asked || e.Status != http.StatusUnauthorized && e.Status != http.StatusPaymentRequired {
		return false
	}
	x.asked = true
	x.leave()
	again, why := auth.Retry(x.ctx, x.client(), x.call.Operation, e)
	if errors.Is(why, ErrMaybeSent) {
		x.maybe, why = true, nil
	}
	x.note = why
	return again && why == nil
}

var errSpent = errors.New("the upload was read in part and cannot be rewound")

// late returns why it is too late to send a call after a wait, if it is. What the service asks for counts as it stands:
// a call that is sent before is refused again.
func (x *exchange) late(wait, asked time.Duration) error {
	left := x.deadline.Sub(x.now())
	switch {
	case x.deadline.IsZero() || max(wait, asked) < left:
		return nil
	case asked == 0:
		return fmt.Errorf("the deadline is in %v", max(0, left.Round(time.Millisecond)))
	}
	return fmt.Errorf("the service asks to wait %v, and the deadline is in %v",
		asked.Round(time.Millisecond), max(0, left.Round(time.Millisecond)))
}

// rest ends an attempt that failed and waits before the next one. It reports whether there is to be a next one.
func (x *exchange) rest(wait time.Duration) bool {
	if x.resp != nil {
		x.resp.Body.Close()
	}
	x.leave() // who waits is not under way
	err := x.sleep(x.ctx, wait)
	if err == nil {
		x.leave, err = x.places.enter(x.ctx)
	}
	if err != nil {
		x.note = x.reason(err)
		return false
	}
	x.resp = nil
	return true
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A wire knows how far an attempt came. Its proof that nothing was sent is that a connection was looked for and none
// found; without that it assumes the worst, as with a transport that tells nothing.
type wire struct {
	sent       bool // handed to the transport
	asked, got atomic.Bool
	trace      httptrace.ClientTrace
}

func (w *wire) reset() {
	w.sent = false
	w.asked.Store(false)
	w.got.Store(false)
}

// watch has what is sent under the context that it returns tell w how far it came.
func (w *wire) watch(ctx context.Context) context.Context {
	w.trace.GetConn = func(string) { w.asked.Store(true) }
	w.trace.GotConn = func(httptrace.GotConnInfo) { w.got.Store(true) }
	return httptrace.WithClientTrace(ctx, &w.trace)
}

func (w *wire) outcome() outcome {
	switch {
	case !w.sent:
		return 0
	case w.asked.Load() && !w.got.Load():
		return neverLeft
	}
	return saidNothing
}
