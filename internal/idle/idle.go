// Package idle ends what goes on without bringing anything.
package idle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Err means that nothing came for longer than was allowed.
var Err = errors.New("nothing came for too long")

// A Clock cancels a context when it has run for too long. A nil one, which is what there is without a limit, does
// nothing.
type Clock struct {
	limit time.Duration
	timer *time.Timer
}

// NewClock returns a clock that stands still, or nil for a limit of 0.
func NewClock(limit time.Duration, cancel context.CancelCauseFunc) *Clock {
	if limit == 0 {
		return nil
	}
	c := &Clock{limit, time.AfterFunc(limit, func() { cancel(idleError(limit)) })}
	c.Stop()
	return c
}

// Start starts the clock, from the beginning.
func (c *Clock) Start() {
	if c != nil {
		c.timer.Reset(c.limit)
	}
}

// Stop stops the clock.
func (c *Clock) Stop() {
	if c != nil {
		c.timer.Stop()
	}
}

// idleError is the cause of a context that a Clock has cancelled.
type idleError time.Duration

func (i idleError) Error() string { return Err.Error() + ": " + time.Duration(i).String() }

func (idleError) Unwrap() error { return Err }

// Cause returns why ctx ended, if a Clock ended it.
func Cause(ctx context.Context) error {
	if idle, ok := context.Cause(ctx).(idleError); ok { //nolint:errorlint // the cause of another context is not ours
		return idle
	}
	return nil
}

// Body returns media whose reading ends when it idles. Closing it ends the context too.
func Body(ctx context.Context, body io.ReadCloser, limit time.Duration, cancel context.CancelCauseFunc) io.ReadCloser {
	return &media{body, ctx, NewClock(limit, cancel), cancel}
}

type media struct {
	io.ReadCloser
	ctx    context.Context
	clock  *Clock
	cancel context.CancelCauseFunc
}

func (b *media) Read(p []byte) (int, error) {
	b.clock.Start()
	n, err := b.ReadCloser.Read(p)
	b.clock.Stop()
	if err != nil && !errors.Is(err, io.EOF) {
		if idle := Cause(b.ctx); idle != nil {
			err = fmt.Errorf("venice: %w", idle)
		}
	}
	return n, err
}

func (b *media) Close() error {
	defer b.cancel(nil)
	return b.ReadCloser.Close()
}
