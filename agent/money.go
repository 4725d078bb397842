// Money: what a run may spend, and who knows what things cost.

package agent

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/spend"
)

// A Price knows what calls cost: [spend.Prices] does. Requests are [*gen.ChatCompletionRequest] or [*gen.ResponseRequest],
// answers [*gen.ChatCompletion] or [*gen.Response].
type Price interface {
	Estimate(ctx context.Context, request any) (*spend.Estimate, error)
	Cost(ctx context.Context, answer any) (spend.Cost, error)
}

var _ Price = (*spend.Prices)(nil)

// dollars counts DIEM as USD.
func dollars(m spend.Money) float64 { return float64(m.USD+m.DIEM) / float64(spend.USD) }

// Spend reports what a tool has spent, in USD, within a call that it was called for: it counts against [Limits]. Outside
// one it does nothing. An amount that is negative or no number is an error.
func Spend(ctx context.Context, usd float64) error {
	if !(usd >= 0) || math.IsInf(usd, 1) {
		return fmt.Errorf("agent: %v USD cannot be spent", usd)
	}
	if c, ok := ctx.Value(carriedKey{}).(*carried); ok {
		c.spent.add(toNano(usd))
	}
	return nil
}

// A meter counts what is spent, in billionths of a USD: what an answer costs goes below a millionth. What comes after it
// was closed goes to the next one.
type meter struct {
	mu     sync.Mutex
	nano   int64
	closed bool
	next   *meter
}

func (m *meter) add(nano int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		m.next.add(nano)
		return
	}
	m.nano = sum(m.nano, nano)
}

// take empties the meter.
func (m *meter) take(closing bool) float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	nano := m.nano
	m.nano, m.closed = 0, m.closed || closing
	return fromNano(nano)
}

// toNano rounds up, so that nothing is too cheap to be counted.
func toNano(usd float64) int64 {
	nano := math.Ceil(usd*1e9 - 1e-6) // what is behind the sixth place of a billionth is the float's own
	switch {
	case nano >= math.MaxInt64:
		return math.MaxInt64
	case nano > 0:
		return int64(nano)
	}
	return 0
}

func fromNano(nano int64) float64 { return float64(nano) / 1e9 }

func sum(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// said reads the price that an answer has itself.
func said(answer any) (float64, error) {
	chat, ok := answer.(*gen.ChatCompletion)
	if !ok || chat.Cost == nil {
		return 0, errors.New("the answer does not say what it cost")
	}
	return chat.Cost.USD + chat.Cost.DIEM, nil
}

// cost settles what a turn cost.
func (a *Agent) cost(ctx context.Context, t *Turn, answer any) {
	var err error
	if a.Price != nil {
		var cost spend.Cost
		cost, err = a.Price.Cost(ctx, answer)
		t.USD = dollars(cost.Money)
	} else {
		t.USD, err = said(answer)
	}
	if t.Priced = err == nil; !t.Priced {
		t.USD = 0
	}
}

// afford says why a request may not be made.
func (a *Agent) afford(ctx context.Context, run *Run, request any) error {
	run.Late += run.late.take(false)
	most := toNano(a.Limits.USD)
	if most == 0 {
		return nil
	}
	spent := run.spent()
	if spent >= most {
		return limitError("%v USD: %v are spent", a.Limits.USD, fromNano(spent))
	}
	if a.Price != nil {
		estimate, err := a.Price.Estimate(ctx, request)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrPrice, err)
		}
		usd := dollars(estimate.Most)
		if sum(spent, toNano(usd)) > most {
			return limitError("%v USD: %v are spent, and the next answer can cost %v", a.Limits.USD, fromNano(spent), usd)
		}
		return nil
	}
	if _, responses := request.(*gen.ResponseRequest); responses {
		return fmt.Errorf("%w: the Responses route says no cost, and there is no Agent.Price", ErrPrice)
	}
	if t := run.last(); t != nil && !t.Priced {
		return fmt.Errorf("%w: the last answer did not say, and there is no Agent.Price", ErrPrice)
	}
	return nil
}

func limitError(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrLimit}, args...)...)
}
