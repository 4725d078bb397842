// The corpus: the examples in raw upstream descriptions, as the Go types take them.

package tests

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

// TestCorpus takes every example that follows its own schema through the Go type of its place. For the revision that
// the types are made of nothing may be lost; answers of other revisions have to decode, where the place is still there.
// What other revisions ask for may be refused by now.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("UPSTREAM_SPECS")
	if dir == "" {
		t.Skip("UPSTREAM_SPECS names no folder of raw upstream descriptions")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no descriptions in %s: %v", dir, err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			doc, err := openapi3.NewLoader().LoadFromFile(name)
			if err != nil {
				t.Fatal(err)
			}
			pinned := doc.Info.Version == description().Info.Version
			shown, taken := map[string]bool{}, map[string]bool{} // forms of unions are walked in more than one type
			for _, e := range examplesOf(doc) {
				v := value(t, e.where, encode(t, e.value))
				key := e.where + " " + short(v)
				shown[key] = true
				if err := e.schema.VisitJSON(v); err != nil {
					t.Logf("invalid upstream: %s: %s", e.where, short(v))
					continue
				}
				if e.typ == nil {
					continue
				}
				taken[key] = true
				decoded := reflect.New(e.typ)
				v = e.inGo(v)
				if err := json.Unmarshal(encode(t, v), decoded.Interface()); err != nil && (pinned || answered.MatchString(e.where)) {
					t.Errorf("%s: %v\n%s", e.where, err, short(v))
				} else if where := lost(v, e.inGo(toJSON(t, decoded.Interface())), e.schema); where != "" && pinned {
					t.Errorf("%s%s", e.where, where)
				}
			}
			t.Logf("%d examples, of which %d have a Go type", len(shown), len(taken))
			if pinned && len(taken) < 400 {
				t.Errorf("the walk has lost its way")
			}
		})
	}
}

// answered is the place of an answer: it names a status.
var answered = regexp.MustCompile(`^\S+ \S+ [1-5]\d\d `)

// An example is a value that a description shows for a schema, and the Go type of that place: nil for errors, headers
// and what the types no longer have.
type example struct {
	where  string
	value  any
	schema *openapi3.Schema
	typ    reflect.Type
}

// inGo is the value as the Go type takes it. Parameters travel as text, so their types need not be what is described,
// and files are no JSON.
func (e example) inGo(v any) any {
	written, isText := v.(string)
	switch {
	case isText && e.typ.Kind() == reflect.Bool:
		return parsed([]byte(written))
	case isText && e.typ.Kind() == reflect.Slice:
		return []any{v}
	}
	fields, _ := v.(map[string]any)
	maps.DeleteFunc(fields, func(name string, _ any) bool {
		typ := fieldType(e.typ, name)
		return typ == reflect.TypeFor[gen.File]() || elem(typ, reflect.Slice) == reflect.TypeFor[gen.File]()
	})
	return v
}

// examplesOf finds all examples of a description by walking it alongside the Go types.
func examplesOf(doc *openapi3.T) []example {
	w := walker{seen: map[reached]bool{}}
	for path, item := range doc.Paths.Map() {
		for verb, op := range item.Operations() {
			where := verb + " " + path
			ms := slices.DeleteFunc(slices.Clone(methods()), func(m method) bool { return m.op.Method+" "+m.op.Path != where })
			for _, p := range slices.Concat(item.Parameters, op.Parameters) {
				w.parameter(where+" "+p.Value.Name, p.Value, ms)
			}
			if op.RequestBody != nil {
				for mediaType, media := range op.RequestBody.Value.Content {
					w.media(where+" "+mediaType, media, typeOf(ms, func(m method) reflect.Type {
						if m.contentType != mediaType {
							return nil
						}
						return m.body()
					}))
				}
			}
			for status, response := range op.Responses.Map() {
				for mediaType, media := range response.Value.Content {
					w.media(where+" "+status+" "+mediaType, media, typeOf(ms, func(m method) reflect.Type {
						if status[0] != '2' || mediaType != jsonType || m.answerType() == nil {
							return nil
						}
						return m.answerType()
					}))
				}
			}
		}
	}
	slices.SortFunc(w.found, func(a, b example) int { return strings.Compare(a.where, b.where) })
	return w.found
}

