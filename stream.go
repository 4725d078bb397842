// Streams: event streams as sequences of decoded chunks.

package venice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/sse"
)

// maxEvent bounds a line of an event stream, and an event, in bytes. The service sends lines well beyond 64 KiB.
const maxEvent = 16 << 20

// ErrStreamCut means that an event stream ended before it said so: chunks are missing, although those that came are
// good. It comes together with the connection's error, if there was one.
var ErrStreamCut = errors.New("the stream was cut off before its end")

// Stream implements [gen.Doer]. Every range over the sequence sends the call.
func (d *doer) Stream(ctx context.Context, c *gen.Call, next func() any) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		x, err := d.exchange(ctx, c)
		if err != nil {
			yield(nil, err)
			return
		}
		defer x.close()
		if mediaType(x.resp) != "text/event-stream" {
			yield(nil, x.unexpected())
			return
		}
		x.stopClock()
		events, idle := sse.NewReader(x.resp.Body, maxEvent), newIdleClock(x.settings.idle, x.cancel)
		for {
			idle.start() // for each event, so that neither comments nor the caller's own time count
			chunk, err := x.chunk(events, next)
			idle.stop()
			if errors.Is(err, errDone) || !yield(chunk, err) || err != nil && !errors.Is(err, ErrMisfit) {
				return
			}
		}
	}
}

var errDone = errors.New("done")

// chunk returns the next chunk, errDone after the last one, or the error that ends the stream.
func (x *exchange) chunk(events *sse.Reader, next func() any) (any, error) {
	for {
		data, err := events.Next()
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			if ended := x.ctx.Err(); ended != nil {
				err = x.reason(ended)
			} else if !errors.Is(err, sse.ErrTooLong) {
				err = fmt.Errorf("%w: %w", ErrStreamCut, err)
			}
			return nil, x.failure(err)
		case string(bytes.TrimSpace(data)) == "[DONE]":
			return nil, errDone
		}
		x.keepChunk(data)
		if e := x.inBand(data, next); e != nil {
			return nil, e
		}
		if string(events.Name()) == "error" {
			return nil, x.refusedIn(data)
		}
		if errors.Is(err, io.EOF) {
			return nil, x.failure(ErrStreamCut)
		}
		if len(data) == 0 {
			continue // a heartbeat
		}
		chunk := next()
		err = x.decodeInto(chunk, data)
		if err != nil && !errors.Is(err, ErrMisfit) {
			return nil, err
		}
		return chunk, err
	}
}

// inBand returns the error that a failure after the headers is sent as, or nil: {"error": ...}, also in a list, an object
// that calls itself an error, or a complaint with nothing of what next makes room for. Without next that is anything.
func (x *exchange) inBand(data []byte, next func() any) error {
	if !complains(data) { // most chunks stop here
		return nil
	}
	m := members(data)
	if v := m["error"]; len(v) > 0 && v.Kind() != 'n' && v.Kind() != 'f' && string(v) != `""` ||
		text(m["type"]) == "error" || text(m["object"]) == "error" || bytes.HasPrefix(data, []byte("[")) && bytes.Contains(data, []byte(`"error"`)) {
		return x.refusedIn(data)
	}
	if next == nil && (outline{known: true}).isError(data) || next != nil && isError(data, next()) {
		return x.refusedIn(data)
	}
	return nil
}

// refusedIn is the error of an event, which may say how long to wait.
func (x *exchange) refusedIn(data []byte) error {
	e, m := x.refusal(bytes.Clone(data)), members(data)
	if wait, asked := retryAfter(first(text(members(m["error"])["retry_after"]), text(m["retry_after"])), x.now()); asked {
		e.Response.RetryAfter = wait
	}
	return e
}
