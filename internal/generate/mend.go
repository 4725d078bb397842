package main

// Small defects of upstream that would stop a generator, and habits that mean something other than they say.

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// mend gives what OpenAPI requires and upstream now and then leaves out. It runs on the loaded document, before any
// other step.
func mend(doc *openapi3.T, l *lock, r *report) {
	// Written out where they were used: nothing refers to them any more.
	doc.Components.Parameters, doc.Components.RequestBodies, doc.Components.Responses, doc.Components.Headers = nil, nil, nil, nil
	doc.Components.Examples, doc.Components.Links, doc.Components.Callbacks = nil, nil, nil
	seen := map[string]bool{}
	for key, op := range operations(doc) {
		if op.OperationID == "" {
			op.OperationID = inventID(key)
			if l.methods[key] == "" { // else it is no news
				r.add(mended, "%s: operationId missing, %s given", key, op.OperationID)
			}
		}
		if seen[op.OperationID] {
			was := op.OperationID
			op.OperationID = inventID(key)
			if l.methods[key] == "" {
				r.add(mended, "%s: operationId %s is taken, %s given", key, was, op.OperationID)
			}
		}
		seen[op.OperationID] = true
		for status, res := range op.Responses.Map() {
			if res.Value == nil {
				res.Value = &openapi3.Response{}
			}
			if res.Value.Description == nil || *res.Value.Description == "" {
				res.Value.Description = new(statusText(status))
			}
		}
	}
}

// inventID makes an operationId of method and path: "GET /image/styles" becomes getImageStyles.
func inventID(key string) string {
	method, path, _ := strings.Cut(key, " ")
	id := strings.ToLower(method)
	for _, w := range words(strings.NewReplacer("{", " by ", "}", " ").Replace(path)) {
		id += strings.ToUpper(w[:1]) + w[1:]
	}
	return id
}

func statusText(status string) string {
	n, _ := strconv.Atoi(status)
	if t := http.StatusText(n); t != "" {
		return t
	}
	return "Other answers"
}

// normalise rewrites the schema habits: "or null" as a union member becomes nullable, unions of one are unwrapped,
// and oneOf over members that overlap becomes anyOf, which is what upstream's validator does.
func normalise(r *openapi3.SchemaRef) {
	if r == nil || r.Value == nil || r.Ref != "" {
		return
	}
	s := r.Value
	for _, p := range s.Properties {
		normalise(p)
	}
	normalise(s.Items)
	normalise(s.AdditionalProperties.Schema)
	for _, ms := range []openapi3.SchemaRefs{s.AllOf, s.AnyOf, s.OneOf} {
		for i, m := range ms {
			if m.Extensions == nil {
				m.Extensions = map[string]any{}
			}
			m.Extensions[indexKey] = i
			normalise(m)
		}
	}
	if !disjoint(s.OneOf) {
		s.AnyOf, s.OneOf = append(s.AnyOf, s.OneOf...), nil
	}
	foldNull(r)
}

func foldNull(r *openapi3.SchemaRef) {
	s := r.Value
	for _, ms := range []*openapi3.SchemaRefs{&s.AnyOf, &s.OneOf} {
		n := len(*ms)
		*ms = slices.DeleteFunc(*ms, func(m *openapi3.SchemaRef) bool { return isNull(m) })
		if len(*ms) < n {
			s.Nullable = true
		}
		if len(*ms) == 0 {
			*ms = nil
		}
		if n == 0 || len(*ms) != 1 || s.Type != nil || len(s.Properties) > 0 {
			continue
		}
		only := (*ms)[0]
		*ms = nil
		if only.Ref != "" {
			s.AllOf = openapi3.SchemaRefs{{Ref: only.Ref, Value: only.Value}}
			return
		}
		outer := *s
		*s = *only.Value
		s.Nullable = s.Nullable || outer.Nullable
		s.Deprecated = s.Deprecated || outer.Deprecated
		for mark, v := range outer.Extensions {
			setExt(s, mark, v)
		}
		if outer.Default != nil {
			s.Default = outer.Default
		}
		if outer.Description != "" {
			s.Description = outer.Description
		}
		if outer.Title != "" {
			s.Title = outer.Title
		}
		return
	}
}

// isNull reports upstream's way to write "or null" as a member of a union. Without the title the same schema means
// any value.
func isNull(r *openapi3.SchemaRef) bool {
	s := r.Value
	return r.Ref == "" && s.Nullable && s.Title == "null" && isAny(s)
}

// isAny reports a schema that says nothing about the value.
func isAny(s *openapi3.Schema) bool {
	return s.Type == nil && len(s.Properties) == 0 && s.Items == nil && len(s.Enum) == 0 &&
		len(s.AnyOf)+len(s.OneOf)+len(s.AllOf) == 0 && s.AdditionalProperties.Schema == nil
}

// disjoint reports whether no value can match two of the members, as far as types and constant properties tell.
func disjoint(ms openapi3.SchemaRefs) bool {
	for i, a := range ms {
		for _, b := range ms[i+1:] {
			if !apart(a.Value, b.Value) {
				return false
			}
		}
	}
	return true
}

func apart(a, b *openapi3.Schema) bool {
	if a.Nullable || b.Nullable || a.Type == nil || b.Type == nil {
		return false
	}
	ka, kb := kindOf(a), kindOf(b)
	if ka != kb {
		return true
	}
	for name, p := range a.Properties {
		q := b.Properties[name]
		if q == nil || !slices.Contains(a.Required, name) || !slices.Contains(b.Required, name) || len(p.Value.Enum) == 0 || len(q.Value.Enum) == 0 {
			continue
		}
		if !slices.ContainsFunc(p.Value.Enum, func(v any) bool { return slices.Contains(q.Value.Enum, v) }) {
			return true
		}
	}
	return false
}

// kindOf is the JSON kind of a schema's values: object, array, string, number, boolean, or "" if several.
func kindOf(s *openapi3.Schema) string {
	switch {
	case s.Type == nil && len(s.Properties) > 0:
		return "object"
	case s.Type == nil:
		return ""
	case s.Type.Is("integer"):
		return "number"
	}
	return fmt.Sprint(s.Type.Slice()[0])
}
