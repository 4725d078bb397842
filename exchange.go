// Exchanges: a call under way, its attempts, and the data of it that the steps of the pipeline share.

package venice

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/form"
	"github.com/venice-go/venice/internal/patch"
)

// A call is what a method asks for.
type call struct {
	op          *Operation
	path        []param
	query       any    // pointer to a struct of parameters, or nil
	body        any    // pointer to a request type, or nil
	contentType string // of the body: application/json or multipart/form-data
	accept      string // media types that the method can read, as an Accept header
	result      any    // where a JSON answer goes; nil if none is read
	own         bool   // body and result are of the caller's own types
}

// A param is a value in the path of a call.
type param struct{ name, value string }

// settings are the part of the configuration that a call may change for itself.
type settings struct {
	timeout  time.Duration // 0: none
	idle     time.Duration // 0: none
	limit    int64         // bytes of a JSON answer
	attempts int           // at most
	header   http.Header   // never changed in place: clients and calls share it
	query    url.Values    // nor this; a name without values is left out
	edits    []patch.Edit  // of the request
	response *Response     // nil if nobody asked
	effect   Effect        // in place of the operation's, if not ""
	guards   []Guard       // never changed in place

	raw    *jsontext.Value // takes a JSON answer as it is, in place of the result; or nil
	verify func(any) error // refuses a result without what the caller cannot do without; or nil
}

// A message is what a call sends. It is encoded once, and each attempt makes a request of it.
type message struct {
	path        string // below the base URL
	address     string
	contentType string // of the body; "" if there is none
	key         string // to do it once by, if the service can
	data        []byte // the body as JSON, if it is that
	form        *form.Form
}

// An exchange is one call under way. Each step fills in what the next ones need.
type exchange struct {
	call     call
	settings settings
	wrong    error // what is wrong with the options, if anything

	ctx      context.Context
	cancel   context.CancelCauseFunc
	clock    *time.Timer // nil without a timeout
	deadline time.Time   // the context's or the clock's; zero if there is neither

	message  message
	attempts int             // requests handed to the transport so far, redirects apart
	first    attemptContext  // most calls have no other, and need no memory for it
	trial    *attemptContext // the attempt under way
	wire     wire            // how far it came
	req      *http.Request   // of that attempt
	resp     *http.Response  // to it; nil if none came

	watch []Witness // of the attempt under way, or of the one that was answered

	leave func() // ends its turn among the calls under way
	maybe bool   // the call failed, and may have been carried out
	note  error  // why it was not sent again, although it could have been
}

// stopClock ends the timeout: what remains of the answer is read at the caller's pace.
func (x *exchange) stopClock() {
	if x.clock != nil {
		x.clock.Stop()
	}
}

// close ends the exchange, the connection included if the answer was not read to its end, and returns what closing the
// body says.
func (x *exchange) close() (err error) {
	x.stopClock()
	if x.resp != nil {
		err = x.resp.Body.Close()
	}
	x.ended(EndedUnknown)
	x.cancel(nil)
	x.message.form.End()
	x.leave()
	return err
}

// How far the end of a stream is waited for, behind its last event.
const (
	endBytes   = 4 << 10
	endWait    = time.Second
	endInSight = 5 * time.Millisecond // as long as the caller waits along
)

// finish ends the exchange of a stream behind its last event. Over version 1 of HTTP a connection is used again only if the
// body was read to its end, which comes a moment later, so that is read in the background. The caller waits along for as
// long as it takes most servers: who makes the next call right away is to find the connection free.
func (x *exchange) finish(ended bool) {
	if ended || x.resp.ProtoMajor != 1 {
		_ = x.close()
		return
	}
	x.leave()
	done := make(chan struct{})
	go func() {
		defer close(done)
		late := time.AfterFunc(endWait, func() {
			x.cancel(nil)
			_ = x.resp.Body.Close()
		})
		_, _ = io.Copy(io.Discard, io.LimitReader(x.resp.Body, endBytes))
		late.Stop()
		_ = x.close()
	}()
	t := time.NewTimer(endInSight)
	defer t.Stop()
	select {
	case <-done:
	case <-t.C:
	}
}

// A step does its part of a call and has the rest do theirs.
type step interface {
	do(x *exchange, rest steps) error
}

type steps []step

func (s steps) run(x *exchange) error { return s[0].do(x, s[1:]) }

// AttemptOf returns the operation that a request is for and the number of the attempt, the first of which is 1. It reads
// them from the request's context, which middleware, a transport and an [Auth] see, and from the context that a handler of
// [WithLogger] is given. A redirect that is followed is of the same attempt. For any other context it returns nil and 0.
// The operation is shared: leave it as it is.
func AttemptOf(ctx context.Context) (operation *Operation, number int) {
	if a, ok := ctx.Value(attemptKey{}).(*attemptContext); ok {
		return a.operation, a.number
	}
	return nil, 0
}

// An attemptContext is of one attempt alone, since a dial in the background may read it after the attempt has ended.
type attemptContext struct {
	context.Context
	operation *Operation
	number    int
}

type attemptKey struct{}

func (a *attemptContext) Value(key any) any {
	if key == (attemptKey{}) {
		return a
	}
	return a.Context.Value(key)
}

// see shows a good answer, or a part of it, to those who watch.
func (x *exchange) see(data []byte) {
	for _, w := range x.watch {
		w.See(x.resp.Header, data)
	}
}

// ended tells them, unless they know, how the attempt ended.
func (x *exchange) ended(how Ending) {
	watch := x.watch
	x.watch = nil
	for _, w := range watch {
		w.End(how)
	}
}

// A wire knows how far an attempt came. If a connection was asked for and none was got, nothing was sent. In any other
// case something may have been, also if the transport reports neither.
type wire struct {
	sent       bool // handed to the transport
	asked, got atomic.Bool
	trace      httptrace.ClientTrace
}

func (w *wire) reset() {
	w.sent = false
	w.asked.Store(false)
	w.got.Store(false)
}

// watch has what is sent under the context that it returns tell w how far it came.
func (w *wire) watch(ctx context.Context) context.Context {
	w.trace.GetConn = func(string) { w.asked.Store(true) }
	w.trace.GotConn = func(httptrace.GotConnInfo) { w.got.Store(true) }
	return httptrace.WithClientTrace(ctx, &w.trace)
}

// unsent reports whether nothing of the attempt can have left.
func (w *wire) unsent() bool { return w.asked.Load() && !w.got.Load() }
