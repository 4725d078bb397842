package main

// Constructors: one function for each variant of a union of objects, which sets the constants that tell it apart and
// takes what the variant requires.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

type ctor struct {
	name, comment string
	stamps        map[string]string // property -> constant
	params        []string          // properties
	own           *openapi3.Schema  // the variant
	union         *openapi3.Schema  // the struct that it is built as
}

func (d *deriver) addConstructor(union, variant string, v, out *openapi3.Schema) {
	if variant == "" || len(v.Required) == 0 {
		return
	}
	c := ctor{name: variant, comment: v.Description, stamps: map[string]string{}, own: v, union: out}
	for _, k := range v.Required {
		p := v.Properties[k]
		switch {
		case p == nil:
		case len(p.Value.Enum) == 1:
			c.stamps[k] = fmt.Sprint(p.Value.Enum[0])
		default:
			c.params = append(c.params, k)
		}
	}
	for k, constant := range d.tables.Stamps[variant] {
		c.stamps[k] = constant
		c.params = slices.DeleteFunc(c.params, func(p string) bool { return p == k })
	}
	for _, k := range d.tables.Params[variant] {
		if v.Properties[k] != nil && !slices.Contains(c.params, k) {
			c.params = append(c.params, k)
		}
	}
	if len(c.params)+len(c.stamps) > 0 && len(c.params) < 5 {
		d.ctors[union] = append(d.ctors[union], c)
	}
}

// finishConstructors writes them once all types are known: a name that is a type's is not free for a function.
func (d *deriver) finishConstructors() {
	taken := map[string]bool{}
	sent := d.sent()
	for _, union := range sorted(d.ctors) {
		if d.out[union] == nil || !sent[union] {
			continue // nobody builds an answer
		}
		var out []any
		for _, c := range d.ctors[union] {
			if d.out[c.name] != nil || taken[c.name] {
				c.name = "New" + c.name
			}
			taken[c.name] = true
			out = append(out, d.constructor(union, c))
		}
		setExt(d.out[union].Value, "x-constructors", out)
	}
}

// sent is the set of components that request bodies hold.
func (d *deriver) sent() map[string]bool {
	out := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if out[name] || d.out[name] == nil {
			return
		}
		out[name] = true
		for _, alt := range d.alts[name] {
			visit(strings.TrimLeft(alt, "[]"))
		}
		walkSchema(name, d.out[name], func(_ string, r *openapi3.SchemaRef) bool {
			if r.Ref != "" {
				visit(refName(r))
			}
			return r.Ref == ""
		})
	}
	for _, name := range d.requests {
		visit(name)
	}
	return out
}

func (d *deriver) constructor(union string, c ctor) map[string]any {
	var generic string
	var params, fields []string
	for _, k := range sorted(c.stamps) {
		if f := c.union.Properties[k]; f != nil {
			value := fmt.Sprintf("%q", c.stamps[k])
			if !slices.Contains(c.union.Required, k) {
				value = "new(" + value + ")"
			}
			fields = append(fields, goName(f)+": "+value)
		}
	}
	for _, k := range c.params {
		f := c.union.Properties[k]
		field := d.golang(unwrap(f))
		own := d.golang(d.typeOf(c.own.Properties[k], ""))
		arg := paramName(goName(f))
		value := arg
		alts := d.alts[field]
		switch {
		case len(alts) > 0 && slices.Contains(alts, own): // one form of several
			params = append(params, arg+" "+own)
			value = "New" + field + "(" + arg + ")"
		case len(alts) > 0 && generic == "": // any form
			generic = "[T " + strings.Join(alts, " | ") + "]"
			params = append(params, arg+" T")
			value = "New" + field + "(" + arg + ")"
		default:
			params = append(params, arg+" "+field)
			if !slices.Contains(c.union.Required, k) && !d.container(unwrap(f)) {
				value = "&" + arg
			}
		}
		fields = append(fields, goName(f)+": "+value)
	}
	text := c.comment
	if text == "" {
		text = "The " + strings.ToLower(strings.Join(words(c.name), " ")) + " form of " + union + "."
	}
	return map[string]any{
		"comment": comment(c.name + " makes " + article(union) + " " + union + ". " + text),
		"head":    c.name + generic + "(" + strings.Join(params, ", ") + ") " + union,
		"body":    union + "{" + strings.Join(fields, ", ") + "}",
	}
}

func unwrap(r *openapi3.SchemaRef) *openapi3.SchemaRef {
	if isWrapper(r.Value) {
		return r.Value.AllOf[0]
	}
	return r
}

func goName(r *openapi3.SchemaRef) string {
	name, _ := r.Value.Extensions["x-go-name"].(string)
	return name
}

// paramName is a Go name as a parameter: ImageURL is imageURL, ID is id.
func paramName(name string) string {
	ws := words(name)
	out := strings.ToLower(ws[0]) + strings.Join(ws[1:], "")
	switch out {
	case "type", "range", "func", "map", "interface", "default", "string", "new", "break", "case", "chan", "const", "continue", "defer", "else",
		"fallthrough", "for", "go", "goto", "if", "import", "package", "return", "select", "struct", "switch", "var", // Go's own
		"a", "at", "body", "c", "context", "ctx", "cursors", "csvPages", "deref", "do", "either", "error", "fresh", "iter", "len", "max", "none",
		"open", "opts", "p", "page", "pages", "params", "stream", "with": // and the methods'
		out += "Value"
	}
	return out
}

func article(name string) string {
	if strings.ContainsAny(name[:1], "AEIOU") {
		return "an"
	}
	return "a"
}
