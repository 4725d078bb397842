// Comparing JSON values before and after a Go type: what was lost between them.

package tests

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
)

// lost says where after differs from before, a value of the schemas, or returns "". A field may be absent for null, and
// absent if the description does not know it.
func lost(before, after any, schemas ...*openapi3.Schema) string {
	var all []*openapi3.Schema
	for _, s := range schemas {
		all = append(all, leaves(s)...)
	}
	switch b := before.(type) {
	case map[string]any:
		if a, isObject := after.(map[string]any); isObject {
			return lostField(b, a, all)
		}
	case []any:
		if a, isList := after.([]any); isList && len(a) == len(b) {
			return lostItem(b, a, all)
		}
	}
	if reflect.DeepEqual(before, after) {
		return ""
	}
	return fmt.Sprintf(": %s became %s", short(before), short(after))
}

func lostField(before, after map[string]any, all []*openapi3.Schema) string {
	names := maps.Clone(before)
	maps.Copy(names, after)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		known := fieldSchemas(all, name)
		b, a := before[name], after[name]
		if a == nil && len(known) == 0 && !slices.ContainsFunc(all, free) && len(all) > 0 {
			continue
		}
		if where := lost(b, a, known...); where != "" {
			return "/" + name + where
		}
	}
	return ""
}

func lostItem(before, after []any, all []*openapi3.Schema) string {
	for i := range before {
		if where := lost(before[i], after[i], itemSchemas(all)...); where != "" {
			return "/" + strconv.Itoa(i) + where
		}
	}
	return ""
}

// toJSON is a Go value as the JSON value that the client would send for it.
func toJSON(t *testing.T, v any) (plain any) {
	t.Helper()
	b := encode(t, v)
	if err := json.Unmarshal(b, &plain); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return plain
}

// short is a value as JSON, for messages.
func short(v any) string {
	b, _ := json.Marshal(v, json.Deterministic(true))
	if r := []rune(string(b)); len(r) > 160 {
		return string(r[:160]) + "…"
	}
	return string(b)
}
