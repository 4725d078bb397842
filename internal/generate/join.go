package main

// Unions in Go: objects become one struct that holds any of them, other unions a type with a value of one of several
// types. Either way what is not known survives.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// members lists the alternatives of a union, those of unions within it included. Anything else is its own only member.
func (d *deriver) members(r *openapi3.SchemaRef) (out []*openapi3.SchemaRef) {
	s := r.Value
	if isWrapper(s) {
		return d.members(s.AllOf[0])
	}
	ms := append(slices.Clone(s.AnyOf), s.OneOf...)
	if len(ms) < 2 || allStrings(s) || len(s.Properties) > 0 {
		return []*openapi3.SchemaRef{r}
	}
	for _, m := range ms {
		for _, x := range d.members(m) {
			if !slices.ContainsFunc(out, func(y *openapi3.SchemaRef) bool { return d.covers(y, x) }) {
				out = slices.DeleteFunc(out, func(y *openapi3.SchemaRef) bool { return d.covers(x, y) })
				out = append(out, x)
			}
		}
	}
	return out
}

func sameKind(ms []*openapi3.SchemaRef) string {
	kind := kindOf(ms[0].Value)
	for _, m := range ms[1:] {
		if kindOf(m.Value) != kind {
			return ""
		}
	}
	return kind
}

// covers reports whether the Go type of a holds all that the type of b holds.
func (d *deriver) covers(a, b *openapi3.SchemaRef) bool {
	if a == b || a.Ref != "" && a.Ref == b.Ref {
		return true
	}
	as, bs := d.alternatives(a), d.alternatives(b)
	if len(as) > 1 || len(bs) > 1 {
		return !slices.ContainsFunc(bs, func(y *openapi3.SchemaRef) bool {
			return !slices.ContainsFunc(as, func(x *openapi3.SchemaRef) bool { return d.covers(x, y) })
		})
	}
	ka, kb := kindOf(as[0].Value), kindOf(bs[0].Value)
	switch {
	case ka != kb || ka == "":
		return ka == kb && (isAny(as[0].Value) && isAny(bs[0].Value) || allStrings(as[0].Value) && allStrings(bs[0].Value))
	case ka == "array":
		return d.covers(as[0].Value.Items, bs[0].Value.Items)
	case ka == "object":
		return digestOf(as[0].Value) == digestOf(bs[0].Value)
	case ka == "number": // an integer type does not hold every number
		return !as[0].Value.Type.Is("integer") || bs[0].Value.Type.Is("integer")
	}
	// Strings: the same list of values, or none.
	return fmt.Sprint(enumOf(as[0].Value)) == fmt.Sprint(enumOf(bs[0].Value)) || len(enumOf(as[0].Value)) < 2
}

// alternatives is members without looking into what they cover, which covers itself calls.
func (d *deriver) alternatives(r *openapi3.SchemaRef) (out []*openapi3.SchemaRef) {
	if isWrapper(r.Value) {
		return d.alternatives(r.Value.AllOf[0])
	}
	ms := append(slices.Clone(r.Value.AnyOf), r.Value.OneOf...)
	if len(ms) < 2 || allStrings(r.Value) {
		return []*openapi3.SchemaRef{r}
	}
	for _, m := range ms {
		out = append(out, d.alternatives(m)...)
	}
	return out
}

