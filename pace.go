// Pace: waiting before a call is sent, so as not to run into the service's limits.

package venice

import (
	"context"
	"sync"
	"time"
)

// places are as many as calls may be under way at the same time; nil if any number may.
type places chan struct{}

func (p places) enter(ctx context.Context) (leave func(), err error) {
	if p == nil {
		return func() {}, nil
	}
	select {
	case p <- struct{}{}:
		return sync.OnceFunc(func() { <-p }), nil
	case <-ctx.Done():
		return func() {}, ctx.Err()
	}
}

// A pacer knows how many more calls the service has granted.
type pacer struct {
	mu   sync.Mutex
	left map[limitOf]allowance // nil if calls are not paced
}

// limitOf names a limit. Limits on calls are kept by operation: they are a model's as a rule, and an operation is mostly
// called with one model. The error budget belongs to the key, and so to no operation.
type limitOf struct {
	operation string
	family    int
}

// limitAsked is the limit behind a Retry-After, beside the families of headers.
const limitAsked = -1

// An allowance is how many more calls may be sent before its time.
type allowance struct {
	calls   int64
	until   time.Time
	most    int64 // in a window; 0 if unknown
	guessed bool  // no answer has told of this window yet
}

func (p *pacer) limits(op string) []limitOf {
	return []limitOf{{op, limitRequests}, {op, limitRPC}, {op, limitTokens}, {op, limitAsked}, {"", limitErrors}}
}

// take returns how long to wait before a call of the operation may be sent. If that is not at all it takes one call off
// what is left.
func (p *pacer) take(op string, now time.Time) (wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.limits(op) {
		a, known := p.left[l]
		if !known {
			continue
		}
		if !now.Before(a.until) {
			delete(p.left, l)
			if a.most <= 0 {
				continue
			}
			// The next window: who waited for it does not go all at once. Its first answer says when it ends.
			a = allowance{a.most, now.Add(time.Second), a.most, true}
			p.left[l] = a
		}
		if a.calls <= 0 {
			wait = max(wait, a.until.Sub(now))
		}
	}
	for _, l := range p.limits(op)[:2] { // those that count calls
		if a, known := p.left[l]; known && wait == 0 {
			a.calls--
			p.left[l] = a
		}
	}
	return wait
}

// note takes in what an answer says. Of two answers about the same window the smaller number holds: an answer knows
// nothing of the calls that are under way.
func (p *pacer) note(op string, r *Response, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l, limit := range map[limitOf]*RateLimit{
		{op, limitRequests}: r.Requests, {op, limitRPC}: r.RPC, {op, limitTokens}: r.Tokens, {"", limitErrors}: r.Errors,
		{op, limitAsked}: {Reset: now.Add(r.RetryAfter)},
	} {
		if limit == nil || limit.Remaining < 0 || !limit.Reset.After(now) {
			continue
		}
		a := allowance{calls: limit.Remaining, until: now.Add(sane(limit.Reset.Sub(now))), most: limit.Limit}
		if before, known := p.left[l]; known && (before.guessed || a.until.Sub(before.until).Abs() < time.Second) {
			a.calls = min(a.calls, before.calls)
		}
		p.left[l] = a
	}
}

// pace waits until the service grants another call, and fails if that is too late.
func (x *exchange) pace() error {
	for x.pacer.left != nil {
		wait := x.pacer.take(x.call.Operation.ID, x.now())
		if wait == 0 {
			break
		}
		if late := x.late(wait, wait); late != nil {
			return notGranted{late}
		}
		if err := x.sleep(x.ctx, wait); err != nil {
			return err
		}
	}
	return nil
}

// notGranted says why a call was not sent at all.
type notGranted struct{ error }

func (n notGranted) Error() string { return "not sent: " + n.error.Error() }

// Is makes it of the kind that sending the call would have led to.
func (notGranted) Is(target error) bool { return target == ErrRateLimited }
