// From types to schemas: what each kind of Go type is in JSON.

package schema

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"slices"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
)

// A maker makes one schema. Structs that hold themselves become definitions, all others stand where they are used.
type maker struct {
	lenient bool // members that may be null may be missing too
	open    bool // something was met that strict mode does not take
	top     reflect.Type
	within  []reflect.Type // the structs that are being made
	refers  map[reflect.Type]string
	defs    map[string]*jsonschema.Schema
}

// root makes the whole, an object at the top, and says whether the type had to be put into one.
func (m *maker) root(t reflect.Type) (*jsonschema.Schema, bool, error) {
	m.refers, m.defs = map[reflect.Type]string{}, map[string]*jsonschema.Schema{}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	wrapped := !isPlainStruct(t)
	if !wrapped {
		m.top = t
	}
	s, err := m.of(t)
	if err != nil {
		return nil, false, err
	}
	if wrapped {
		s = object([]string{wrapper}, map[string]*jsonschema.Schema{wrapper: s})
	}
	if len(m.defs) > 0 {
		s.Defs = m.defs
	}
	return s, wrapped, nil
}

// special are types that JSON has in another form than their kind tells.
var special = map[reflect.Type]func() *jsonschema.Schema{
	reflect.TypeFor[time.Time]():   func() *jsonschema.Schema { return &jsonschema.Schema{Type: "string", Format: "date-time"} },
	reflect.TypeFor[json.Number](): func() *jsonschema.Schema { return &jsonschema.Schema{Type: "number"} },
	reflect.TypeFor[big.Int]():     func() *jsonschema.Schema { return &jsonschema.Schema{Type: "integer"} },
	reflect.TypeFor[time.Duration](): func() *jsonschema.Schema {
		return &jsonschema.Schema{Type: "integer", Description: "Nanoseconds."}
	},
}

func isEither[T any](t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[T]()) || reflect.PointerTo(t).Implements(reflect.TypeFor[T]())
}

func isPlainStruct(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && special[t] == nil && !isEither[json.Unmarshaler](t) && !isEither[json.Marshaler](t) &&
		!isEither[encoding.TextUnmarshaler](t)
}

func (m *maker) of(t reflect.Type) (*jsonschema.Schema, error) {
	if make := special[t]; make != nil {
		return make(), nil
	}
	switch {
	case t.Kind() == reflect.Pointer:
		s, err := m.of(t.Elem())
		return nullable(s), err
	case isEither[json.Unmarshaler](t), isEither[json.Marshaler](t), t.Kind() == reflect.Interface && t.NumMethod() == 0:
		m.open = true
		return &jsonschema.Schema{Description: "Any JSON value."}, nil // true would say the same, and some services refuse it
	case isEither[encoding.TextUnmarshaler](t):
		return &jsonschema.Schema{Type: "string"}, nil
	case t.Kind() == reflect.Struct:
		return m.structOf(t)
	case t.Kind() == reflect.Map:
		return m.mapOf(t)
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 && !isEither[json.Marshaler](t.Elem()) && !isEither[encoding.TextMarshaler](t.Elem()):
		return &jsonschema.Schema{Type: "string", Description: "In base64."}, nil
	case t.Kind() == reflect.Slice, t.Kind() == reflect.Array:
		items, err := m.of(t.Elem())
		s := &jsonschema.Schema{Type: "array", Items: items}
		if t.Kind() == reflect.Array {
			s.MinItems, s.MaxItems = new(t.Len()), new(t.Len())
		}
		return s, err
	}
	return scalar(t)
}

// bounds are those of the integers that a float64 tells apart.
var bounds = map[reflect.Kind][2]float64{
	reflect.Int8: {math.MinInt8, math.MaxInt8}, reflect.Uint8: {0, math.MaxUint8},
	reflect.Int16: {math.MinInt16, math.MaxInt16}, reflect.Uint16: {0, math.MaxUint16},
	reflect.Int32: {math.MinInt32, math.MaxInt32}, reflect.Uint32: {0, math.MaxUint32},
}

