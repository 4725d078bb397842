// Samples: valid values of a schema, made from a seed.

package venicetest

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Sample returns a JSON value that the schema accepts, as encoding/json would decode it. The same seed gives the same
// value; other seeds vary what a schema leaves open: fields that may be absent, values of an enum, members of a union,
// null, the length of lists and texts, numbers at their limits, text of many scripts, fields that an open object does
// not name. The error says which part of the schema has no value that Sample could find.
func Sample(schema *openapi3.Schema, seed uint64) (any, error) {
	s := newSampler(seed)
	return s.valid(schema, func() (any, error) { return s.value(schema, 0) })
}

const (
	sampleStream = 0x5eed // keeps samples apart from the other random values of a seed
	maxTries     = 32     // for schemas whose parts exclude each other
	shallow      = 10     // levels below which optional parts are left out
	deepest      = 40     // levels after which a schema is taken to have no end
	maxNodes     = 3000   // values after which the same holds
)

type sampler struct {
	rand  *rand.Rand
	nodes int
}

func newSampler(seed uint64) *sampler {
	return &sampler{rand: rand.New(rand.NewPCG(seed, sampleStream))}
}

// chance is true once in n times.
func (s *sampler) chance(n int) bool { return s.rand.IntN(n) == 0 }

func pick[T any](s *sampler, from []T) T { return from[s.rand.IntN(len(from))] }

// enough says that what may be left out is left out from here on.
func (s *sampler) enough(depth int) bool { return depth > shallow || s.nodes > maxNodes }

// valid tries until the schema accepts what is made.
func (s *sampler) valid(schema *openapi3.Schema, try func() (any, error)) (v any, err error) {
	for range maxTries {
		if v, err = try(); err != nil {
			return nil, err
		}
		if err = schema.VisitJSON(v); err == nil {
			return v, nil
		}
	}
	return nil, fmt.Errorf("no valid value of the schema in %d tries: %w", maxTries, err)
}

func (s *sampler) value(schema *openapi3.Schema, depth int) (any, error) {
	s.nodes++
	switch {
	case depth > deepest:
		return nil, errors.New("the schema requires itself without end")
	case schema.Nullable && s.chance(5):
		return nil, nil
	case len(schema.Enum) > 0:
		return pick(s, schema.Enum), nil
	}
	own, all, one, some := schema.Type != nil || isObject(schema), len(schema.AllOf), len(schema.OneOf), len(schema.AnyOf)
	switch {
	case all+one+some == 0:
		return s.typed(schema, depth)
	case !own && one == 0 && (all == 0 || all == 1 && some == 0): // one part, which nothing can contradict
		return s.joined(schema, depth)
	}
	return s.valid(schema, func() (any, error) { return s.joined(schema, depth) })
}

// joined makes a value of each part that has to be satisfied, and one of them all where they are objects.
func (s *sampler) joined(schema *openapi3.Schema, depth int) (any, error) {
	var parts []*openapi3.Schema
	for _, ref := range schema.AllOf {
		parts = append(parts, ref.Value)
	}
	for _, union := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} {
		if len(union) > 0 {
			parts = append(parts, pick(s, union).Value)
		}
	}
	if schema.Type != nil || isObject(schema) {
		own := *schema
		own.AllOf, own.OneOf, own.AnyOf, own.Nullable = nil, nil, nil, false
		parts = append(parts, &own)
	}
	all := map[string]any{}
	for _, part := range parts {
		v, err := s.value(part, depth)
		if err != nil {
			return nil, err
		}
		fields, object := v.(map[string]any)
		if !object {
			return v, nil
		}
		maps.Copy(all, fields)
	}
	return all, nil
}

// isObject goes by what schemas say that leave out their type.
func isObject(schema *openapi3.Schema) bool {
	return schema.Type.Is("object") || schema.Type == nil && len(schema.Properties)+len(schema.Required) > 0
}

func (s *sampler) typed(schema *openapi3.Schema, depth int) (any, error) {
	switch {
	case isObject(schema):
		return s.object(schema, depth)
	case schema.Type.Is("array"):
		return s.array(schema, depth)
	case schema.Type.Is("string"):
		return s.text(schema)
	case schema.Type.Is("integer"), schema.Type.Is("number"):
		return s.number(schema), nil
	case schema.Type.Is("boolean"):
		return s.chance(2), nil
	case schema.Type == nil:
		return s.free(2), nil
	}
	return nil, fmt.Errorf("no samples of type %v", schema.Type.Slice())
}

// object has the required fields, and of the others all, none or some.
func (s *sampler) object(schema *openapi3.Schema, depth int) (any, error) {
	object := map[string]any{}
	rate := pick(s, []int{0, 60, 60, 60, 60, 100, 100}) // percent
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		if required := slices.Contains(schema.Required, name); !required && (s.enough(depth) || s.rand.IntN(100) >= rate) {
			continue
		}
		v, err := s.value(schema.Properties[name].Value, depth+1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		object[name] = v
	}
	for _, name := range schema.Required {
		if schema.Properties[name] == nil {
			object[name] = s.free(1)
		}
	}
	return object, s.extend(object, schema, depth)
}

// extend adds fields that the schema does not name, where it is open: to a map a few, to other objects sometimes one
// or two.
func (s *sampler) extend(object map[string]any, schema *openapi3.Schema, depth int) error {
	more := schema.AdditionalProperties
	if more.Has != nil && !*more.Has {
		return nil
	}
	n := 0
	switch isMap := more.Schema != nil || len(schema.Properties) == 0; {
	case isMap && !s.enough(depth):
		n = s.rand.IntN(5)
	case !isMap && s.chance(3):
		n = 1 + s.rand.IntN(2)
	}
	n = max(n, int(schema.MinProps)-len(object))
	if schema.MaxProps != nil {
		n = min(n, int(*schema.MaxProps)-len(object))
	}
	for range n {
		name := pick(s, oddNames)
		if _, taken := schema.Properties[name]; taken {
			continue
		}
		if more.Schema == nil {
			object[name] = s.free(2)
			continue
		}
		v, err := s.value(more.Schema.Value, depth+1)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		object[name] = v
	}
	return nil
}

func (s *sampler) array(schema *openapi3.Schema, depth int) (any, error) {
	list := []any{}
	for i := range s.length(schema, depth) {
		if schema.Items == nil {
			list = append(list, s.free(1))
			continue
		}
		v, err := s.value(schema.Items.Value, depth+1)
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i, err)
		}
		list = append(list, v)
	}
	return list, nil
}

// length is how many items a list has: as few as it may, one, some or many. Only lists of scalars get to be long.
func (s *sampler) length(schema *openapi3.Schema, depth int) int {
	least, most := int(schema.MinItems), 8
	if i := schema.Items; i != nil && i.Value.Type != nil && !i.Value.Type.Is("object") && !i.Value.Type.Is("array") {
		most = 300
	}
	if schema.MaxItems != nil {
		most = min(most, int(*schema.MaxItems))
	}
	if s.enough(depth) {
		return least
	}
	n := pick(s, []int{least, least, 1, 2, 3, 4, 6})
	if s.chance(20) {
		n = most
	}
	return min(max(n, least), max(most, least))
}
