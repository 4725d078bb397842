// The methods of the client, found by reflection: what each of them takes, where it goes and what it gives.

package tests

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A method is one method of the client that is generated for an operation.
type method struct {
	name        string
	op          *venice.Operation
	args        []reflect.Type // between the context and the options
	out         reflect.Type   // its first result
	contentType string         // what it sends for empty arguments
	accept      string
	sent        []byte
}

// methods returns all of them. A new operation is among them as soon as it is generated.
var methods = sync.OnceValue(func() (list []method) {
	probe := new(probe)
	client, err := venice.New(venice.WithAuth(nil), venice.WithMaxAttempts(1), venice.WithErrorBudget(0), venice.WithHTTPClient(&http.Client{Transport: probe}))
	if err != nil {
		panic(err)
	}
	for typ := range reflect.TypeFor[*venice.Client]().Methods() {
		last := typ.Type.NumIn() - 1
		if !typ.Type.IsVariadic() || typ.Type.In(last).Elem() != reflect.TypeFor[venice.CallOption]() || isSequence(typ.Type) {
			continue
		}
		m := method{name: typ.Name, out: typ.Type.Out(0)}
		for j := 2; j < last; j++ { // the receiver and the context come first
			m.args = append(m.args, typ.Type.In(j))
		}
		probe.method = m
		m.on(context.Background(), client, m.empty())
		if m = probe.method; m.op != nil && (strings.HasPrefix(m.name, m.op.Name) || m.name == "Stream"+strings.TrimPrefix(m.op.Name, "Create")) {
			list = append(list, m)
		}
	}
	return list
})

// A probe notes what a method sends.
type probe struct{ method method }

func (p *probe) RoundTrip(r *http.Request) (*http.Response, error) {
	op, _ := venice.AttemptOf(r.Context())
	row := venice.OperationOf(op.Method, op.Path)
	p.method.op, p.method.accept = &row, r.Header.Get("Accept")
	p.method.contentType, _, _ = strings.Cut(r.Header.Get("Content-Type"), ";")
	p.method.sent = nil
	if r.Body != nil {
		if p.method.contentType == formType {
			p.method.sent = formSent(r)
		} else {
			p.method.sent, _ = io.ReadAll(r.Body)
		}
	}
	return nil, errProbe
}

// formSent is the texts of a form as JSON.
func formSent(r *http.Request) []byte {
	fields := map[string]string{}
	if form, err := r.MultipartReader(); err == nil {
		for part, err := form.NextPart(); err == nil; part, err = form.NextPart() {
			text, _ := io.ReadAll(part)
			if part.FileName() == "" {
				fields[part.FormName()] = string(text)
			}
		}
	}
	b, _ := json.Marshal(fields)
	return b
}

var errProbe = errors.New("nothing was sent")

// isSequence reports methods that range over the pages of another. Events come as pointers, items do not.
func isSequence(typ reflect.Type) bool {
	out := typ.Out(0)
	return out.Kind() == reflect.Func && out.In(0).In(0).Kind() != reflect.Pointer
}

// empty returns arguments with nothing in them but what a method cannot send without.
func (m method) empty() (args []reflect.Value) {
	for _, typ := range m.args {
		switch {
		case typ.Kind() == reflect.String:
			args = append(args, reflect.ValueOf("x"))
		case typ.Kind() == reflect.Pointer && typ.Elem().Kind() == reflect.Struct:
			args = append(args, emptyStruct(typ.Elem()))
		default:
			args = append(args, reflect.Zero(typ))
		}
	}
	return args
}

func emptyStruct(typ reflect.Type) reflect.Value {
	v := reflect.New(typ)
	for i := range typ.NumField() {
		if typ.Field(i).Type == reflect.TypeFor[gen.File]() {
			v.Elem().Field(i).Set(reflect.ValueOf(gen.File{Reader: strings.NewReader("x")}))
		}
	}
	return v
}

// body is the type of the request body, or nil.
func (m method) body() reflect.Type {
	if n := len(m.args); n > 0 && m.args[n-1].Kind() == reflect.Pointer && !isParams(m.args[n-1]) {
		return m.args[n-1].Elem()
	}
	return nil
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
	if m.out.Kind() != reflect.Pointer || m.out == reflect.TypeFor[*gen.Media]() {
		return nil
	}
	if typ := m.out.Elem(); strings.HasPrefix(typ.Name(), "JSONOrMedia[") {
		either, _ := typ.FieldByName("JSON")
		return either.Type.Elem()
	}
	return m.out.Elem()
}

func isParams(typ reflect.Type) bool {
	return typ.Kind() == reflect.Pointer && strings.HasSuffix(typ.Elem().Name(), "Params")
}

// forced returns the fields of the body that the method itself decides on.
func (m method) forced(t *testing.T) map[string]any {
	if m.body() == nil {
		return nil
	}
	fields, _ := value(t, "request", m.sent).(map[string]any)
	empty, _ := toJSON(t, reflect.New(m.body()).Interface()).(map[string]any)
	maps.DeleteFunc(fields, func(name string, value any) bool { return reflect.DeepEqual(value, empty[name]) })
	return fields
}

// reads reports whether the method can return answers of a media type.
func (m method) reads(mediaType string) bool {
	return slices.Contains(strings.Split(m.accept, ", "), mediaType)
}

// A result is what a method gave, whichever form its results have.
type result struct {
	json   any   // pointer to the type of the answer
	events []any // of a stream
	media  *gen.Media
	err    error
}

// on calls the method of a client.
func (m method) on(ctx context.Context, c *venice.Client, args []reflect.Value, options ...venice.CallOption) result {
	return m.do(ctx, reflect.ValueOf(c), args, options...)
}

func (m method) do(ctx context.Context, on reflect.Value, args []reflect.Value, options ...venice.CallOption) (r result) {
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
