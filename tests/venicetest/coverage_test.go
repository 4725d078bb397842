// What a schema leaves open, and which of it samples had.

package venicetest

import (
	"fmt"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// A coverage tells what a schema leaves open, by place, and whether a sample had it.
type coverage map[string]bool

// open lists what the schema leaves open.
func (c coverage) open(schema *openapi3.Schema, place string) {
	add := func(format string, a ...any) { c[place+": "+fmt.Sprintf(format, a...)] = false }
	if schema.Nullable {
		add("null")
	}
	for _, v := range schema.Enum {
		add("value %v", v)
	}
	for i, part := range union(schema) {
		add("member %d", i)
		c.open(part.Value, fmt.Sprintf("%s|%d", place, i))
	}
	for _, part := range schema.AllOf {
		c.open(part.Value, place)
	}
	for name, p := range schema.Properties {
		if !slices.Contains(schema.Required, name) {
			add("with %s", name)
			add("without %s", name)
		}
		c.open(p.Value, place+"."+name)
	}
	switch closed := schema.AdditionalProperties.Has; {
	case !schema.Type.Is("object") || closed != nil && !*closed:
	default:
		add("unknown fields")
		if more := schema.AdditionalProperties.Schema; more != nil {
			c.open(more.Value, place+".*")
		}
	}
	if schema.Items != nil {
		if schema.MinItems == 0 {
			add("empty")
		}
		add("more than one")
		c.open(schema.Items.Value, place+"[]")
	}
	if schema.Type.Is("boolean") && len(schema.Enum) == 0 {
		add("value true")
		add("value false")
	}
	if schema.Min != nil && schema.ExclusiveMin.Bool == nil {
		add("number %v", *schema.Min)
	}
	if schema.Max != nil && schema.ExclusiveMax.Bool == nil {
		add("number %v", *schema.Max)
	}
	if schema.MaxLength != nil && schema.Format == "" && schema.Pattern == "" { // the others have a length of their own
		add("text of %d", *schema.MaxLength)
	}
}

func union(schema *openapi3.Schema) openapi3.SchemaRefs {
	return slices.Concat(schema.OneOf, schema.AnyOf)
}

// note marks what a valid value has of it.
func (c coverage) note(schema *openapi3.Schema, v any, place string) {
	add := func(format string, a ...any) {
		key := place + ": " + fmt.Sprintf(format, a...)
		if _, open := c[key]; open {
			c[key] = true
		}
	}
	if len(schema.Enum) > 0 || schema.Type.Is("boolean") {
		add("value %v", v)
	}
	for i, part := range union(schema) {
		if part.Value.IsMatching(v) {
			add("member %d", i)
			c.note(part.Value, v, fmt.Sprintf("%s|%d", place, i))
		}
	}
	for _, part := range schema.AllOf {
		if v != nil {
			c.note(part.Value, v, place)
		}
	}
	switch v := v.(type) {
	case nil:
		add("null")
	case float64:
		add("number %v", v)
	case string:
		add("text of %d", len([]rune(v)))
	case []any:
		if len(v) == 0 {
			add("empty")
		}
		if len(v) > 1 {
			add("more than one")
		}
		for _, item := range v {
			if schema.Items != nil {
				c.note(schema.Items.Value, item, place+"[]")
			}
		}
	case map[string]any:
		for name, p := range schema.Properties {
			if _, there := v[name]; !there {
				add("without %s", name)
				continue
			}
			add("with %s", name)
			c.note(p.Value, v[name], place+"."+name)
		}
		for name := range v {
			if schema.Properties[name] == nil {
				add("unknown fields")
				if more := schema.AdditionalProperties.Schema; more != nil {
					c.note(more.Value, v[name], place+".*")
				}
			}
		}
	}
}

func (c coverage) missing() (places []string) {
	for place, seen := range c {
		if !seen {
			places = append(places, place)
		}
	}
	slices.Sort(places)
	return places
}
