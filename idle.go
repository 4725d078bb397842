// Idle: what ends a stream or a download that goes on without bringing anything.

package venice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/venice-go/venice/gen"
)

// ErrIdle means that a stream brought no event, or media no byte, for longer than [WithIdleTimeout] allows. It is not
// [context.DeadlineExceeded]: the call as a whole had time left.
var ErrIdle = errors.New("nothing came for too long")

// WithIdleTimeout bounds how long a stream may go without an event, and media without a byte, those that [Client.AwaitJob]
// and [Client.SaveJob] download included. Time that the caller takes between two reads does not count, and what keeps a
// connection open but says nothing, such as a comment in a stream, is no event. The call then fails with [ErrIdle]; of a
// stream what came before is good. The default is 0, no bound. Two minutes suit most: a reasoning model may think for a
// minute before it says a word. A negative duration is refused.
func WithIdleTimeout(d time.Duration) CallOption {
	return callOption(func(s *settings) error {
		if d < 0 {
			return fmt.Errorf("WithIdleTimeout: want 0 or more, got %v", d)
		}
		s.idle = d
		return nil
	})
}

// An idleClock cancels a context when it has run for too long. A nil one, which is what there is without a limit, does
// nothing.
type idleClock struct {
	limit time.Duration
	timer *time.Timer
}

func newIdleClock(limit time.Duration, cancel context.CancelCauseFunc) *idleClock {
	if limit == 0 {
		return nil
	}
	c := &idleClock{limit, time.AfterFunc(limit, func() { cancel(idleError(limit)) })}
	c.stop()
	return c
}

func (c *idleClock) start() {
	if c != nil {
		c.timer.Reset(c.limit)
	}
}

func (c *idleClock) stop() {
	if c != nil {
		c.timer.Stop()
	}
}

// idleError is the cause of a context that an idleClock has cancelled.
type idleError time.Duration

func (i idleError) Error() string { return ErrIdle.Error() + ": " + time.Duration(i).String() }

func (idleError) Unwrap() error { return ErrIdle }

// wentIdle returns why ctx ended, if an idleClock ended it.
func wentIdle(ctx context.Context) error {
	if idle, ok := context.Cause(ctx).(idleError); ok { //nolint:errorlint // the cause of another context is not ours
		return idle
	}
	return nil
}

// watched returns media whose reading ends when it idles. Closing it ends the context too.
func watched(ctx context.Context, body io.ReadCloser, limit time.Duration, cancel context.CancelCauseFunc) io.ReadCloser {
	return &idleBody{body, ctx, newIdleClock(limit, cancel), cancel}
}

type idleBody struct {
	io.ReadCloser
	ctx    context.Context
	clock  *idleClock
	cancel context.CancelCauseFunc
}

func (b *idleBody) Read(p []byte) (int, error) {
	b.clock.start()
	n, err := b.ReadCloser.Read(p)
	b.clock.stop()
	if err != nil && !errors.Is(err, io.EOF) {
		if idle := wentIdle(b.ctx); idle != nil {
			err = fmt.Errorf("venice: %w", idle)
		}
	}
	return n, err
}

func (b *idleBody) Close() error {
	defer b.cancel(nil)
	return b.ReadCloser.Close()
}

// idleLimit is the limit that the options of a call set, or the client's.
func (c *Client) idleLimit(opts []gen.CallOption) (time.Duration, error) {
	call, s := &gen.Call{}, c.doer.settings
	for _, o := range opts {
		if o != nil {
			o.ApplyCall(call)
		}
	}
	err := s.apply(call)
	return s.idle, err
}
