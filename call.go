// Calls: the way of a call from a typed method to the wire and back.

package venice

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/venice-go/venice/gen"
)

// doer carries out the calls of generated methods.
type doer struct{ config }

// An exchange is one call under way: its request, its clock and, once it is there, its answer.
type exchange struct {
	call     *gen.Call
	settings settings
	ctx      context.Context
	cancel   context.CancelCauseFunc
	clock    *time.Timer // nil without a timeout
	resp     *http.Response
}

// exchange takes a call as far as the headers of an answer with a status of 2xx. This is the order of everything that
// happens to a call; Do and Stream differ only in how they read the answer. The caller closes what is returned.
func (d *doer) exchange(ctx context.Context, c *gen.Call) (*exchange, error) {
	s, err := d.settings.with(c)
	x := begin(ctx, c, s)
	var req *http.Request
	if err == nil {
		req, err = d.encode(x.ctx, c, s)
	}
	if err == nil {
		err = d.authorise(req, c.Operation)
	}
	if err == nil {
		x.resp, err = d.send(req, c.Operation)
	}
	if err == nil {
		err = x.check()
	}
	if err != nil {
		err = x.failure(err)
		x.close()
		return nil, err
	}
	return x, nil
}

// Do implements [gen.Doer].
func (d *doer) Do(ctx context.Context, c *gen.Call) (*gen.Media, error) {
	x, err := d.exchange(ctx, c)
	if err != nil {
		return nil, err
	}
	switch x.kind() {
	case kindJSON:
		defer x.close()
		return nil, x.decode()
	case kindMedia:
		return x.media(), nil
	}
	defer x.close()
	return nil, x.unexpected()
}

func begin(ctx context.Context, c *gen.Call, s settings) *exchange {
	x := &exchange{call: c, settings: s}
	x.ctx, x.cancel = context.WithCancelCause(ctx)
	if s.timeout > 0 {
		x.clock = time.AfterFunc(s.timeout, func() { x.cancel(timeoutError(s.timeout)) })
	}
	return x
}

func (d *doer) authorise(req *http.Request, op *gen.Operation) error {
	if d.auth == nil {
		return nil
	}
	if err := d.auth.Authorize(req.Context(), req, op); err != nil {
		return fmt.Errorf("authorise: %w", err)
	}
	return nil
}

func (d *doer) send(req *http.Request, op *gen.Operation) (*http.Response, error) {
	client := d.http // a copy, because the redirect rule needs to know the operation
	client.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		if err := checkRedirect(next, via); err != nil {
			return err
		}
		if d.http.CheckRedirect != nil {
			if err := d.http.CheckRedirect(next, via); err != nil {
				return err
			}
		}
		return d.authorise(next, op)
	}
	resp, err := client.Do(req)
	// The text of *url.Error has the whole address in it, query included; the operation says as much.
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if refusal, ok := err.(redirectRefusal); ok && resp != nil {
		return nil, &Error{Operation: op.ID, Status: resp.StatusCode, Message: refusal.Error(),
			RequestID: requestID(resp.Header), cause: refusal}
	}
	return resp, err
}

// reason is why sending or reading stopped: our own timeout in place of the cancellation it caused.
func (x *exchange) reason(err error) error {
	if t, ok := context.Cause(x.ctx).(timeoutError); ok {
		return t
	}
	return err
}

// failure puts the operation before what went wrong, unless it is an *Error, which says so itself.
func (x *exchange) failure(err error) error {
	if e, ok := err.(*Error); ok {
		return e
	}
	return fmt.Errorf("venice: %s: %w", x.call.Operation.ID, x.reason(err))
}

// stopClock ends the timeout: what remains of the answer is read at the caller's pace.
func (x *exchange) stopClock() {
	if x.clock != nil {
		x.clock.Stop()
	}
}

// close ends the exchange, the connection included if the answer was not read to its end.
func (x *exchange) close() error {
	x.stopClock()
	var err error
	if x.resp != nil {
		err = x.resp.Body.Close()
	}
	x.cancel(nil)
	return err
}

type timeoutError time.Duration

func (t timeoutError) Error() string { return "no complete answer within " + time.Duration(t).String() }

// Unwrap lets callers treat this timeout as they treat their context's.
func (timeoutError) Unwrap() error { return context.DeadlineExceeded }
