package main

// Components that upstream renamed. Callers, prose and tables know them by the name that was published first.

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// keepNames gives a component that is new, and says what one that is gone said, the old one's name.
func keepNames(doc *openapi3.T, l *lock, r *report) {
	digests := map[string]string{}
	for name, s := range doc.Components.Schemas {
		if s.Ref == "" && len(s.Value.Properties) > 1 { // less is too little to know it by
			digests[name] = digestOf(refless(s.Value, 0))
		}
	}
	was := map[string]string{} // new name -> old
	for _, old := range sorted(l.components) {
		if doc.Components.Schemas[old] != nil {
			continue
		}
		var heirs []string
		for _, name := range sorted(digests) {
			if digests[name] == l.components[old] && l.components[name] == "" {
				heirs = append(heirs, name)
			}
		}
		if len(heirs) == 1 && was[heirs[0]] == "" {
			was[heirs[0]] = old
			r.add(mended, "component %s is called %s now: it keeps its name", old, heirs[0])
		}
	}
	for name, old := range was {
		doc.Components.Schemas[old] = doc.Components.Schemas[name]
		delete(doc.Components.Schemas, name)
		digests[old] = digests[name]
		delete(digests, name)
	}
	if len(was) > 0 {
		walkDocument(doc, func(_ string, ref *openapi3.SchemaRef) bool {
			if old := was[refName(ref)]; ref.Ref != "" && old != "" {
				*ref = *refTo(old, ref.Value)
			}
			return true
		})
	}
	for name, digest := range digests {
		l.components[name] = digest
	}
}

// refless is a schema in which every reference is the same: those that it refers to may be renamed with it.
func refless(s *openapi3.Schema, depth int) *openapi3.Schema {
	c := *s
	sub := func(r *openapi3.SchemaRef) *openapi3.SchemaRef {
		switch {
		case r == nil || r.Value == nil || depth > 32:
			return nil
		case r.Ref != "":
			return &openapi3.SchemaRef{Ref: "#"}
		}
		return &openapi3.SchemaRef{Value: refless(r.Value, depth+1)}
	}
	all := func(rs openapi3.SchemaRefs) (out openapi3.SchemaRefs) {
		for _, r := range rs {
			out = append(out, sub(r))
		}
		return out
	}
	c.Properties = openapi3.Schemas{}
	for k, p := range s.Properties {
		c.Properties[k] = sub(p)
	}
	c.Items, c.AdditionalProperties.Schema = sub(s.Items), sub(s.AdditionalProperties.Schema)
	c.AnyOf, c.OneOf, c.AllOf = all(s.AnyOf), all(s.OneOf), all(s.AllOf)
	c.Extensions, c.Discriminator, c.Required = nil, nil, slices.Clone(s.Required)
	return &c
}
