// Calls: the way of a call from a typed method to the wire and back.

package venice

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/venice-go/venice/gen"
)

// doer carries out the calls of generated methods.
type doer struct {
	config
	places   places
	pacer    pacer
	refusals refusals
}

func newDoer(c config) (*doer, error) {
	d := &doer{config: c, refusals: refusals{most: c.budget}}
	if c.inFlight > 0 {
		d.places = make(places, c.inFlight)
	}
	if c.paced {
		d.pacer.left = map[limitOf]allowance{}
	}
	transport := c.http.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	transport = &once{base: transport}
	for _, wrap := range slices.Backward(c.middleware) {
		if transport = wrap(transport); transport == nil {
			return nil, errors.New("WithMiddleware: the function returned no transport")
		}
	}
	d.http.Transport = transport
	return d, nil
}

// An exchange is one call under way: its clock, its attempts and, once it is there, its answer.
type exchange struct {
	*doer
	call     *gen.Call
	settings settings
	message  message
	sender   http.Client // a copy, because the redirect rule needs to know the operation
	ctx      context.Context
	cancel   context.CancelCauseFunc
	clock    *time.Timer // nil without a timeout
	deadline time.Time   // the context's or the clock's; zero if there is neither
	leave    func()      // gives its place up
	attempts int         // requests handed to the transport so far, redirects apart
	first    attemptContext
	trial    *attemptContext // the attempt under way
	wire     wire            // how far the last of them came
	resp     *http.Response
	maybe    bool  // the call failed, and may have been carried out
	asked    bool  // the Auth was asked to make good for a refusal
	note     error // why it was not sent again, although it could have been
}

// exchange takes a call as far as the headers of an answer with a status of 2xx. This, with attempt, is the order of
// everything that happens to a call; Do and Stream differ only in how they read the answer. The caller closes what is
// returned.
func (d *doer) exchange(ctx context.Context, c *gen.Call) (*exchange, error) {
	x, err := d.begin(ctx, c)
	if err == nil {
		err = x.encode()
	}
	if err == nil {
		x.leave, err = d.places.enter(x.ctx)
	}
	for more := err == nil; more; {
		began := d.now()
		err = x.attempt()
		wait := x.again(err)
		x.log(err, began, wait)
		more = wait != never && x.rest(wait)
	}
	x.report(err)
	if err != nil {
		err = x.failure(x.reason(err))
		x.close()
		return nil, err
	}
	return x, nil
}

// attempt sends the call once.
func (x *exchange) attempt() error {
	x.wire.reset()
	x.enter()
	var req *http.Request
	err := x.refusals.check(x.now())
	if err == nil {
		err = x.pace()
	}
	if err == nil {
		req, err = x.request()
	}
	if err == nil {
		err = x.authorise(req, x.call.Operation)
	}
	if err == nil {
		err = x.send(req)
	}
	if err == nil {
		err = x.check()
	}
	x.count()
	return err
}

// count adds an answer to what is known of the service's limits.
func (x *exchange) count() {
	if x.resp == nil {
		return
	}
	x.refusals.note(x.resp.StatusCode, x.now())
	if x.pacer.left != nil {
		x.pacer.note(x.call.Operation.ID, x.response(), x.now())
	}
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

// begin returns an exchange to close, whether or not the options of the call are good.
func (d *doer) begin(ctx context.Context, c *gen.Call) (*exchange, error) {
	x := &exchange{doer: d, call: c, settings: d.settings, sender: d.http, leave: func() {}}
	err := x.settings.apply(c)
	x.sender.CheckRedirect = checkRedirect // which lets nothing but a GET through
	if c.Operation.Method == http.MethodGet {
		x.sender.CheckRedirect = x.checkRedirect
	}
	x.ctx, x.cancel = context.WithCancelCause(ctx)
	x.ctx = x.wire.watch(x.ctx)
	x.deadline, _ = ctx.Deadline()
	if timeout := x.settings.timeout; timeout > 0 {
		x.clock = time.AfterFunc(timeout, func() { x.cancel(timeoutError(timeout)) })
		if end := d.now().Add(timeout); x.deadline.IsZero() || end.Before(x.deadline) {
			x.deadline = end
		}
	}
	return x, err
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

func (x *exchange) send(req *http.Request) (err error) {
	if err := x.ctx.Err(); err != nil {
		return err
	}
	x.attempts++
	x.wire.sent = true
	x.resp, err = x.sender.Do(req) //nolint:bodyclose // close does
	err = withoutAddress(err)      // the operation says as much
	if refusal, ok := errors.AsType[redirectRefusal](err); ok && x.resp != nil {
		return x.surprise(refusal.Error(), nil, refusal)
	}
	return err
}

// withoutAddress takes the addresses, queries included, out of what net/http fails with: that of the request, and that of
// a redirect which it cannot read.
func withoutAddress(err error) error {
	u, ok := errors.AsType[*url.Error](err)
	switch {
	case !ok:
		return err
	case strings.HasPrefix(u.Err.Error(), "failed to parse Location header"):
		return errors.New("the answer redirects to what is no valid address")
	}
	return u.Err
}

func (x *exchange) checkRedirect(next *http.Request, via []*http.Request) error {
	if err := checkRedirect(next, via); err != nil {
		return err
	}
	if x.http.CheckRedirect != nil {
		if err := x.http.CheckRedirect(next, via); err != nil {
			return err
		}
	}
	return x.authorise(next, x.call.Operation)
}

// reason is why sending or reading stopped: our own timeout in place of the cancellation it caused. An *Error stays.
func (x *exchange) reason(err error) error {
	if _, ok := answered(err); err == nil || ok {
		return err
	}
	if t, ok := errors.AsType[timeoutError](context.Cause(x.ctx)); ok {
		return t
	}
	if idle := wentIdle(x.ctx); idle != nil {
		return idle
	}
	return err
}

// failure puts the operation before what went wrong, unless it is an *Error, which says so itself, and behind it whether
// the call may have been carried out and why it was not sent again.
func (x *exchange) failure(err error) error {
	if e, ok := answered(err); ok {
		e.maybe = x.maybe
	} else if err = fmt.Errorf("venice: %s: %w", first(x.call.Operation.Name, x.call.Operation.ID), brief(err)); x.maybe {
		err = fmt.Errorf("%w; %w", err, ErrMaybeSent)
	}
	if x.note == nil && x.resp != nil {
		if asked, _ := askedWait(x.resp, x.now()); asked > maxAsked {
			x.note = fmt.Errorf("the service asks to wait %v", asked.Round(time.Second))
		}
	}
	if x.note != nil {
		err = fmt.Errorf("%w; not sent again: %w", err, x.note)
	}
	return err
}

// stopClock ends the timeout: what remains of the answer is read at the caller's pace.
func (x *exchange) stopClock() {
	if x.clock != nil {
		x.clock.Stop()
	}
}

// close ends the exchange, the connection included if the answer was not read to its end.
func (x *exchange) close() { _ = x.release() }

// release closes, and returns what closing the body says.
func (x *exchange) release() (err error) {
	x.stopClock()
	if x.resp != nil {
		err = x.resp.Body.Close()
	}
	x.cancel(nil)
	x.message.form.end()
	x.leave()
	return err
}

type timeoutError time.Duration

func (t timeoutError) Error() string { return "no complete answer within " + time.Duration(t).String() }

// Unwrap lets callers treat this timeout as they treat their context's.
func (timeoutError) Unwrap() error { return context.DeadlineExceeded }
