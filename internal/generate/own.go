package main

// What the service does and the description leaves out or gets wrong: whole operations, fields, values, event streams
// and error statuses. What differs from upstream carries a mark, so that it can be told from upstream's own and taken
// back: x-ours on a property or parameter, x-optional, x-open, x-values and x-upstream on a schema, x-source beside each.

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A fix is what own says of one site of upstream's.
type fix struct {
	Source   string         `yaml:"source"`   // where the fact is from
	Add      map[string]any `yaml:"add"`      // property -> schema, of an object
	Optional []string       `yaml:"optional"` // properties that upstream requires
	Open     bool           `yaml:"open"`     // an object that upstream closes
	Values   []any          `yaml:"values"`   // of an enum
	Schema   any            `yaml:"schema"`   // instead of upstream's, which has no references
}

// An ownOperation is one that no description lists.
type ownOperation struct {
	Source    string         `yaml:"source"`
	Operation map[string]any `yaml:"operation"`
}

// own is own's schemas, read and resolved.
type own struct {
	*openapi3.T
	added, instead map[string]*openapi3.SchemaRef // site -> schema
}

// readOwn has kin-openapi read all schemas of own at once, as a document of their own, so that their references
// lead to their components.
func (t *tables) readOwn() (*own, error) {
	schemas, paths := map[string]any{}, map[string]map[string]any{}
	for name, s := range t.Components {
		schemas[name] = s
	}
	for site, f := range t.Fixes {
		for name, s := range f.Add {
			schemas["add "+site+"."+name] = s
		}
		if f.Schema != nil {
			schemas["instead "+site] = f.Schema
		}
	}
	at := func(key string, v any) {
		method, path, _ := strings.Cut(key, " ")
		if paths[path] == nil {
			paths[path] = map[string]any{}
		}
		paths[path][strings.ToLower(method)] = v
	}
	for key, ps := range t.Parameters {
		at(key, map[string]any{"parameters": ps, "responses": map[string]any{"default": map[string]any{"description": "x"}}})
	}
	for key, o := range t.Operations {
		at(key, o.Operation)
	}
	b, err := json.Marshal(map[string]any{"openapi": "3.0.3", "info": map[string]any{"title": "own", "version": "1"},
		"paths": paths, "components": map[string]any{"schemas": schemas}})
	if err != nil {
		return nil, fmt.Errorf("own: %w", err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(b)
	if err != nil {
		return nil, fmt.Errorf("own: %w", err)
	}
	o := &own{T: doc, added: map[string]*openapi3.SchemaRef{}, instead: map[string]*openapi3.SchemaRef{}}
	for name, s := range doc.Components.Schemas {
		if site, ok := strings.CutPrefix(name, "add "); ok {
			o.added[site] = s
		} else if site, ok := strings.CutPrefix(name, "instead "); ok {
			o.instead[site] = s
		}
	}
	return o, nil
}

// correct adds operations and fields to the document as upstream wrote it, and marks what it changes. It returns the
// entries that match nothing.
func (o *own) correct(doc *openapi3.T, t *tables, r *report) (unused []string) {
	sites := map[string]*openapi3.Schema{}
	walkDocument(doc, func(site string, r *openapi3.SchemaRef) bool {
		sites[site] = r.Value
		return r.Ref == ""
	})
	for _, site := range sorted(t.Fixes) {
		if s := sites[site]; s == nil {
			unused = append(unused, "own fixes: "+site)
		} else {
			o.fix(site, s, t.Fixes[site], r)
		}
	}
	theirs := map[string]*openapi3.Operation{}
	for key, op := range operations(doc) {
		theirs[key] = op
	}
	for _, key := range sorted(t.Parameters) {
		method, path, _ := strings.Cut(key, " ")
		op := theirs[key]
		if op == nil {
			unused = append(unused, "own parameters: "+key)
			continue
		}
		for _, p := range o.Paths.Value(path).GetOperation(method).Parameters {
			if op.Parameters.GetByInAndName(p.Value.In, p.Value.Name) != nil {
				r.add(dropped, "own parameters: %s %s", key, p.Value.Name)
				continue
			}
			mark(p.Value.Schema.Value, "x-ours", true, "documentation of the service")
			op.Parameters = append(op.Parameters, p)
		}
	}
	for _, key := range sorted(t.Operations) {
		method, path, _ := strings.Cut(key, " ")
		op := o.Paths.Value(path).GetOperation(method)
		if their := theirs[key]; their != nil {
			r.add(dropped, "own operations: %s", key)
			their.Summary, their.Description = op.Summary, op.Description // our words, until there is prose
			continue
		}
		op.Extensions = map[string]any{"x-ours": true, "x-source": t.Operations[key].Source}
		op.Security = known(op.Security, doc)
		doc.AddOperation(path, method, op)
	}
	return unused
}

// known leaves out ways to sign in that a revision, an old one, has not got.
func known(security *openapi3.SecurityRequirements, doc *openapi3.T) *openapi3.SecurityRequirements {
	if security == nil || len(*security) == 0 {
		return security
	}
	left := slices.DeleteFunc(slices.Clone(*security), func(r openapi3.SecurityRequirement) bool {
		return slices.ContainsFunc(sorted(r), func(name string) bool { return doc.Components.SecuritySchemes[name] == nil })
	})
	if len(left) == 0 {
		return nil
	}
	return &left
}

// fix makes one correction, or says in the report that upstream needs it no more.
func (o *own) fix(site string, s *openapi3.Schema, f fix, r *report) {
	for _, name := range sorted(f.Add) {
		if s.Properties[name] != nil {
			r.add(dropped, "own fixes: %s.%s", site, name)
			continue
		}
		p := o.added[site+"."+name]
		if p.Ref != "" {
			p = &openapi3.SchemaRef{Value: &openapi3.Schema{AllOf: openapi3.SchemaRefs{p}}}
		}
		mark(p.Value, "x-ours", true, f.Source)
		if s.Properties == nil {
			s.Properties = openapi3.Schemas{}
		}
		s.Properties[name] = p
	}
	var optional []any
	for _, name := range f.Optional {
		i := slices.Index(s.Required, name)
		if i < 0 {
			r.add(dropped, "own fixes: %s: optional %s", site, name)
			continue
		}
		s.Required = slices.Delete(s.Required, i, i+1)
		optional = append(optional, name)
	}
	if len(optional) > 0 {
		mark(s, "x-optional", optional, f.Source)
	}
	if closed := s.AdditionalProperties.Has; f.Open && (closed == nil || *closed) {
		r.add(dropped, "own fixes: %s: open", site)
	} else if f.Open {
		s.AdditionalProperties.Has = nil
		mark(s, "x-open", true, f.Source)
	}
	var values []any
	for _, v := range f.Values {
		if slices.Contains(enumOf(s), v) || len(enumOf(s)) == 0 {
			r.add(dropped, "own fixes: %s: value %v", site, v)
			continue
		}
		values = append(values, v)
	}
	if len(values) > 0 {
		s.Enum = append(s.Enum, values...)
		mark(s, "x-values", values, f.Source)
	}
	if instead := o.instead[site]; instead != nil {
		if digestWith(s) == digestWith(instead.Value) {
			r.add(dropped, "own fixes: %s: schema", site)
			return
		}
		theirs := *s
		words := s.Description
		theirs.Description = ""
		*s = *instead.Value
		s.Description = words
		mark(s, "x-upstream", &theirs, f.Source)
	}
}

func mark(s *openapi3.Schema, key string, value any, source string) {
	setExt(s, key, value)
	setExt(s, "x-source", source)
}

// addOwn adds, once the document has its final names, event streams, statuses and the schemas of ours.
func addOwn(doc *openapi3.T, t *tables, o *own) {
	ours := func(name string) *openapi3.SchemaRef {
		if c := o.Components.Schemas[name]; c != nil {
			return refTo(name, c.Value)
		}
		return refTo(name, nil)
	}
	for key, op := range operations(doc) {
		if event := t.Streams[key]; event != "" {
			if ok := op.Responses.Value("200"); ok != nil {
				ok.Value.Content["text/event-stream"] = &openapi3.MediaType{Schema: ours(event)}
			}
		}
		for _, add := range t.Errors {
			if !slices.ContainsFunc(add.Operations, func(p string) bool { return t.matches(p, key, op, doc) }) {
				continue
			}
			for status, component := range add.Statuses {
				if op.Responses.Value(status) == nil {
					r := openapi3.NewResponse().WithDescription(statusText(status))
					r.Content = openapi3.NewContentWithJSONSchemaRef(ours(component))
					op.Responses.Set(status, &openapi3.ResponseRef{Value: r})
				}
			}
		}
	}
	addComponents(doc, t, o)
}

// addComponents adds those schemas of ours that something refers to.
func addComponents(doc *openapi3.T, t *tables, o *own) {
	var need func(name string)
	need = func(name string) {
		c := o.Components.Schemas[name]
		if t.Components[name] == nil || c == nil || doc.Components.Schemas[name] == c {
			return
		}
		doc.Components.Schemas[name] = c
		walkSchema(name, c, func(_ string, r *openapi3.SchemaRef) bool {
			need(refName(r))
			return r.Ref == ""
		})
	}
	for _, name := range t.Typed {
		need(name)
	}
	walkDocument(doc, func(_ string, r *openapi3.SchemaRef) bool {
		need(refName(r))
		return r.Ref == ""
	})
}

// matches reports whether a pattern of the table of errors means an operation: "*", "input" (a body or parameters),
// "path" (a path with values in it), "retired", "access:KIND" or itself.
func (t *tables) matches(pattern, key string, op *openapi3.Operation, doc *openapi3.T) bool {
	if kind, ok := strings.CutPrefix(pattern, "access:"); ok {
		return t.access(key, op, doc) == kind
	}
	switch pattern {
	case "*", key:
		return true
	case "input":
		return op.RequestBody != nil || len(op.Parameters) > 0
	case "path":
		return strings.Contains(key, "{")
	case "retired":
		return t.Retired[key].Use != ""
	}
	return false
}
