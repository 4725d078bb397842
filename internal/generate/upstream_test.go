// Tests with raw revisions of the description, where they are at hand.

package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func realTables(t *testing.T) *tables {
	t.Helper()
	tb, err := loadTables(".")
	if err != nil {
		t.Fatal(err)
	}
	return tb
}

// Every revision compiles, with the locked names; the one that is vendored to the openapi.yaml and
// the lock that are committed.
func TestUpstreamCompiles(t *testing.T) {
	for _, file := range upstream(t) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, out := compiledDoc(t, raw, realTables(t))
		if _, again := compiledDoc(t, raw, realTables(t)); !bytes.Equal(out.yaml, again.yaml) {
			t.Errorf("%s: two runs differ", file)
		}
		if theirs := sentences(t, raw); len(theirs) > 0 {
			for s := range sentences(t, out.yaml) {
				if theirs[s] {
					t.Errorf("%s: upstream's sentence survived: %s", file, s)
				}
			}
		}
		if doc.Info.Version != realTables(t).lock.version {
			continue
		}
		for name, got := range map[string][]byte{filepath.Join("..", "..", "openapi.yaml"): out.yaml, "names.lock": out.lock} {
			if want, err := os.ReadFile(name); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s is not what make spec writes (%v)", name, err)
			}
		}
	}
}

// Every revision generates Go that compiles.
func TestUpstreamGenerates(t *testing.T) { generates(t, upstream(t)...) }

// So do forms of OpenAPI that upstream does not use: cycles, shared parameters, lists as bodies, empty answers.
func TestOddFormsGenerate(t *testing.T) { generates(t, filepath.Join("testdata", "odd.yaml")) }

func generates(t *testing.T, files ...string) {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		dir, err := os.MkdirTemp("testdata", "gen") // within the module, for its dependencies
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(dir) })
		spec := filepath.Join(dir, "openapi.yaml")
		if err := specCommand(t.Context(), root, file, spec, "", io.Discard); err != nil {
			t.Fatal(err)
		}
		if err := genCommand(t.Context(), root, spec, dir); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("go", "vet", "./"+filepath.Join(dir, "gen")).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
		if out, err := buildOver(t, root, dir); err != nil {
			t.Errorf("%s: the client: %v\n%s", file, err, out)
		}
	}
}

// lean are the files of the client that name operations or types of them, which a description need not have.
var lean = []string{"job.go", "model.go", "collect.go"}

// buildOver builds the client with the generated code in dir in place of its own, and without what leans on operations.
func buildOver(t *testing.T, root, dir string) ([]byte, error) {
	t.Helper()
	replace := map[string]string{}
	for _, file := range lean {
		replace[filepath.Join(root, file)] = ""
	}
	made, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(made, "gen", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range append(files, filepath.Join(made, "client.gen.go")) {
		rel, _ := filepath.Rel(made, file)
		replace[filepath.Join(root, rel)] = file
	}
	b, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(overlay, b, 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-overlay", overlay, ".")
	build.Dir = root
	return build.CombinedOutput()
}

var ends = regexp.MustCompile(`[.!?:;]+(\s|$)|\n`)

// sentences are those of 40 characters or more in descriptions and summaries.
func sentences(t *testing.T, b []byte) map[string]bool {
	t.Helper()
	var top yaml.Node
	if err := yaml.Unmarshal(b, &top); err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		for i, c := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 1 && c.Kind == yaml.ScalarNode && (n.Content[i-1].Value == "description" || n.Content[i-1].Value == "summary") {
				for _, s := range ends.Split(c.Value, -1) {
					if s = strings.ToLower(strings.Join(strings.Fields(s), " ")); len(s) >= 40 {
						out[s] = true
					}
				}
			}
			walk(c)
		}
	}
	walk(&top)
	return out
}
