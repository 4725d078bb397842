// Tests of the instances: schemas as callers write them, and the validators' word on each.

package instance_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/venice-go/venice/tests/venicetest/internal/instance"
)

const seeds = 50

// Schemas that Make has to find a value of, for any seed.
var satisfiable = map[string]string{
	"empty":          `{}`,
	"true":           `true`,
	"object":         `{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"integer"}},"required":["b"],"additionalProperties":false}`,
	"not declared":   `{"type":"object","required":["x","y"]}`,
	"refs":           `{"$defs":{"p":{"type":"object","properties":{"name":{"type":"string","minLength":3}},"required":["name"]}},"type":"array","items":{"$ref":"#/$defs/p"},"minItems":2}`,
	"ref and more":   `{"$defs":{"s":{"type":"string"}},"properties":{"x":{"$ref":"#/$defs/s","maxLength":4,"minLength":4}},"required":["x"]}`,
	"escaped ref":    `{"definitions":{"a/b~c":{"const":7}},"$ref":"#/definitions/a~1b~0c"}`,
	"tree":           `{"type":"object","properties":{"value":{"type":"number"},"children":{"type":"array","items":{"$ref":"#"}}},"required":["value","children"],"additionalProperties":false}`,
	"list of nodes":  `{"$defs":{"n":{"type":"object","properties":{"v":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/n"},{"type":"null"}]}},"required":["v","next"],"additionalProperties":false}},"$ref":"#/$defs/n"}`,
	"types":          `{"type":["null","boolean"]}`,
	"enum":           `{"enum":["a",1,null,{"x":[1.50]}]}`,
	"const":          `{"const":{"b":1,"a":[]}}`,
	"all of":         `{"allOf":[{"type":"object","properties":{"a":{"type":"number","minimum":3}},"required":["a"]},{"properties":{"a":{"type":"integer","maximum":3},"b":{"enum":["x","y"]}},"required":["b"]},{"properties":{"b":{"enum":["y","z"]}}}]}`,
	"one of":         `{"oneOf":[{"type":"integer","multipleOf":3},{"type":"integer","multipleOf":5}]}`,
	"tagged":         `{"oneOf":[{"properties":{"kind":{"const":"cat"},"lives":{"type":"integer","maximum":9,"minimum":1}},"required":["kind","lives"]},{"properties":{"kind":{"const":"dog"},"good":{"type":"boolean"}},"required":["kind","good"]}]}`,
	"not":            `{"type":"integer","minimum":1,"maximum":4,"not":{"enum":[1,2,4]}}`,
	"if":             `{"type":"object","properties":{"country":{"enum":["US","NL"]},"zip":{"type":"string"}},"required":["country","zip"],"if":{"properties":{"country":{"const":"US"}}},"then":{"properties":{"zip":{"pattern":"^[0-9]{5}$"}}},"else":{"properties":{"zip":{"pattern":"^[0-9]{4} [A-Z]{2}$"}}}}`,
	"dependent":      `{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"dependentRequired":{"a":["b"]}}`,
	"bounds":         `{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1}`,
	"tiny":           `{"type":"number","minimum":0.1,"maximum":0.3,"multipleOf":0.1}`,
	"cents":          `{"type":"number","multipleOf":0.01,"minimum":19.99}`,
	"negative":       `{"type":"integer","maximum":-7}`,
	"beyond floats":  `{"type":"integer","minimum":9007199254740993,"maximum":9007199254740993}`,
	"whole halves":   `{"type":"integer","multipleOf":2.5,"minimum":1}`,
	"tuple":          `{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"items":false,"minItems":2}`,
	"unique":         `{"type":"array","items":{"enum":["a","b","c","d"]},"uniqueItems":true,"minItems":4}`,
	"unique ids":     `{"type":"array","items":{"type":"string","format":"uuid"},"uniqueItems":true,"minItems":3}`,
	"contains":       `{"type":"array","items":{"type":"integer"},"contains":{"minimum":50},"minContains":2,"maxItems":4}`,
	"exact length":   `{"type":"array","items":{"type":"boolean"},"minItems":7,"maxItems":7}`,
	"map":            `{"type":"object","additionalProperties":{"type":"integer"},"minProperties":3}`,
	"named map":      `{"type":"object","propertyNames":{"pattern":"^[a-z]{3}$"},"additionalProperties":{"type":"string"},"minProperties":2}`,
	"pattern map":    `{"type":"object","patternProperties":{"^x-[a-z]+$":{"type":"integer"}},"additionalProperties":false,"minProperties":2}`,
	"most members":   `{"type":"object","properties":{"a":{},"b":{},"c":{}},"required":["c"],"maxProperties":2}`,
	"long text":      `{"type":"string","minLength":900,"maxLength":900}`,
	"text of signs":  `{"type":"string","minLength":4,"maxLength":5}`,
	"pattern":        `{"type":"string","pattern":"^(\\+\\d{1,3} )?\\(\\d{3}\\) \\d{3}-\\d{4}$"}`,
	"pattern inside": `{"type":"string","pattern":"[A-Z]{2}","minLength":10}`,
	"pattern length": `{"type":"string","pattern":"^[a-z-]*$","minLength":12,"maxLength":14}`,
	"formats": `{"type":"object","properties":{"a":{"type":"string","format":"date"},"b":{"type":"string","format":"date-time"},"c":{"type":"string","format":"email"},
		"d":{"type":"string","format":"uri"},"e":{"type":"string","format":"uuid"},"f":{"type":"string","format":"ipv4"},"g":{"type":"string","format":"ipv6"},"h":{"type":"string","format":"hostname"},
		"i":{"type":"string","format":"time"},"j":{"type":"string","format":"duration"},"k":{"type":"string","format":"regex"},"l":{"type":"string","format":"json-pointer"},
		"m":{"type":"string","format":"uri-reference"},"n":{"type":"string","format":"uri-template"},"o":{"type":"string","format":"colour"},"p":{"type":"string","format":"semver"},
		"q":{"type":"string","format":"period"},"r":{"type":"string","format":"relative-json-pointer"}},
		"required":["a","b","c","d","e","f","g","h","i","j","k","l","m","n","o","p","q","r"]}`,
	"old draft": `{"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"x":{"type":"array","items":[{"type":"string"},{"type":"null"}],"additionalItems":false,"minItems":2}},"$ref":"#/definitions/x"}`,
	"no type":   `{"properties":{"n":{"minimum":2},"l":{"items":{"type":"null"}}},"required":["n","l"]}`,
}

