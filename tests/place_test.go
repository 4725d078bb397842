// Places: where in a schema, and in a value of it, there is something that can be changed.

package tests

import (
	"maps"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// A place is a point of a schema and, in a walk over a value, of the value.
type place struct {
	path  string             // in the schema: fields, * for items, {} for values of maps, |0 for the first form of a union
	parts []*openapi3.Schema // all that holds here
	at    []any              // in the value: names of fields and indices of items
	value any
	not   []sibling // the other forms of the unions that lead here
}

// A sibling is a form that the value did not take; nothing keeps a changed value from taking it.
type sibling struct {
	depth int // of the union in the value
	form  *openapi3.Schema
}

func (p place) in(name string, at any, value any) place {
	p.path += "/" + name
	p.at = append(slices.Clip(p.at), at)
	p.value = value
	return p
}

// visit calls f for every place of v that s describes, null apart: a union once for itself and once for each form taken.
func visit(v any, s *openapi3.Schema, f func(place)) { walk(place{value: v}, s, f) }

func walk(p place, s *openapi3.Schema, f func(place)) {
	if p.value == nil {
		return
	}
	p.parts = parts(s)
	f(p)
	for _, part := range p.parts {
		walkForms(p, part, f)
		switch value := p.value.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(value)) {
				if property := part.Properties[name]; property != nil {
					walk(p.in(name, name, value[name]), property.Value, f)
				} else if more := rest(part); more != nil {
					walk(p.in("{}", name, value[name]), more, f)
				}
			}
		case []any:
			for i := 0; part.Items != nil && i < len(value); i++ {
				walk(p.in("*", i, value[i]), part.Items.Value, f)
			}
		}
	}
}

func walkForms(p place, part *openapi3.Schema, f func(place)) {
	all := forms(part)
	for i, form := range all {
		if !form.Value.IsMatching(p.value) {
			continue
		}
		taken := p
		taken.path += "|" + strconv.Itoa(i)
		taken.not = slices.Clip(p.not)
		for j, other := range all {
			if i != j {
				taken.not = append(taken.not, sibling{len(p.at), other.Value})
			}
		}
		walk(taken, form.Value, f)
	}
}

// places returns every place that s has, with what holds there. Where a schema comes back to itself it ends.
func places(s *openapi3.Schema) map[string][]*openapi3.Schema {
	all := map[string][]*openapi3.Schema{}
	collect("", s, nil, all)
	return all
}

func collect(path string, s *openapi3.Schema, above []*openapi3.Schema, all map[string][]*openapi3.Schema) {
	if slices.Contains(above, s) {
		return
	}
	above = append(slices.Clip(above), s)
	all[path] = append(all[path], parts(s)...)
	for _, part := range parts(s) {
		for i, form := range forms(part) {
			collect(path+"|"+strconv.Itoa(i), form.Value, above, all)
		}
		for name, property := range part.Properties {
			collect(path+"/"+name, property.Value, above, all)
		}
		if part.Items != nil {
			collect(path+"/*", part.Items.Value, above, all)
		}
		if more := rest(part); more != nil {
			collect(path+"/{}", more, above, all)
		}
	}
}

// put returns v with another value at a place, and leaves v alone.
func put(v any, at []any, value any) any {
	if len(at) == 0 {
		return value
	}
	switch v := v.(type) {
	case map[string]any:
		v = maps.Clone(v)
		v[at[0].(string)] = put(v[at[0].(string)], at[1:], value)
		return v
	case []any:
		v = slices.Clone(v)
		v[at[0].(int)] = put(v[at[0].(int)], at[1:], value)
		return v
	}
	panic("no such place")
}

// get returns the value at a place.
func get(v any, at []any) any {
	for _, key := range at {
		switch key := key.(type) {
		case string:
			fields, _ := v.(map[string]any)
			v = fields[key]
		case int:
			items, _ := v.([]any)
			if key >= len(items) {
				return nil
			}
			v = items[key]
		}
	}
	return v
}

// has reports whether something holds at a place.
func has(parts []*openapi3.Schema, is func(*openapi3.Schema) bool) bool {
	return slices.ContainsFunc(parts, is)
}

func isEnum(s *openapi3.Schema) bool   { return len(s.Enum) > 0 }
func isUnion(s *openapi3.Schema) bool  { return len(forms(s)) > 0 }
func isObject(s *openapi3.Schema) bool { return s.Type.Is("object") || len(s.Properties) > 0 }