// typeOf is the first type that a method has.
func typeOf(ms []method, of func(method) reflect.Type) reflect.Type {
	for _, m := range ms {
		if typ := of(m); typ != nil {
			return typ
		}
	}
	return nil
}

// A walker goes over schemas and Go types at once.
type walker struct {
	seen  map[reached]bool
	found []example
}

type reached struct {
	schema *openapi3.Schema
	typ    reflect.Type
}

func (w *walker) add(where string, value any, schema *openapi3.Schema, typ reflect.Type) {
	if value != nil {
		w.found = append(w.found, example{where, value, schema, typ})
	}
}

func (w *walker) parameter(where string, p *openapi3.Parameter, ms []method) {
	typ := typeOf(ms, func(m method) reflect.Type { return fieldType(m.params(), p.Name) })
	if p.In == "path" {
		typ = reflect.TypeFor[string]()
	}
	w.add(where, p.Example, p.Schema.Value, typ)
	for _, e := range p.Examples {
		w.add(where, e.Value.Value, p.Schema.Value, typ)
	}
	w.schema(where, p.Schema.Value, typ)
}

func (w *walker) media(where string, m *openapi3.MediaType, typ reflect.Type) {
	if m.Schema == nil {
		return
	}
	w.add(where, m.Example, m.Schema.Value, typ)
	for name, e := range m.Examples {
		w.add(where+" "+name, e.Value.Value, m.Schema.Value, typ)
	}
	w.schema(where, m.Schema.Value, typ)
}

func (w *walker) schema(where string, s *openapi3.Schema, typ reflect.Type) {
	if w.seen[reached{s, typ}] {
		return
	}
	w.seen[reached{s, typ}] = true
	if typ == reflect.TypeFor[gen.File]() {
		typ = nil // its content is no JSON
	}
	w.add(where, s.Example, s, typ)
	for _, part := range s.AllOf {
		w.schema(where, part.Value, typ)
	}
	for _, form := range forms(s) {
		w.schema(where, form.Value, typ)
		w.schema(where, form.Value, formOfUnion(typ, form.Value))
	}
	for name, property := range s.Properties {
		w.schema(where+"/"+name, property.Value, fieldType(typ, name))
	}
	if s.Items != nil {
		w.schema(where+"/*", s.Items.Value, elem(typ, reflect.Slice))
	}
	if more := rest(s); more != nil {
		w.schema(where+"/{}", more, elem(typ, reflect.Map))
	}
}

// fieldType is the type of a struct's field by its name in JSON, or nil.
func fieldType(typ reflect.Type, name string) reflect.Type {
	typ = plain(typ)
	if typ == nil || typ.Kind() != reflect.Struct {
		return nil
	}
	for i := range typ.NumField() {
		if tag, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ","); tag == name {
			return plain(typ.Field(i).Type)
		}
	}
	return nil
}

// elem is the type of the items of a list or the values of a map, or nil.
func elem(typ reflect.Type, kind reflect.Kind) reflect.Type {
	if typ = plain(typ); typ == nil || typ.Kind() != kind {
		return nil
	}
	return plain(typ.Elem())
}

// plain is a type without pointers and without the third state.
func plain(typ reflect.Type) reflect.Type {
	for typ != nil {
		_, threeStates := reflect.New(typ).Interface().(interface{ SetNull() })
		if typ.Kind() != reflect.Pointer && !threeStates {
			break
		}
		typ = typ.Elem()
	}
	return typ
}

// unionForms has the types that each union holds. Only values show them, so it looks at many.
var unionForms = sync.OnceValue(func() map[reflect.Type][]reflect.Type {
	all := map[reflect.Type][]reflect.Type{}
	for _, m := range methods() {
		for _, r := range append(replies(m.op, true), reply{mediaType: m.contentType, schema: bodySchema(m.op, m.contentType)}) {
			typ := m.answerType()
			if r.status == 0 {
				typ = m.body()
			}
			for seed := uint64(0); seed < 50 && r.schema != nil && typ != nil && !isMedia(r.mediaType); seed++ {
				v, _ := venicetest.Sample(r.schema, seed)
				v = withCalls(v)
				b, _ := json.Marshal(v)
				decoded := reflect.New(typ)
				_ = json.Unmarshal(b, decoded.Interface()) // as far as it goes
				noteForms(decoded, all)
			}
		}
	}
	return all
})
