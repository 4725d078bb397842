// Tests of quiet values.

package venicetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

func TestQuiet(t *testing.T) {
	for _, test := range []struct{ schema, want string }{
		{`{"type":"object","required":["name","n","ok","success","list","when"],"properties":{"name":{"type":"string"},"n":{"type":"integer"},
			"ok":{"type":"boolean"},"success":{"type":"boolean"},"list":{"type":"array","items":{"type":"string"}},
			"when":{"type":"string","format":"date-time"},"more":{"type":"string"}}}`,
			`{"list":["list"],"n":1,"name":"name","ok":false,"success":true,"when":"2026-01-01T00:00:00.000Z"}`},
		{`{"type":"string","minLength":6,"maxLength":8}`, `"textxx"`},
		{`{"type":"string","maxLength":2}`, `"te"`},
		{`{"type":"string","pattern":"^[0-9]{4}$"}`, ""},
		{`{"type":"string","enum":["a","b"]}`, `"a"`},
		{`{"type":"integer","minimum":5,"multipleOf":4}`, `8`},
		{`{"type":"number","maximum":0.5}`, `0.5`},
		{`{"type":"number","minimum":0,"exclusiveMaximum":true,"maximum":1}`, ""},
		{`{"type":"string","nullable":true}`, `null`},
		{`{"type":"string","default":"usual"}`, `"usual"`},
		{`{"type":"array","maxItems":0}`, `[]`},
		{`{"type":"array","minItems":2,"items":{"type":"boolean"}}`, `[false,false]`},
		{`{"allOf":[{"type":"object","required":["a"],"properties":{"a":{"type":"string"}}}],"type":"object","required":["b"],"properties":{"b":{"type":"integer"}}}`,
			`{"a":"a","b":1}`},
		{`{"oneOf":[{"type":"string","enum":["x"]},{"type":"integer"}]}`, `"x"`},
		{`{"type":"object","required":["k"],"properties":{"k":{"type":"string"}},"anyOf":[{"type":"object","required":["z"],"properties":{"z":{"type":"string"}}}]}`,
			`{"k":"k","z":"z"}`},
		{`{}`, `"text"`},
	} {
		s := schema(t, test.schema)
		v, err := quiet(s)
		got, _ := json.Marshal(v)
		if err != nil || !accepts(s, v) || test.want != "" && string(got) != test.want {
			t.Errorf("%s: %s, %v; want %s", test.schema, got, err, test.want)
		}
	}
}

// Every answer that is described has a quiet form, without what nobody expects in it.
func TestQuietAnswers(t *testing.T) {
	for name, route := range description().routes {
		for status, ref := range route.Operation.Responses.Map() {
			for kind, media := range ref.Value.Content {
				if media.Schema.Value.Format == "binary" {
					continue
				}
				v, err := quiet(media.Schema.Value)
				if err != nil || !accepts(media.Schema.Value, v) {
					t.Errorf("%s %s %s: %v, %v", name, status, kind, v, err)
					continue
				}
				odd(t, fmt.Sprint(name, " ", status), media.Schema.Value, v)
			}
		}
	}
}

// odd reports fields that are not required, and texts that are not plain.
func odd(t *testing.T, at string, schema *openapi3.Schema, v any) {
	t.Helper()
	if object, isObject := v.(map[string]any); isObject && len(schema.Required) > 0 && len(schema.AllOf)+len(schema.OneOf)+len(schema.AnyOf) == 0 {
		if len(object) != len(schema.Required) {
			t.Errorf("%s: %v, want %v and no more", at, object, schema.Required)
		}
	}
	text, _ := json.Marshal(v)
	if len(text) > 5000 || strings.ContainsFunc(string(text), func(r rune) bool { return r > '~' }) {
		t.Errorf("%s: %.300s", at, text)
	}
}
