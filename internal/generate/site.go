package main

// Sites: where a schema stands. A site is written as the root (a component's name, or an operation with "request",
// "multipart", a status or "param NAME") and the way from there: ".property", "[]" for items, "{}" for map values,
// "|N" for a union's member, counted as upstream wrote them.

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A visitor is shown every schema reference of a document, parents first. It returns false to pass over what is below.
type visitor func(site string, r *openapi3.SchemaRef) bool

// walkDocument visits in a fixed order: components, then operations by path and method.
func walkDocument(doc *openapi3.T, visit visitor) {
	for _, name := range sorted(doc.Components.Schemas) {
		walkSchema(name, doc.Components.Schemas[name], visit)
	}
	for key, op := range operations(doc) {
		walkOperation(key, op, visit)
	}
}

func walkOperation(key string, op *openapi3.Operation, visit visitor) {
	for _, p := range op.Parameters {
		walkSchema(key+" param "+p.Value.Name, p.Value.Schema, visit)
	}
	if op.RequestBody != nil {
		walkContent(key, "request", op.RequestBody.Value.Content, visit)
	}
	for _, status := range sorted(op.Responses.Map()) {
		r := op.Responses.Value(status).Value
		walkContent(key, status, r.Content, visit)
		for _, h := range sorted(r.Headers) {
			walkSchema(key+" "+status+" header "+h, r.Headers[h].Value.Schema, visit)
		}
	}
}

// walkContent names the JSON body by kind alone, and multipart too where there is no JSON; else multipart is told
// apart by that one word, and further media types by their names.
func walkContent(key, kind string, content openapi3.Content, visit visitor) {
	for _, mt := range sorted(content) {
		site := key + " " + kind
		switch {
		case mt == "application/json":
		case strings.HasPrefix(mt, "multipart/") && content["application/json"] == nil:
		case strings.HasPrefix(mt, "multipart/"):
			site = key + " multipart"
		default:
			site += " " + mt
		}
		walkSchema(site, content[mt].Schema, visit)
	}
}

func walkSchema(site string, r *openapi3.SchemaRef, visit visitor) {
	if r == nil || r.Value == nil || !visit(site, r) || r.Ref != "" {
		return
	}
	s := r.Value
	for _, k := range sorted(s.Properties) {
		walkSchema(site+"."+k, s.Properties[k], visit)
	}
	walkSchema(site+"[]", s.Items, visit)
	walkSchema(site+"{}", s.AdditionalProperties.Schema, visit)
	for _, ms := range []openapi3.SchemaRefs{s.AllOf, s.AnyOf, s.OneOf} {
		for i, m := range ms {
			walkSchema(fmt.Sprintf("%s|%d", site, memberIndex(m, i)), m, visit)
		}
	}
}

// indexKey keeps a member's place among upstream's members when null members before it are folded away. It is an
// extension only while compiling.
const indexKey = "x-member"

func memberIndex(m *openapi3.SchemaRef, i int) int {
	if n, ok := m.Extensions[indexKey].(int); ok {
		return n
	}
	return i
}

// operations yields "METHOD /path" and the operation.
func operations(doc *openapi3.T) func(yield func(string, *openapi3.Operation) bool) {
	return func(yield func(string, *openapi3.Operation) bool) {
		for _, path := range sorted(doc.Paths.Map()) {
			ops := doc.Paths.Value(path).Operations()
			for _, method := range sorted(ops) {
				if !yield(method+" "+path, ops[method]) {
					return
				}
			}
		}
	}
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// refTo is a reference to a component.
func refTo(name string, s *openapi3.Schema) *openapi3.SchemaRef {
	return openapi3.NewSchemaRef("#/components/schemas/"+name, s)
}

// refName is the name of the component that r refers to.
func refName(r *openapi3.SchemaRef) string {
	return strings.TrimPrefix(r.Ref, "#/components/schemas/")
}

// isWrapper reports a schema that only decorates another: one allOf member beside annotations.
func isWrapper(s *openapi3.Schema) bool {
	return len(s.AllOf) == 1 && s.Type == nil && len(s.Properties) == 0 && len(s.AnyOf)+len(s.OneOf) == 0 && len(s.Enum) == 0
}

// reachedByOperations are the components that some operation leads to.
func reachedByOperations(doc *openapi3.T) map[string]bool {
	reached := map[string]bool{}
	var visit visitor
	visit = func(_ string, r *openapi3.SchemaRef) bool {
		if name := refName(r); r.Ref != "" && !reached[name] {
			reached[name] = true
			walkSchema(name, &openapi3.SchemaRef{Value: r.Value}, visit)
		}
		return true
	}
	for key, op := range operations(doc) {
		walkOperation(key, op, visit)
	}
	return reached
}
