// Constructors: each makes the form that it is named after. They are judged by their source, so that this test names none.

package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// A constructor of a variant sets all that the variant requires, and its constants are the description's.
func TestConstructors(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../gen/types.gen.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]map[string]string{} // type -> field -> name in JSON
	for _, d := range file.Decls {
		types, _ := d.(*ast.GenDecl)
		for i := 0; types != nil && i < len(types.Specs); i++ {
			if spec, ok := types.Specs[i].(*ast.TypeSpec); ok {
				keys[spec.Name.Name] = jsonNames(spec)
			}
		}
	}
	n := 0
	for _, d := range file.Decls {
		f, is := d.(*ast.FuncDecl)
		if !is || f.Recv != nil || !f.Name.IsExported() || len(f.Body.List) != 1 {
			continue
		}
		returned, _ := f.Body.List[0].(*ast.ReturnStmt)
		literal, _ := returned.Results[0].(*ast.CompositeLit)
		union := literal.Type.(*ast.Ident).Name
		form := description().Components.Schemas[f.Name.Name]
		if form == nil {
			form = description().Components.Schemas[strings.TrimPrefix(f.Name.Name, "New")]
		}
		if form == nil || f.Name.Name == "New"+union {
			continue // of the union itself: it takes each form as it is
		}
		n++
		var set []string
		for _, e := range literal.Elts {
			pair := e.(*ast.KeyValueExpr)
			key := keys[union][pair.Key.(*ast.Ident).Name]
			set = append(set, key)
			constant := constantOf(pair.Value)
			p := propertyOf(form.Value, key)
			if p == nil {
				t.Errorf("%s sets %q, which a %s has not got", f.Name.Name, key, f.Name.Name)
			} else if constant != "" && len(p.Enum) > 0 && !slices.Contains(p.Enum, any(constant)) {
				t.Errorf("%s sets %s to %q, want one of %v", f.Name.Name, key, constant, p.Enum)
			}
		}
		for _, key := range form.Value.Required {
			if !slices.Contains(set, key) {
				t.Errorf("%s leaves out %s", f.Name.Name, key)
			}
		}
	}
	if n == 0 {
		t.Error("no constructors")
	}
}

func jsonNames(spec *ast.TypeSpec) map[string]string {
	out := map[string]string{}
	if s, ok := spec.Type.(*ast.StructType); ok {
		for _, f := range s.Fields.List {
			if f.Tag != nil && len(f.Names) == 1 {
				tag, _ := strconv.Unquote(f.Tag.Value)
				out[f.Names[0].Name], _, _ = strings.Cut(reflect.StructTag(tag).Get("json"), ",")
			}
		}
	}
	return out
}

// constantOf is the text of "x" or new("x"), or "".
func constantOf(e ast.Expr) string {
	if call, ok := e.(*ast.CallExpr); ok && len(call.Args) == 1 {
		e = call.Args[0]
	}
	text := ""
	if literal, ok := e.(*ast.BasicLit); ok {
		text, _ = strconv.Unquote(literal.Value)
	}
	return text
}

func propertyOf(s *openapi3.Schema, key string) *openapi3.Schema {
	if p := s.Properties[key]; p != nil {
		return p.Value
	}
	for _, m := range s.AllOf {
		if p := propertyOf(m.Value, key); p != nil {
			return p
		}
	}
	return nil
}
