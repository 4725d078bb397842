// Limits: steps that keep a call from running into those of the service.

package venice

import (
	"context"
	"sync"
	"time"

	"github.com/venice-go/venice/internal/limit"
)

// ErrErrorBudget means that a call was not sent, because the client has been refused so often within 30 seconds that
// the service is about to lock its key out. Most often a program repeats a call that cannot succeed. [WithErrorBudget]
// changes the limit.
var ErrErrorBudget = limit.ErrBudget

// budgeting is the step that stops before the service locks the key out.
type budgeting struct {
	budget *limit.Budget
	now    func() time.Time
}

func (b budgeting) do(x *exchange, rest steps) error {
	if err := b.budget.Check(b.now()); err != nil {
		return err
	}
	err := rest.run(x)
	if x.resp != nil {
		b.budget.Note(x.resp.StatusCode, b.now())
	}
	return err
}

// pacing is the step that waits until the service grants another call, and fails if that is too late.
type pacing struct {
	pacer *limit.Pacer // nil if calls are not paced
	clockwork
}

func newPacing(c *config) pacing {
	if !c.paced {
		return pacing{}
	}
	return pacing{&limit.Pacer{}, c.clockwork}
}

func (p pacing) do(x *exchange, rest steps) error {
	if p.pacer == nil {
		return rest.run(x)
	}
	for {
		wait := p.pacer.Take(x.call.op.Name, p.now())
		if wait == 0 {
			break
		}
		if late := late(x.deadline, p.now(), wait, wait); late != nil {
			return notGranted{late}
		}
		if err := p.sleep(x.ctx, wait); err != nil {
			return err
		}
	}
	err := rest.run(x)
	if x.resp != nil {
		asked, _ := limit.Asked(x.resp, p.now())
		p.pacer.Note(x.call.op.Name, limit.Rates(x.resp.Header), asked, p.now())
	}
	return err
}

// notGranted says why a call was not sent at all.
type notGranted struct{ error }

func (n notGranted) Error() string { return "not sent: " + n.error.Error() }

// Is makes it of the kind that sending the call would have led to.
func (notGranted) Is(target error) bool { return target == ErrRateLimited }

// places are as many as calls may be under way at the same time; nil if any number may.
type places chan struct{}

func (p places) enter(ctx context.Context) (leave func(), err error) {
	if p == nil {
		return func() {}, nil
	}
	select {
	case p <- struct{}{}:
		var left sync.Once
		return func() { left.Do(func() { <-p }) }, nil
	case <-ctx.Done():
		return func() {}, ctx.Err()
	}
}
