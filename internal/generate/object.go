package main

// Structs: an object of the description, or several of them as one, with what templates have to know of each field.

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// flatten folds allOf into one object.
func (d *deriver) flatten(s *openapi3.Schema) *openapi3.Schema {
	if len(s.AllOf) == 0 {
		return s
	}
	c := *s
	c.AllOf, c.Properties = nil, openapi3.Schemas{}
	for _, m := range s.AllOf {
		f := d.flatten(m.Value)
		maps.Copy(c.Properties, f.Properties)
		c.Required = append(slices.Clone(c.Required), f.Required...)
		if c.Description == "" {
			c.Description = f.Description
		}
	}
	maps.Copy(c.Properties, s.Properties)
	return &c
}

// object makes a struct of the properties of all variants; one variant is an ordinary object.
func (d *deriver) object(name string, variants []*openapi3.Schema, names []string) *openapi3.Schema {
	out := &openapi3.Schema{Type: &openapi3.Types{"object"}, Properties: openapi3.Schemas{}}
	all := map[string][]*openapi3.SchemaRef{}
	for i, v := range variants {
		for k, p := range v.Properties {
			if len(names) > 0 {
				if to := d.tables.Typed[names[i]+"."+k]; to != "" {
					p = d.typed(p, to)
				}
			} else if to := d.tables.Typed[name+"."+k]; to != "" {
				p = d.typed(p, to)
			}
			all[k] = append(all[k], p)
		}
	}
	goNames := d.fieldNames(name, all)
	for _, k := range sorted(all) {
		ps := all[k]
		if !said(ps) {
			d.report.add(bareProse, "%s.%s", d.tables.lock.siteOf(name), k)
		}
		required, nullable := len(ps) == len(variants), false
		for _, v := range variants {
			if p := v.Properties[k]; p != nil {
				nullable = nullable || p.Value.Nullable
				required = required && slices.Contains(v.Required, k)
			}
		}
		p := d.joinProperty(name, k, ps)
		out.Properties[k] = d.property(name, k, p, ps, required, nullable)
		setExt(out.Properties[k].Value, "x-go-name", goNames[k])
		if required && out.Properties[k].Value.Extensions["x-pointer"] == nil {
			out.Required = append(out.Required, k)
		}
	}
	return out
}

// typed gives a free-form place the type that the documentation describes, in the shape that it has there.
func (d *deriver) typed(p *openapi3.SchemaRef, to string) *openapi3.SchemaRef {
	if kindOf(p.Value) == "array" && isAny(p.Value.Items.Value) {
		c := *p.Value
		c.Items = refTo(to, d.doc.Components.Schemas[to].Value)
		return &openapi3.SchemaRef{Value: &c}
	}
	return p
}

// property wraps a type with what oapi-codegen and the templates have to know at this place.
func (d *deriver) property(name, key string, t *openapi3.SchemaRef, ps []*openapi3.SchemaRef, required, nullable bool) *openapi3.SchemaRef {
	if ints := d.tables.Integers; slices.Contains(ints, key) || slices.Contains(ints, name+"."+key) {
		t = wholeNumbers(t)
	}
	if slices.Contains(d.tables.Decimals, name+"."+key) {
		t = goType("Decimal")
	}
	if slices.Contains(d.tables.Vectors, name+"."+key) {
		t = goType("Vector")
	}
	if d.secret(name, key, t) {
		t = goType(secretType)
	}
	out := &openapi3.Schema{}
	if t.Ref != "" {
		out.AllOf = openapi3.SchemaRefs{t}
	} else {
		c := *t.Value
		c.Extensions = maps.Clone(t.Value.Extensions)
		out = &c
	}
	container := d.container(t)
	threeState := d.three[name] && !required && nullable
	tag := key
	switch {
	case threeState:
		out.Nullable = true
		tag += ",omitzero"
	case container:
		setExt(out, "x-go-type-skip-optional-pointer", true)
		if !required || nullable {
			tag += ",omitzero"
		}
	case required && nullable, t.Ref != "" && d.within(name, refName(t), map[string]bool{}):
		setExt(out, "x-pointer", true) // null is an answer of its own, and nothing can hold itself
	case !required:
		tag += ",omitzero"
	}
	setExt(out, "x-tag", tag)
	setExt(out, "x-comment", fieldComment(ps))
	return &openapi3.SchemaRef{Value: out}
}

// container reports types whose Go zero value means "absent": slices, maps, any JSON, unions of kinds, and names to choose
// from, none of which is "".
func (d *deriver) container(t *openapi3.SchemaRef) bool {
	if t.Ref != "" {
		c := d.doc.Components.Schemas[refName(t)]
		return c == nil || len(enumOf(c.Value)) > 1 && len(d.members(c)) == 1 || kindOf(c.Value) == "array" || len(d.members(c)) > 1 && sameKind(d.members(c)) != "object"
	}
	k := kindOf(t.Value)
	return k == "array" || k == "object" || d.golang(t) == "JSON"
}

func wholeNumbers(t *openapi3.SchemaRef) *openapi3.SchemaRef {
	switch {
	case t.Ref != "":
	case kindOf(t.Value) == "number":
		return inline("integer", "int64")
	case kindOf(t.Value) == "array":
		out := inline("array", "")
		out.Value.Items = wholeNumbers(t.Value.Items)
		return out
	}
	return t
}

func inline(kind, format string) *openapi3.SchemaRef {
	return &openapi3.SchemaRef{Value: &openapi3.Schema{Type: &openapi3.Types{kind}, Format: format}}
}

// goType is a place of a type that the runtime of gen declares.
func goType(name string) *openapi3.SchemaRef {
	return &openapi3.SchemaRef{Value: &openapi3.Schema{Extensions: map[string]any{"x-go-type": name}}}
}

func setExt(s *openapi3.Schema, key string, v any) {
	if s.Extensions == nil {
		s.Extensions = map[string]any{}
	}
	s.Extensions[key] = v
}

// within reports whether a struct stands in a component by fields that are always there, at any depth.
func (d *deriver) within(name, in string, seen map[string]bool) bool {
	if name == in {
		return true
	}
	c := d.doc.Components.Schemas[in]
	if c == nil || seen[in] {
		return false
	}
	seen[in] = true
	s := d.flatten(c.Value)
	return slices.ContainsFunc(s.Required, func(k string) bool {
		p := s.Properties[k]
		return p != nil && p.Ref != "" && d.within(name, refName(p), seen)
	})
}
