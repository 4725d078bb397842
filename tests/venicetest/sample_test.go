// Tests of samples: valid, repeatable, and varied in everything that the description leaves open.

package venicetest

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// answers visits the schema of every JSON answer and event of the description.
func answers(visit func(name string, schema *openapi3.Schema)) {
	seen := map[*openapi3.Schema]bool{}
	for _, operation := range slices.Sorted(maps.Keys(description().routes)) {
		responses := description().routes[operation].Operation.Responses.Map()
		for _, status := range slices.Sorted(maps.Keys(responses)) {
			for contentType, media := range responses[status].Value.Content {
				if schema := media.Schema.Value; schema.Format != "binary" && !seen[schema] {
					seen[schema] = true
					visit(strings.Join([]string{operation, status, contentType}, " "), schema)
				}
			}
		}
	}
}

// In 200 samples of any answer there is everything that its schema leaves open.
func TestSamplesCoverTheDescription(t *testing.T) {
	total := 0
	answers(func(name string, schema *openapi3.Schema) {
		seen := coverage{}
		seen.open(schema, "")
		total += len(seen)
		for seed := range uint64(200) {
			v, err := Sample(schema, seed)
			if err != nil {
				t.Fatalf("%s, seed %d: %v", name, seed, err)
			}
			seen.note(schema, v, "")
		}
		for _, place := range seen.missing() {
			t.Errorf("%s: no sample with %s", name, place)
		}
	})
	if total < 1000 {
		t.Errorf("the test looks for %d things, too few to be all", total)
	}
}

// Requests have samples too.
func TestSamplesOfRequests(t *testing.T) {
	for operation, route := range description().routes {
		if route.Operation.RequestBody == nil {
			continue
		}
		for contentType, media := range route.Operation.RequestBody.Value.Content {
			for seed := range uint64(50) {
				if _, err := Sample(media.Schema.Value, seed); err != nil {
					t.Fatalf("%s %s, seed %d: %v", operation, contentType, seed, err)
				}
			}
		}
	}
}

// A sample follows from its seed, and from nothing else.
func TestSamplesRepeat(t *testing.T) {
	answers(func(name string, schema *openapi3.Schema) {
		different := map[string]bool{}
		for seed := range uint64(20) {
			a, _ := Sample(schema, seed)
			b, _ := Sample(schema, seed)
			if !reflect.DeepEqual(a, b) {
				t.Fatalf("%s, seed %d: %v and %v", name, seed, a, b)
			}
			text, err := json.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			different[string(text)] = true
		}
		if len(different) < 2 {
			t.Errorf("%s: 20 seeds give %d samples", name, len(different))
		}
	})
}

// schema reads a schema, and what it refers to, from JSON.
func schema(t *testing.T, text string) *openapi3.Schema {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(`{"openapi":"3.0.0","info":{"title":"","version":""},"paths":{},
		"components":{"schemas":{"Root":` + text + `}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Components.Schemas["Root"].Value
}

// What the description may come to use has samples, too.
func TestSamplesOfOtherSchemas(t *testing.T) {
	for _, text := range []string{
		`{}`,
		`{"nullable":true}`,
		`{"type":"object","minProperties":3,"maxProperties":4}`,
		`{"type":"object","additionalProperties":{"type":"integer"},"minProperties":2}`,
		`{"type":"array","minItems":3,"maxItems":3}`,
		`{"type":"array","uniqueItems":true,"items":{"type":"integer","minimum":0,"maximum":9}}`,
		`{"type":"array","minItems":300,"items":{"type":"integer","minimum":0,"exclusiveMinimum":true,"maximum":9,"exclusiveMaximum":true}}`,
		`{"type":"number","multipleOf":0.25,"minimum":-3,"maximum":3}`,
		`{"type":"integer","format":"int32"}`,
		`{"type":"string","minLength":2,"maxLength":2}`,
		`{"type":"string","format":"uuid"}`,
		`{"allOf":[{"type":"object","required":["a"],"properties":{"a":{"type":"string"}}},
			{"type":"object","required":["b"],"properties":{"b":{"type":"string"}}}]}`,
		`{"oneOf":[{"type":"object","properties":{"a":{"type":"string"}}},{"type":"object","required":["b"],"properties":{"b":{"type":"boolean"}}}]}`,
		`{"type":"object","properties":{"own":{"type":"string"}},"required":["own"],"anyOf":[{"required":["a"]},{"required":["b"]}]}`,
		`{"type":"object","properties":{"child":{"$ref":"#/components/schemas/Root"},"children":{"type":"array","items":{"$ref":"#/components/schemas/Root"}}}}`,
	} {
		s := schema(t, text)
		for seed := range uint64(50) {
			v, err := Sample(s, seed)
			if err == nil {
				err = s.VisitJSON(v)
			}
			if err != nil {
				t.Errorf("%s, seed %d: %v", text, seed, err)
				break
			}
		}
	}
}

// A schema that holds itself in many fields has samples of a bounded size.
func TestSamplesEnd(t *testing.T) {
	fields := []string{}
	for _, name := range "abcdefgh" {
		fields = append(fields, `"`+string(name)+`":{"$ref":"#/components/schemas/Root"}`)
	}
	s := schema(t, `{"type":"object","properties":{`+strings.Join(fields, ",")+`}}`)
	longest := 0
	for seed := range uint64(50) {
		v, err := Sample(s, seed)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := json.Marshal(v)
		longest = max(longest, len(text))
	}
	if longest < 1000 || longest > 1e6 {
		t.Errorf("the longest sample has %d bytes", longest)
	}
}

// A schema without samples is an error that says why, not a guess and no end of trying.
func TestNoSample(t *testing.T) {
	for text, want := range map[string]string{
		`{"type":"string","pattern":"\\bword"}`: `no samples of "\\b"`,
		`{"type":"string","pattern":"^(?=x)y"}`: "pattern",
		`{"type":"object","required":["a"],"properties":{"a":{"type":"integer","minimum":2,"maximum":1}}}`:                                     "no valid value of the schema",
		`{"allOf":[{"type":"string"},{"type":"integer"}]}`:                                                                                     "no valid value of the schema",
		`{"type":"object","required":["a"],"properties":{"a":{"$ref":"#/components/schemas/Root"}}}`:                                           "requires itself without end",
		`{"type":"object","required":["list"],"properties":{"list":{"type":"array","minItems":1,"items":{"type":"string","pattern":"x\\b"}}}}`: "list: item 0: pattern",
	} {
		if v, err := Sample(schema(t, text), 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want an error with %q", text, v, err, want)
		}
	}
}