func TestMake(t *testing.T) {
	for name, text := range satisfiable {
		t.Run(name, func(t *testing.T) {
			s, err := instance.Read([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			for seed := range uint64(seeds) {
				for _, hints := range []instance.Hints{{}, {Text: "Ann is 12, in Rome ☂", Names: []string{"Ann", "Rome"}, Numbers: []string{"12", "0.25"}}} {
					made, err := s.Make(seed, hints)
					if err != nil {
						t.Fatalf("seed %d: %v", seed, err)
					}
					again, _ := s.Make(seed, hints)
					if string(again) != string(made) {
						t.Fatalf("seed %d: %s and then %s", seed, made, again)
					}
					if err := second(text, made); err != nil {
						t.Fatalf("seed %d: %s: %v", seed, made, err)
					}
				}
			}
		})
	}
}

// second is the word of another validator, on schemas that it understands.
func second(schema string, value []byte) error {
	for _, keyword := range []string{"$ref", "const", `"if"`, `"contains"`, "exclusive", "prefixItems", "true", "pattern", `"null"`, "dependent", "propertyNames", "null,"} {
		if strings.Contains(schema, keyword) {
			return nil
		}
	}
	var s openapi3.Schema
	if err := json.Unmarshal([]byte(schema), &s); err != nil {
		return err
	}
	var v any
	if err := json.Unmarshal(value, &v); err != nil {
		return err
	}
	return s.VisitJSON(v)
}

// What can be taken from the conversation is, in the order of the schema.
func TestHints(t *testing.T) {
	hints := instance.Hints{Text: "Ann is 12 and lives in Rome, in celsius", Names: []string{"Ann", "Rome"}, Numbers: []string{"12"}}
	for schema, want := range map[string]string{
		`{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"},"city":{"type":"string"}}}`:       `{"name":"Ann","age":12,"city":"Rome"}`,
		`{"type":"object","properties":{"unit":{"enum":["kelvin","fahrenheit","celsius"]},"age":{"type":"integer"}}}`:       `{"unit":"celsius","age":12}`,
		`{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"},"c":{"type":"string","maxLength":10}}}`: `{"a":"Ann","b":"Rome","c":"Ann is 12"}`,
		`{"type":"integer","minimum":13,"maximum":13}`:                                                                      `13`,
	} {
		s, err := instance.Read([]byte(schema))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Make(0, hints); string(got) != want || err != nil {
			t.Errorf("%s: %s, %v; want %s", schema, got, err, want)
		}
	}
}

func TestRefuses(t *testing.T) {
	for schema, want := range map[string]string{
		``:                                      "no JSON",
		`{"type":`:                              "no JSON",
		`{"type":"strin"}`:                      "strin",
		`{"$ref":"https://example.com/x.json"}`: "not loaded",
		`{"$ref":"file:///etc/hostname"}`:       "not loaded",
		`{"$ref":"#/$defs/none"}`:               "none",
		`{"type":"string","pattern":"("}`:       "pattern",
	} {
		if _, err := instance.Read([]byte(schema)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", schema, err, want)
		}
	}
	for _, schema := range []string{
		`false`, `{"type":[]}`, `{"allOf":[{"type":"string"},{"type":"object"}]}`, `{"type":"integer","minimum":2,"maximum":1}`,
		`{"type":"object","properties":{"self":{"$ref":"#"}},"required":["self"]}`, `{"not":{}}`, `{"enum":[1],"type":"string"}`,
		`{"type":"string","pattern":"^a$","minLength":2}`, `{"type":"object","minProperties":1,"propertyNames":false}`,
	} {
		s, err := instance.Read([]byte(schema))
		if err != nil {
			continue // refused before
		}
		if v, err := s.Make(1, instance.Hints{}); err == nil {
			t.Errorf("%s: made %s", schema, v)
		}
	}
}

// Other seeds give other values where the schema leaves a choice.
func TestSeeds(t *testing.T) {
	s, err := instance.Read([]byte(`{"type":"object","properties":{"n":{"type":"integer"},"list":{"type":"array","items":{"type":"boolean"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for seed := range uint64(20) {
		v, err := s.Make(seed, instance.Hints{})
		if err != nil {
			t.Fatal(err)
		}
		seen[string(v)] = true
	}
	if len(seen) < 10 {
		t.Errorf("%d values of 20 seeds", len(seen))
	}
}

func FuzzMake(f *testing.F) {
	for _, schema := range satisfiable {
		f.Add(schema, uint64(1))
	}
	f.Fuzz(func(t *testing.T, schema string, seed uint64) {
		s, err := instance.Read([]byte(schema))
		if err != nil {
			return
		}
		if v, err := s.Make(seed, instance.Hints{Text: "x", Numbers: []string{"1e400"}}); err == nil && s.Check(v) != nil {
			t.Errorf("%s: %s", schema, v)
		}
	})
}
