// Do: any route of the service by method and path, for what no method is made for yet.

package venice

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"reflect"
	"slices"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/route"
)

// Do calls a route of the service that has no method of its own, with all that a method has: credentials, attempts,
// limits, options and errors.
//
//	var files struct{ Data []struct{ ID string } }
//	err := client.Do(ctx, "GET", "/files", nil, &files, venice.WithQuery("limit", "10"))
//
// The path begins with a slash, stands below the base URL, and has what is not plain in it escaped ([url.PathEscape]); a
// query goes by [WithQuery], and dots that lead elsewhere are refused. A body is encoded as JSON, and a [jsontext.Value] is
// JSON already; a struct that has a [gen.File] goes out as a form, its parts named as its JSON would be. None is sent for nil.
//
// A result that is a pointer takes a JSON answer. In types of your own a field without a tag has its name in any case, and
// omitempty leaves out a zero, as in encoding/json; types of package gen are read as methods read them, [ErrMisfit] included.
// A *[gen.Media] takes any answer unread, to be closed by the caller; its
// ContentType, if set before, is what is asked for. With nil the answer only needs a good status. For an event stream see
// [Stream].
//
// A route that [gen.Operations] lists is called as what it is there. Of any other, GET and HEAD are sent again as reads are,
// and nothing else is ever sent twice, unless [WithEffect] says what that would do. An API key and a wallet's sign-in go to
// all of these. The call's name in errors and in the log is then method and path.
func (c *Client) Do(ctx context.Context, method, path string, body, result any, options ...gen.CallOption) error {
	call, err := c.call(method, path, body)
	if err != nil {
		return err
	}
	call.Accept, call.Result = "application/json", result
	media, _ := result.(*gen.Media)
	switch v := reflect.ValueOf(result); {
	case result == nil:
		call.Accept += ", */*"
	case v.Kind() != reflect.Pointer || v.IsNil():
		return fmt.Errorf("venice: %s: the result is to be a pointer, not a %T", call.Operation.ID, result)
	case media != nil:
		call.Accept = cmp.Or(media.ContentType, "*/*")
	}
	apply(call, options)
	got, err := c.doer.Do(ctx, call)
	switch {
	case err != nil || got == nil:
		return err
	case media == nil:
		return got.Close()
	}
	*media = *got
	return nil
}

// Stream is [Client.Do] for an event stream: it yields what comes, each event decoded into a T, as the methods that begin
// with Stream do. A T that is a jsontext.Value takes any. Most routes want to be told in the body that a stream is wanted.
func Stream[T any](ctx context.Context, client *Client, method, path string, body any, options ...gen.CallOption) iter.Seq2[*T, error] {
	call, err := client.call(method, path, body)
	if err == nil {
		call.Accept = "text/event-stream"
		apply(call, options)
	}
	return func(yield func(*T, error) bool) {
		if err != nil {
			yield(nil, err)
			return
		}
		for v, err := range client.doer.Stream(ctx, call, func() any { return new(T) }) {
			chunk, _ := v.(*T)
			if !yield(chunk, err) {
				return
			}
		}
	}
}

// WithEffect says what a call changes, and so after what it may be sent again; the package documentation has the table. It
// is meant for routes that [Client.Do] calls and the client does not know.
func WithEffect(effect gen.Effect) gen.CallOption { return withEffect(effect) }

type withEffect gen.Effect

// ApplyCall implements [gen.CallOption].
func (e withEffect) ApplyCall(c *gen.Call) {
	op := *c.Operation // the call's own from here on: that of a method is the table's
	op.Effect = gen.Effect(e)
	c.Operation = &op
	callOption(func(*settings) error {
		if _, known := resent[op.Effect]; !known && op.Effect != gen.EffectPay {
			return fmt.Errorf("WithEffect: there is no effect %q", op.Effect)
		}
		return nil
	}).ApplyCall(c)
}

var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

func (c *Client) call(method, path string, body any) (*gen.Call, error) {
	if c.doer == nil {
		return nil, errors.New("venice: this client is the zero value: make one with venice.New")
	}
	if !slices.Contains(methods, method) {
		return nil, fmt.Errorf("venice: the method %q is none of %v", method, methods)
	}
	if err := route.Check(path); err != nil {
		return nil, fmt.Errorf("venice: %s %q: %w", method, path, err)
	}
	op := route.Operation(method, path)
	op.Path = path // in place of a template
	call := &gen.Call{Operation: &op, Body: body, ContentType: "application/json"}
	if hasFile(body) {
		call.ContentType = "multipart/form-data"
	}
	callOption(func(s *settings) error { s.own = true; return nil }).ApplyCall(call)
	return call, nil
}

func apply(c *gen.Call, options []gen.CallOption) {
	for _, o := range options {
		if o != nil {
			o.ApplyCall(c)
		}
	}
}

// hasFile reports whether a body is a struct for a form.
func hasFile(body any) bool {
	v := reflect.Indirect(reflect.ValueOf(body))
	if v.Kind() != reflect.Struct {
		return false
	}
	for i := range v.NumField() {
		switch v.Type().Field(i).Type {
		case reflect.TypeFor[gen.File](), reflect.TypeFor[*gen.File](), reflect.TypeFor[[]gen.File]():
			return true
		}
	}
	return false
}
