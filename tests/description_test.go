// The API's description as the suite reads it: operations, their parameters and answers, and what schemas say.

package tests

import (
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/venice-go/venice"
)

const jsonType, streamType, formType = "application/json", "text/event-stream", "multipart/form-data"

// description is the embedded description, which the tests share and do not change.
var description = sync.OnceValue(func() *openapi3.T {
	doc, err := openapi3.NewLoader().LoadFromData(venice.Description())
	if err != nil {
		panic(err)
	}
	return doc
})

// described returns what the description says about an operation.
func described(op *venice.Operation) *openapi3.Operation {
	return description().Paths.Value(op.Path).GetOperation(op.Method)
}

// parameters returns the described parameters of an operation that travel in a path, a query or a header.
func parameters(op *venice.Operation, in string) (list []*openapi3.Parameter) {
	item := description().Paths.Value(op.Path)
	for _, p := range slices.Concat(item.Parameters, item.GetOperation(op.Method).Parameters) {
		if p.Value.In == in {
			list = append(list, p.Value)
		}
	}
	return list
}

// bodySchema is the schema of a request body in a media type, or nil.
func bodySchema(op *venice.Operation, mediaType string) *openapi3.Schema {
	body := described(op).RequestBody
	if body == nil || body.Value.Content[mediaType] == nil {
		return nil
	}
	return body.Value.Content[mediaType].Schema.Value
}

// A reply is one kind of answer that an operation is described to give.
type reply struct {
	status    int
	mediaType string
	schema    *openapi3.Schema
}

func (r reply) String() string { return strconv.Itoa(r.status) + " " + r.mediaType }

// replies returns the described answers of an operation in order: its results, or its errors.
func replies(op *venice.Operation, results bool) (list []reply) {
	responses := described(op).Responses.Map()
	for _, code := range slices.Sorted(maps.Keys(responses)) {
		status, _ := strconv.Atoi(code)
		if results != (status/100 == 2) {
			continue
		}
		content := responses[code].Value.Content
		for _, mediaType := range slices.Sorted(maps.Keys(content)) {
			list = append(list, reply{status, mediaType, content[mediaType].Schema.Value})
		}
	}
	return list
}

// parts returns s and all schemas that hold wherever s does.
func parts(s *openapi3.Schema) []*openapi3.Schema {
	all := []*openapi3.Schema{s}
	for _, ref := range s.AllOf {
		all = append(all, parts(ref.Value)...)
	}
	return all
}

// forms returns the schemas that a value of s, of which s alone is looked at, must take one of; or nil.
func forms(s *openapi3.Schema) openapi3.SchemaRefs {
	if len(s.AnyOf) > 0 && len(s.OneOf) > 0 {
		panic("a schema with both anyOf and oneOf: teach the suite to walk it")
	}
	return slices.Concat(s.AnyOf, s.OneOf)
}

// leaves returns every schema that has a say in a value of s, whatever form it takes.
func leaves(s *openapi3.Schema) (all []*openapi3.Schema) {
	for _, part := range parts(s) {
		all = append(all, part)
		for _, form := range forms(part) {
			all = append(all, leaves(form.Value)...)
		}
	}
	return all
}

// takesNull reports whether null is a value of s: its own, of a form of it, or of all its parts.
func takesNull(s *openapi3.Schema) bool {
	if s.Nullable {
		return true
	}
	is := func(ref *openapi3.SchemaRef) bool { return takesNull(ref.Value) }
	either, all := forms(s), s.AllOf
	if s.Type != nil || len(either)+len(all) == 0 || len(either) > 0 && !slices.ContainsFunc(either, is) {
		return false
	}
	return !slices.ContainsFunc(all, func(ref *openapi3.SchemaRef) bool { return !is(ref) })
}

// closed reports whether an object of s may have no fields but those described.
func closed(s *openapi3.Schema) bool {
	return s.AdditionalProperties.Has != nil && !*s.AdditionalProperties.Has
}

// rest returns the schema of the fields of s that are not described by name, or nil if nothing is said of them.
func rest(s *openapi3.Schema) *openapi3.Schema {
	if s.AdditionalProperties.Schema == nil {
		return nil
	}
	return s.AdditionalProperties.Schema.Value
}

// free reports whether s leaves open what is inside its values: anything, or any object.
func free(s *openapi3.Schema) bool {
	return (s.Type == nil && len(s.AllOf)+len(forms(s)) == 0 || s.Type.Is("object")) &&
		len(s.Properties) == 0 && s.Items == nil && rest(s) == nil
}

// fieldSchemas returns what schemas have to say about a field.
func fieldSchemas(all []*openapi3.Schema, name string) (known []*openapi3.Schema) {
	for _, s := range all {
		if property := s.Properties[name]; property != nil {
			known = append(known, property.Value)
		} else if rest(s) != nil {
			known = append(known, rest(s))
		}
	}
	return known
}

// itemSchemas returns what schemas have to say about the items of a list.
func itemSchemas(all []*openapi3.Schema) (known []*openapi3.Schema) {
	for _, s := range all {
		if s.Items != nil {
			known = append(known, s.Items.Value)
		}
	}
	return known
}
