package main

// Deriving: openapi.yaml, which is closed and exact, becomes a document that is open and simple, for oapi-codegen to
// print as Go. It is never committed: a type that decodes has to accept more than a contract does.

import (
	"cmp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A deriver builds the components that the operations reach, each once, under the name that its Go type will have.
type deriver struct {
	tables   *tables
	doc      *openapi3.T
	out      openapi3.Schemas
	queue    []string
	where    map[string]string   // component -> where it was first met, for types without prose
	ctors    map[string][]ctor   // union -> constructors
	requests []string            // components of request bodies
	three    map[string]bool     // components of PATCH-like bodies: absent, null and value differ
	alts     map[string][]string // kind union -> Go types of its alternatives
	report   *report
}

func derive(doc *openapi3.T, t *tables, r *report) (*openapi3.T, error) {
	d := &deriver{
		tables: t, doc: doc, out: openapi3.Schemas{}, where: map[string]string{}, ctors: map[string][]ctor{},
		three: map[string]bool{}, alts: map[string][]string{}, report: r,
	}
	for _, name := range t.ThreeState {
		d.three[name] = true
	}
	derived := &openapi3.T{OpenAPI: "3.0.3", Info: &openapi3.Info{Title: "derived", Version: doc.Info.Version}, Paths: openapi3.NewPaths()}
	for key, op := range operations(doc) {
		method, path, _ := strings.Cut(key, " ")
		item := derived.Paths.Value(path)
		if item == nil {
			item = &openapi3.PathItem{}
			derived.Paths.Set(path, item)
		}
		item.SetOperation(method, d.operation(key, op))
	}
	for len(d.queue) > 0 {
		name := d.queue[0]
		d.queue = d.queue[1:]
		d.build(name)
	}
	d.finishConstructors()
	for key, op := range operations(doc) {
		method, path, _ := strings.Cut(key, " ")
		derived.Paths.Value(path).GetOperation(method).Extensions["x-pages"] = d.pages(key, op)
	}
	derived.Components = &openapi3.Components{Schemas: d.out}
	return derived, nil
}

// need asks for a component's type and says where it was met.
func (d *deriver) need(name, where string) string {
	if to := d.tables.SameType[name]; to != "" && d.doc.Components.Schemas[to] != nil {
		name = to
	}
	if _, ok := d.where[name]; !ok {
		d.where[name] = where
		d.queue = append(d.queue, name)
	}
	return name
}

// typeOf is the Go view of a schema at a place: a reference to a component's type, or a plain type.
func (d *deriver) typeOf(r *openapi3.SchemaRef, where string) *openapi3.SchemaRef {
	s := r.Value
	if isWrapper(s) && r.Ref == "" {
		return d.typeOf(s.AllOf[0], where)
	}
	if r.Ref != "" {
		name := refName(r)
		switch {
		case d.plainString(name, s):
			return inline("string", "")
		case boolSpelling(s):
			return inline("boolean", "")
		case kindOf(s) == "number": // a list of numbers needs no names
			return d.typeOf(&openapi3.SchemaRef{Value: s}, where)
		case len(s.Properties) == 0 && kindOf(s) == "object" && len(s.AllOf) == 0: // a plain map
			return d.typeOf(&openapi3.SchemaRef{Value: s}, where)
		}
		return refTo(d.need(name, where), d.doc.Components.Schemas[name].Value)
	}
	switch kindOf(s) {
	case "string":
		if s.Format == "binary" {
			return goType("File")
		}
		return inline("string", "")
	case "boolean":
		return inline("boolean", "")
	case "number":
		if s.Type.Is("integer") {
			return inline("integer", "int64")
		}
		return inline("number", "double")
	case "array":
		out := inline("array", "")
		out.Value.Items = d.typeOf(s.Items, where)
		return out
	case "object":
		ap := s.AdditionalProperties.Schema
		if ap == nil || d.golang(d.typeOf(ap, where)) == "JSON" { // a map would not keep the order of its members
			return goType("JSON")
		}
		out := inline("object", "")
		out.Value.AdditionalProperties.Schema = d.typeOf(ap, where)
		return out
	}
	for _, m := range s.AnyOf { // strings of several forms, or a file by several ways
		if m.Value.Format == "binary" {
			return goType("File")
		}
	}
	if allStrings(s) {
		return inline("string", "")
	}
	return goType("JSON") // truly anything
}

// plainString reports components that are no type in Go: constants, open lists of ids, strings of several forms.
func (d *deriver) plainString(name string, s *openapi3.Schema) bool {
	if kindOf(s) != "string" && !allStrings(s) {
		return false
	}
	values := enumOf(s)
	if len(values) < 2 || len(values) > 60 {
		return true
	}
	for _, id := range d.tables.OpenIDs {
		if strings.HasSuffix(name, pascal(id)) {
			return true
		}
	}
	return slices.Contains(values, any("")) // "", or a date: no list to choose from
}

// enumOf lists the values of an enum, or of all members of a union of strings.
func enumOf(s *openapi3.Schema) []any {
	values := slices.Clone(s.Enum)
	for _, m := range s.AnyOf {
		for _, v := range m.Value.Enum {
			if !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
	}
	return slices.DeleteFunc(values, func(v any) bool { return v == nil }) // null is no choice
}

// boolSpelling reports "true" and "false" as text, alone or beside the boolean itself.
func boolSpelling(s *openapi3.Schema) bool {
	spelled := func(s *openapi3.Schema) bool {
		return len(s.Enum) == 2 && slices.Contains(s.Enum, any("true")) && slices.Contains(s.Enum, any("false"))
	}
	if len(s.AnyOf)+len(s.OneOf) == 0 {
		return spelled(s)
	}
	ms := append(slices.Clone(s.AnyOf), s.OneOf...)
	return !slices.ContainsFunc(ms, func(m *openapi3.SchemaRef) bool { return kindOf(m.Value) != "boolean" && !spelled(m.Value) })
}

// build makes the type of one component.
func (d *deriver) build(name string) {
	r := d.doc.Components.Schemas[name]
	s := r.Value
	var out *openapi3.Schema
	switch members := d.members(r); {
	case len(members) > 1 && sameKind(members) == "object":
		out = d.joinObjects(name, members)
	case len(members) > 1:
		out = d.kindUnion(name, members)
	case len(enumOf(s)) > 1:
		out = d.enum(name, s)
	case len(s.Properties) > 0 || len(s.AllOf) > 0:
		out = d.object(name, []*openapi3.Schema{d.flatten(s)}, nil)
	default: // a list, or a map, with a name of its own
		out = d.typeOf(&openapi3.SchemaRef{Value: s}, name).Value
	}
	setExt(out, "x-comment", typeComment(name, cmp.Or(d.tables.prose.Types[name], s.Description), d.where[name]))
	d.out[name] = &openapi3.SchemaRef{Value: out}
}
