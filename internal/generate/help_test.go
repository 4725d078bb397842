// What the tests of the compiler have in common.

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// smallTables are tables for testdata/small.yaml.
func smallTables() *tables {
	return &tables{
		Names:      map[string]string{"POST /chat 200": "Chat"},
		Streams:    map[string]string{"POST /chat": "ChatChunk"},
		Errors:     []addedErrors{{Operations: []string{"*"}, Statuses: map[string]string{"402": "Failure", "429": "Failure"}}},
		Components: map[string]any{"ChatChunk": map[string]any{"type": "object", "properties": map[string]any{"text": map[string]any{"type": "string"}}}, "Failure": map[string]any{"type": "object"}},
		Choose:     map[string]choice{"POST /upload": {Suffix: "PNG"}},
		Effects:    map[string][]string{"infer": {"POST /chat"}},
		prose: &prose{
			Info:       "Ours.",
			Operations: map[string]opProse{"POST /chat": {Summary: "Talks", Responses: map[string]string{"200": "What was said."}}},
			Schemas:    map[string]string{"ChatRequestSchema.temperature": "How wild.", "GET /items 200.data[].cost": "What it cost."},
			Examples:   map[string]any{"POST /chat 200": map[string]any{"apiUrl": "u", "choices": []any{}}},
		},
		lock: newLock(),
	}
}

func small(t *testing.T, changes ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "small.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(change(t, string(b), changes...))
}

// change replaces pairs of strings, each of which has to be there.
func change(t *testing.T, s string, pairs ...string) string {
	t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if !strings.Contains(s, pairs[i]) {
			t.Fatalf("nothing to change: %q", pairs[i])
		}
		s = strings.Replace(s, pairs[i], pairs[i+1], 1)
	}
	return s
}

func compiledDoc(t *testing.T, raw []byte, tb *tables) (*openapi3.T, *compiled) {
	t.Helper()
	out, err := compile(raw, tb)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(out.yaml)
	if err != nil {
		t.Fatal(err)
	}
	return doc, out
}

// relock makes tables whose lock is the one that a run wrote.
func relock(t *testing.T, c *compiled) *tables {
	t.Helper()
	file := filepath.Join(t.TempDir(), "names.lock")
	if err := os.WriteFile(file, c.lock, 0o600); err != nil {
		t.Fatal(err)
	}
	tb := smallTables()
	var err error
	if tb.lock, err = loadLock(file); err != nil {
		t.Fatal(err)
	}
	return tb
}

// upstream is the folder of raw revisions, or the test is skipped.
func upstream(t *testing.T) []string {
	t.Helper()
	dir := os.Getenv("UPSTREAM_SPECS")
	if dir == "" {
		t.Skip("UPSTREAM_SPECS is not set: no raw revisions to compile")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("UPSTREAM_SPECS=%s: no *.yaml there (%v)", dir, err)
	}
	return files
}
