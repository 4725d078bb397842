// The methods of the client, found by reflection: what each of them takes, where it goes and what it gives.

package tests

import (
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A method is one method of gen.API.
type method struct {
	name string
	op   *gen.Operation
	call gen.Call       // as the method makes it of empty arguments
	args []reflect.Type // between the context and the options
}

// methods returns all of them. A new operation is among them as soon as it is generated.
var methods = sync.OnceValue(func() (list []method) {
	api := reflect.TypeFor[gen.API]()
	for i := range api.NumMethod() {
		m := method{name: api.Method(i).Name}
		typ := api.Method(i).Type
		if isSequence(typ) {
			continue
		}
		for j := 2; j < typ.NumIn()-1; j++ { // the receiver and the context come first, the options last
			m.args = append(m.args, typ.In(j))
		}
		doer := new(probe)
		m.do(context.Background(), reflect.ValueOf(gen.NewAPI(doer)), m.empty())
		m.call, m.op = doer.call, doer.call.Operation
		list = append(list, m)
	}
	return list
})

// isSequence reports methods that range over the pages of another. Events come as pointers, items do not.
func isSequence(typ reflect.Type) bool {
	out := typ.Out(0)
	return out.Kind() == reflect.Func && out.In(0).In(0).Kind() != reflect.Pointer
}

// empty returns arguments with nothing in them.
func (m method) empty() (args []reflect.Value) {
	for _, typ := range m.args {
		if typ.Kind() == reflect.Pointer {
			args = append(args, reflect.New(typ.Elem()))
		} else {
			args = append(args, reflect.Zero(typ))
		}
	}
	return args
}

// body is the type of the request body, or nil.
func (m method) body() reflect.Type {
	if m.call.Body == nil {
		return nil
	}
	return reflect.TypeOf(m.call.Body).Elem()
}

// params is the type of the query parameters, or nil.
func (m method) params() reflect.Type {
	for _, typ := range m.args {
		if isParams(typ) {
			return typ.Elem()
		}
	}
	return nil
}

// answerType is the type that JSON answers are decoded into, or nil.
func (m method) answerType() reflect.Type {
	if m.call.Result == nil {
		return nil
	}
	return reflect.TypeOf(m.call.Result).Elem()
}

func isParams(typ reflect.Type) bool {
	return typ.Kind() == reflect.Pointer && strings.HasSuffix(typ.Elem().Name(), "Params")
}

// forced returns the fields of the body that the method itself decides on.
func (m method) forced(t *testing.T) map[string]any {
	if m.body() == nil {
		return nil
	}
	fields, _ := toJSON(t, m.call.Body).(map[string]any)
	empty, _ := toJSON(t, reflect.New(m.body()).Interface()).(map[string]any)
	maps.DeleteFunc(fields, func(name string, value any) bool { return reflect.DeepEqual(value, empty[name]) })
	return fields
}

// reads reports whether the method can return answers of a media type.
func (m method) reads(mediaType string) bool {
	return slices.Contains(strings.Split(m.call.Accept, ", "), mediaType)
}

// A result is what a method gave, whichever form its results have.
type result struct {
	json   any   // pointer to the type of the answer
	events []any // of a stream
	media  *gen.Media
	err    error
}

// on calls the method of a client.
func (m method) on(ctx context.Context, c *venice.Client, args []reflect.Value, options ...gen.CallOption) result {
	return m.do(ctx, reflect.ValueOf(c), args, options...)
}

func (m method) do(ctx context.Context, on reflect.Value, args []reflect.Value, options ...gen.CallOption) (r result) {
	in := append([]reflect.Value{reflect.ValueOf(ctx)}, args...)
	for _, o := range options {
		in = append(in, reflect.ValueOf(o))
	}
	out := on.MethodByName(m.name).Call(in)
	if out[0].Kind() == reflect.Func {
		for event, err := range out[0].Seq2() {
			if r.err, _ = err.Interface().(error); r.err == nil {
				r.events = append(r.events, event.Interface())
			}
		}
		return r
	}
	if r.err, _ = out[len(out)-1].Interface().(error); r.err != nil || len(out) == 1 {
		return r
	}
	switch value := out[0].Interface().(type) {
	case *gen.Media:
		r.media = value
	default:
		r.json = value
		if either := out[0].Elem(); strings.HasPrefix(either.Type().Name(), "JSONOrMedia[") {
			r.media, _ = either.FieldByName("Media").Interface().(*gen.Media)
			r.json = either.FieldByName("JSON").Interface()
		}
	}
	return r
}

// read reads media to its end and closes it.
func read(m *gen.Media) ([]byte, error) {
	b, err := io.ReadAll(m)
	return b, errors.Join(err, m.Close())
}

var errProbe = errors.New("nothing was sent")

// A probe keeps the call that a method makes.
type probe struct{ call gen.Call }

func (p *probe) Do(_ context.Context, c *gen.Call) (*gen.Media, error) {
	p.call = *c
	return nil, errProbe
}

func (p *probe) Stream(_ context.Context, c *gen.Call, _ func() any) iter.Seq2[any, error] {
	p.call = *c
	return func(func(any, error) bool) {}
}
