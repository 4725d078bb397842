// Tests of schemas: what each kind of type becomes, held against a validator that is not ours.

package schema_test

import (
	"bytes"
	"encoding/json"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/venice-go/venice/internal/schema"
)

type (
	node struct {
		Name     string  `json:"name"`
		Children []*node `json:"children"`
		Next     *node   `json:"next" jsonschema:"What comes after."`
	}
	forest struct{ Tree, Other node }
	base   struct {
		ID   int    `json:"id"`
		Note string `json:"note"`
	}
	Named  struct{ Note string }
	tagged struct {
		X int `json:"X"`
	}
	untagged    struct{ X string }
	page[T any] struct {
		Items []T `json:"items"`
	}
	shade string
	odd   struct{ raw []byte }
)

func (o *odd) UnmarshalJSON(b []byte) error { o.raw = bytes.Clone(b); return nil }

// row is a type, its schema, and JSON that fits it and that does not.
type row struct {
	t         reflect.Type
	want      string // of properties, for structs, else of the whole
	open      bool
	good, bad []string
}

var table = map[string]row{
	"order and description": {reflect.TypeFor[struct {
		Z string `json:"z" jsonschema:"Comes first."`
		A bool
	}](), `{"z":{"type":"string","description":"Comes first."},"A":{"type":"boolean"}}`, false,
		[]string{`{"z":"","A":true}`}, []string{`{"z":""}`, `{"z":1,"A":true}`, `{"z":"","A":true,"more":1}`, `[]`}},
	"limits": {reflect.TypeFor[struct {
		Unit  shade    `json:"unit" enum:"c,f"`
		Days  int      `json:"days" minimum:"1" maximum:"7"`
		Rate  float64  `json:"rate" exclusiveMinimum:"0" exclusiveMaximum:"1" multipleOf:"0.25"`
		Words []string `json:"words" minItems:"1" maxItems:"2" minLength:"2" maxLength:"3" pattern:"^x"`
		Mail  string   `json:"mail" format:"email"`
		Level int      `json:"level" enum:"1,2"`
	}](), `{"unit":{"type":"string","enum":["c","f"]},"days":{"type":"integer","minimum":1,"maximum":7},
		"rate":{"type":"number","multipleOf":0.25,"exclusiveMinimum":0,"exclusiveMaximum":1},
		"words":{"type":"array","items":{"type":"string","minLength":2,"maxLength":3,"pattern":"^x"},"minItems":1,"maxItems":2},
		"mail":{"type":"string","format":"email"},"level":{"type":"integer","enum":[1,2]}}`, true,
		[]string{`{"unit":"c","days":1,"rate":0.5,"words":["xy"],"mail":"a@b.c","level":2}`},
		[]string{`{"unit":"k","days":1,"rate":0.5,"words":["xy"],"mail":"","level":2}`, `{"unit":"c","days":8,"rate":0.5,"words":["xy"],"mail":"","level":2}`,
			`{"unit":"c","days":1,"rate":1,"words":["xy"],"mail":"","level":2}`, `{"unit":"c","days":1,"rate":0.5,"words":[],"mail":"","level":2}`,
			`{"unit":"c","days":1,"rate":0.5,"words":["y1"],"mail":"","level":2}`, `{"unit":"c","days":1,"rate":0.5,"words":["xy"],"mail":"","level":3}`}},
	"optional": {reflect.TypeFor[struct {
		P *int      `json:"p" minimum:"1"`
		E string    `json:"e,omitempty" enum:"x,y"`
		Z time.Time `json:"z,omitzero"`
		L []string  `json:"l,omitempty"`
		S *base     `json:"s"`
	}](), `{"p":{"type":["integer","null"],"minimum":1},"e":{"type":["string","null"],"enum":["x","y",null]},
		"z":{"type":["string","null"],"format":"date-time"},"l":{"type":["array","null"],"items":{"type":"string"}},
		"s":{"type":["object","null"],"properties":{"id":{"type":"integer"},"note":{"type":"string"}},"required":["id","note"],"additionalProperties":false}}`, false,
		[]string{`{"p":null,"e":null,"z":null,"l":null,"s":null}`, `{"p":1,"e":"x","z":"2026-01-02T03:04:05Z","l":[],"s":{"id":1,"note":""}}`},
		[]string{`{"p":0,"e":null,"z":null,"l":null,"s":null}`, `{"p":1,"e":"z","z":null,"l":null,"s":null}`, `{"p":1,"e":null,"z":null,"l":null,"s":{}}`}},
	"embedded": {reflect.TypeFor[struct {
		base
		*Named
		Note bool `json:"note"`
	}](), `{"id":{"type":"integer"},"Note":{"type":"string"},"note":{"type":"boolean"}}`, false,
		[]string{`{"id":1,"Note":"","note":true}`}, []string{`{"id":1,"note":true}`}},
	"embedded twice": {reflect.TypeFor[struct {
		untagged
		tagged
	}](), `{"X":{"type":"integer"}}`, false, []string{`{"X":1}`}, []string{`{"X":"1"}`}},
	"generic": {reflect.TypeFor[page[base]](), `{"items":{"type":"array","items":{"type":"object","properties":{"id":{"type":"integer"},"note":{"type":"string"}},"required":["id","note"],"additionalProperties":false}}}`, false,
		[]string{`{"items":[{"id":1,"note":""}]}`}, []string{`{"items":null}`}},
	"recursion at the top": {reflect.TypeFor[node](), `{"name":{"type":"string"},"children":{"type":"array","items":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},
		"next":{"description":"What comes after.","anyOf":[{"$ref":"#"},{"type":"null"}]}}`, false,
		[]string{`{"name":"","children":[{"name":"","children":[],"next":null}],"next":null}`}, []string{`{"name":"","children":[{}],"next":null}`}},
	"recursion below": {reflect.TypeFor[forest](), `{"Tree":{"$ref":"#/$defs/node"},"Other":{"$ref":"#/$defs/node"}}`, false,
		[]string{`{"Tree":{"name":"","children":[],"next":null},"Other":{"name":"","children":[],"next":null}}`}, []string{`{"Tree":{"name":""},"Other":{}}`}},
	"texts": {reflect.TypeFor[struct {
		Addr netip.Addr
		Raw  []byte
		N    int64 `json:",string"`
	}](), `{"Addr":{"type":"string"},"Raw":{"type":"string","description":"In base64."},"N":{"type":"string"}}`, false,
		[]string{`{"Addr":"::1","Raw":"AA==","N":"7"}`}, []string{`{"Addr":1,"Raw":"","N":"7"}`, `{"Addr":"no address","Raw":"","N":"7"}`}},
	"numbers": {reflect.TypeFor[struct {
		I8   int8
		U16  uint16
		U    uint
		F    float32
		Big  *big.Int
		D    time.Duration
		Num  json.Number
		Pair [2]int
	}](), `{"I8":{"type":"integer","minimum":-128,"maximum":127},"U16":{"type":"integer","minimum":0,"maximum":65535},"U":{"type":"integer","minimum":0},
		"F":{"type":"number"},"Big":{"type":["integer","null"]},"D":{"type":"integer","description":"Nanoseconds."},"Num":{"type":"number"},
		"Pair":{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":2}}`, false,
		[]string{`{"I8":1,"U16":1,"U":1,"F":0.5,"Big":12345678901234567890123,"D":1,"Num":1.5,"Pair":[1,2]}`}, []string{`{"I8":200,"U16":1,"U":1,"F":0.5,"Big":1,"D":1,"Num":1,"Pair":[1,2]}`}},
	"open": {reflect.TypeFor[struct {
		M   map[string]int
		Any any
		Raw json.RawMessage
		Odd odd
	}](), `{"M":{"type":"object","additionalProperties":{"type":"integer"}},"Any":{"description":"Any JSON value."},"Raw":{"description":"Any JSON value."},"Odd":{"description":"Any JSON value."}}`, true,
		[]string{`{"M":{"a":1},"Any":[],"Raw":null,"Odd":{"x":1}}`}, []string{`{"M":{"a":"1"},"Any":1,"Raw":1,"Odd":1}`}},
	"hidden": {reflect.TypeFor[struct {
		Out    func() `json:"-"`
		hidden chan int
		In     int
	}](), `{"In":{"type":"integer"}}`, false, []string{`{"In":1}`}, []string{`{"In":1.5}`}},
	"empty":  {reflect.TypeFor[struct{}](), `{}`, false, []string{`{}`}, []string{`{"a":1}`}},
	"a list": {reflect.TypeFor[[]string](), `{"value":{"type":"array","items":{"type":"string"}}}`, false, []string{`{"value":["a"]}`}, []string{`["a"]`}},
	"a text": {reflect.TypeFor[string](), `{"value":{"type":"string"}}`, false, []string{`{"value":"a"}`}, []string{`{"value":1}`}},
}

