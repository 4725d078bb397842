// Fields: what requests can say, in Go types and in the description, and which of it a request said.

package tests

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

var genPackage = reflect.TypeFor[gen.Members]().PkgPath()

// sendable returns everything that requests of an operation can say.
func sendable(op *venice.Operation) map[string]bool {
	all := map[string]bool{}
	for _, m := range methods() {
		if m.op.Name == op.Name {
			maps.Copy(all, m.sayable())
		}
	}
	if body := described(op).RequestBody; body != nil {
		for mediaType, media := range body.Value.Content {
			bodyPlaces(mediaType, media.Schema.Value, all)
		}
	}
	return all
}

// unsayable has what requests cannot say by decision: forms that write as text what Go says with a number or a truth
// value, and further fields of an object that the description closes in all its forms.
var unsayable = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, op := range venice.Operations() {
		body := described(&op).RequestBody
		if body == nil {
			continue
		}
		for mediaType, media := range body.Value.Content {
			for path, schemas := range places(media.Schema.Value) {
				if member := strings.Contains(path[strings.LastIndex(path, "/")+1:], "|"); member && slices.ContainsFunc(schemas, spelled) {
					all[mediaType+" "+path] = true
				}
			}
		}
	}
	for name, c := range description().Components.Schemas {
		if members := forms(c.Value); len(members) > 1 && !slices.ContainsFunc(members, func(m *openapi3.SchemaRef) bool {
			closed := m.Value.AdditionalProperties.Has
			return closed == nil || *closed
		}) {
			all[name+".AdditionalProperties"] = true
		}
	}
	return all
})

// spelled reports text that spells a number or a truth value.
func spelled(s *openapi3.Schema) bool {
	return s.Type.Is("string") && (s.Pattern == `^\d+$` || slices.Contains(s.Enum, any("true")))
}

// sayable returns everything that requests of a method can say: exported fields of its Go types, parameters, and the
// places of its body.
func (m method) sayable() map[string]bool {
	all := map[string]bool{}
	fieldsOf(m.body(), all)
	fieldsOf(m.params(), all)
	for _, in := range []string{"path", "query", "header"} {
		for _, p := range parameters(m.op, in) {
			if in != "header" || clientSends(p.Name) {
				all[in+" "+p.Name] = true
			}
		}
	}
	if m.body() != nil {
		bodyPlaces(m.contentType, bodySchema(m.op, m.contentType), all)
	}
	maps.DeleteFunc(all, func(what string, _ bool) bool { return unsayable()[what] })
	return all
}

// bodyPlaces adds the places of a body. A body that can say nothing is not sent.
func bodyPlaces(mediaType string, schema *openapi3.Schema, all map[string]bool) {
	for path := range places(schema) {
		if what := mediaType + " " + path; (path != "" || !free(schema)) && !unsayable()[what] {
			all[what] = true
		}
	}
}

// fieldsOf adds the exported fields of a type and of all types that it is made of. What is behind a union shows in
// values only, see [said].
func fieldsOf(typ reflect.Type, all map[string]bool) {
	if typ == nil {
		return
	}
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		fieldsOf(typ.Elem(), all)
	case reflect.Struct:
		for i := range typ.NumField() {
			field := typ.Field(i)
			name := typ.Name() + "." + field.Name
			if typ.PkgPath() != genPackage || !field.IsExported() || field.Anonymous || all[name] {
				continue
			}
			all[name] = true
			fieldsOf(field.Type, all)
		}
	}
}

// said calls f for every exported field in a value, forms of unions included, and tells whether it is set.
func said(v reflect.Value, f func(field string, set bool)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			said(v.Elem(), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			said(v.Index(i), f)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			said(v.MapIndex(key), f)
		}
	case reflect.Struct:
		if form, isUnion := formOf(v); isUnion {
			said(reflect.ValueOf(form), f)
			return
		}
		for i := range v.NumField() {
			if field := v.Type().Field(i); v.Type().PkgPath() == genPackage && field.IsExported() && !field.Anonymous {
				f(v.Type().Name()+"."+field.Name, !v.Field(i).IsZero())
				said(v.Field(i), f)
			}
		}
	}
}

// formOf returns what a union of gen holds.
func formOf(v reflect.Value) (any, bool) {
	u, isUnion := v.Interface().(interface{ Value() any })
	if !isUnion {
		return nil, false
	}
	return u.Value(), true
}

// unknown returns where in a decoded value there is a form that its type did not know, or "". A valid value has none:
// a form in the description that the types lack would be kept whole and so come back without loss. Tool calls are the
// exception: they stand where the description leaves open what there is.
func unknown(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return unknown(v.Elem())
		}
	case reflect.Slice, reflect.Map:
		if v.Kind() == reflect.Slice {
			for i := range v.Len() {
				if where := unknown(v.Index(i)); where != "" {
					return where
				}
			}
			return ""
		}
		for _, key := range v.MapKeys() {
			if where := unknown(v.MapIndex(key)); where != "" {
				return where
			}
		}
	case reflect.Struct:
		if form, isUnion := formOf(v); isUnion {
			if raw, is := form.(json.RawMessage); is && string(raw) != "null" {
				return v.Type().Name() + " holds " + string(raw)
			}
			return unknown(reflect.ValueOf(form))
		}
		if v.Type().PkgPath() != genPackage {
			return ""
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				if where := unknown(v.Field(i)); where != "" {
					return where
				}
			}
		}
	}
	return ""
}

// The walks would be worth nothing if they saw nothing.
func TestFieldWalks(t *testing.T) {
	fields := map[string]bool{}
	fieldsOf(reflect.TypeFor[gen.ChatCompletionRequest](), fields)
	seen := map[string]bool{}
	request := &gen.ChatCompletionRequest{Messages: []gen.ChatMessage{gen.UserMessage([]gen.ContentPart{gen.TextPart("x")})}}
	said(reflect.ValueOf(request), func(field string, set bool) { seen[field] = seen[field] || set })
	if !fields["ChatMessage.Role"] || !fields["VeniceParameters.EnableWebSearch"] || !seen["ContentPart.Text"] || seen["ContentPart.File"] {
		t.Errorf("fields %v\nseen %v", fields, seen)
	}
	var message gen.ChatMessage
	for form, want := range map[string]bool{`{"role":"user","content":"x"}`: false, `{"role":"user","content":{"x":1}}`: true} {
		if err := message.UnmarshalJSON([]byte(form)); err != nil || unknown(reflect.ValueOf(message)) != "" != want {
			t.Errorf("%s: %v, %q", form, err, unknown(reflect.ValueOf(message)))
		}
	}
}
