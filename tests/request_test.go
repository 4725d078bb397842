// Requests: arguments for a method that follow from a seed, and what of them must arrive.

package tests

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A request is what a caller means to send: JSON values, and the files that take the place of some.
type request struct {
	method
	path, query, header map[string]any
	body                any
	files               map[string][]file
}

type file struct {
	name, contentType string
	data              []byte
}

// newRequest returns a valid request of a method.
func newRequest(t *testing.T, m method, seed uint64) request {
	t.Helper()
	r := request{method: m}
	r.path = sampleParams(t, m, "path", seed)
	r.query = sampleParams(t, m, "query", seed)
	r.header = sampleParams(t, m, "header", seed)
	if m.body() == nil {
		return r
	}
	schema := bodySchema(m.op, m.contentType)
	r.body = sample(t, schema, seed)
	if known, is := openBodies[m.op.Name]; is && seed == 0 {
		r.body = value(t, "body", []byte(known))
	}
	r.takeFiles(schema, rand.New(rand.NewPCG(seed, 0)))
	r.sayable(schema)
	return r
}

// openBodies has requests that say what Go types know and the description leaves open, by operation.
var openBodies = map[string]string{
	"CreateChatCompletion": `{"model":"m","messages":[{"role":"assistant","tool_calls":[
		{"index":1,"id":"call-1","type":"function","function":{"name":"f","arguments":"{}"},"thought_signature":"s","extra_content":{"x":1},"signature":"x"}]}]}`,
}

// sayable writes what the description allows to write as text, such as "true", the one way that the Go type can say it.
// What is then out of range goes.
func (r *request) sayable(schema *openapi3.Schema) {
	for range 100 {
		b, _ := json.Marshal(r.body)
		e, is := errors.AsType[*json.SemanticError](json.Unmarshal(b, reflect.New(r.method.body()).Interface()))
		if !is || e.JSONKind != '"' || e.GoType.Kind() == reflect.String {
			return
		}
		at := pointed(e.JSONPointer)
		written, _ := get(r.body, at).(string)
		r.body = put(r.body, at, parsed([]byte(written)))
		if _, stillText := get(r.body, at).(string); stillText || !schema.IsMatching(r.body) {
			r.body = put(r.body, at, nil)
		}
	}
}

// pointed is a JSON pointer as a place in a value, of which no name is a number.
func pointed(p jsontext.Pointer) (at []any) {
	for name := range p.Tokens() {
		if i, err := strconv.Atoi(name); err == nil {
			at = append(at, i)
		} else {
			at = append(at, name)
		}
	}
	return at
}

// sampleParams treats the parameters as the fields of one object.
func sampleParams(t *testing.T, m method, in string, seed uint64) map[string]any {
	t.Helper()
	object := openapi3.NewObjectSchema().WithoutAdditionalProperties()
	for _, p := range parameters(m.op, in) {
		switch schema := p.Schema; {
		case in == "header" && !clientSends(p.Name):
			continue
		case in == "header" && schema.Value.Pattern == "": // any text would do, but a header takes less
			object.WithProperty(p.Name, openapi3.NewStringSchema().WithEnum("dGV4dA==", "e30="))
		case in == "path" && schema.Value.Pattern == "": // nor is there a path without its parts
			object.WithProperty(p.Name, openapi3.NewStringSchema().WithMinLength(1))
		default:
			object.WithPropertyRef(p.Name, schema)
		}
		if p.Required {
			object.Required = append(object.Required, p.Name)
		}
	}
	fields, _ := sample(t, object, seed).(map[string]any)
	maps.DeleteFunc(fields, func(name string, value any) bool {
		list, isList := value.([]any)
		// A query cannot tell these from an absent parameter.
		return value == nil || isList && !slices.ContainsFunc(list, func(item any) bool { return item != "" })
	})
	return fields
}

// clientSends reports whether a header is given by callers; the others are the client's own.
func clientSends(name string) bool { return name != "Accept" && name != "Accept-Encoding" }

// takeFiles moves uploads out of the body.
func (r *request) takeFiles(schema *openapi3.Schema, random *rand.Rand) {
	fields, _ := r.body.(map[string]any)
	r.files = map[string][]file{}
	for name, value := range fields {
		if !isUpload(schema, name) {
			continue
		}
		items, isList := value.([]any)
		if !isList {
			items = []any{value}
		}
		for range items {
			f := file{fmt.Sprintf("ä \"%d\".bin", random.IntN(100)), "image/x-test", make([]byte, random.IntN(10_000))}
			for i := range f.data {
				f.data[i] = byte(random.Uint32())
			}
			r.files[name] = append(r.files[name], f)
		}
		delete(fields, name)
	}
}

