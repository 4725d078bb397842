// Retries: which calls are sent again, after what.

package venice

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/venice-go/venice/internal/limit"
	"github.com/venice-go/venice/internal/loose"
	"github.com/venice-go/venice/internal/once"
)

// An outcome is how an attempt failed, as far as that matters to sending the call again.
type outcome int

const (
	saidBusy    outcome = 1 << iota // answered 429 or 503: not carried out
	saidBroken                      // answered 500, 502 or 504: carried out, or half, or not
	neverLeft                       // not a byte was sent, for want of a connection, or the server says that it has not begun
	saidNothing                     // bytes may have been sent, and no answer came
	saidOddly                       // answered another 5xx, such as a proxy's 520 or 524: as saidBroken, but not known to pass
)

// resent is after which outcomes a call is sent again, by what sending it twice would do. An effect that is not listed,
// and that of paying above all, is sent once: a payment is sent again by who made it, as the same signed bytes.
var resent = map[Effect]outcome{
	EffectRead:  saidBusy | neverLeft | saidBroken | saidNothing,
	EffectInfer: saidBusy | neverLeft | saidBroken,
	EffectQueue: saidBusy | neverLeft,
	EffectWrite: saidBusy | neverLeft,
	EffectMint:  saidBusy | neverLeft,
}

// A renewal asks the Auth for better credentials after a refusal, as [Retrier] has it.
type renewal func(ctx context.Context, op *Operation, refusal *Error) (again bool, err error)

// retrying is the step that sends a call again after what may pass.
type retrying struct {
	renew  renewal // nil if the Auth cannot
	places places
	logger *slog.Logger
	clockwork
}

func newRetrying(c *config, renew renewal, p places) retrying {
	return retrying{renew, p, c.logger, c.clockwork}
}

func (r retrying) do(x *exchange, attempt steps) (err error) {
	if x.leave, err = r.places.enter(x.ctx); err != nil {
		return err
	}
	asked := false
	for {
		began := r.now()
		begin(x)
		err := attempt.run(x)
		wait := never
		if err != nil {
			outcome := outcomeOf(x, err)
			x.maybe = x.call.op.Effect != EffectRead && outcome&(saidBroken|saidNothing|saidOddly)&^resent[x.call.op.Effect] != 0
			// Asked even if the call must not be sent again: what is learned helps the next one.
			renewed := !asked && r.renewable(err)
			if renewed {
				asked, renewed = true, r.renewed(x, err)
			}
			wait = r.again(x, outcome, renewed)
		}
		r.log(x, err, began, wait)
		if wait == never || !r.rest(x, wait) {
			return err
		}
	}
}

// never is how long to wait before a call that is not sent again.
const never time.Duration = -1

// again returns how long to wait before a call that failed is sent again, or never.
func (r retrying) again(x *exchange, outcome outcome, renewed bool) time.Duration {
	if resent[x.call.op.Effect]&outcome == 0 && !renewed || x.attempts >= x.settings.attempts || x.ctx.Err() != nil {
		return never
	}
	var wait, asked time.Duration
	if !renewed {
		wait, asked = r.backoff(x)
	}
	if x.note = late(x.deadline, r.now(), wait, asked); x.note != nil {
		return never
	}
	if form := x.message.form; form != nil && !form.Rewind() {
		x.note = errSpent
		return never
	}
	return wait
}

var errSpent = errors.New("the upload was read in part and cannot be rewound")

// renewable reports a refusal that the Auth may help with.
func (r retrying) renewable(err error) bool {
	e, refused := answered(err)
	return refused && r.renew != nil && (e.Status == http.StatusUnauthorized || e.Status == http.StatusPaymentRequired)
}

// renewed asks the Auth for better credentials. The Auth may make calls of its own for that, so this call does not count as
// under way while it asks.
func (r retrying) renewed(x *exchange, err error) bool {
	e, _ := answered(err)
	x.leave()
	again, why := r.renew(x.ctx, x.call.op, e)
	if errors.Is(why, ErrMaybeSent) {
		x.maybe, why = true, nil
	}
	x.note = why
	return again && why == nil
}

