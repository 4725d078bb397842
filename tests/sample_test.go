// Samples: values of schemas that follow from a seed, as far as Go types are meant to hold them.

package tests

import (
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/venice-go/venice/tests/venicetest"
)

// counts has the fields that Go takes for whole numbers, by their names in JSON. Where the description calls them numbers
// they count, number or date something, and a fraction does not decode, by decision. Everywhere else it must survive.
var counts = sync.OnceValue(func() map[string]bool {
	names, seen := map[string]bool{}, map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] {
			return
		}
		seen[typ] = true
		for f := range typ.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			whole := f.Type
			for whole.Kind() == reflect.Pointer || whole.Kind() == reflect.Slice {
				whole = whole.Elem()
			}
			names[name] = names[name] || whole.Kind() == reflect.Int64
			walk(f.Type)
		}
	}
	for _, m := range methods() {
		for _, typ := range []reflect.Type{m.body(), m.params(), m.answerType()} {
			if typ != nil {
				walk(typ)
			}
		}
	}
	return names
})

// sample is a valid value of a schema, in the types that JSON decodes into.
func sample(t *testing.T, s *openapi3.Schema, seed uint64) any {
	t.Helper()
	v, err := venicetest.Sample(s, seed)
	v = withCalls(v)
	if err != nil {
		t.Fatal(err)
	}
	visit(v, s, func(p place) {
		number, _ := p.value.(float64)
		if has(p.parts, func(s *openapi3.Schema) bool { return s.Type.Is("number") }) && counts()[lastField(p.path)] {
			v = put(v, p.at, math.Mod(math.Trunc(number), 1<<53))
		}
	})
	return v
}

// small is a sample with lists as short as may be, for tests that change it in one place after the other.
func small(t *testing.T, s *openapi3.Schema, seed uint64) any {
	t.Helper()
	whole := sample(t, s, seed)
	v := whole
	visit(whole, s, func(p place) {
		list, _ := p.value.([]any)
		if keep := 1; len(list) > keep && !has(p.parts, func(s *openapi3.Schema) bool { return int(s.MinItems) > keep }) {
			v = shorten(v, p.at, keep)
		}
	})
	if !s.IsMatching(v) {
		return whole
	}
	return v
}

// shorten cuts a list, unless that was in the part of another list that is cut already.
func shorten(v any, at []any, keep int) any {
	if list, isList := get(v, at).([]any); isList && len(list) > keep {
		return put(v, at, list[:keep])
	}
	return v
}

var notField = regexp.MustCompile(`(\|\d+|/\*)+$`)

// lastField is the name of the field that a path leads to, or to the items of.
func lastField(path string) string {
	path = notField.ReplaceAllString(path, "")
	return path[strings.LastIndex(path, "/")+1:]
}

// named returns v without the fields that the description does not name.
func named(v any, schemas ...*openapi3.Schema) any {
	var all []*openapi3.Schema
	for _, s := range schemas {
		all = append(all, leaves(s)...)
	}
	switch v := v.(type) {
	case map[string]any:
		fields := map[string]any{}
		for name, value := range v {
			if known := fieldSchemas(all, name); len(known) > 0 || slices.ContainsFunc(all, free) {
				fields[name] = named(value, known...)
			}
		}
		return fields
	case []any:
		items := make([]any, len(v))
		for i := range v {
			items[i] = named(v[i], itemSchemas(all)...)
		}
		return items
	}
	return v
}

// withCalls has objects for tool calls, as they are: the description leaves open what they may be.
func withCalls(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = withCalls(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = withCalls(v[name])
		}
		calls, _ := v["tool_calls"].([]any)
		for i := range calls {
			if _, is := calls[i].(map[string]any); !is {
				calls[i] = map[string]any{"id": "call", "type": "function"}
			}
		}
	}
	return v
}
