// Pacer: how many more calls the service has granted, by operation.

package limit

import (
	"sync"
	"time"
)

// A Pacer knows how many more calls the service has granted.
type Pacer struct {
	mu   sync.Mutex
	left map[limitOf]allowance
}

// limitOf names a limit. Limits on calls are kept by operation: they are a model's as a rule, and an operation is mostly
// called with one model. The error budget belongs to the key, and so to no operation.
type limitOf struct {
	operation string
	family    int
}

// afterAsked is the limit behind a Retry-After, beside the families of headers.
const afterAsked = -1

// An allowance is how many more calls may be sent before its time.
type allowance struct {
	calls   int64
	until   time.Time
	most    int64 // in a window; 0 if unknown
	guessed bool  // no answer has told of this window yet
}

func (p *Pacer) limits(op string) [5]limitOf {
	return [...]limitOf{{op, Requests}, {op, RPC}, {op, Tokens}, {op, afterAsked}, {"", Errors}}
}

// Take returns how long to wait before a call of the operation may be sent. If there is no need to wait, it takes one call
// off what is left.
func (p *Pacer) Take(op string, now time.Time) (wait time.Duration) {
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
			// The next window: calls that waited for it do not all go at once. Its first answer says when it ends.
			a = allowance{a.most, now.Add(time.Second), a.most, true}
			p.left[l] = a
		}
		if a.calls <= 0 {
			wait = max(wait, a.until.Sub(now))
		}
	}
	for _, l := range []limitOf{{op, Requests}, {op, RPC}} { // those that count calls
		if a, known := p.left[l]; known && wait == 0 {
			a.calls--
			p.left[l] = a
		}
	}
	return wait
}

// Note takes in what an answer says: its limits, and how long it asks to wait. Of two answers about the same window the
// smaller number holds: an answer knows nothing of the calls that are under way.
func (p *Pacer) Note(op string, rates [4]*Rate, asked time.Duration, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	told := [...]*Rate{rates[Requests], rates[RPC], rates[Tokens], {Reset: now.Add(asked)}, rates[Errors]}
	for i, l := range p.limits(op) {
		limit := told[i]
		if limit == nil || limit.Remaining < 0 || !limit.Reset.After(now) {
			continue
		}
		a := allowance{calls: limit.Remaining, until: now.Add(sane(limit.Reset.Sub(now))), most: limit.Limit}
		if before, known := p.left[l]; known && (before.guessed || a.until.Sub(before.until).Abs() < time.Second) {
			a.calls = min(a.calls, before.calls)
		}
		if p.left == nil {
			p.left = map[limitOf]allowance{}
		}
		p.left[l] = a
	}
}
