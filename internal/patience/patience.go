// Package patience bounds what is waited for.
package patience

import (
	"context"
	"fmt"
	"time"
)

// Call waits for a function that may ignore its context: a wallet app, an HSM, a person. When ctx ends, or after most, the
// function has grace to say itself what it did; then the caller gets an error, and what the function still returns is
// dropped.
func Call[T any](ctx context.Context, most, grace time.Duration, function func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, most, fmt.Errorf("no answer within %v: %w", most.Round(time.Second), context.DeadlineExceeded))
	defer cancel()
	type answer struct {
		value T
		err   error
	}
	answered := make(chan answer, 1) // so that a late one leaves no goroutine behind
	go func() {
		value, err := function(ctx)
		answered <- answer{value, err}
	}()
	select {
	case a := <-answered:
		return a.value, a.err
	case <-ctx.Done():
	}
	select {
	case a := <-answered:
		return a.value, a.err
	case <-time.After(grace):
		var none T
		return none, context.Cause(ctx)
	}
}

// Sleep waits for d, or returns why ctx ended before.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