// rest ends an attempt that failed and waits before the next one. It reports whether there is to be a next one.
func (r retrying) rest(x *exchange, wait time.Duration) bool {
	if x.resp != nil {
		x.resp.Body.Close()
	}
	x.leave() // who waits is not under way
	err := r.sleep(x.ctx, wait)
	if err == nil {
		x.leave, err = r.places.enter(x.ctx)
	}
	if err != nil {
		x.note = reason(x.ctx, err)
	}
	return err == nil
}

const (
	firstWait = 500 * time.Millisecond // at most this before the second attempt, and twice as much before each further
	maxWait   = 30 * time.Second       // but never more than this
)

// backoff returns how long to wait, and how long the service asked to wait, or 0.
func (r retrying) backoff(x *exchange) (wait, asked time.Duration) {
	if x.resp != nil {
		if asked, ok := limit.Asked(x.resp, r.now()); ok {
			return min(asked, limit.MaxAsked), asked
		}
	}
	return r.jitter(min(firstWait<<min(x.attempts-1, 10), maxWait)), 0
}

// outcomeOf returns 0 for what is the same however often it is sent, and for what was not sent.
func outcomeOf(x *exchange, err error) outcome {
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
	if once.Disowned(err) {
		return neverLeft
	}
	if x.resp != nil { // an answer, of which the client or the caller did not want to follow the redirect
		return 0
	}
	switch {
	case !x.wire.sent, errors.Is(err, ErrNotCarriedOut):
		return 0
	case x.wire.unsent():
		return neverLeft
	}
	return saidNothing
}

// undone reports whether an attempt that failed was provably not carried out. A 408 is what a server says that gave up
// waiting, which may be that before it.
func undone(x *exchange, err error) bool {
	if e, ok := answered(err); ok {
		return outcomeOf(x, err) == saidBusy || e.Status/100 == 4 && e.Status != http.StatusRequestTimeout ||
			e.Status == http.StatusNotImplemented || e.Status == http.StatusHTTPVersionNotSupported
	}
	return outcomeOf(x, err) == neverLeft || !x.wire.sent
}

// log writes no URL, header or body, nor the service's words, which may repeat what it was sent.
func (r retrying) log(x *exchange, err error, began time.Time, wait time.Duration) {
	if r.logger == nil {
		return
	}
	level, attrs := slog.LevelInfo, make([]slog.Attr, 0, 8)
	attrs = append(attrs, slog.String("operation", x.call.op.Name), slog.Int("attempt", x.attempts))
	if x.resp != nil {
		attrs = append(attrs, slog.Int("status", x.resp.StatusCode))
		if id := loose.Line(requestID(x.resp.Header), 100); id != "" {
			attrs = append(attrs, slog.String("request_id", id))
		}
	}
	attrs = append(attrs, slog.Duration("duration", r.now().Sub(began)))
	if err != nil {
		level = slog.LevelWarn
		if e, ok := answered(err); !ok {
			attrs = append(attrs, slog.String("error", loose.Line(err.Error(), 300)))
		} else if e.Code != "" {
			attrs = append(attrs, slog.String("code", loose.Line(e.Code, 100)))
		}
	}
	if wait != never {
		attrs = append(attrs, slog.Duration("wait", wait))
	}
	r.logger.LogAttrs(x.trial, level, "venice: call", attrs...)
}

// places are as many as calls may be under way at the same time; nil if any number may.
type places chan struct{}

// enter waits for a place, unless the call is made on behalf of one that has it.
func (p places) enter(ctx context.Context) (leave func(), err error) {
	if p == nil || ctx.Value(placeKey{}) == p {
		return func() {}, nil
	}
	if err := ctx.Err(); err != nil { // else a free place could be taken for a call that is over
		return func() {}, err
	}
	select {
	case p <- struct{}{}:
		var left sync.Once
		return func() { left.Do(func() { <-p }) }, nil
	case <-ctx.Done():
		return func() {}, ctx.Err()
	}
}

type placeKey struct{}

func newPlaces(c *config) places {
	if c.inFlight == 0 {
		return nil
	}
	return make(places, c.inFlight)
}
