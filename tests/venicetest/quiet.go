// Quiet values of a schema: the least that is valid, and nothing odd.

package venicetest

import (
	"errors"
	"maps"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// quiet returns a valid value of a schema: of an object what is required, of a list one item, texts that are called as
// their field is, and small numbers. It is the same each time. Where that is not valid, it is a sample.
func quiet(schema *openapi3.Schema) (any, error) {
	v, err := quietValue(schema, "text", 0)
	if err == nil && accepts(schema, v) {
		return v, nil
	}
	return Sample(schema, 1)
}

func quietValue(schema *openapi3.Schema, name string, depth int) (any, error) {
	switch {
	case depth > deepest:
		return nil, errors.New("the schema requires itself without end")
	case schema.Default != nil:
		return schema.Default, nil
	case schema.Nullable:
		return nil, nil
	case len(schema.Enum) > 0:
		return schema.Enum[0], nil
	case len(schema.AllOf) > 0:
		return quietParts(schema, name, depth)
	case len(schema.OneOf)+len(schema.AnyOf) > 0:
		return quietMember(schema, name, depth)
	}
	return quietTyped(schema, name, depth)
}

func quietTyped(schema *openapi3.Schema, name string, depth int) (any, error) {
	switch {
	case isObject(schema):
		object := map[string]any{}
		for _, field := range schema.Required {
			property := schema.Properties[field]
			if property == nil {
				object[field] = field
				continue
			}
			v, err := quietValue(property.Value, field, depth+1)
			if err != nil {
				return nil, err
			}
			object[field] = v
		}
		return object, nil
	case schema.Type.Is("array"):
		list := []any{}
		if schema.Items == nil || schema.MaxItems != nil && *schema.MaxItems == 0 {
			return list, nil
		}
		for range max(1, schema.MinItems) {
			v, err := quietValue(schema.Items.Value, name, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case schema.Type.Is("string"):
		return quietText(schema, name)
	case schema.Type.Is("integer"), schema.Type.Is("number"):
		low, high := limits(schema, 0, math.Inf(1), func(x, _ float64) float64 { return x + 1 }, math.Nextafter)
		x := min(max(low, 1), high)
		if schema.MultipleOf != nil {
			x = math.Ceil(x / *schema.MultipleOf) * *schema.MultipleOf
		}
		return x, nil
	case schema.Type.Is("boolean"):
		return name == "success", nil
	}
	return name, nil
}

// quietParts joins the parts that all have to be satisfied, which are objects or one value that is narrowed.
func quietParts(schema *openapi3.Schema, name string, depth int) (any, error) {
	own := *schema
	own.AllOf = nil
	joined := map[string]any{}
	for _, part := range append(schema.AllOf[:len(schema.AllOf):len(schema.AllOf)], openapi3.NewSchemaRef("", &own)) {
		if part.Value == &own && !isObject(&own) {
			continue
		}
		v, err := quietValue(part.Value, name, depth+1)
		if err != nil {
			return nil, err
		}
		object, isObject := v.(map[string]any)
		if !isObject {
			return v, nil
		}
		maps.Copy(joined, object)
	}
	return joined, nil
}

// quietMember is the first member that makes a valid value, together with what the schema itself asks for.
func quietMember(schema *openapi3.Schema, name string, depth int) (any, error) {
	own := *schema
	own.OneOf, own.AnyOf = nil, nil
	err := errors.New("no member of the union has a valid value")
	for _, member := range append(schema.OneOf[:len(schema.OneOf):len(schema.OneOf)], schema.AnyOf...) {
		parts := openapi3.Schema{AllOf: openapi3.SchemaRefs{member}, Type: own.Type, Properties: own.Properties, Required: own.Required}
		v, bad := quietValue(&parts, name, depth+1)
		if bad != nil {
			err = bad
			continue
		}
		if accepts(schema, v) {
			return v, nil
		}
	}
	return nil, err
}

// quietFormats are texts of the formats that a validator checks or a client parses.
var quietFormats = map[string]string{
	"date": "2026-01-01", "date-time": "2026-01-01T00:00:00.000Z", "uri": "https://example.com", "uuid": "00000000-0000-4000-a000-000000000000",
	"byte": "AA==", "email": "name@example.com",
}

func quietText(schema *openapi3.Schema, name string) (any, error) {
	if schema.Pattern != "" {
		return newSampler(1).matching(schema.Pattern)
	}
	text := name
	if form, known := quietFormats[schema.Format]; known {
		text = form
	}
	if n := int(schema.MinLength) - utf8.RuneCountInString(text); n > 0 {
		text += strings.Repeat("x", n)
	}
	if schema.MaxLength != nil && uint64(utf8.RuneCountInString(text)) > *schema.MaxLength {
		text = text[:*schema.MaxLength]
	}
	return text, nil
}
