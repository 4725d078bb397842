// The pipeline: the steps that every call goes through, from a method to the wire and back.

package venice

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/limit"
	"github.com/venice-go/venice/internal/once"
)

// A pipeline carries out calls.
type pipeline struct {
	config
	steps  steps
	answer answering
}

func newPipeline(c config, client *Client) (*pipeline, error) {
	sender := c.http
	var err error
	if sender.Transport, err = c.transport(); err != nil {
		return nil, err
	}
	sign := authorising{c.auth}
	explain := explaining{c.now}
	refuse := refusing{c.now, c.auth == nil, hidden(c.auth)}
	return &pipeline{c, steps{
		explain,                 // names the operation in what went wrong
		reporting{c.now},        // fills in the caller's Response
		timing{c.now},           // ends the call in time
		encoding{c.base},        // makes bytes of the request
		newRetrying(&c, client), // sends it again after what may pass: what follows is done for each attempt
		budgeting{&limit.Budget{Most: c.budget}, c.now}, // stops before the service locks the key out
		newPacing(&c),            // waits while a rate limit is used up
		requesting{c.userAgent},  // makes an HTTP request
		sign,                     // adds credentials
		refuse,                   // takes any status but 2xx for an error
		newSending(sender, sign), // and this is the wire
	}, answering{explain, refuse}}, nil
}

// transport is the caller's, within what sees each request once and all middleware.
func (c *config) transport() (http.RoundTripper, error) {
	transport := c.http.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	transport = &once.Transport{Base: transport}
	for _, wrap := range slices.Backward(c.middleware) {
		if transport = wrap(transport); transport == nil {
			return nil, errors.New("WithMiddleware: the function returned no transport")
		}
	}
	return transport, nil
}

var errZero = errors.New("this client is the zero value: make one with venice.New")

// send takes a call as far as the headers of an answer with a status of 2xx. The caller closes what is returned.
func (c *Client) send(ctx context.Context, k call, opts []CallOption) (*exchange, error) {
	if c.pipe == nil {
		return nil, errZero
	}
	x := &exchange{call: k, settings: c.pipe.settings, ctx: ctx, leave: func() {}}
	x.wrong = x.settings.apply(opts)
	if effect := x.settings.effect; effect != "" {
		op := *k.op // the call's own from here on: that of a method is the table's
		op.Effect = effect
		x.call.op = &op
	}
	if err := c.pipe.steps.run(x); err != nil {
		_ = x.close()
		return nil, err
	}
	return x, nil
}

// fetch makes a call and reads its answer: JSON into the result, anything else that was asked for as media, for the caller
// to close.
func (c *Client) fetch(ctx context.Context, k call, opts []CallOption) (*gen.Media, error) {
	x, err := c.send(ctx, k, opts)
	if err != nil {
		return nil, err
	}
	return c.pipe.answer.read(x)
}

func do[T any](ctx context.Context, c *Client, k call, opts []CallOption) (*T, error) {
	out := new(T)
	k.result, k.accept = out, "application/json"
	_, err := c.fetch(ctx, k, opts)
	return came(out, err), err
}

// came is what is left of an answer beside an error: all that fits its type, if the error is about what does not.
func came[T any](out *T, err error) *T {
	if err == nil || errors.Is(err, ErrMisfit) {
		return out
	}
	return nil
}

// none is for operations that answer nothing but their status.
func none(ctx context.Context, c *Client, k call, opts []CallOption) error {
	_, err := c.fetch(ctx, k, opts)
	return err
}

func open(ctx context.Context, c *Client, k call, opts []CallOption) (*gen.Media, error) {
	return c.fetch(ctx, k, opts)
}

func either[T any](ctx context.Context, c *Client, k call, opts []CallOption) (*gen.JSONOrMedia[T], error) {
	out := new(T)
	k.result = out
	m, err := c.fetch(ctx, k, opts)
	switch {
	case came(out, err) == nil:
		return nil, err
	case m != nil:
		return &gen.JSONOrMedia[T]{Media: m}, nil
	}
	return &gen.JSONOrMedia[T]{JSON: out}, err
}

// stream returns a sequence that sends the call whenever it is ranged over.
func stream[T any](ctx context.Context, c *Client, k call, opts []CallOption) iter.Seq2[*T, error] {
	k.accept = "text/event-stream"
	return func(yield func(*T, error) bool) {
		x, err := c.send(ctx, k, opts)
		if err != nil {
			yield(nil, err)
			return
		}
		c.pipe.answer.events(x, func() any { return new(T) }, func(chunk any, err error) bool {
			v, _ := chunk.(*T)
			return yield(v, err)
		})
	}
}

// with returns a copy of *p, or of the zero value for nil, changed by f: methods that force a field leave the
// caller's request alone.
func with[T any](p *T, f func(*T)) *T {
	v := deref(p)
	f(&v)
	return &v
}

func deref[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}
