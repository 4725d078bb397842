package main

// Readers: which objects are decoded without reflection, and by what each of their members.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// readersOf is what the template of readers takes.
type readersOf struct {
	Objects []readObject
	Events  []readEvent
}

type readObject struct {
	Name    string
	Members []readMember
}

// A readMember is a member's name in JSON, in quotes, and the call that reads its value.
type readMember struct{ Key, Read string }

// A readEvent is an event of a stream, and what memory is made together with it.
type readEvent struct {
	Name, List, First string // a list that it must have, and the type of its elements; or ""
	Texts, Integers   int
	Places            []string // where a text may be, if there is room for a single one; or nil
}

// long reports an answer that is large and read as a whole, so that reflection would show.
func long(answer string) bool { return answer == "ModelList" }

// readers takes the answers and the events of operations that can stream, the long answers, and all that they hold, from the
// types as they were printed.
func readers(types []byte, derived *openapi3.T) (out readersOf, err error) {
	file, err := parser.ParseFile(token.NewFileSet(), "types.gen.go", types, 0)
	if err != nil {
		return out, err
	}
	t := typesOf{declared: map[string]ast.Expr{}, components: derived.Components.Schemas, taken: map[string]bool{}}
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok {
			for _, spec := range d.Specs {
				if s, ok := spec.(*ast.TypeSpec); ok {
					t.declared[s.Name.Name] = s.Type
				}
			}
		}
	}
	for _, path := range sorted(derived.Paths.Map()) {
		item := derived.Paths.Value(path)
		for _, method := range sorted(item.Operations()) {
			answers, events := answered(item.Operations()[method])
			if len(events) == 0 && !slices.ContainsFunc(answers, long) {
				continue
			}
			for _, name := range append(answers, events...) {
				t.take(name)
			}
			for _, name := range events {
				if t.taken[name] && !slices.ContainsFunc(out.Events, func(e readEvent) bool { return e.Name == name }) {
					out.Events = append(out.Events, t.event(name))
				}
			}
		}
	}
	for _, name := range sorted(t.taken) {
		o := readObject{Name: name}
		for _, f := range t.fields(name) {
			o.Members = append(o.Members, readMember{"`" + strconv.Quote(f.key) + "`", t.read(f)})
		}
		out.Objects = append(out.Objects, o)
	}
	return out, nil
}

// answered returns the names of the types that an operation's methods return, as its heads have them.
func answered(op *openapi3.Operation) (answers, events []string) {
	list, _ := op.Extensions["x-methods"].([]any)
	for _, m := range list {
		head, _ := m.(map[string]any)["head"].(string)
		if _, event, is := strings.Cut(head, "iter.Seq2[*gen."); is {
			event, _, _ = strings.Cut(event, ",")
			events = append(events, event)
		} else if _, answer, is := strings.Cut(head, ") (*gen."); is {
			answer, _, _ = strings.Cut(answer, ",")
			answers = append(answers, answer)
		}
	}
	return answers, events
}

// typesOf are the types that were declared, and those of them that are to be read.
type typesOf struct {
	declared   map[string]ast.Expr
	components openapi3.Schemas
	taken      map[string]bool
}

type typedField struct {
	name, key string
	of        ast.Expr
}

// object reports a struct that keeps the members that it does not know, and may be read by any other means than the codec's.
func (t typesOf) object(name string) bool {
	of, ok := t.declared[name].(*ast.StructType)
	return ok && slices.ContainsFunc(of.Fields.List, func(f *ast.Field) bool { return len(f.Names) == 0 && identOf(f.Type) == "Members" })
}

func (t typesOf) fields(name string) (fields []typedField) {
	for _, f := range t.declared[name].(*ast.StructType).Fields.List {
		if len(f.Names) == 1 && f.Tag != nil {
			tag, _ := strconv.Unquote(f.Tag.Value)
			key, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
			fields = append(fields, typedField{f.Names[0].Name, key, f.Type})
		}
	}
	return fields
}

// take marks an object, and those that it holds.
func (t typesOf) take(name string) {
	if t.taken[name] || !t.object(name) {
		return
	}
	t.taken[name] = true
	for _, f := range t.fields(name) {
		of := f.of
		if p, is := of.(*ast.StarExpr); is {
			of = p.X
		} else if l, is := of.(*ast.ArrayType); is {
			of = l.Elt
		}
		t.take(identOf(of))
	}
}

func identOf(e ast.Expr) string {
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// scalars are the Go types of single values that a reader knows.
var scalars = map[string]string{"string": "text", "bool": "truth", "int64": "integer", "float64": "number"}

// read is the call that reads a field.
func (t typesOf) read(f typedField) string {
	place := "&v." + f.name
	switch of := f.of.(type) {
	case *ast.Ident:
		switch {
		case scalars[of.Name] != "":
			return "r." + scalars[of.Name] + "(" + place + ")"
		case of.Name == "JSON":
			return "v." + f.name + ".UnmarshalJSONFrom(&r.Decoder)"
		case t.taken[of.Name]:
			return "r.object(" + place + ")"
		case identOf(t.declared[of.Name]) == "string":
			return "r.text((*string)(" + place + "))"
		case t.components[of.Name] != nil && t.components[of.Name].Value.Extensions["x-union"] != nil:
			return "r.form(" + place + ")"
		}
	case *ast.StarExpr:
		switch name := identOf(of.X); {
		case scalars[name] != "":
			return "r." + scalars[name] + "At(" + place + ")"
		case t.taken[name]:
			return "objectAt(r, " + place + ")"
		}
	case *ast.ArrayType:
		if t.taken[identOf(of.Elt)] && of.Len == nil {
			return "objects(r, " + place + ")"
		}
	}
	return "r.other(" + place + ")"
}

// event says what an event is likely to have: the first element of a list that it must have, and its own texts and integers,
// or one text of that element.
func (t typesOf) event(name string) readEvent {
	e := readEvent{Name: name}
	for _, f := range t.fields(name) {
		switch read := t.read(f); {
		case strings.HasPrefix(read, "objects(") && e.List == "":
			e.List, e.First = f.name, identOf(f.of.(*ast.ArrayType).Elt)
		case strings.HasPrefix(read, "r.textAt("):
			e.Texts++
		case strings.HasPrefix(read, "r.integerAt("):
			e.Integers++
		}
	}
	if e.First != "" && e.Texts == 0 {
		e.Texts, e.Places = 1, append(t.places("event", name), t.places("first[0]", e.First)...)
	}
	return e
}

// places are the optional texts of an object, and of those within it that are no pointers.
func (t typesOf) places(at, name string) (places []string) {
	for _, f := range t.fields(name) {
		if read := t.read(f); strings.HasPrefix(read, "r.textAt(") {
			places = append(places, at+"."+f.name)
		} else if strings.HasPrefix(read, "r.object(") {
			places = append(places, t.places(at+"."+f.name, identOf(f.of))...)
		}
	}
	return places
}