func TestSchemas(t *testing.T) {
	for name, r := range table {
		t.Run(name, func(t *testing.T) {
			s, err := schema.Of(r.t)
			if err != nil {
				t.Fatal(err)
			}
			var whole struct {
				Type                 string
				Properties           json.RawMessage
				Required             []string
				AdditionalProperties bool
			}
			if err := json.Unmarshal(s.JSON, &whole); err != nil {
				t.Fatal(err)
			}
			var want bytes.Buffer
			if err := json.Compact(&want, []byte(r.want)); err != nil {
				t.Fatal(err)
			}
			var members map[string]any
			if err := json.Unmarshal(whole.Properties, &members); err != nil || len(members) != len(whole.Required) {
				t.Errorf("%d members, required %q, %v", len(members), whole.Required, err)
			}
			if whole.Type != "object" || whole.AdditionalProperties || string(whole.Properties) != want.String() || s.Strict == r.open {
				t.Errorf("strict %v: %s\nwant properties %s", s.Strict, s.JSON, &want)
			}
			c := validator.NewCompiler()
			doc, err := validator.UnmarshalJSON(bytes.NewReader(s.JSON))
			if err == nil {
				err = c.AddResource("schema:", doc)
			}
			if err != nil {
				t.Fatal(err)
			}
			other, err := c.Compile("schema:")
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range r.good {
				v, _ := validator.UnmarshalJSON(strings.NewReader(text))
				if err := other.Validate(v); err != nil {
					t.Error(text, err)
				}
				if err := s.Decode([]byte(text), reflect.New(r.t).Interface()); err != nil {
					t.Error(text, err)
				}
			}
			for _, text := range r.bad {
				if err := s.Decode([]byte(text), reflect.New(r.t).Interface()); err == nil {
					t.Error(text, "was taken")
				}
			}
		})
	}
}

