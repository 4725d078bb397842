// Schemas made flat: references followed, and the parts that a value has to satisfy made one.

package instance

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// flat returns a schema without references and combinations, whose values satisfy all parts of s but "not", which is for
// the validator to see. Of a union it follows one branch, and another in another try.
func (m *maker) flat(s any, depth int) (*object, error) {
	if m.made++; depth > deepest || m.made > most {
		return nil, errors.New("the schema has no end")
	}
	o, isObject := s.(*object)
	switch {
	case s == true:
		return newObject(), nil
	case !isObject:
		return nil, errors.New("nothing is allowed where a value is due")
	}
	parts := o.list("allOf")
	if ref := o.text("$ref"); ref != "" {
		target, err := m.resolve(ref)
		if err != nil {
			return nil, err
		}
		parts = append([]any{target}, parts...)
	}
	for _, union := range []string{"anyOf", "oneOf"} {
		if branches := o.list(union); len(branches) > 0 {
			parts = append(parts, m.branch(branches, depth))
		}
	}
	if condition, there := o.members["if"]; there {
		if then, there := o.members["then"]; there && m.rand.IntN(2) == 0 {
			parts = append(parts, condition, then)
		} else if other, there := o.members["else"]; there {
			parts = append(parts, other)
		}
	}
	all := o.clone()
	for _, name := range []string{"$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "$defs", "definitions"} {
		all.drop(name)
	}
	for _, part := range parts {
		f, err := m.flat(part, depth+1)
		if err != nil {
			return nil, err
		}
		all = merge(all, f)
	}
	return all, nil
}

// branch chooses one of a union: not null if there is another, and where it gets deep one that ends soon.
func (m *maker) branch(branches []any, depth int) any {
	effort := func(s any) int {
		o, _ := s.(*object)
		switch {
		case o != nil && o.text("type") == "null":
			return 0
		case refers(s):
			return 2
		}
		return 1
	}
	candidates := slices.DeleteFunc(slices.Clone(branches), func(s any) bool { return effort(s) == 0 })
	if depth > shallow {
		least := slices.MinFunc(branches, func(a, b any) int { return effort(a) - effort(b) })
		candidates = slices.DeleteFunc(slices.Clone(branches), func(s any) bool { return effort(s) != effort(least) })
	}
	if len(candidates) == 0 {
		return branches[0]
	}
	return candidates[m.rand.IntN(len(candidates))]
}

// refers reports whether a schema has a reference anywhere.
func refers(s any) bool {
	switch s := s.(type) {
	case []any:
		return slices.ContainsFunc(s, refers)
	case *object:
		return s.has("$ref") || slices.ContainsFunc(s.names, func(n string) bool { return refers(s.members[n]) })
	}
	return false
}

// resolve finds what a JSON Pointer into the schema names.
func (m *maker) resolve(ref string) (any, error) {
	pointer, local := strings.CutPrefix(ref, "#")
	at := m.schema.root
	if pointer == "" && local {
		return at, nil
	}
	path, absolute := strings.CutPrefix(pointer, "/")
	if !local || !absolute {
		return nil, fmt.Errorf("the reference %q is no JSON Pointer into the schema", ref)
	}
	for step := range strings.SplitSeq(path, "/") {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		switch here := at.(type) {
		case *object:
			at = here.members[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(here) {
				return nil, fmt.Errorf("the reference %q leads nowhere", ref)
			}
			at = here[i]
		}
	}
	return at, nil
}

// merge returns the schema whose values satisfy both. Where a keyword can hold one of them only, that is b's, and the
// validator has the last word.
func merge(a, b *object) *object {
	all := a.clone()
	for _, name := range b.names {
		was, there := a.members[name]
		v := b.members[name]
		if there {
			v = both(name, was, v)
		}
		all.set(name, v)
	}
	return all
}

func both(keyword string, a, b any) any {
	switch keyword {
	case "properties", "patternProperties":
		x, _ := a.(*object)
		y, _ := b.(*object)
		if x == nil || y == nil {
			return b
		}
		all := x.clone()
		for _, name := range y.names {
			if was, there := x.members[name]; there {
				all.set(name, allOf(was, y.members[name]))
			} else {
				all.set(name, y.members[name])
			}
		}
		return all
	case "required":
		x, _ := a.([]any)
		y, _ := b.([]any)
		return append(slices.Clone(x), slices.DeleteFunc(slices.Clone(y), func(v any) bool { return slices.Contains(x, v) })...)
	case "type":
		return common(types(a), types(b))
	case "enum":
		x, _ := a.([]any)
		y, _ := b.([]any)
		return slices.DeleteFunc(slices.Clone(x), func(v any) bool {
			return !slices.ContainsFunc(y, func(w any) bool { return string(write(nil, v)) == string(write(nil, w)) })
		})
	case "items", "additionalProperties":
		return allOf(a, b)
	}
	x, y := rational(a), rational(b)
	if x == nil || y == nil {
		return b
	}
	up := strings.HasPrefix(keyword, "min") || keyword == "exclusiveMinimum"
	if down := strings.HasPrefix(keyword, "max") || keyword == "exclusiveMaximum"; up && x.Cmp(y) > 0 || down && x.Cmp(y) < 0 {
		return a
	}
	return b
}

func allOf(a, b any) any {
	o := newObject()
	o.set("allOf", []any{a, b})
	return o
}

// types lists the types that a schema's "type" names.
func types(v any) (list []string) {
	o := newObject()
	if text, one := v.(string); one {
		return []string{text}
	}
	o.set("", v)
	return o.strings("")
}

// common is the types in both lists; an integer is a number.
func common(a, b []string) (list []any) {
	for _, t := range a {
		switch {
		case slices.Contains(b, t), t == "integer" && slices.Contains(b, "number"):
			list = append(list, t)
		case t == "number" && slices.Contains(b, "integer"):
			list = append(list, "integer")
		}
	}
	return list
}

// rational is a JSON number, or nil.
func rational(v any) *big.Rat {
	n, isNumber := v.(number)
	if !isNumber || len(n) > 40 { // an exponent can make a short text long
		return nil
	}
	if _, exponent, there := strings.Cut(strings.ToLower(string(n)), "e"); there {
		if e, err := strconv.Atoi(exponent); err != nil || e < -400 || e > 400 {
			return nil
		}
	}
	r, ok := new(big.Rat).SetString(string(n))
	if !ok {
		return nil
	}
	return r
}
