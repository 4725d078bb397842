// Memory: what was asked about models, for a while.

package venice

import (
	"context"
	"sync"
	"sync/atomic"
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
	turn   chan struct{} // full while somebody reads or asks
	value  T
	until  time.Time
	err    error        // of the last call that failed, unless because its caller gave up
	failed atomic.Int64 // how many did
}

// get returns the answer for kind, asking if need be. Whoever waits for another's call takes its answer or its error, but
// asks anew if the other's context has ended, which is no reason to fail here.
func (m *memory[T]) get(ctx context.Context, kind gen.ModelType) (T, error) {
	r := m.remembered(kind)
	failed := r.failed.Load()
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return *new(T), ctx.Err()
	}
	defer func() { <-r.turn }()
	if m.now().Before(r.until) {
		return r.value, nil
	}
	if r.failed.Load() != failed { // while this one waited
		return *new(T), r.err
	}
	value, err := m.ask(ctx, kind)
	if err == nil {
		r.value, r.until = value, m.now().Add(m.ttl)
	} else if ctx.Err() == nil {
		r.err = err
		r.failed.Add(1)
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
