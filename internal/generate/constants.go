package main

// Constants of enums, and fields whose names differ only in style. A name that was published once keeps its meaning.

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// enum is a string type with a constant for each value that is known today.
func (d *deriver) enum(name string, s *openapi3.Schema) *openapi3.Schema {
	values := enumOf(s)
	for i, v := range values { // Go's type is text, whatever the wire has
		if _, is := v.(string); !is {
			values[i] = fmt.Sprint(v)
		}
	}
	out := &openapi3.Schema{Type: &openapi3.Types{"string"}, Enum: values}
	names := d.constants(name, values)
	var consts []any
	for i, v := range values {
		consts = append(consts, map[string]any{"name": names[i], "value": jsonText(v)})
	}
	setExt(out, "x-consts", consts)
	return out
}

func jsonText(v any) string {
	b, _ := json.Marshal(v) // a value of a document that was read
	return string(b)
}

// constants names the values of an enum: as a person chose or the lock says, else after the value.
func (d *deriver) constants(enum string, values []any) []string {
	locked := d.tables.lock.constants
	taken := map[string]bool{}
	for key, name := range locked { // by a value of this enum that is away, or by another enum
		if t, _, _ := strings.Cut(key, " "); t != enum {
			taken[name] = true
		}
	}
	out := make([]string, len(values))
	for i, v := range values {
		if word := d.tables.Constants[enum][fmt.Sprint(v)]; word != "" {
			out[i] = enum + word
		} else {
			out[i] = locked[enum+" "+jsonText(v)]
		}
		taken[out[i]] = true
	}
	for key, name := range locked {
		if t, _, _ := strings.Cut(key, " "); t == enum {
			taken[name] = true
		}
	}
	for i, v := range values {
		if out[i] == "" {
			c := enum + constWord(fmt.Sprint(v))
			for taken[c] || d.doc.Components.Schemas[c] != nil {
				c += "Alt"
			}
			if strings.HasSuffix(c, "Alt") || c == enum+"Empty" {
				d.report.add(chosen, "constant %s, for %s of %s", c, jsonText(v), enum)
			}
			out[i], taken[c] = c, true
		}
		locked[enum+" "+jsonText(v)] = out[i]
	}
	return out
}

// constWord is an enum value as part of a constant's name: "16:9" is 16x9, "0.5" is 0Point5, "-1" is Minus1.
func constWord(v string) string {
	if len(v) > 1 && v[0] == '-' && v[1] >= '0' && v[1] <= '9' {
		v = "Minus " + v[1:]
	}
	v = strings.NewReplacer(":", "x", "+", "Plus ", "&", "And ").Replace(v)
	if len(v) > 2 && v[0] >= '0' && v[0] <= '9' {
		v = strings.ReplaceAll(v, ".", "Point")
	}
	if w := pascal(v); w != "" {
		return w
	}
	return "Empty"
}

// fieldNames names the fields of a struct. Of several properties that come to one name, such as user_id and userId, the
// one that was there first bears it.
func (d *deriver) fieldNames(component string, properties map[string][]*openapi3.SchemaRef) map[string]string {
	locked := d.tables.lock.fields
	same := map[string][]string{"Members": {""}, "Unknown": {""}, "SetMember": {""}, "MarshalJSON": {""}, "UnmarshalJSON": {""},
		"MarshalJSONTo": {""}, "UnmarshalJSONFrom": {""}, "LogValue": {""}} // the runtime's own
	for _, k := range sorted(properties) {
		same[fieldName(k)] = append(same[fieldName(k)], k)
	}
	out := map[string]string{}
	for _, name := range sorted(same) {
		keys := same[name]
		slices.SortStableFunc(keys, func(a, b string) int { return d.age(component, a) - d.age(component, b) })
		taken := map[string]bool{}
		for _, k := range keys {
			taken[locked[component+"."+k]] = true
		}
		for _, k := range keys {
			if out[k] = name; len(keys) == 1 {
				continue
			}
			if out[k] = locked[component+"."+k]; out[k] == "" {
				for out[k] = name; taken[out[k]]; {
					out[k] += "Alt"
				}
				taken[out[k]] = true
			}
			locked[component+"."+k] = out[k]
		}
	}
	return out
}

// age is 0 for what the runtime has, 1 for a property that the description had before, 2 for a new one.
func (d *deriver) age(component, key string) int {
	if key == "" {
		return 0
	}
	if c := d.tables.before[component]; c != nil && c.Value.Properties[key] != nil {
		return 1
	}
	return 2
}
