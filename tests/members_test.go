package tests

import (
	jsonv1 "encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice/gen"
)

// Whatever the service adds to an answer or to an event of a stream, in whichever object of it, is there after decoding,
// and goes out again: by both versions of the codec, to the digit.
func TestNothingIsLost(t *testing.T) {
	cases := map[reflect.Type]*openapi3.Schema{
		reflect.TypeFor[gen.ChatCompletionChunk](): description().Components.Schemas["ChatCompletionChunk"].Value,
		reflect.TypeFor[gen.ResponseEvent]():       description().Components.Schemas["ResponseEvent"].Value,
	}
	for _, m := range methods() {
		for _, r := range replies(m.op, true) {
			if typ := m.answerType(); typ != nil && r.mediaType == jsonType {
				cases[typ] = r.schema
			}
		}
	}
	planted := map[reflect.Type]int{}
	for typ, schema := range cases {
		t.Run(typ.Name(), func(t *testing.T) {
			for seed := range uint64(12) {
				v := reflect.New(typ)
				if err := gen.Unmarshal(encode(t, sample(t, schema, seed)), v.Interface()); err != nil {
					t.Fatal(err)
				}
				g := &gardener{t: t, random: rand.New(rand.NewPCG(seed, 11)), planted: planted}
				g.plant(v)
				before := encode(t, v.Interface())
				if n := strings.Count(string(before), `"x_planted_`); n != g.n {
					t.Fatalf("seed %d: %d of %d members are encoded", seed, n, g.n)
				}
				for name, decode := range map[string]func([]byte, any) error{
					"v1": jsonv1.Unmarshal, "v2": func(b []byte, v any) error { return json.Unmarshal(b, v) }, "gen": gen.Unmarshal,
				} {
					again := reflect.New(typ)
					if err := decode(before, again.Interface()); err != nil {
						t.Fatalf("seed %d: %s: %v", seed, name, err)
					}
					one, err1 := jsonv1.Marshal(again.Interface())
					two, err2 := json.Marshal(again.Interface())
					if err1 != nil || err2 != nil {
						t.Fatal(err1, err2)
					}
					for _, after := range [][]byte{one, two} {
						if path := gone(parse(before), parse(after)) + differs(parse(before), parse(after)); path != "" {
							t.Fatalf("seed %d: %s: lost or changed at %s\nbefore %.2000s\nafter  %.2000s", seed, name, path, before, after)
						}
					}
				}
			}
		})
	}
	if len(planted) < 120 {
		t.Errorf("only %d types were tried", len(planted))
	}
}

// A gardener gives objects members that no type knows.
type gardener struct {
	t       *testing.T
	random  *rand.Rand
	planted map[reflect.Type]int
	n       int
}

var oddities = []string{`0.10000000000000000001`, `18446744073709551615`, `"x"`, `null`, `[]`, `{"z":1,"a":{"deep":[1.00,null]}}`, `-1e-9`, `false`}

func (g *gardener) plant(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			g.plant(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			g.plant(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(key))
			g.plant(value)
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		if v.Type().PkgPath() != genPackage {
			return
		}
		if !v.Type().Field(0).IsExported() { // a union, or a leaf
			hidden := v.Field(0)
			if hidden.Kind() != reflect.Interface || hidden.IsNil() {
				return
			}
			hidden = reflect.NewAt(hidden.Type(), unsafe.Pointer(hidden.UnsafeAddr())).Elem()
			form := reflect.New(hidden.Elem().Type()).Elem()
			form.Set(hidden.Elem())
			g.plant(form)
			hidden.Set(form)
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).Type != reflect.TypeFor[gen.Members]() {
				g.plant(v.Field(i))
			}
		}
		more, isOpen := v.Addr().Interface().(interface{ SetMember(string, any) error })
		if !isOpen {
			g.t.Errorf("%s is closed: it loses what it does not know", v.Type())
			return
		}
		g.planted[v.Type()]++
		if g.random.IntN(3) > 0 {
			g.n++
			if err := more.SetMember(fmt.Sprint("x_planted_", g.n), gen.JSON(oddities[g.random.IntN(len(oddities))])); err != nil {
				g.t.Error(err)
			}
		}
	}
}