// joinProperty is the type of a property that variants may give different types.
func (d *deriver) joinProperty(parent, key string, ps []*openapi3.SchemaRef) *openapi3.SchemaRef {
	where := parent + "." + key
	for _, p := range ps {
		if !slices.ContainsFunc(ps, func(q *openapi3.SchemaRef) bool { return !d.covers(p, q) }) {
			return d.typeOf(p, where)
		}
	}
	if !slices.ContainsFunc(ps, func(p *openapi3.SchemaRef) bool { return kindOf(p.Value) != "string" }) {
		return inline("string", "")
	}
	name := parent + pascal(key)
	for i := 0; d.doc.Components.Schemas[name] != nil && i < 3; i++ {
		name += "Union"
	}
	if key == "type" || d.doc.Components.Schemas[name] != nil {
		return goType("JSON")
	}
	if sameKind(ps) == "array" {
		u := &openapi3.Schema{}
		for _, p := range ps {
			u.AnyOf = append(u.AnyOf, p.Value.Items)
		}
		out := inline("array", "")
		if allStrings(u) {
			out.Value.Items = inline("string", "")
			return out
		}
		name = singular(name)
		d.doc.Components.Schemas[name] = &openapi3.SchemaRef{Value: u}
		out.Value.Items = refTo(d.need(name, where), u)
		return out
	}
	d.doc.Components.Schemas[name] = &openapi3.SchemaRef{Value: &openapi3.Schema{AnyOf: slices.Clone(ps)}}
	return refTo(d.need(name, where), d.doc.Components.Schemas[name].Value)
}

// joinObjects is one struct for all variants, which keeps fields that none of them has.
func (d *deriver) joinObjects(name string, members []*openapi3.SchemaRef) *openapi3.Schema {
	var variants []*openapi3.Schema
	var names []string
	for _, m := range members {
		variants = append(variants, d.flatten(m.Value))
		names = append(names, refName(m))
	}
	out := d.object(name, variants, names)
	for i, v := range variants {
		d.addConstructor(name, names[i], v, out)
	}
	return out
}

// kindUnion is a type with a value of one of several Go types, told apart by trying them in turn.
func (d *deriver) kindUnion(name string, members []*openapi3.SchemaRef) *openapi3.Schema {
	// Text that spells a number or a boolean adds nothing to it.
	rest := slices.DeleteFunc(slices.Clone(members), func(m *openapi3.SchemaRef) bool {
		return kindOf(m.Value) == "string" && (m.Value.Pattern == `^\d+$` || boolSpelling(m.Value))
	})
	if len(rest) == 1 {
		return d.typeOf(rest[0], name).Value
	}
	// Objects of several forms are one struct.
	var objects, others []*openapi3.SchemaRef
	for _, m := range members {
		if kindOf(m.Value) == "object" && len(m.Value.Properties) > 0 {
			objects = append(objects, m)
		} else {
			others = append(others, m)
		}
	}
	if len(objects) > 1 {
		u := &openapi3.Schema{AnyOf: objects}
		d.doc.Components.Schemas[name+"Object"] = &openapi3.SchemaRef{Value: u}
		objects = []*openapi3.SchemaRef{refTo(name+"Object", u)}
	}
	var alts []string
	for _, m := range append(others, objects...) {
		if g := d.golang(d.typeOf(m, name)); !slices.Contains(alts, g) {
			alts = append(alts, g)
		}
	}
	// What may be anything is tried last.
	slices.SortStableFunc(alts, func(a, b string) int { return strings.Count(a, "JSON") - strings.Count(b, "JSON") })
	if slices.Contains(alts, "JSON") { // which keeps more digits than a number does
		alts = slices.DeleteFunc(alts, func(alt string) bool { return alt == "float64" || alt == "int64" || alt == "bool" })
	}
	d.alts[name] = alts
	return &openapi3.Schema{Extensions: map[string]any{"x-go-type": "struct{ value any }", "x-union": alts}}
}

// golang writes a derived type as Go.
func (d *deriver) golang(t *openapi3.SchemaRef) string {
	if t.Ref != "" {
		return refName(t)
	}
	if g, ok := t.Value.Extensions["x-go-type"].(string); ok {
		return g
	}
	switch kindOf(t.Value) {
	case "string":
		return "string"
	case "boolean":
		return "bool"
	case "number":
		if t.Value.Type.Is("integer") {
			return "int64"
		}
		return "float64"
	case "array":
		return "[]" + d.golang(t.Value.Items)
	case "object":
		if ap := t.Value.AdditionalProperties.Schema; ap != nil {
			return "map[string]" + d.golang(ap)
		}
	}
	return "JSON"
}