func TestNoSchema(t *testing.T) {
	for want, typ := range map[string]reflect.Type{
		"Call: func() has no form in JSON":     reflect.TypeFor[struct{ Call func() }](),
		"the keys of map[schema_test.base]int": reflect.TypeFor[map[base]int](),
		"the tag minimum is for integer, number": reflect.TypeFor[struct {
			A bool `minimum:"1"`
		}](),
		`the tag maxLength:"-1"`: reflect.TypeFor[struct {
			A string `maxLength:"-1"`
		}](),
		`the tag enum:"a"`: reflect.TypeFor[struct {
			A int `enum:"a"`
		}](),
		"error parsing regexp": reflect.TypeFor[struct {
			A string `pattern:"("`
		}](),
		"chan int has no form in JSON that can be read":   reflect.TypeFor[[]chan int](),
		"interface { Close() error } has no form in JSON": reflect.TypeFor[interface{ Close() error }](),
	} {
		if _, err := schema.Of(typ); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}

// What a model may leave out, wrap up or get wrong.
func TestDecode(t *testing.T) {
	type weather struct {
		City string `json:"city"`
		Days *int   `json:"days"`
	}
	s, err := schema.Of(reflect.TypeFor[weather]())
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`{"city":"Rome"}`:                   "",
		"```json\n{\"city\":\"Rome\"}\n```": "",
		`{"city":"Rome","days":"1"}`:        "/properties/days: type",
		`{"days":1}`:                        `missing properties: ["city"]`,
		`{"city":"Rome"} {}`:                "more than one",
		`{"city":"Ro`:                       "ends too early",
		``:                                  "there is no JSON",
		`Sure! {"city":"Rome"}`:             "not JSON",
		`{"city":"Rome","days":1e99}`:       "cannot unmarshal",
		`{"city":"Rome","days":1,"country":"ITA"}`: "additional properties",
	} {
		var w weather
		err := s.Decode([]byte(text), &w)
		if want == "" && (err != nil || w.City != "Rome") || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v %+v\nwant %s", text, err, w, want)
		}
	}
}
