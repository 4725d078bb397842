package main

// The table of what the code leans on, held against the code.

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/go/packages"
)

// TestLeans type-checks the packages that are written by hand and compares what they use of gen with leans.yaml.
// With -update it writes the table.
func TestLeans(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	found := uses(t, root)
	maps.Copy(found, mentions(t, root))
	file := "leans.yaml"
	if *update {
		var b strings.Builder
		b.WriteString("# What is written by hand leans on, and where: generated names that code uses, then operations that code or tests name.\n" +
			"# make spec says what a revision takes away of it. Made by go test ./internal/generate -run Leans -update.\n")
		for _, name := range sorted(found) {
			fmt.Fprintf(&b, "%q: [%s]\n", name, strings.Join(found[name], ", "))
		}
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	spec, err := os.ReadFile(filepath.Join(root, "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	table := map[string][]string{}
	if err := yaml.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	for _, name := range sorted(found) {
		if !slices.Equal(table[name], found[name]) {
			t.Errorf("%s is used by %q, the table has %q: go test ./internal/generate -run Leans -update", name, found[name], table[name])
		}
	}
	for _, name := range sorted(table) {
		switch _, path, operation := strings.Cut(name, " "); {
		case found[name] != nil:
		case operation && !strings.Contains(string(spec), "\n  "+path+":\n"):
			t.Logf("%s is used, and not in the description at hand", name) // make spec tells of it
		default:
			t.Errorf("%s is in the table, and nobody uses it", name)
		}
	}
}

// uses maps what is generated (methods, types, fields, constants, functions) to the files that use it.
func uses(t *testing.T, root string) map[string][]string {
	t.Helper()
	const module = "github.com/venice-go/venice"
	loaded, err := packages.Load(&packages.Config{Dir: root,
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedSyntax | packages.NeedImports | packages.NeedDeps | packages.NeedFiles,
	}, ".", "./signer/...", "./cmd/...", "./tests/venicetest")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(root, "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	derived, err := derive(doc, realTables(t), &report{})
	if err != nil {
		t.Fatal(err)
	}
	generated := goNames(derived)
	out := map[string]map[string]bool{}
	for _, p := range loaded {
		for _, e := range p.Errors {
			t.Fatal(e)
		}
		for id, obj := range p.TypesInfo.Uses {
			if obj.Pkg() == nil || obj.Pkg().Path() != module+"/gen" && obj.Pkg().Path() != module || !obj.Exported() ||
				strings.HasSuffix(p.Fset.Position(id.Pos()).Filename, ".gen.go") {
				continue
			}
			name := obj.Name()
			if _, method := obj.(*types.Func); obj.Pkg().Path() == module && !method {
				continue
			}
			if v, ok := obj.(*types.Var); ok && v.IsField() {
				name = owner(obj.Pkg(), v) + "." + name
			}
			if !generated[name] {
				continue // the runtime's, the same in every revision
			}
			rel, err := filepath.Rel(root, p.Fset.Position(id.Pos()).Filename)
			if err != nil {
				t.Fatal(err)
			}
			if out[name] == nil {
				out[name] = map[string]bool{}
			}
			out[name][filepath.ToSlash(rel)] = true
		}
	}
	files := map[string][]string{}
	for name, in := range out {
		files[name] = slices.Sorted(maps.Keys(in))
	}
	return files
}

// mentions maps operations to the files, tests and examples included, that name them: by a method or its parameters, by
// id, or by path.
func mentions(t *testing.T, root string) map[string][]string {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(root, "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	words := map[string][]string{} // identifier or text -> operations
	for key, op := range operations(doc) {
		_, path, _ := strings.Cut(key, " ")
		name := realTables(t).methodName(key, op)
		for _, w := range []string{op.OperationID, path, key, name, name + "Params", name + "Upload", name + realTables(t).suffix(key),
			"Stream" + strings.TrimPrefix(name, "Create"), "All" + strings.TrimPrefix(strings.TrimPrefix(name, "List"), "Get")} {
			words[w] = append(words[w], key)
		}
	}
	out := map[string]map[string]bool{}
	err = filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, file)
		switch rel = filepath.ToSlash(rel); {
		case err != nil:
			return err
		case d.IsDir() && (rel == "gen" || strings.HasPrefix(rel, "internal/") || strings.HasPrefix(d.Name(), ".") && rel != "."):
			return fs.SkipDir
		case !strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, ".gen.go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			word := ""
			switch n := n.(type) {
			case *ast.SelectorExpr:
				word = n.Sel.Name
			case *ast.BasicLit:
				word, _ = strconv.Unquote(n.Value)
				if i := strings.LastIndex(word, "/api/v1/"); i >= 0 {
					word = word[i+len("/api/v1"):]
				}
			}
			for _, key := range words[word] {
				if out[key] == nil {
					out[key] = map[string]bool{}
				}
				out[key][rel] = true
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]string{}
	for key, in := range out {
		files[key] = slices.Sorted(maps.Keys(in))
	}
	return files
}

// owner is the struct that has the field.
func owner(pkg *types.Package, field *types.Var) string {
	for _, name := range pkg.Scope().Names() {
		if s, ok := pkg.Scope().Lookup(name).Type().Underlying().(*types.Struct); ok {
			for f := range s.Fields() {
				if f == field {
					return name
				}
			}
		}
	}
	return ""
}
