package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree writes a checkout in small: the four packages, a description and a changelog.
func tree(t *testing.T, description, source, changelog string) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"go.mod": "module example.org/m\n\ngo 1.26.0\n", "openapi.yaml": description, "CHANGELOG.md": changelog,
		"m.go": "package m\n", "gen/gen.go": source, "signer/signer.go": "package signer\n", "tests/venicetest/v.go": "package venicetest\n",
	}
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	oldSource = "package gen\n\ntype A struct{ X, Y int }\n"
	newSource = "package gen\n\ntype A struct{ X string }\n\nfunc New() {}\n"
	oldLog    = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- a\n\n### Changed\n\n- b\n\n## [0.1.0]\n\n### Changed\n\n- c\n"
)

func document(version, paths string) string {
	return `{"openapi":"3.0.0","info":{"title":"x","version":"` + version + `"},"paths":{` + paths + `}}`
}

func operation(schema string) string {
	return `{"post":{"requestBody":{"content":{"application/json":{"schema":` + schema + `}}},"responses":{"200":{"description":"x"}}}}`
}

func TestReport(t *testing.T) {
	before := tree(t, document("1", `"/gone":`+operation(`{}`)+`,"/kept":`+operation(`{"type":"object","properties":{"kind":{"type":"string","enum":["a"]}}}`)), oldSource, oldLog)
	after := tree(t, document("2", `"/new":`+operation(`{}`)+`,"/kept":`+operation(`{"type":"object","required":["must"],"properties":{"must":{"type":"integer"},"kind":{"type":"string","enum":["a","b","c"]}}}`)), newSource, oldLog)
	notes := filepath.Join(t.TempDir(), "notes.json")
	if err := os.WriteFile(notes, []byte(`{"sections":[{"title":"Operations to decide on","items":["POST /new: access"]}]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := between(&b, before, after, notes); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"1 -> 2", "- **breaks** `POST /gone`: ", "- `POST /new`: endpoint added",
		"- **breaks** `POST /kept`: added the new required request property `must`",
		"`b`, `c`",
		"### `example.org/m/gen`", "- **breaks** `A.Y`: removed", "- **breaks** `A.X`: `changed from int to string`", "- `New`: added",
		"Next version (before 1.0): minor", "**Operations to decide on**: 1", "- `POST /new: access`",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the report has no %q:\n%s", want, &b)
		}
	}
}

// A change that breaks callers has to be told where they look for it.
func TestChangelogOwnsUp(t *testing.T) {
	before := tree(t, document("1", ""), oldSource, oldLog)
	for _, c := range []struct {
		name, source, log string
		fails             bool
	}{
		{"nothing new", oldSource, oldLog, false},
		{"compatible", oldSource + "func New() {}\n", oldLog, false},
		{"told", newSource, strings.Replace(oldLog, "- b", "- b\n- A.Y is gone", 1), false},
		{"quiet", newSource, oldLog, true},
		{"told among what was added", newSource, strings.Replace(oldLog, "- a", "- a\n- New", 1), true},
		{"told of a release that is out", newSource, strings.Replace(oldLog, "- c", "- c\n- d", 1), true},
	} {
		err := owned(&bytes.Buffer{}, before, tree(t, document("1", ""), c.source, c.log))
		if fails := err != nil; fails != c.fails {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// No word of a fetched document becomes markup, an expression of a workflow, a mention or a second line.
func TestInert(t *testing.T) {
	hostile := "a`b ${{ secrets.TOKEN }}\n# x <img src=x> [l](http://e) @someone #1 \u202e$(id) | **b** ![](y)\x1b[2K"
	path := "/a`b\n# ${{ x }}/@c"
	before := tree(t, document("1", ""), oldSource, oldLog)
	quoted := strings.NewReplacer("\n", `\n`, "\x1b", `\u001b`, `"`, `\"`)
	schema := `{"type":"object","required":["` + quoted.Replace(hostile) + `"],"properties":{"` + quoted.Replace(hostile) + `":{"type":"string","enum":["` + quoted.Replace(hostile) + `"]}}}`
	after := tree(t, document(quoted.Replace(hostile), `"`+quoted.Replace(path)+`":`+operation(schema)+`,"/b":`+operation(schema)), oldSource, oldLog)
	before2 := tree(t, document("1", `"/b":`+operation(`{"type":"object"}`)), oldSource, oldLog)
	var b bytes.Buffer
	for _, from := range []string{before, before2} {
		if err := between(&b, from, after, ""); err != nil {
			t.Fatal(err)
		}
	}
	writeNotes(&b, []section{{Title: hostile, Items: []string{hostile}}})
	for line := range strings.Lines(b.String()) {
		if strings.Count(line, "`")%2 != 0 {
			t.Errorf("a code span does not end: %s", line)
		}
		if strings.ContainsAny(line, "\x1b\u202e") || strings.Contains(line, "${{") {
			t.Errorf("not inert: %s", line)
		}
		for i, part := range strings.Split(line, "`") {
			if i%2 == 0 && strings.ContainsAny(strings.NewReplacer("**", "", "## ", "", "### ", "", "->", "").Replace(part), "@<>[]#|$*") {
				t.Errorf("markup of theirs: %q in %s", part, line)
			}
		}
	}
	if !strings.Contains(b.String(), "secrets.TOKEN") {
		t.Error("what is hostile is not told at all")
	}
}
