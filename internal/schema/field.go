// The fields of a struct that are members in JSON, by the rules of encoding/json.

package schema

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
)

type field struct {
	name, goName string
	typ          reflect.Type
	tag          reflect.StructTag
	omit, quoted bool // options of the tag: omitempty or omitzero, and string
	tagged       bool // the name is the tag's
	place        []int
}

// optional reports whether the field may be null: it says so, or is a pointer.
func (f field) optional() bool { return f.omit || f.typ.Kind() == reflect.Pointer }

// fieldsOf are those of a struct and of the structs that it embeds, in their order. Of several with one name the one that
// is embedded least deep counts, of those the one whose tag names it, and none if that leaves more than one.
func fieldsOf(t reflect.Type) []field {
	all := visible(t, nil, nil)
	byName := map[string][]field{}
	for _, f := range all {
		byName[f.name] = append(byName[f.name], f)
	}
	return slices.DeleteFunc(all, func(f field) bool {
		for _, other := range byName[f.name] {
			if slices.Equal(other.place, f.place) {
				continue
			}
			if depth := cmp.Compare(len(other.place), len(f.place)); depth < 0 || depth == 0 && (other.tagged || !f.tagged) {
				return true
			}
		}
		return false
	})
}

func visible(t reflect.Type, place []int, within []reflect.Type) (all []field) {
	if slices.Contains(within, t) {
		return nil
	}
	within = append(slices.Clip(within), t)
	for i := range t.NumField() {
		sf := t.Field(i)
		tag := sf.Tag.Get("json")
		if tag == "-" {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		inner := sf.Type
		if inner.Kind() == reflect.Pointer && inner.Name() == "" {
			inner = inner.Elem()
		}
		at := append(slices.Clip(place), i)
		if sf.Anonymous && name == "" && inner.Kind() == reflect.Struct {
			if sf.IsExported() || sf.Type.Kind() != reflect.Pointer { // what is behind the other kind cannot be set
				all = append(all, visible(inner, at, within)...)
			}
			continue
		}
		if !sf.IsExported() {
			continue
		}
		has := func(option string) bool { return slices.Contains(strings.Split(options, ","), option) }
		all = append(all, field{
			name: cmp.Or(name, sf.Name), goName: sf.Name, typ: sf.Type, tag: sf.Tag, tagged: name != "", place: at,
			omit: has("omitempty") || has("omitzero"), quoted: has("string") && takesString(inner.Kind()),
		})
	}
	return all
}

func takesString(k reflect.Kind) bool {
	return k >= reflect.Bool && k <= reflect.Float64 || k == reflect.String
}
