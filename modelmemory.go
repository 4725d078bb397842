// Memory: what was asked about models, for a while.

package venice

import (
	"context"
	"sync"
	"time"

	"github.com/venice-go/venice/gen"
)

// A memory keeps one answer per kind of model.
type memory[T any] struct {
	ask func(context.Context, gen.ModelType) (T, error)
	ttl time.Duration
	now func() time.Time

	mu      sync.Mutex
	answers map[gen.ModelType]*remembered[T]
}

type remembered[T any] struct {
	turn  chan struct{} // full while somebody reads or asks
	value T
	until time.Time
}

// get returns the answer for kind, asking if need be. Whoever waits for another's call takes its answer, or asks anew if
// it failed: the other's context may have ended, which is no reason to fail here.
func (m *memory[T]) get(ctx context.Context, kind gen.ModelType) (T, error) {
	r := m.remembered(kind)
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return *new(T), ctx.Err()
	}
	defer func() { <-r.turn }()
	if m.now().Before(r.until) {
		return r.value, nil
	}
	value, err := m.ask(ctx, kind)
	if err == nil {
		r.value, r.until = value, m.now().Add(m.ttl)
	}
	return value, err
}

func (m *memory[T]) remembered(kind gen.ModelType) *remembered[T] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.answers == nil {
		m.answers = map[gen.ModelType]*remembered[T]{}
	}
	if m.answers[kind] == nil {
		m.answers[kind] = &remembered[T]{turn: make(chan struct{}, 1)}
	}
	return m.answers[kind]
}
