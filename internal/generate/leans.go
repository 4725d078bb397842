package main

// What the code that is written by hand leans on, and what of it a revision takes away.

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// checkLeans says in one sentence each what is gone, and which files lean on it.
func (t *tables) checkLeans(derived *openapi3.T, r *report) {
	have := goNames(derived)
	for key := range operations(derived) {
		have[key] = true
	}
	for _, name := range sorted(t.leans) {
		if !have[name] {
			r.add(leaning, "%s is gone, and used in %s", name, strings.Join(t.leans[name], ", "))
		}
	}
}

// goNames are the names that a derived document gives to Go: methods, types, Type.Field, constants and constructors.
func goNames(derived *openapi3.T) map[string]bool {
	out := map[string]bool{}
	head := func(v any) {
		m, _ := v.(map[string]any)
		text, _ := m["head"].(string)
		name, _, _ := strings.Cut(text, "(")
		name, _, _ = strings.Cut(name, "[")
		out[name] = true
	}
	each := func(extensions map[string]any, key string, f func(any)) {
		list, _ := extensions[key].([]any)
		for _, v := range list {
			f(v)
		}
	}
	for _, op := range operations(derived) {
		each(op.Extensions, "x-methods", head)
		each(op.Extensions, "x-pages", head)
	}
	for name, s := range derived.Components.Schemas {
		out[name] = true
		if s.Value.Extensions["x-union"] != nil {
			out["New"+name] = true
		}
		for _, p := range s.Value.Properties {
			out[name+"."+goName(p)] = true
		}
		each(s.Value.Extensions, "x-constructors", head)
		each(s.Value.Extensions, "x-consts", func(v any) {
			m, _ := v.(map[string]any)
			constant, _ := m["name"].(string)
			out[constant] = true
		})
	}
	return out
}
