// Pacer: how many more calls the service has granted, by operation.

package limit

import (
	"sync"
	"time"
)

// A Pacer knows how many more calls the service has granted. Limits on calls are kept by operation: they are a model's as a
// rule, and an operation is mostly called with one model. The error budget belongs to the key, and so to no operation.
type Pacer struct {
	mu     sync.Mutex
	left   map[string]*granted
	errors allowance
}

// granted is what is left for an operation, by limit.
type granted struct{ requests, rpc, tokens, asked allowance } // asked is behind a Retry-After

// An allowance is how many more calls may be sent before its time.
type allowance struct {
	calls   int64
	until   time.Time // zero if nothing is known
	most    int64     // in a window; 0 if unknown
	guessed bool      // no answer has told of this window yet
}

// limits are those of an operation. The first two count calls.
func (p *Pacer) limits(op string) [5]*allowance {
	g := p.left[op]
	if g == nil {
		g = new(granted)
		if p.left == nil {
			p.left = map[string]*granted{}
		}
		p.left[op] = g
	}
	return [...]*allowance{&g.requests, &g.rpc, &g.tokens, &g.asked, &p.errors}
}

// Take returns how long to wait before a call of the operation may be sent. If there is no need to wait, it takes one call
// off what is left.
func (p *Pacer) Take(op string, now time.Time) (wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	limits := p.limits(op)
	for _, a := range limits {
		if a.until.IsZero() {
			continue
		}
		if !now.Before(a.until) {
			if a.most <= 0 {
				*a = allowance{}
				continue
			}
			// The next window: calls that waited for it do not all go at once. Its first answer says when it ends.
			*a = allowance{a.most, now.Add(time.Second), a.most, true}
		}
		if a.calls <= 0 {
			wait = max(wait, a.until.Sub(now))
		}
	}
	if wait == 0 {
		limits[0].calls--
		limits[1].calls--
	}
	return wait
}

// Note takes in what an answer says: its limits, and how long it asks to wait. Of two answers about the same window the
// smaller number holds: an answer knows nothing of the calls that are under way.
func (p *Pacer) Note(op string, rates [4]*Rate, asked time.Duration, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	told := [...]*Rate{rates[Requests], rates[RPC], rates[Tokens], {Reset: now.Add(asked)}, rates[Errors]}
	for i, before := range p.limits(op) {
		limit := told[i]
		if limit == nil || limit.Remaining < 0 || !limit.Reset.After(now) {
			continue
		}
		a := allowance{calls: limit.Remaining, until: now.Add(sane(limit.Reset.Sub(now))), most: limit.Limit}
		if !before.until.IsZero() && (before.guessed || a.until.Sub(before.until).Abs() < time.Second) {
			a.calls = min(a.calls, before.calls)
		}
		*before = a
	}
}
