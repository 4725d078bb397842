// Limits: steps that keep a call from running into those of the service.

package venice

import (
	"context"
	"fmt"
	"slices"
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
		b.budget.Note(x.resp.StatusCode, b.now)
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
		now := p.now()
		asked, _ := limit.Asked(x.resp, now)
		p.pacer.Note(x.call.op.Name, limit.Rates(x.resp.Header), asked, now)
	}
	return err
}

// notGranted says why a call was not sent at all.
type notGranted struct{ error }

func (n notGranted) Error() string { return "not sent: " + n.error.Error() }

// Is makes it of the kind that sending the call would have led to.
func (notGranted) Is(target error) bool { return target == ErrRateLimited }

// guarding is the step that asks the guards.
type guarding struct{ places places }

func (g guarding) do(x *exchange, rest steps) error {
	guards := x.settings.guards
	if more := guardsOf(x.ctx); more != nil {
		guards = slices.Concat(guards, more)
	}
	if len(guards) == 0 {
		return rest.run(x)
	}
	ctx := context.WithValue(x.ctx, placeKey{}, g.places)
	attempt := &Attempt{x.call.op, x.message.path, x.message.plain()}
	for _, guard := range guards {
		w, err := guard.Admit(ctx, attempt)
		if err != nil {
			x.ended(EndedUndone)
			return fmt.Errorf("not sent: %w", err)
		}
		if w != nil {
			x.watch = append(x.watch, w)
		}
	}
	err := rest.run(x)
	if err != nil && undone(x, err) {
		x.ended(EndedUndone)
	} else if err != nil {
		x.ended(EndedUnknown)
	}
	return err
}