func isUpload(schema *openapi3.Schema, name string) bool {
	for _, s := range leaves(schema) {
		if s.Properties[name] == nil {
			continue
		}
		for _, s := range leaves(s.Properties[name].Value) {
			if s.Format == "binary" || s.Items != nil && has(leaves(s.Items.Value), func(s *openapi3.Schema) bool { return s.Format == "binary" }) {
				return true
			}
		}
	}
	return false
}

// arguments returns the request in Go types. Files are read from the start each time.
func (r request) arguments(t *testing.T) (args []reflect.Value) {
	t.Helper()
	names := []string{} // of the values in the path, in their order
	for part := range strings.SplitSeq(r.op.Path, "/") {
		if name, is := strings.CutPrefix(part, "{"); is {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	for _, typ := range r.args {
		switch {
		case typ.Kind() == reflect.String:
			args = append(args, reflect.ValueOf(text(r.path[names[0]])))
			names = names[1:]
		case isParams(typ):
			args = append(args, r.paramsArgument(t))
		default:
			args = append(args, r.bodyArgument(t))
		}
	}
	return args
}

func (r request) paramsArgument(t *testing.T) reflect.Value {
	t.Helper()
	params := reflect.New(r.params())
	for name, value := range r.query {
		field, known := fieldNamed(params.Elem(), name)
		if !known {
			t.Errorf("%s: %s has no field for the parameter %s", r.name, r.params(), name)
			continue
		}
		b := encode(t, value)
		if err := json.Unmarshal(b, field.Addr().Interface()); err != nil {
			// A flag is described as the words true and false.
			err = json.Unmarshal([]byte(text(value)), field.Addr().Interface())
			if err != nil {
				t.Errorf("%s: parameter %s: %v", r.name, name, err)
			}
		}
	}
	return params
}

func (r request) bodyArgument(t *testing.T) reflect.Value {
	t.Helper()
	body := reflect.New(r.method.body())
	if fields, isObject := r.body.(map[string]any); isObject && r.contentType == formType {
		delete(fields, "") // which no form can have
	}
	if err := json.Unmarshal(encode(t, r.body), body.Interface()); err != nil {
		t.Errorf("%s: a valid body does not decode into %s: %v\n%s", r.name, body.Type().Elem(), err, short(r.body))
	}
	for name, files := range r.files {
		field, known := fieldNamed(body.Elem(), name)
		if !known {
			t.Errorf("%s: %s has no field for the file %s", r.name, body.Type().Elem(), name)
			continue
		}
		for _, f := range files {
			upload := gen.File{Name: f.name, ContentType: f.contentType, Reader: bytes.NewReader(f.data)}
			switch field.Kind() {
			case reflect.Slice:
				field.Set(reflect.Append(field, reflect.ValueOf(upload)))
			case reflect.Pointer:
				field.Set(reflect.ValueOf(&upload))
			default:
				field.Set(reflect.ValueOf(upload))
			}
		}
	}
	return body
}

// fieldNamed finds the field of a struct that a name in JSON stands for.
func fieldNamed(v reflect.Value, name string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ","); tag == name {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// options returns the headers, which no argument of a method stands for.
func (r request) options() (options []venice.CallOption) {
	for _, name := range slices.Sorted(maps.Keys(r.header)) {
		options = append(options, venice.WithHeader(name, text(r.header[name])))
	}
	return options
}

// wantQuery is the query that the parameters make.
func (r request) wantQuery() url.Values {
	query := url.Values{}
	for name, value := range r.query {
		items, isList := value.([]any)
		if !isList {
			items = []any{value}
		}
		for _, item := range items {
			query.Add(name, text(item))
		}
	}
	return query
}

// wantBody is the JSON body that the arguments make, with the fields that the method decides on.
func (r request) wantBody(t *testing.T) any {
	fields, isObject := r.body.(map[string]any)
	if !isObject {
		return r.body
	}
	fields = maps.Clone(fields)
	maps.Copy(fields, r.forced(t))
	return fields
}

// text is a string as it is and any other value as JSON.
func text(v any) string {
	if s, isText := v.(string); isText {
		return s
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// send calls the method of a client with the request.
func (r request) send(t *testing.T, c *venice.Client) result {
	t.Helper()
	return r.on(t.Context(), c, r.arguments(t), r.options()...)
}
