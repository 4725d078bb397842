// Refusals: answers that are errors, whatever their status.

package venice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/venice-go/venice/internal/idle"
	"github.com/venice-go/venice/internal/limit"
	"github.com/venice-go/venice/internal/loose"
	"github.com/venice-go/venice/internal/refusal"
)

// maxErrorBody bounds what is read of an error, and what is kept of any body in [Error.Raw].
const maxErrorBody = 1 << 20

// refusing is the step that takes any status but 2xx for an error.
type refusing struct {
	now     func() time.Time
	keyless bool                // the client has no credentials
	hide    func(string) string // takes the client's key out of a text; or nil
}

func (r refusing) do(x *exchange, rest steps) error {
	err := rest.run(x)
	if redirect, ok := errors.AsType[redirectRefusal](err); ok && x.resp != nil {
		return r.surprise(x, redirect.Error(), nil, redirect)
	}
	if err != nil || x.resp.StatusCode >= 200 && x.resp.StatusCode <= 299 {
		return err
	}
	// Half a body tells more than none, so a failure to read the rest is not worth losing it.
	body, _ := readAtMost(nil, x.resp.Body, maxErrorBody, -1)
	return r.read(x, body)
}

// read is the error that a body tells of.
func (r refusing) read(x *exchange, body []byte) *Error {
	e := r.newError(x, body)
	if e.Status == http.StatusGone || e.Status == http.StatusNotFound {
		e.Instead = x.call.op.Instead
	}
	e.read([]byte(e.cut(string(body))))
	e.Message, e.Code, e.RequestID = e.cut(e.Message), e.cut(e.Code), e.cut(loose.First(e.RequestID, requestID(x.resp.Header)))
	e.keyless = r.keyless && x.call.op.Access != AccessPayment && (e.Status == http.StatusUnauthorized || e.Is(ErrNoCredentials))
	return e
}

// read fills in what a body has to say.
func (e *Error) read(body []byte) {
	said := refusal.Read(body, e.Status)
	e.Code, e.Message, e.RequestID, e.Details = said.Code, said.Message, said.RequestID, said.Details
	e.kind, e.issues = said.Kind, said.Listed
}

// newError is an error about the answer that is there, of which body is what was read.
func (r refusing) newError(x *exchange, body []byte) *Error {
	return &Error{Operation: x.call.op.Name, Status: x.resp.StatusCode, Raw: body[:min(len(body), maxErrorBody)],
		Response: newResponse(x.resp, x.attempts, r.now()), hide: r.hide}
}

// surprise is the error for a call that the service took, with an answer that cannot be used. What came is kept: it
// may be an API key that is shown only once.
func (r refusing) surprise(x *exchange, text string, body []byte, cause error) *Error {
	e := r.newError(x, bytes.Clone(body[:min(len(body), maxErrorBody)]))
	e.Message, e.ours, e.RequestID, e.cause, e.maybe = loose.Line(text, maxText), true, requestID(x.resp.Header), cause, x.call.op.Effect != EffectRead
	return e
}

// inBand returns the error that a failure after the headers is sent as, or nil: {"error": ...}, also in a list, an object
// that calls itself an error, or a complaint with nothing of what next makes room for. Without next that is anything.
func (r refusing) inBand(x *exchange, data []byte, next func() any) error {
	if !refusal.Complains(data) { // most chunks stop here
		return nil
	}
	m := loose.Members(data)
	if v := m["error"]; len(v) > 0 && v.Kind() != 'n' && v.Kind() != 'f' && string(v) != `""` ||
		loose.Text(m["type"]) == "error" || loose.Text(m["object"]) == "error" || bytes.HasPrefix(data, []byte("[")) && bytes.Contains(data, []byte(`"error"`)) {
		return r.refusedIn(x, data)
	}
	if next == nil && refusal.Complaint(data) || next != nil && refusal.IsError(data, next()) {
		return r.refusedIn(x, data)
	}
	return nil
}

// refusedIn is the error of an event, which may say how long to wait.
func (r refusing) refusedIn(x *exchange, data []byte) error {
	e, m := r.read(x, bytes.Clone(data)), loose.Members(data)
	if wait, asked := limit.RetryAfter(loose.First(loose.Text(loose.Members(m["error"])["retry_after"]), loose.Text(m["retry_after"])), r.now()); asked {
		e.Response.RetryAfter = wait
	}
	return e
}

// readAtMost returns up to limit+1 bytes, the last of which tells that there was more. It makes room for as many as
// are announced, within reason: an announcement costs the sender nothing. What it returns is in b, if there is room in that.
func readAtMost(b []byte, r io.Reader, limit, announced int64) ([]byte, error) {
	b = slices.Grow(b[:0], int(1+min(max(announced, bytes.MinRead), limit, maxErrorBody))) // the 1 is for finding the end
	for {
		n, err := r.Read(b[len(b) : min(int64(cap(b)-1), limit)+1])
		b = b[:len(b)+n]
		switch {
		case err == io.EOF || err == nil && int64(len(b)) > limit:
			return b, nil
		case err != nil:
			return b, err
		case len(b) == cap(b):
			b = slices.Grow(b, len(b))
		}
	}
}

// explaining is the step that completes an error. In front goes the operation, which an *Error names itself; behind it
// whether the call may have been carried out, and why it was not sent again.
type explaining struct{ now func() time.Time }

func (e explaining) do(x *exchange, rest steps) error {
	err := rest.run(x)
	if err == nil {
		return nil
	}
	return e.failure(x, reason(x.ctx, err))
}

func (e explaining) failure(x *exchange, err error) error {
	if said, ok := answered(err); ok {
		said.maybe = x.maybe
	} else if err = fmt.Errorf("venice: %s: %w", x.call.op.Name, brief(err)); x.maybe {
		err = fmt.Errorf("%w; %w", err, ErrMaybeSent)
	}
	if x.note == nil && x.resp != nil {
		if asked, _ := limit.Asked(x.resp, e.now()); asked > limit.MaxAsked {
			x.note = fmt.Errorf("the service asks to wait %v", asked.Round(time.Second))
		}
	}
	if x.note != nil {
		err = fmt.Errorf("%w; not sent again: %w", err, x.note)
	}
	return err
}

// reason is why sending or reading stopped: our own timeout in place of the cancellation it caused. An *Error stays.
func reason(ctx context.Context, err error) error {
	if _, ok := answered(err); ok {
		return err
	}
	if t, ok := errors.AsType[timeoutError](context.Cause(ctx)); ok {
		return t
	}
	if idle := idle.Cause(ctx); idle != nil {
		return idle
	}
	return err
}
