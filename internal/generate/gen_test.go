package main

// What the generated package promises its readers, measured on the code as it stands.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

type census struct {
	lines, types, exported, documented int
	names                              map[string]bool
	bare                               []string // exported and without a comment
	faults                             []string
}

func TestGenIsReadable(t *testing.T) {
	c := takeCensus(t, filepath.Join("..", "..", "gen"))
	if c.lines > 5200 {
		t.Errorf("%d lines of code, want at most 5200", c.lines)
	}
	if c.types > 400 {
		t.Errorf("%d types, want at most 400", c.types)
	}
	if c.documented*10 < c.exported*9 {
		t.Errorf("%d of %d exported names have a comment, want nine of ten; first without: %.400v", c.documented, c.exported, c.bare)
	}
	for name := range c.names {
		switch base := strings.TrimRight(name, "0123456789"); {
		case len(name) > 50:
			t.Errorf("%s has %d characters, want at most 50", name, len(name))
		case strings.Contains(name, "_"):
			t.Errorf("%s has an underscore", name)
		case base != name && c.names[base]:
			t.Errorf("%s stands beside %s", name, base)
		}
	}
	for _, f := range c.faults {
		t.Error(f)
	}
	t.Logf("%d lines, %d types, %d of %d documented", c.lines, c.types, c.documented, c.exported)
}

func takeCensus(t *testing.T, dir string) *census {
	t.Helper()
	c := &census{names: map[string]bool{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s (%v)", dir, err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(src)) {
			if base := filepath.Base(file); base == "reader.gen.go" || base == "event.gen.go" {
				break // how streams are decoded, which is read by nobody for the API's sake
			}
			if l := strings.TrimSpace(line); l != "" && !strings.HasPrefix(l, "//") {
				c.lines++
			}
		}
		if !strings.HasPrefix(string(src), "// Code generated ") || !strings.HasSuffix(file, ".gen.go") {
			c.faults = append(c.faults, file+": not marked as generated")
		}
		if strings.Contains(string(src), "float32") {
			c.faults = append(c.faults, file+": float32")
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			c.declaration(d)
		}
	}
	return c
}

func (c *census) declaration(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if !slices.Contains([]string{"MarshalJSON", "UnmarshalJSON", "MarshalJSONTo", "UnmarshalJSONFrom"}, d.Name.Name) { // the codec's
			c.note(d.Name, d.Doc != nil)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				c.types++
				c.note(s.Name, d.Doc != nil || s.Doc != nil)
				if st, ok := s.Type.(*ast.StructType); ok {
					for _, field := range st.Fields.List {
						for _, n := range field.Names {
							if n.IsExported() {
								c.count(n.Name, field.Doc != nil || field.Comment != nil)
							}
						}
					}
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					c.note(n, s.Doc != nil || s.Comment != nil)
				}
			}
		}
	}
}

// note counts a name of the package, whose form matters; fields are only counted.
func (c *census) note(n *ast.Ident, documented bool) {
	if n.IsExported() {
		c.names[n.Name] = true
		c.count(n.Name, documented)
	}
}

func (c *census) count(name string, documented bool) {
	c.exported++
	if documented {
		c.documented++
	} else {
		c.bare = append(c.bare, name)
	}
}

// A type that upstream names like something of ours would be declared twice: every name of the runtime is kept from it, and
// so is every method of the client's own from operations.
func TestReservedNames(t *testing.T) {
	n := newNamer(smallTables())
	for _, file := range []string{"runtime", "members", "misfit", "decimal", "vector", "media", "secret"} {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "gen", file+".gen.go"), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for name := range f.Scope.Objects {
			if ast.IsExported(name) && !n.taken[name] {
				t.Errorf("%s may be given to a type", name)
			}
		}
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	method := regexp.MustCompile(`(?m)^func \(c \*?Client\) ([A-Z]\w*)`)
	for _, file := range files {
		if strings.HasSuffix(file, ".gen.go") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range method.FindAllStringSubmatch(string(src), -1) {
			if !slices.Contains(clientMethods, m[1]) {
				t.Errorf("%s would hide an operation of its name", m[1])
			}
		}
	}
}
