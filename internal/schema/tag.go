// Tags: limits and choices, each under its name in JSON Schema.

package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
)

// A keyword is a tag, the types of JSON that it can limit, and how it does.
type keyword struct {
	name  string
	types []string
	set   func(s *jsonschema.Schema, value string) error
}

func number(of func(*jsonschema.Schema) **float64) func(*jsonschema.Schema, string) error {
	return func(s *jsonschema.Schema, value string) error {
		v, err := strconv.ParseFloat(value, 64)
		*of(s) = &v
		return err
	}
}

func count(of func(*jsonschema.Schema) **int) func(*jsonschema.Schema, string) error {
	return func(s *jsonschema.Schema, value string) error {
		v, err := strconv.ParseUint(value, 10, 31)
		*of(s) = new(int(v))
		return err
	}
}

var (
	numbers = []string{"integer", "number"}
	texts   = []string{"string"}
	lists   = []string{"array"}
)

var keywords = []keyword{
	{"enum", []string{"string", "integer", "number"}, setEnum},
	{"minimum", numbers, number(func(s *jsonschema.Schema) **float64 { return &s.Minimum })},
	{"maximum", numbers, number(func(s *jsonschema.Schema) **float64 { return &s.Maximum })},
	{"exclusiveMinimum", numbers, number(func(s *jsonschema.Schema) **float64 { return &s.ExclusiveMinimum })},
	{"exclusiveMaximum", numbers, number(func(s *jsonschema.Schema) **float64 { return &s.ExclusiveMaximum })},
	{"multipleOf", numbers, number(func(s *jsonschema.Schema) **float64 { return &s.MultipleOf })},
	{"minLength", texts, count(func(s *jsonschema.Schema) **int { return &s.MinLength })},
	{"maxLength", texts, count(func(s *jsonschema.Schema) **int { return &s.MaxLength })},
	{"pattern", texts, func(s *jsonschema.Schema, value string) error { s.Pattern = value; return nil }},
	{"format", texts, func(s *jsonschema.Schema, value string) error { s.Format = value; return nil }},
	{"minItems", lists, count(func(s *jsonschema.Schema) **int { return &s.MinItems })},
	{"maxItems", lists, count(func(s *jsonschema.Schema) **int { return &s.MaxItems })},
}

// annotate adds what the tags say. Limits of a list's items stand at the list. Strict mode takes none of lengths.
func (m *maker) annotate(s *jsonschema.Schema, tag reflect.StructTag) error {
	for _, k := range keywords {
		value, there := tag.Lookup(k.name)
		if !there {
			continue
		}
		m.open = m.open || strings.HasSuffix(k.name, "Length")
		limited := s
		for limited != nil && !slices.ContainsFunc(append(slices.Clip(limited.Types), limited.Type), func(t string) bool { return slices.Contains(k.types, t) }) {
			limited = limited.Items
		}
		if limited == nil {
			return fmt.Errorf("the tag %s is for %s", k.name, strings.Join(k.types, ", "))
		}
		if err := k.set(limited, value); err != nil {
			return fmt.Errorf("the tag %s:%q: %w", k.name, value, err)
		}
	}
	return nil
}

func setEnum(s *jsonschema.Schema, value string) error {
	for v := range strings.SplitSeq(value, ",") {
		if s.Type == "string" || slices.Contains(s.Types, "string") {
			s.Enum = append(s.Enum, v)
			continue
		}
		n, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return err
		}
		s.Enum = append(s.Enum, n)
	}
	if slices.Contains(s.Types, "null") {
		s.Enum = append(s.Enum, nil)
	}
	return nil
}
