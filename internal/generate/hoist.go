package main

// Hoisting: inline objects, enums and unions become named components; identical ones become one.

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A group is a set of sites that hold the same schema.
type group struct {
	sites  []*place
	digest string
	name   string
	idle   bool // no operation leads to any of its sites
}

// A place is one site on its way to a name.
type place struct {
	site  string
	root  string   // site that it stands below
	words []string // Go words of the way to it, root first: the name is a suffix of them
	ref   *openapi3.SchemaRef
	group *group
}

func hoist(doc *openapi3.T, names *namer) {
	var places []*place
	upstream := map[*openapi3.SchemaRef]string{} // components that upstream named
	for _, name := range sorted(doc.Components.Schemas) {
		upstream[doc.Components.Schemas[name]] = name
	}
	walkPlaces(doc, names, func(p *place) { places = append(places, p) })

	order := groupPlaces(places, upstream)
	reached := reachedByOperations(doc)
	for _, g := range order {
		g.idle = !slices.ContainsFunc(g.sites, func(p *place) bool { return strings.Contains(p.root, " ") || reached[p.root] })
	}
	names.nameAll(order)

	renamed := map[string]string{}
	for _, g := range order {
		if old, ok := upstream[g.sites[0].ref]; ok {
			renamed[old] = g.name
		}
	}
	for _, old := range sorted(doc.Components.Schemas) {
		if renamed[old] == "" { // not hoistable, say a plain map
			renamed[old] = names.fixed(old)
		}
	}
	walkDocument(doc, func(_ string, r *openapi3.SchemaRef) bool {
		if name := renamed[refName(r)]; r.Ref != "" && name != "" { // the others are ours, and have their names
			*r = *refTo(name, r.Value)
		}
		return true
	})
	schemas := openapi3.Schemas{}
	for r, old := range upstream {
		schemas[renamed[old]] = r
	}
	// From the back, so that the first place of a group, whose schema stays, has the words of the others by its turn.
	for _, p := range slices.Backward(places) {
		g := p.group
		first := g.sites[0]
		shareProse(first.ref.Value, p.ref.Value)
		if _, ok := upstream[p.ref]; ok {
			continue
		}
		if p == first {
			core := *p.ref.Value
			core.Nullable, core.Default, core.Deprecated = false, nil, false
			core.Extensions = withoutOurs(core.Extensions)
			schemas[g.name] = &openapi3.SchemaRef{Value: &core}
		}
		*p.ref = *decorate(p.ref.Value, g.name, first.ref.Value.Description)
	}
	doc.Components.Schemas = schemas
}

// groupPlaces puts identical schemas together, as far as they mean the same: what one root or one last word holds
// twice, and what repeats a component of upstream's.
func groupPlaces(places []*place, upstream map[*openapi3.SchemaRef]string) (order []*group) {
	byDigest := map[string][]*group{}
	for _, p := range places {
		digest := digestOf(p.ref.Value)
		for _, g := range byDigest[digest] {
			if slices.ContainsFunc(g.sites, func(q *place) bool { return alike(p, q, upstream) }) {
				p.group = g
				break
			}
		}
		if p.group == nil {
			p.group = &group{digest: digest}
			byDigest[digest] = append(byDigest[digest], p.group)
			order = append(order, p.group)
		}
		p.group.sites = append(p.group.sites, p)
	}
	return order
}

func alike(p, q *place, upstream map[*openapi3.SchemaRef]string) bool {
	_, theirs := upstream[p.ref]
	if theirs {
		return false // upstream's own names are upstream's to merge
	}
	if _, ok := upstream[q.ref]; ok {
		return len(q.ref.Value.Properties) > 2
	}
	last := func(p *place) string { return singular(p.words[len(p.words)-1]) }
	if len(enumOf(p.ref.Value)) > 0 && (strings.HasSuffix(last(p), last(q)) || strings.HasSuffix(last(q), last(p))) {
		return true // reasoning.effort, reasoning_effort, defaultReasoningEffort
	}
	return last(p) == last(q) || len(p.ref.Value.Properties) > 0 && p.root == q.root && p.site != p.root && q.site != q.root
}

// decorate is what stays at a site whose schema moved to a component: the reference, and what is true of this place
// alone.
func decorate(s *openapi3.Schema, name, said string) *openapi3.SchemaRef {
	ref := refTo(name, s)
	if s.Description == said {
		said = ""
	} else {
		said = s.Description
	}
	var marks map[string]any
	if s.Extensions["x-ours"] != nil {
		marks = map[string]any{"x-ours": true, "x-source": s.Extensions["x-source"]}
	}
	if !s.Nullable && s.Default == nil && !s.Deprecated && said == "" && marks == nil {
		return ref
	}
	return &openapi3.SchemaRef{Value: &openapi3.Schema{Extensions: marks,
		AllOf: openapi3.SchemaRefs{ref}, Nullable: s.Nullable, Default: s.Default, Deprecated: s.Deprecated, Description: said,
	}}
}

// withoutOurs drops the mark of a property, which stays at its place when the schema moves to a component.
func withoutOurs(marks map[string]any) map[string]any {
	if marks["x-ours"] == nil {
		return marks
	}
	marks = maps.Clone(marks)
	delete(marks, "x-ours")
	delete(marks, "x-source")
	return marks
}

