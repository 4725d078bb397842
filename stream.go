// Streams: event streams as sequences of decoded chunks.

package venice

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/idle"
	"github.com/venice-go/venice/internal/sse"
)

// maxEvent bounds a line of an event stream, and an event, in bytes. The service sends lines well beyond 64 KiB.
const maxEvent = 16 << 20

// ErrStreamCut means that an event stream ended before it said so: chunks are missing, although those that came are
// good. It comes together with the connection's error, if there was one.
var ErrStreamCut = errors.New("the stream was cut off before its end")

// ErrIdle means that a stream brought no event, or media no byte, for longer than [WithIdleTimeout] allows. It is not
// [context.DeadlineExceeded]: the call as a whole had time left.
var ErrIdle = idle.Err

// events reads the answer to its end, each event into what next makes, until yield wants no more, and closes the exchange.
func (a answering) events(x *exchange, next func() any, yield func(any, error) bool) {
	body, done := &untilEnd{Reader: x.resp.Body}, false
	defer func() {
		if done {
			x.finish(body.ended)
		} else {
			_ = x.close()
		}
	}()
	if mediaType(x.resp) != "text/event-stream" {
		yield(nil, a.unexpected(x))
		return
	}
	x.stopClock()
	events, clock := &eventing{Reader: sse.NewReader(body, maxEvent)}, idle.NewClock(x.settings.idle, x.cancel)
	for {
		clock.Start() // for each event, so that neither comments nor the caller's own time count
		chunk, err := a.chunk(x, events, next)
		clock.Stop()
		done = errors.Is(err, errDone)
		if done || !yield(chunk, err) || err != nil && !errors.Is(err, ErrMisfit) {
			return
		}
	}
}

// eventing is what reads a stream.
type eventing struct {
	*sse.Reader
	gen.Events
}

// untilEnd notes the end of what it reads.
type untilEnd struct {
	io.Reader
	ended bool
}

func (u *untilEnd) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	u.ended = u.ended || errors.Is(err, io.EOF)
	return n, err
}

var errDone = errors.New("done")

// chunk returns the next chunk, errDone after the last one, or the error that ends the stream.
func (a answering) chunk(x *exchange, events *eventing, next func() any) (any, error) {
	for {
		data, err := events.Next()
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			if ended := x.ctx.Err(); ended != nil {
				err = reason(x.ctx, ended)
			} else if !errors.Is(err, sse.ErrTooLong) {
				err = fmt.Errorf("%w: %w", ErrStreamCut, err)
			}
			return nil, a.explain.failure(x, err)
		case string(bytes.TrimSpace(data)) == "[DONE]":
			x.ended(EndedWhole)
			return nil, errDone
		}
		x.settings.response.keepChunk(data)
		chunk := next()
		if err == nil && !x.call.own && len(events.Name()) == 0 && events.Again(data, chunk) {
			x.see(data)
			return chunk, nil
		}
		if e := a.refuse.inBand(x, data, next); e != nil {
			return nil, e
		}
		if string(events.Name()) == "error" {
			return nil, a.refuse.refusedIn(x, data)
		}
		if errors.Is(err, io.EOF) {
			return nil, a.explain.failure(x, ErrStreamCut)
		}
		if len(data) == 0 {
			continue // a heartbeat
		}
		x.see(data)
		err = a.decodeInto(x, chunk, data, &events.Events)
		if err != nil && !errors.Is(err, ErrMisfit) {
			return nil, err
		}
		return chunk, err
	}
}
