package main

// Methods: for each operation one per way to send it and kind of answer, as the lines that the client template prints.

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// operation is the derived form of an operation: oapi-codegen sees its path and what to print.
func (d *deriver) operation(key string, op *openapi3.Operation) *openapi3.Operation {
	method, path, _ := strings.Cut(key, " ")
	m := d.method(key, op)
	out := &openapi3.Operation{OperationID: op.OperationID, Responses: openapi3.NewResponses()}
	for _, p := range op.Parameters {
		if p.Value.In == "path" {
			out.Parameters = append(out.Parameters, &openapi3.ParameterRef{Value: openapi3.NewPathParameter(p.Value.Name).WithSchema(openapi3.NewStringSchema())})
		}
	}
	row := fmt.Sprintf("op%s = Operation{Name: %q, Method: %q, Path: %q, Access: Access%s, Effect: Effect%s", m.name, m.name, method, path,
		pascal(d.tables.access(key, op, d.doc)), pascal(d.tables.effect(key)))
	if end, _ := d.tables.retired(key, op); end.Use != "" {
		row += fmt.Sprintf(", Instead: %q", end.Use)
	}
	out.Extensions = map[string]any{"x-methods": m.all(), "x-operation": row + "}", "x-var": "op" + m.name}
	return out
}

// method is what all methods of an operation have in common.
func (d *deriver) method(key string, op *openapi3.Operation) methodBase {
	m := methodBase{d: d, key: key, name: d.tables.methodName(key, op), op: op}
	for _, p := range op.Parameters {
		switch p.Value.In {
		case "path":
			arg := paramName(pascal(p.Value.Name))
			m.params = append(m.params, arg+" string")
			m.fields = append(m.fields, fmt.Sprintf("{%q, %s}", p.Value.Name, arg))
		case "query":
			m.query = append(m.query, p.Value)
		} // Header parameters belong to the client: credentials, payment, Accept, Idempotency-Key.
	}
	return m
}

type methodBase struct {
	d      *deriver
	key    string
	name   string
	op     *openapi3.Operation
	params []string // of the signature: path values
	fields []string // of the call's path
	query  []*openapi3.Parameter
}

func (m *methodBase) all() (out []any) {
	paramsType := m.paramsType()
	bodies := map[string]*openapi3.SchemaRef{}
	if m.op.RequestBody != nil {
		for mt, c := range m.op.RequestBody.Value.Content {
			bodies[mt] = c.Schema
		}
		// JSON, and a form with files, are what the client sends; of other ways to say the same it needs none.
		if _, asJSON := bodies["application/json"]; asJSON || len(bodies) > 1 {
			maps.DeleteFunc(bodies, func(mt string, _ *openapi3.SchemaRef) bool {
				return mt != "application/json" && mt != "multipart/form-data"
			})
		}
	}
	if len(bodies) == 0 {
		return m.answers("", "", "", nil, paramsType)
	}
	for _, mt := range sorted(bodies) {
		local := m.d.golang(m.d.typeOf(bodies[mt], m.key))
		m.d.requests = append(m.d.requests, local)
		suffix, body := "", qualified(local)
		if strings.HasPrefix(mt, "multipart/") {
			mt = "multipart/form-data"
			if len(bodies) > 1 {
				suffix = "Upload"
			}
		}
		if local == "JSON" { // an empty body says nothing
			body, mt = "", ""
		}
		out = append(out, m.answers(suffix, body, mt, bodies[mt], paramsType)...)
	}
	return out
}

// answers is one method for each kind of answer that the caller can choose.
func (m *methodBase) answers(suffix, body, bodyType string, schema *openapi3.SchemaRef, params string) (out []any) {
	var content openapi3.Content
	for _, status := range sorted(m.op.Responses.Map()) {
		if r := m.op.Responses.Value(status).Value; content == nil && strings.HasPrefix(status, "2") {
			content = r.Content
		}
	}
	var media []string
	var result, event string
	for mt, c := range content {
		switch {
		case mt == "application/json":
			result = qualified(m.d.golang(m.d.typeOf(c.Schema, m.key)))
		case mt == "text/event-stream":
			event = qualified(m.d.golang(m.d.typeOf(c.Schema, m.key)))
		default:
			media = append(media, mt)
		}
	}
	slices.Sort(media)
	accept := strings.Join(media, ", ")
	choice := m.d.tables.Choose[m.key]
	add := func(name, note, force, results, way, accept string) {
		out = append(out, m.method(name+suffix, note, body, bodyType, params, force, results, way, accept))
	}
	switch {
	case result != "" && len(media) > 0 && choice.Service:
		add(m.name, "The service chooses between JSON and media.", "", "(*gen.JSONOrMedia["+result+"], error)", "either["+result+"]", "application/json, "+strings.Join(media, ", "))
	case result != "" && len(media) > 0:
		add(m.name, "", m.force(schema, choice.Field, choice.JSON), "(*"+result+", error)", "do["+result+"]", "")
		add(m.name+m.d.tables.suffix(m.key), "The answer is "+list(media)+"; the caller closes it.", m.force(schema, choice.Field, choice.Media), "(*gen.Media, error)", "open", accept)
	case len(media) > 0:
		add(m.name, "The answer is "+list(media)+"; the caller closes it.", "", "(*gen.Media, error)", "open", accept)
	case result == "" && event == "":
		add(m.name, "", "", "error", "none", "")
	case result != "":
		force := ""
		if event != "" {
			force = m.force(schema, "stream", false)
		}
		add(m.name, "", force, "(*"+result+", error)", "do["+result+"]", "")
	}
	if event != "" {
		add("Stream"+strings.TrimPrefix(m.name, "Create"), "The answer is a stream of events, read as the sequence is ranged over.", m.force(schema, "stream", true), "iter.Seq2[*"+event+", error]", "stream["+event+"]", "")
	}
	return out
}

