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
	neverLeft                       // no connection came about, so that not a byte was sent
	saidNothing                     // bytes may have been sent, and no answer came
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
	if e, answered := err.(*Error); answered {
		switch e.Status {
		case http.StatusTooManyRequests, http.StatusServiceUnavailable:
			return saidBusy
		case http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout:
			return saidBroken
		}
		return 0
	}
	return x.wire.outcome()
}

// again waits for as long as it takes until a call that failed can be sent again, and reports whether it is to be. If
// not, it returns the error of the call.
func (d *doer) again(x *exchange, m *message, err error) (bool, error) {
	if err == nil {
		return false, nil
	}
	effect, outcome := x.call.Operation.Effect, x.outcome(err)
	x.maybe = effect != gen.EffectRead && outcome&(saidBroken|saidNothing)&^resent[effect] != 0
	if resent[effect]&outcome == 0 || x.attempts >= x.settings.attempts || x.ctx.Err() != nil {
		return false, err
	}
	if m.form != nil && !m.form.rewind() {
		x.note = errSpent
		return false, err
	}
	wait, asked := d.backoff(x)
	if left := x.deadline.Sub(d.now()); !x.deadline.IsZero() && max(wait, asked) >= left {
		x.note = tooLate{asked, left}
		return false, err
	}
	if x.resp != nil {
		x.resp.Body.Close()
		x.resp = nil
	}
	if stopped := d.sleep(x.ctx, wait); stopped != nil {
		x.note = x.reason(stopped)
		return false, err
	}
	return true, nil
}

var errSpent = errors.New("the upload was read in part and cannot be rewound")

// tooLate says why a call is not sent again that could be, given time.
type tooLate struct{ asked, left time.Duration }

func (t tooLate) Error() string {
	left := max(0, t.left.Round(time.Millisecond))
	if t.asked == 0 {
		return fmt.Sprintf("the deadline is in %v", left)
	}
	return fmt.Sprintf("the service asks to wait %v, and the deadline is in %v", t.asked.Round(time.Millisecond), left)
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
}

func (w *wire) reset() {
	w.sent = false
	w.asked.Store(false)
	w.got.Store(false)
}

func (w *wire) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { w.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { w.got.Store(true) },
	}
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