// shareProse gives the schema that stays the words and examples of one that goes.
func shareProse(stays, goes *openapi3.Schema) {
	if stays == goes {
		return
	}
	if stays.Description == "" {
		stays.Description = goes.Description
	}
	if stays.Example == nil {
		stays.Example = goes.Example
	}
	for name, p := range stays.Properties {
		if q := goes.Properties[name]; q != nil && p.Ref == "" && q.Ref == "" {
			shareProse(p.Value, q.Value)
		}
	}
}

// walkPlaces shows every schema that is to have a name, parents first, with the words for it.
func walkPlaces(doc *openapi3.T, names *namer, f func(*place)) {
	for _, name := range sorted(doc.Components.Schemas) {
		descend(name, []string{names.rootName(name)}, doc.Components.Schemas[name], true, below(name, f))
	}
	for key, op := range operations(doc) {
		base := names.tables.methodName(key, op)
		walkOperation(key, op, func(site string, r *openapi3.SchemaRef) bool {
			kind := strings.TrimPrefix(site, key+" ")
			param, isParam := strings.CutPrefix(kind, "param ")
			var ws []string
			switch {
			case isParam:
				ws = []string{base + pascal(param)}
			case strings.Contains(kind, " "): // headers, and bodies that are not JSON
				return false
			case kind == "request":
				ws = []string{base + "Request"}
			case kind == "multipart":
				ws = []string{base + "Upload"}
			case strings.HasPrefix(kind, "2"):
				ws = []string{base + "Response"}
			default:
				ws = []string{base, pascal(statusText(kind)) + "Error"}
			}
			descend(site, ws, r, !isParam, below(site, f))
			return false
		})
	}
}

func below(root string, f func(*place)) func(*place) {
	return func(p *place) {
		p.root = root
		f(p)
	}
}

func descend(site string, ws []string, r *openapi3.SchemaRef, isBody bool, f func(*place)) {
	if r == nil || r.Value == nil || r.Ref != "" {
		return
	}
	s := r.Value
	if hoistable(s) || isBody && kindOf(s) != "string" && !isWrapper(s) && !isAny(s) {
		f(&place{site: site, words: ws, ref: r})
	}
	last := ws[len(ws)-1]
	for _, k := range sorted(s.Properties) {
		descend(site+"."+k, with(ws, pascal(k)), s.Properties[k], false, f)
	}
	descend(site+"[]", append(slices.Clone(ws[:len(ws)-1]), singular(last)), s.Items, false, f)
	descend(site+"{}", append(slices.Clone(ws[:len(ws)-1]), singular(last)), s.AdditionalProperties.Schema, false, f)
	for i, m := range s.AllOf { // the whole has the name: its parts need none
		if m.Ref == "" {
			for _, k := range sorted(m.Value.Properties) {
				descend(fmt.Sprintf("%s|%d.%s", site, memberIndex(m, i), k), with(ws, pascal(k)), m.Value.Properties[k], false, f)
			}
		}
	}
	if allStrings(s) {
		return
	}
	for _, ms := range []openapi3.SchemaRefs{s.AnyOf, s.OneOf} {
		for i, m := range ms {
			w := variantWord(m.Value, last)
			descend(fmt.Sprintf("%s|%d", site, memberIndex(m, i)), append(slices.Clone(ws[:len(ws)-1]), w), m, false, f)
		}
	}
}

func with(ws []string, w string) []string { return append(slices.Clone(ws), w) }

// hoistable reports schemas that want a name wherever they stand.
func hoistable(s *openapi3.Schema) bool {
	if allStrings(s) { // "one of these, or any other": a name only if there is something to list
		return slices.ContainsFunc(s.AnyOf, func(m *openapi3.SchemaRef) bool { return len(m.Value.Enum) > 1 })
	}
	return len(s.Properties) > 0 || len(s.Enum) > 1 || len(s.AnyOf) > 1 || len(s.OneOf) > 1 || len(s.AllOf) > 1
}

// allStrings reports a union of nothing but strings.
func allStrings(s *openapi3.Schema) bool {
	return len(s.AnyOf) > 1 && !slices.ContainsFunc(s.AnyOf, func(m *openapi3.SchemaRef) bool { return kindOf(m.Value) != "string" })
}

// variantWord names a union's member after the constant that tells it apart, else after its title, else after the
// first property that it requires.
func variantWord(s *openapi3.Schema, last string) string {
	if k := kindOf(s); k == "array" {
		return last + "Items"
	} else if k != "object" {
		return last + pascal(k)
	}
	for _, k := range []string{"type", "role"} {
		if p := s.Properties[k]; p != nil && len(p.Value.Enum) == 1 {
			return join(pascal(fmt.Sprint(p.Value.Enum[0])), last)
		}
	}
	if t := pascal(s.Title); t != "" && len(t) < 30 {
		return join(t, last)
	}
	if len(s.Required) > 0 {
		return join(pascal(slices.Min(s.Required)), last)
	}
	return join("Other", last)
}

// join puts a variant before the name of its union, without saying a word twice: FunctionTool + Tool is FunctionTool.
func join(variant, union string) string {
	vs, us := words(variant), words(union)
	for n := min(len(vs), len(us)); n > 0; n-- {
		if slices.Equal(vs[len(vs)-n:], us[:n]) {
			return variant + pascal(strings.Join(us[n:], " "))
		}
	}
	return variant + union
}
