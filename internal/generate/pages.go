package main

// Lists that come in pages: for each operation that has a style of the table, a method that ranges over all of them.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A pageStyle is one way in which the service hands out lists. Names of the answer are looked for at its top and in its
// data.
type pageStyle struct {
	Param  string `yaml:"param"`  // query parameter of the place
	Next   string `yaml:"next"`   // in the answer: the place of the next page, as text; the style is by cursor
	Header string `yaml:"header"` // the same for an answer in CSV
	Total  string `yaml:"total"`  // in the answer: how many pages there are; the style is by page number
	More   string `yaml:"more"`   // in the answer: whether there are more; without it an empty page is the last
}

// pages are the methods over the pages of an operation, once the types are known.
func (d *deriver) pages(key string, op *openapi3.Operation) []any {
	ok := op.Responses.Value("200")
	if !strings.HasPrefix(key, "GET ") || ok == nil || ok.Value.Content["application/json"] == nil {
		return nil
	}
	m := d.method(key, op)
	params := d.out[m.paramsName()]
	answer := ok.Value.Content["application/json"].Schema
	for _, style := range d.tables.Pages {
		if op.Parameters.GetByInAndName("query", style.Param) == nil || params == nil || answer.Ref == "" {
			continue
		}
		at := d.out[refName(answer)]
		items := d.list(at)
		if items == nil {
			continue
		}
		p := pager{methodBase: m, style: style, item: qualified(d.golang(items.list)), items: "got." + items.path, field: goName(params.Value.Properties[style.Param])}
		if style.Next != "" {
			next := d.find(at, style.Next)
			if next == nil || !next.pointer {
				continue
			}
			return p.byCursor("got." + next.path)
		}
		return p.byNumber(d.find(at, style.Total), d.find(at, style.More))
	}
	return nil
}

// A spot is a place in an answer, as Go reaches it.
type spot struct {
	path    string // .-separated fields
	list    *openapi3.SchemaRef
	pointer bool // it may be absent or null
}

// list is the one list of an answer, at its top or in its data.
func (d *deriver) list(at *openapi3.SchemaRef) *spot {
	data, optional := field(at, "data")
	if data == nil || optional && kindOf(data.Value) != "array" {
		return nil
	}
	if kindOf(data.Value) == "array" {
		return &spot{path: goName(data), list: data.Value.Items}
	}
	inner := d.out[refName(unwrap(data))]
	if inner == nil {
		return nil
	}
	for _, k := range sorted(inner.Value.Properties) {
		if p := inner.Value.Properties[k]; kindOf(p.Value) == "array" {
			return &spot{path: goName(data) + "." + goName(p), list: p.Value.Items}
		}
	}
	return nil
}

// find is where a dotted path of the answer leads, at its top or below its data, over fields that are always there.
func (d *deriver) find(at *openapi3.SchemaRef, path string) *spot {
	if path == "" {
		return nil
	}
	for _, prefix := range []string{"", "data."} {
		var fields []string
		var last *openapi3.SchemaRef
		here, pointer := at, false
		for key := range strings.SplitSeq(prefix+path, ".") {
			if pointer {
				last = nil // not always there
			} else {
				last, pointer = field(here, key)
			}
			if last == nil {
				break
			}
			fields = append(fields, goName(last))
			here = d.out[refName(unwrap(last))]
		}
		if last != nil {
			return &spot{path: strings.Join(fields, "."), pointer: pointer}
		}
	}
	return nil
}

// field is a field of a derived struct, and whether it may be absent or null.
func field(at *openapi3.SchemaRef, key string) (p *openapi3.SchemaRef, optional bool) {
	if at == nil || at.Value.Properties[key] == nil {
		return nil, false
	}
	return at.Value.Properties[key], !slices.Contains(at.Value.Required, key)
}

type pager struct {
	methodBase
	style       pageStyle
	item, items string // Go type of an item, and where the page has them
	field       string // of the parameters
}

func (p *pager) name() string {
	name := p.methodBase.name
	for _, verb := range []string{"List", "Get"} {
		if rest, ok := strings.CutPrefix(name, verb); ok {
			return "All" + rest
		}
	}
	return "All" + name
}

func (p *pager) method(suffix, item, text, body string) any {
	args := append([]string{"ctx context.Context"}, p.params...)
	args = append(args, "params *gen."+p.paramsName(), "opts ...CallOption")
	text = p.name() + suffix + " ranges over what [Client." + p.methodBase.name + suffix + "] lists, " + text +
		" It asks for a page when the loop gets there, ends with the first error but an [ErrMisfit], and starts anew with every loop."
	if end, ok := p.d.tables.retired(p.key, p.op); ok {
		text += "\n\n" + end.text(sunset(p.op))
	}
	return map[string]any{"comment": comment(text), "head": p.name() + suffix + "(" + strings.Join(args, ", ") + ") iter.Seq2[" + item + ", error]", "body": body}
}

// call is the call of the method for one page.
func (p *pager) call(suffix string) string {
	args := []string{"ctx"}
	for _, param := range p.params {
		args = append(args, strings.Fields(param)[0])
	}
	return "c." + p.methodBase.name + suffix + "(" + strings.Join(append(args, "&p", "opts..."), ", ") + ")"
}

func (p *pager) byNumber(total, more *spot) []any {
	first, next, follows := "deref(deref(params)."+p.field+")", "at + int64(len("+p.items+"))", "true"
	text := "from params." + p.field + " on. Rows that are added meanwhile can make an item come twice."
	switch {
	case total != nil && !total.pointer:
		first, next, follows = "max("+first+", 1)", "at + 1", "at < int64(got."+total.path+")"
	case more != nil && !more.pointer:
		follows = "got." + more.path
	case p.style.Total != "":
		first, next = "max("+first+", 1)", "at + 1"
	default:
		text += " The service does not say how many there are, so the last call brings an empty page."
	}
	return []any{p.method("", p.item, text, fmt.Sprintf(`return page.Numbered(%q, %s, func(at int64) ([]%s, int64, bool, error) {
		p := deref(params)
		p.%s = &at
		got, err := %s
		if got == nil {
			return nil, 0, false, err
		}
		return %s, %s, %s, err
	})`, p.name(), first, p.item, p.field, p.call(""), p.items, next, follows))}
}

func (p *pager) byCursor(next string) []any {
	turn := fmt.Sprintf(`p := deref(params)
		if at != deref(p.%s) { // the cursor stands for the filters: the service takes it alone
			p = gen.%s{%s: &at}
		}`, p.field, p.paramsName(), p.field)
	text := "from params." + p.field + " on, if there is one."
	out := []any{p.method("", p.item, text, fmt.Sprintf(`return page.Cursors(%q, deref(deref(params).%s), func(at string) ([]%s, string, error) {
		%s
		got, err := %s
		if got == nil {
			return nil, "", err
		}
		return %s, deref(%s), err
	})`, p.name(), p.field, p.item, turn, p.call(""), p.items, next))}
	if c := p.op.Responses.Value("200").Value.Content["text/csv"]; c != nil && p.style.Header != "" {
		suffix := p.d.tables.suffix(p.key)
		out = append(out, p.method(suffix, "[]string", text+" The first row is the header, once.", fmt.Sprintf(`return page.CSV(%q, deref(deref(params).%s), %q, func(at string) (*gen.Media, error) {
		%s
		return %s
	})`, p.name()+suffix, p.field, p.style.Header, turn, p.call(suffix))))
	}
	return out
}
