// The clock: when a call has to end, and how long it waits.

package venice

import (
	"context"
	"fmt"
	"time"
)

// clockwork is what depends on time and chance. Tests bring their own.
type clockwork struct {
	now    func() time.Time
	sleep  func(context.Context, time.Duration) error
	jitter func(most time.Duration) time.Duration
}

// late returns why it is too late to send a call after a wait, if it is. All that the service asks for counts, even where
// the client would wait less: a call that is sent sooner is refused again.
func late(deadline, now time.Time, wait, asked time.Duration) error {
	left := deadline.Sub(now)
	switch {
	case deadline.IsZero() || max(wait, asked) < left:
		return nil
	case asked == 0:
		return fmt.Errorf("the deadline is in %v", max(0, left.Round(time.Millisecond)))
	}
	return fmt.Errorf("the service asks to wait %v, and the deadline is in %v",
		asked.Round(time.Millisecond), max(0, left.Round(time.Millisecond)))
}

// timing is the step that ends a call in time.
type timing struct{ now func() time.Time }

func (t timing) do(x *exchange, rest steps) error {
	x.deadline, _ = x.ctx.Deadline()
	x.ctx, x.cancel = context.WithCancelCause(x.ctx)
	if timeout, cancel := x.settings.timeout, x.cancel; timeout > 0 {
		x.clock = time.AfterFunc(timeout, func() { cancel(timeoutError(timeout)) })
		if end := t.now().Add(timeout); x.deadline.IsZero() || end.Before(x.deadline) {
			x.deadline = end
		}
	}
	return rest.run(x)
}

type timeoutError time.Duration

func (t timeoutError) Error() string { return "no complete answer within " + time.Duration(t).String() }

// Unwrap lets callers treat this timeout as they treat their context's.
func (timeoutError) Unwrap() error { return context.DeadlineExceeded }
