// Values of a schema: what each type takes.

package instance

import (
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
)

// A maker makes one instance.
type maker struct {
	schema         *Schema
	hints          Hints
	rand           *rand.Rand
	lean           bool            // optional members are left out
	made           int             // schemas that were gone through
	names, numbers int             // hints that were used
	chosen         map[string]bool // values of an enum, because of the text
}

// value makes one value, in a member called name.
func (m *maker) value(s any, name string, depth int) (any, error) {
	f, err := m.flat(s, depth)
	if err != nil {
		return nil, err
	}
	if c, there := f.members["const"]; there {
		return c, nil
	}
	if list := f.list("enum"); f.has("enum") {
		if len(list) == 0 {
			return nil, errors.New("no value is in all of the lists")
		}
		return m.choose(list), nil
	}
	switch t := m.kind(f, depth); t {
	case "object":
		return m.object(f, depth)
	case "array":
		return m.array(f, name, depth)
	case "string":
		return m.text(f, name)
	case "number", "integer":
		return m.number(f, t == "integer")
	case "boolean":
		return m.rand.IntN(2) == 0, nil
	case "null":
		return nil, nil
	default:
		return nil, fmt.Errorf("no value has the type %q", t)
	}
}

// choose prefers a value that stands in the text of the hints, each once.
func (m *maker) choose(list []any) any {
	text := strings.ToLower(m.hints.Text)
	for _, v := range list {
		if word, isText := v.(string); isText && len(word) > 2 && !m.chosen[word] && strings.Contains(text, strings.ToLower(word)) {
			m.chosen[word] = true
			return v
		}
	}
	return list[m.rand.IntN(len(list))]
}

// kind is the type to make: one that is named, else the one that the other keywords are about, else a text.
func (m *maker) kind(f *object, depth int) string {
	if f.has("type") {
		named := types(f.members["type"])
		others := slices.DeleteFunc(slices.Clone(named), func(t string) bool { return t == "null" })
		switch {
		case len(named) == 0:
			return "none"
		case len(others) == 0 || len(others) < len(named) && depth > shallow:
			return "null"
		}
		return others[m.rand.IntN(len(others))]
	}
	switch {
	case f.has("properties", "required", "additionalProperties", "patternProperties", "minProperties", "propertyNames"):
		return "object"
	case f.has("items", "prefixItems", "minItems", "contains", "uniqueItems"):
		return "array"
	case f.has("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
		return "number"
	}
	return "string"
}

func (m *maker) object(f *object, depth int) (any, error) {
	made, properties, required := newObject(), f.object("properties"), f.strings("required")
	most := count(f, "maxProperties", len(properties.names)+len(required))
	for _, name := range properties.names {
		optional := !slices.Contains(required, name)
		if optional && (depth > shallow || m.lean || len(made.names) >= most-len(required)) {
			continue
		}
		v, err := m.value(properties.members[name], name, depth+1)
		if err != nil && optional {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		made.set(name, v)
	}
	for _, name := range required {
		if !made.has(name) {
			if err := m.extra(made, f, name, depth); err != nil {
				return nil, err
			}
		}
	}
	least := count(f, "minProperties", 0)
	if others, isMap := f.members["additionalProperties"].(*object); isMap && len(others.names) > 0 && len(properties.names) == 0 && depth <= shallow {
		least = max(least, min(2, count(f, "maxProperties", 2)))
	}
	for n := 1; len(made.names) < least; n++ {
		name, err := m.memberName(f, n)
		if err != nil {
			return nil, err
		}
		if n > 20*least {
			return nil, errors.New("too few names were found")
		}
		if !made.has(name) && !properties.has(name) {
			if err := m.extra(made, f, name, depth); err != nil {
				return nil, err
			}
		}
	}
	return made, nil
}

// extra adds a member that the schema does not name, of what it allows there.
func (m *maker) extra(made, f *object, name string, depth int) error {
	var s any = true
	if more, there := f.members["additionalProperties"]; there {
		s = more
	}
	if patterns := f.object("patternProperties"); len(patterns.names) > 0 {
		s = patterns.members[patterns.names[0]] // the validator says if it is another's
	}
	v, err := m.value(s, name, depth+1)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	made.set(name, v)
	return nil
}

// memberName is the n-th name for a member that the schema does not name.
func (m *maker) memberName(f *object, n int) (string, error) {
	if patterns := f.object("patternProperties"); len(patterns.names) > 0 {
		return m.matching(patterns.names[0], 0, 40)
	}
	if names, there := f.members["propertyNames"]; there {
		v, err := m.value(names, fmt.Sprint("key", n), 0)
		name, _ := v.(string)
		return name, err
	}
	return fmt.Sprint("key", n), nil
}

func (m *maker) array(f *object, name string, depth int) (any, error) {
	list := []any{}
	first := f.list("prefixItems")
	if tuple, old := f.members["items"].([]any); old {
		first = tuple
	}
	for _, s := range first {
		v, err := m.value(s, name, depth+1)
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", len(list), err)
		}
		list = append(list, v)
	}
	least, most := count(f, "minItems", 0), count(f, "maxItems", 1<<20)
	want := 1 + m.rand.IntN(3)
	if depth > shallow || m.lean || f.members["items"] == false {
		want = 0
	}
	if contains, there := f.members["contains"]; there {
		for range max(1, count(f, "minContains", 1)) {
			v, err := m.value(allOf(contains, item(f)), name, depth+1)
			if err != nil {
				return nil, fmt.Errorf("item %d: %w", len(list), err)
			}
			list = append(list, v)
		}
	}
	want = min(max(want, least), most)
	for n := 0; len(list) < want; n++ {
		v, err := m.value(item(f), name, depth+1)
		if err != nil && len(list) >= least {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", len(list), err)
		}
		if f.members["uniqueItems"] == true && slices.ContainsFunc(list, func(w any) bool { return string(write(nil, v)) == string(write(nil, w)) }) {
			if n > 20*want {
				break
			}
			continue
		}
		list = append(list, v)
	}
	return list, nil
}

// item is the schema of the items that have none of their own.
func item(f *object) any {
	if s, there := f.members["items"]; there {
		if _, old := s.([]any); !old {
			return s
		}
	}
	return true
}

// count is a limit that is a whole number, or the fallback.
func count(f *object, keyword string, fallback int) int {
	if r := rational(f.members[keyword]); r != nil && r.Sign() >= 0 && r.Cmp(big.NewRat(1<<20, 1)) <= 0 {
		whole := new(big.Int).Quo(r.Num(), r.Denom())
		return int(whole.Int64())
	}
	return fallback
}