func scalar(t reflect.Type) (*jsonschema.Schema, error) {
	switch t.Kind() {
	case reflect.Bool:
		return &jsonschema.Schema{Type: "boolean"}, nil
	case reflect.String:
		return &jsonschema.Schema{Type: "string"}, nil
	case reflect.Float32, reflect.Float64:
		return &jsonschema.Schema{Type: "number"}, nil
	case reflect.Int, reflect.Int64:
		return &jsonschema.Schema{Type: "integer"}, nil
	case reflect.Uint, reflect.Uint64, reflect.Uintptr:
		return &jsonschema.Schema{Type: "integer", Minimum: new(0.0)}, nil
	}
	if b, ok := bounds[t.Kind()]; ok {
		return &jsonschema.Schema{Type: "integer", Minimum: &b[0], Maximum: &b[1]}, nil
	}
	return nil, fmt.Errorf("%s has no form in JSON that can be read back", t)
}

func (m *maker) mapOf(t reflect.Type) (*jsonschema.Schema, error) {
	switch k := t.Key(); {
	case k.Kind() == reflect.String, k.Kind() >= reflect.Int && k.Kind() <= reflect.Uintptr, isEither[encoding.TextUnmarshaler](k):
	default:
		return nil, fmt.Errorf("the keys of %s are no texts", t)
	}
	m.open = true
	values, err := m.of(t.Elem())
	return &jsonschema.Schema{Type: "object", AdditionalProperties: values}, err
}

func (m *maker) structOf(t reflect.Type) (*jsonschema.Schema, error) {
	if slices.Contains(m.within, t) && m.refers[t] == "" {
		m.refers[t] = "#"
		if t != m.top {
			m.refers[t] = "#/$defs/" + m.define(t)
		}
	}
	if m.refers[t] != "" {
		return &jsonschema.Schema{Ref: m.refers[t]}, nil
	}
	m.within = append(m.within, t)
	defer func() { m.within = m.within[:len(m.within)-1] }()
	s := object(nil, map[string]*jsonschema.Schema{})
	for _, f := range fieldsOf(t) {
		member, err := m.member(f)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t, f.goName, err)
		}
		s.Properties[f.name] = member
		s.PropertyOrder = append(s.PropertyOrder, f.name)
		if !m.lenient || !f.optional() {
			s.Required = append(s.Required, f.name)
		}
	}
	ref := m.refers[t]
	if ref == "" || t == m.top {
		return s, nil
	}
	m.defs[ref[len("#/$defs/"):]] = s
	return &jsonschema.Schema{Ref: ref}, nil
}

// define finds a name for a definition that no other has.
func (m *maker) define(t reflect.Type) string {
	name := plainName(t)
	for n := 2; m.defs[name] != nil; n++ {
		name = fmt.Sprintf("%s_%d", plainName(t), n)
	}
	m.defs[name] = &jsonschema.Schema{} // until it is made
	return name
}

func (m *maker) member(f field) (*jsonschema.Schema, error) {
	s, err := m.of(f.typ)
	if err != nil {
		return nil, err
	}
	if f.quoted {
		s = &jsonschema.Schema{Type: "string"}
	}
	if err := m.annotate(s, f.tag); err != nil {
		return nil, err
	}
	if f.optional() {
		s = nullable(s)
	}
	about := f.tag.Get("jsonschema")
	switch {
	case about == "":
	case s.Ref != "": // beside which some services take nothing
		s = &jsonschema.Schema{AnyOf: []*jsonschema.Schema{s}, Description: about}
	default:
		s.Description = about
	}
	return s, nil
}

// object allows for no other members than the given ones.
func object(names []string, members map[string]*jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{
		Type: "object", Properties: members, PropertyOrder: names, Required: slices.Clone(names),
		AdditionalProperties: &jsonschema.Schema{Not: &jsonschema.Schema{}}, // which is how the library has false
	}
}

// nullable lets null pass too.
func nullable(s *jsonschema.Schema) *jsonschema.Schema {
	switch {
	case s == nil || slices.Contains(s.Types, "null"):
		return s
	case s.Type != "":
		s.Types, s.Type = []string{s.Type, "null"}, ""
		if s.Enum != nil {
			s.Enum = append(s.Enum, nil)
		}
		return s
	case s.Ref != "":
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{s, {Type: "null"}}}
	}
	return s // it may be anything, or was made nullable before
}
