package main

// Deriving: openapi.yaml, which is closed and exact, becomes a document that is open and simple, for oapi-codegen to
// print as Go. It is never committed: a type that decodes has to accept more than a contract does.

import (
	"maps"
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
		out := inline("object", "")
		out.Value.AdditionalProperties.Schema = goType("any")
		if ap := s.AdditionalProperties.Schema; ap != nil {
			out.Value.AdditionalProperties.Schema = d.typeOf(ap, where)
		}
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
	return goType("any") // truly anything
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
	return values
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
	setExt(out, "x-comment", typeComment(name, s.Description, d.where[name]))
	d.out[name] = &openapi3.SchemaRef{Value: out}
}

// flatten folds allOf into one object.
func (d *deriver) flatten(s *openapi3.Schema) *openapi3.Schema {
	if len(s.AllOf) == 0 {
		return s
	}
	c := *s
	c.AllOf, c.Properties = nil, openapi3.Schemas{}
	for _, m := range s.AllOf {
		f := d.flatten(m.Value)
		maps.Copy(c.Properties, f.Properties)
		c.Required = append(slices.Clone(c.Required), f.Required...)
		if c.Description == "" {
			c.Description = f.Description
		}
	}
	maps.Copy(c.Properties, s.Properties)
	return &c
}

// object makes a struct of the properties of all variants; one variant is an ordinary object.
func (d *deriver) object(name string, variants []*openapi3.Schema, names []string) *openapi3.Schema {
	out := &openapi3.Schema{Type: &openapi3.Types{"object"}, Properties: openapi3.Schemas{}}
	all := map[string][]*openapi3.SchemaRef{}
	for i, v := range variants {
		for k, p := range v.Properties {
			if len(names) > 0 {
				if to := d.tables.Typed[names[i]+"."+k]; to != "" {
					p = d.typed(p, to)
				}
			} else if to := d.tables.Typed[name+"."+k]; to != "" {
				p = d.typed(p, to)
			}
			all[k] = append(all[k], p)
		}
	}
	goNames := d.fieldNames(name, all)
	for _, k := range sorted(all) {
		ps := all[k]
		if !said(ps) {
			d.report.add(bareProse, "%s.%s", d.tables.lock.siteOf(name), k)
		}
		required, nullable := len(ps) == len(variants), false
		for _, v := range variants {
			if p := v.Properties[k]; p != nil {
				nullable = nullable || p.Value.Nullable
				required = required && slices.Contains(v.Required, k)
			}
		}
		p := d.joinProperty(name, k, ps)
		out.Properties[k] = d.property(name, k, p, ps, required, nullable)
		setExt(out.Properties[k].Value, "x-go-name", goNames[k])
		if required && out.Properties[k].Value.Extensions["x-pointer"] == nil {
			out.Required = append(out.Required, k)
		}
	}
	if slices.Contains(d.tables.Open, name) {
		d.keepUnknown(out)
	}
	return out
}

// typed gives a free-form place the type that the documentation describes, in the shape that it has there.
func (d *deriver) typed(p *openapi3.SchemaRef, to string) *openapi3.SchemaRef {
	if kindOf(p.Value) == "array" && isAny(p.Value.Items.Value) {
		c := *p.Value
		c.Items = refTo(to, d.doc.Components.Schemas[to].Value)
		return &openapi3.SchemaRef{Value: &c}
	}
	return p
}

// property wraps a type with what oapi-codegen and the templates have to know at this place.
func (d *deriver) property(name, key string, t *openapi3.SchemaRef, ps []*openapi3.SchemaRef, required, nullable bool) *openapi3.SchemaRef {
	if ints := d.tables.Integers; slices.Contains(ints, key) || slices.Contains(ints, name+"."+key) {
		t = wholeNumbers(t)
	}
	if slices.Contains(d.tables.Decimals, name+"."+key) {
		t = goType("Decimal")
	}
	out := &openapi3.Schema{}
	if t.Ref != "" {
		out.AllOf = openapi3.SchemaRefs{t}
	} else {
		c := *t.Value
		c.Extensions = maps.Clone(t.Value.Extensions)
		out = &c
	}
	container := d.container(t)
	threeState := d.three[name] && !required && nullable
	tag := key
	switch {
	case threeState:
		out.Nullable = true
		tag += ",omitzero"
	case container:
		setExt(out, "x-go-type-skip-optional-pointer", true)
		if !required || nullable {
			tag += ",omitzero"
		}
	case required && nullable:
		setExt(out, "x-pointer", true) // null is an answer of its own
	case !required:
		tag += ",omitzero"
	}
	setExt(out, "x-tag", tag)
	setExt(out, "x-comment", fieldComment(ps))
	return &openapi3.SchemaRef{Value: out}
}

// container reports types whose Go zero value means "absent": slices, maps, any, and unions of kinds.
func (d *deriver) container(t *openapi3.SchemaRef) bool {
	if t.Ref != "" {
		c := d.doc.Components.Schemas[refName(t)]
		return c == nil || kindOf(c.Value) == "array" || len(d.members(c)) > 1 && sameKind(d.members(c)) != "object"
	}
	k := kindOf(t.Value)
	return k == "array" || k == "object" || d.golang(t) == "any"
}

func wholeNumbers(t *openapi3.SchemaRef) *openapi3.SchemaRef {
	switch {
	case t.Ref != "":
	case kindOf(t.Value) == "number":
		return inline("integer", "int64")
	case kindOf(t.Value) == "array":
		out := inline("array", "")
		out.Value.Items = wholeNumbers(t.Value.Items)
		return out
	}
	return t
}

func inline(kind, format string) *openapi3.SchemaRef {
	return &openapi3.SchemaRef{Value: &openapi3.Schema{Type: &openapi3.Types{kind}, Format: format}}
}

// goType is a place of a type that the runtime of gen declares.
func goType(name string) *openapi3.SchemaRef {
	return &openapi3.SchemaRef{Value: &openapi3.Schema{Extensions: map[string]any{"x-go-type": name}}}
}

func setExt(s *openapi3.Schema, key string, v any) {
	if s.Extensions == nil {
		s.Extensions = map[string]any{}
	}
	s.Extensions[key] = v
}
