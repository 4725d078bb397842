package main

// Files in requests: what upstream leaves untyped.

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// uploads gives file fields a type. Upstream leaves them untyped, in one schema for JSON and multipart: in JSON such
// a field is text (base64 or a URL), in multipart it is the file, and so multipart gets a schema of its own.
func uploads(doc *openapi3.T) {
	for _, op := range operations(doc) {
		if op.RequestBody == nil {
			continue
		}
		content := op.RequestBody.Value.Content
		asJSON, form := content["application/json"], content["multipart/form-data"]
		if form == nil {
			continue
		}
		if files := untyped(form.Schema.Value); len(files) > 0 {
			shared := form.Schema
			form.Schema = &openapi3.SchemaRef{Value: cloneSchema(shared.Value)}
			if shared.Ref != "" {
				// A component of its own, so that it is named after the one that it was.
				name := strings.TrimSuffix(refName(shared), "Request") + "Upload"
				doc.Components.Schemas[name] = form.Schema
				form.Schema = refTo(name, form.Schema.Value)
			}
			typeFiles(form.Schema.Value, "binary")
		}
		if asJSON != nil {
			typeFiles(asJSON.Schema.Value, "")
		}
	}
}

// untyped lists the fields whose schema says nothing, alone or as a member of a union.
func untyped(s *openapi3.Schema) (out []*openapi3.Schema) {
	for _, m := range s.AllOf {
		out = append(out, untyped(m.Value)...)
	}
	for _, name := range sorted(s.Properties) {
		p := s.Properties[name]
		for _, c := range append(openapi3.SchemaRefs{p}, p.Value.AnyOf...) {
			if c.Ref == "" && isAny(c.Value) && !c.Value.Nullable {
				out = append(out, c.Value)
			}
		}
	}
	return out
}

func typeFiles(s *openapi3.Schema, format string) {
	for _, f := range untyped(s) {
		f.Type, f.Format = &openapi3.Types{"string"}, format
	}
}

// cloneSchema copies what typeFiles changes and what hoisting replaces; referenced components stay shared.
func cloneSchema(s *openapi3.Schema) *openapi3.Schema {
	c := *s
	c.Properties = openapi3.Schemas{}
	for k, p := range s.Properties {
		c.Properties[k] = cloneRef(p)
	}
	c.Items = cloneRef(s.Items)
	c.AdditionalProperties.Schema = cloneRef(s.AdditionalProperties.Schema)
	for _, ms := range []*openapi3.SchemaRefs{&c.AllOf, &c.AnyOf, &c.OneOf} {
		var out openapi3.SchemaRefs
		for _, m := range *ms {
			// Members of allOf are followed even by reference: a file field may stand behind one.
			if m.Ref != "" && ms == &c.AllOf {
				m = &openapi3.SchemaRef{Value: m.Value}
			}
			out = append(out, cloneRef(m))
		}
		*ms = out
	}
	return &c
}

func cloneRef(r *openapi3.SchemaRef) *openapi3.SchemaRef {
	if r == nil || r.Value == nil || r.Ref != "" {
		return r
	}
	return &openapi3.SchemaRef{Value: cloneSchema(r.Value), Extensions: r.Extensions}
}
