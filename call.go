// Calls: what the methods of the client are made of.

package venice

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/venice-go/venice/gen"
)

var errZero = errors.New("venice: this client is the zero value: make one with venice.New")

// send takes a call as far as the headers of an answer with a status of 2xx. The caller closes what is returned.
func (c *Client) send(ctx context.Context, k call, opts []CallOption) (*exchange, error) {
	if c.pipe == nil {
		return nil, errZero
	}
	x := &exchange{call: k, settings: c.pipe.settings, ctx: ctx, cancel: func(error) {}, leave: func() {}}
	x.wrong = apply(&x.settings, opts)
	if effect := x.settings.effect; effect != "" {
		op := *k.op // the call's own from here on: that of a method is the table's
		op.Effect = effect
		x.call.op = &op
	}
	done := false
	defer func() { // after a panic too, which may be the caller's, in an Auth or in middleware
		if !done {
			_ = x.close()
		}
	}()
	if err := c.pipe.steps.run(x); err != nil {
		return nil, err
	}
	done = true
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

// came returns what was decoded, or nil if the call failed. An error about parts of an answer leaves the rest of it.
func came[T any](out *T, err error) *T {
	if e, ok := answered(err); err == nil || ok && errors.Is(e.cause, ErrMisfit) {
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
	k.accept, opts = "text/event-stream", slices.Clone(opts) // the caller may use the slice for another call meanwhile
	return func(yield func(*T, error) bool) {
		x, err := c.send(ctx, k, opts)
		if err != nil {
			yield(nil, err)
			return
		}
		next, made := func() any { return new(T) }, new(*T)
		if !k.own {
			next = func() any { *made = nil; return made } // its decoder knows best how to make one
		}
		c.pipe.answer.events(x, next, func(chunk any, err error) bool {
			v, _ := chunk.(*T)
			if chunk == made {
				v = *made
			}
			if v == nil && chunk != nil {
				v = new(T) // it is null
			}
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
