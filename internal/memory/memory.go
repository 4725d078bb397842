// Package memory remembers answers for a while.
package memory

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// An Of keeps one answer per question. Those who ask the same at the same time share one call.
type Of[K comparable, T any] struct {
	Ask func(context.Context, K) (T, error)
	TTL time.Duration
	Now func() time.Time

	Until func(T) time.Time // when an answer ends; nil: once it is as old as TTL

	mu      sync.Mutex
	answers map[K]*remembered[T]
}

type remembered[T any] struct {
	turn   chan struct{} // full while somebody reads or asks
	value  T
	until  time.Time
	err    error        // of the last call that failed, unless because its caller gave up
	failed atomic.Int64 // how many did
}

// Get returns the answer for kind, asking if need be. Whoever waits for another's call takes its answer or its error, but
// asks anew if the other's context has ended, which is no reason to fail here.
func (m *Of[K, T]) Get(ctx context.Context, kind K) (T, error) {
	r := m.remembered(kind)
	failed := r.failed.Load()
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return *new(T), ctx.Err()
	}
	defer func() { <-r.turn }()
	if m.Now().Before(r.until) {
		return r.value, nil
	}
	if r.failed.Load() != failed { // while this one waited
		return *new(T), r.err
	}
	value, err := m.Ask(ctx, kind)
	if err == nil {
		if r.value, r.until = value, m.Now().Add(m.TTL); m.Until != nil {
			r.until = m.Until(value)
		}
	} else if ctx.Err() == nil {
		r.err = err
		r.failed.Add(1)
	}
	return value, err
}

func (m *Of[K, T]) remembered(kind K) *remembered[T] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.answers == nil {
		m.answers = map[K]*remembered[T]{}
	}
	if m.answers[kind] == nil {
		m.answers[kind] = &remembered[T]{turn: make(chan struct{}, 1)}
	}
	return m.answers[kind]
}

// Forget has the answer for kind asked for anew, if stale says so of the one that is known.
func (m *Of[K, T]) Forget(ctx context.Context, kind K, stale func(T) bool) error {
	r := m.remembered(kind)
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-r.turn }()
	if stale(r.value) {
		r.until = time.Time{}
	}
	return nil
}
