// Samples: values of schemas that follow from a seed, as far as Go types are meant to hold them.

package tests

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/venice-go/venice/tests/venicetest"
)

// counts has the fields that the description calls numbers and that count, number or date something: Go takes whole
// numbers there and no others, by decision. Everywhere else a fraction must survive.
var counts = strings.Fields(`availableContextTokens bytes completionTokens context_length created embeddingDimensions
	imports index limit maxCompletionTokens maxImages maxInputTokens maxTimeoutSeconds offset page promptCharacterLimit
	promptTokens prompt_character_limit ratingCount stop_token_ids tokenDecimals tokens total totalPages x402Version`)

// sample is a valid value of a schema, in the types that JSON decodes into.
func sample(t *testing.T, s *openapi3.Schema, seed uint64) any {
	t.Helper()
	v, err := venicetest.Sample(s, seed)
	if err != nil {
		t.Fatal(err)
	}
	visit(v, s, func(p place) {
		number, _ := p.value.(float64)
		if has(p.parts, func(s *openapi3.Schema) bool { return s.Type.Is("number") }) && slices.Contains(counts, lastField(p.path)) {
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
