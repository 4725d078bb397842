// The house: what the top level looks like, and which way the arrows between its files point.

package tests

import (
	"go/ast"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

const (
	mostFiles = 25  // at the top level, tests apart
	mostLines = 300 // of a file by hand
)

// A newcomer finds the room by its name, and a file that he reads leads to lower ones alone.
func TestHouse(t *testing.T) {
	files, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, "_test.go") })
	if len(files) > mostFiles {
		t.Errorf("%d files at the top level, want at most %d: what has a subject of its own goes below internal", len(files), mostFiles)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(src), "\n"); n >= mostLines && !strings.HasSuffix(file, ".gen.go") {
			t.Errorf("%s has %d lines", file, n)
		}
	}
	arrows := arrowsOf(t, "..")
	if len(arrows) < 10 {
		t.Fatalf("found %d files that refer to others", len(arrows))
	}
	if circle := circleIn(arrows); circle != nil {
		t.Errorf("files refer to each other in a circle: %s", strings.Join(circle, " -> "))
	}
}

// arrowsOf are the files of a package that each file takes a name from: a type, a function, a method, a variable.
func arrowsOf(t *testing.T, dir string) map[string]map[string]bool {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{Dir: dir, Mode: packages.NeedName | packages.NeedCompiledGoFiles | packages.NeedSyntax |
		packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps}, ".")
	if err != nil || len(loaded) != 1 || len(loaded[0].Errors) > 0 {
		t.Fatal(err, loaded)
	}
	p, arrows := loaded[0], map[string]map[string]bool{}
	for i, syntax := range p.Syntax {
		from := filepath.Base(p.CompiledGoFiles[i])
		ast.Inspect(syntax, func(n ast.Node) bool {
			id, is := n.(*ast.Ident)
			if !is {
				return true
			}
			of := p.TypesInfo.Uses[id]
			if of == nil || of.Pkg() != p.Types {
				return true
			}
			if _, method := of.(*types.Func); !method && of.Parent() != p.Types.Scope() {
				return true // a local name, or a field, whose type tells
			}
			if to := filepath.Base(p.Fset.Position(of.Pos()).Filename); to != from {
				if arrows[from] == nil {
					arrows[from] = map[string]bool{}
				}
				arrows[from][to] = true
			}
			return true
		})
	}
	return arrows
}

// circleIn is a way along arrows that comes back to where it began, or nil.
func circleIn(arrows map[string]map[string]bool) []string {
	done := map[string]bool{}
	var way []string
	var walk func(string) []string
	walk = func(at string) []string {
		if i := slices.Index(way, at); i >= 0 {
			return append(slices.Clone(way[i:]), at)
		}
		if done[at] {
			return nil
		}
		way = append(way, at)
		for _, next := range slices.Sorted(maps.Keys(arrows[at])) {
			if circle := walk(next); circle != nil {
				return circle
			}
		}
		way, done[at] = way[:len(way)-1], true
		return nil
	}
	for _, from := range slices.Sorted(maps.Keys(arrows)) {
		if circle := walk(from); circle != nil {
			return circle
		}
	}
	return nil
}
