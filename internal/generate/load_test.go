// Tests of reading raw descriptions.

package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLoadRefuses(t *testing.T) {
	whole := string(small(t))
	for name, c := range map[string]struct{ in, want string }{
		"not YAML":          {"a: [", "not YAML"},
		"a list":            {"- a\n", "mapping at the top"},
		"empty":             {"", "not an OpenAPI document"},
		"Swagger 2":         {change(t, whole, "openapi: 3.0.0", "swagger: '2.0'"), "#/openapi: want version 3.0.x, have none"},
		"OpenAPI 3.1":       {change(t, whole, "openapi: 3.0.0", "openapi: 3.1.0"), "#/openapi: want version 3.0.x, have 3.1.0"},
		"no paths":          {whole[:strings.Index(whole, "paths:")], "#/paths: no operations"},
		"cut in a word":     {whole[:len(whole)-20], "looks truncated"},
		"cut after a key":   {whole[:strings.Index(whole, "  /upload:")+len("  /upload:\n    post:\n      operationId: upload\n      requestBody:\n")], "#/paths/~1upload/post"},
		"no responses":      {change(t, whole, "      responses:\n        \"200\": {description: OK, content: {image/png", "      x-none:\n        \"200\": {description: OK, content: {image/png"), "#/paths/~1items~1{id}/get: no responses"},
		"dangling ref":      {change(t, whole, "schemas/UploadRequest'", "schemas/Gone'"), `#/paths/~1upload/post/requestBody/content/application~1json/schema/$ref: "#/components/schemas/Gone" does not resolve`},
		"ref to elsewhere":  {change(t, whole, "#/components/schemas/UploadRequest'", "https://example.test/x'"), "does not resolve"},
		"no version":        {change(t, whole, `version: "1", `, ""), "version"},
		"unknown type":      {change(t, whole, "type: boolean", "type: bool"), "bool"},
		"null where a type": {change(t, whole, "type: boolean", "type: "), "no value"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := compile([]byte(c.in), smallTables())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// A failed run leaves the output as it was, and no temporary file beside it.
func TestSpecCommandLeavesOutput(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.yaml"), filepath.Join(dir, "out.yaml")
	if err := os.WriteFile(in, []byte("openapi: 3.0.0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(out, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := specCommand(t.Context(), root, in, out, "", io.Discard); err == nil {
		t.Fatal("no error for a document without paths")
	}
	if b, _ := os.ReadFile(out); !bytes.Equal(b, []byte("before")) {
		t.Errorf("output is now %q", b)
	}
	if es, _ := os.ReadDir(dir); len(es) != 2 {
		t.Errorf("left behind: %v", es)
	}
}

// A revision that is known and has fewer operations than it had was cut off at the end of a line.
func TestTruncatedBetweenOperations(t *testing.T) {
	_, first := compiledDoc(t, small(t), smallTables())
	raw := small(t)
	cut := raw[:bytes.Index(raw, []byte("  /upload:"))]
	if _, err := compile(cut, relock(t, first)); err == nil || !strings.Contains(err.Error(), "3 operations, but revision 1 has 4") {
		t.Errorf("got %v", err)
	}
}

func FuzzCompile(f *testing.F) {
	b, err := os.ReadFile(filepath.Join("testdata", "small.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("openapi: 3.0.0\ninfo: {title: a, version: b}\npaths: {/a: {get: {responses: {default: {description: x}}}}}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if out, err := compile(b, smallTables()); err == nil {
			if again, err := compile(b, smallTables()); err != nil || !bytes.Equal(out.yaml, again.yaml) {
				t.Errorf("a second run differs: %v", err)
			}
		}
	})
}