// force is the assignment that selects a kind of answer, in a copy of the request.
func (m *methodBase) force(schema *openapi3.SchemaRef, field string, value any) string {
	if schema == nil || field == "" {
		return ""
	}
	s := m.d.flatten(schema.Value)
	p := s.Properties[field]
	if p == nil {
		return "" // this revision has no such choice: Accept alone decides
	}
	v := fmt.Sprintf("%#v", value)
	t := m.d.typeOf(p, m.key)
	if t.Ref != "" {
		v = qualified(refName(t)) + "(" + v + ")"
	}
	if !slices.Contains(s.Required, field) && !m.d.container(t) {
		v = "new(" + v + ")"
	}
	return fieldName(field) + " = " + v
}

func (m *methodBase) method(name, note, body, bodyType, params, force, results, way, accept string) map[string]any {
	args := append([]string{"ctx context.Context"}, m.params...)
	fields := []string{"op: &op" + m.name}
	if len(m.fields) > 0 {
		fields = append(fields, "path: []param{"+strings.Join(m.fields, ", ")+"}")
	}
	if params != "" {
		args = append(args, "params *gen."+params)
		fields = append(fields, "query: params")
	}
	if body != "" {
		arg := "body"
		args = append(args, "body *"+body)
		if force != "" {
			arg = "with(body, func(b *" + body + ") { b." + force + " })"
		}
		fields = append(fields, "body: "+arg, "contentType: "+strconv.Quote(bodyType))
	}
	if accept != "" {
		fields = append(fields, "accept: "+strconv.Quote(accept))
	}
	args = append(args, "opts ...CallOption")
	text := name + ": " + strings.TrimSuffix(m.op.Summary, ".") + ". "
	text += m.op.Description + " " + note + "\n\nOperation " + m.key + "."
	if d := m.op.Description; !strings.Contains(d, "wallet") && !strings.Contains(d, "API key") && !strings.Contains(d, "redentials") {
		text += " " + accessText[m.d.tables.access(m.key, m.op, m.d.doc)]
	}
	if end, ok := m.d.tables.retired(m.key, m.op); ok {
		text += "\n\n" + end.text(sunset(m.op))
	}
	return map[string]any{
		"comment": comment(text),
		"head":    name + "(" + strings.Join(args, ", ") + ") " + results,
		"body":    "return " + way + "(ctx, c, call{" + strings.Join(fields, ", ") + "}, opts)",
	}
}

var accessText = map[string]string{
	"open":    "No credentials needed.",
	"key":     "Takes an API key; a wallet is refused.",
	"wallet":  "Takes a wallet's sign-in; an API key is refused.",
	"any":     "Takes an API key or a wallet's sign-in.",
	"payment": "Takes an x402 payment.",
}

func (m *methodBase) paramsName() string {
	name := m.name + "Params"
	for m.d.doc.Components.Schemas[name] != nil {
		name += "Query"
	}
	return name
}

// suffix tells the method that answers with media from the one that answers JSON.
func (t *tables) suffix(key string) string {
	return cmp.Or(t.Choose[key].Suffix, "Media")
}

// paramsType makes a struct of the query parameters.
func (m *methodBase) paramsType() string {
	if len(m.query) == 0 {
		return ""
	}
	s := &openapi3.Schema{Type: &openapi3.Types{"object"}, Properties: openapi3.Schemas{}}
	for _, p := range m.query {
		c := &openapi3.Schema{AllOf: openapi3.SchemaRefs{p.Schema}, Description: p.Description, Deprecated: p.Deprecated}
		s.Properties[p.Name] = &openapi3.SchemaRef{Value: c}
		if p.Required {
			s.Required = append(s.Required, p.Name)
		}
	}
	name := m.paramsName()
	out := m.d.object(name, []*openapi3.Schema{s}, nil)
	var query []any
	for _, k := range sorted(out.Properties) {
		query = append(query, fmt.Sprintf("{%q, p.%s}", k, goName(out.Properties[k])))
	}
	setExt(out, "x-query", query)
	setExt(out, "x-comment", comment(name+" are the query parameters of "+m.key+"."))
	m.d.out[name] = &openapi3.SchemaRef{Value: out}
	return name
}

func list(media []string) string {
	if len(media) == 1 {
		return media[0]
	}
	return strings.Join(media[:len(media)-1], ", ") + " or " + media[len(media)-1]
}

var localName = regexp.MustCompile(`(^|[^.\w])([A-Z]\w*)`)

// qualified is a type of gen as another package names it.
func qualified(expression string) string { return localName.ReplaceAllString(expression, "${1}gen.$2") }
