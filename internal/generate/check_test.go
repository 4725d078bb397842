package main

// Tests of hostile descriptions: refused with their place, nothing written; and of clear defects, which are mended.

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHostileNamesAreRefused(t *testing.T) {
	whole := string(small(t))
	for name, c := range map[string]struct{ old, new, want string }{
		"version with a newline":       {`version: "1"`, `version: "1\nrevision\t2"`, "#/info/version"},
		"version with an expression":   {`version: "1"`, `version: "1${{ secrets.X }}"`, "#/info/version"},
		"version with a command":       {`version: "1"`, `version: "$(id)"`, "#/info/version"},
		"version with a path":          {`version: "1"`, `version: "../../x"`, "#/info/version"},
		"property with a quote":        {"scale: {", `'sc"ale': {`, "UploadRequest: property"},
		"property with a backtick":     {"scale: {", "'sc`ale': {", "UploadRequest: property"},
		"property with a newline":      {"scale: {", `"sc\nale": {`, "UploadRequest: property"},
		"property with a comma":        {"scale: {", `"scale,omitempty": {`, "UploadRequest: property"},
		"property with a tab":          {"scale: {", `"sc\tale": {`, "UploadRequest: property"},
		"property that runs backwards": {"scale: {", `"sc\u202Eale": {`, "UploadRequest: property"},
		"property without an end":      {"scale: {", strings.Repeat("s", 201) + ": {", "UploadRequest: property"},
		"parameter with a quote":       {"name: kind,", `name: 'ki"nd',`, "#/paths/~1items/get/parameters"},
		"enum value with a newline":    {"enum: [big, small]", `enum: ["big\nfunc init() {}", small]`, "GET /items param kind|0: enum value"},
		"enum value with a separator":  {"enum: [big, small]", `enum: ["big\u2028", small]`, "GET /items param kind|0: enum value"},
		"path with a quote":            {"  /upload:", `  '/up"load':`, "#/paths/~1up\"load/post: path"},
		"path with a backtick":         {"  /upload:", "  '/up`load':", "post: path"},
		"path with a newline":          {"  /upload:", `  "/up\nload":`, "post: path"},
		"path with a tab":              {"  /upload:", `  "/up\tload":`, "post: path"},
		"operation id with a bracket":  {"operationId: upload", "operationId: 'upload(){}'", "/operationId"},
		"operation id of digits":       {"operationId: upload", "operationId: '123'", "/operationId"},
		"component with a quote":       {"UploadRequest", `Upload"Request`, "#/components/schemas/Upload"},
		"media type with a quote":      {"image/png:", `'image/p"ng':`, "media type"},
		"media type with a newline":    {"image/png:", `"image/png\nX: y":`, "media type"},
		"status with a command":        {`"402":`, `"402$(id)":`, "status"},
		"header with a newline":        {"X-Left:", `"X-Le\nft":`, "header"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(whole, c.old) {
				t.Fatalf("nothing to change: %q", c.old)
			}
			_, err := compile([]byte(strings.ReplaceAll(whole, c.old, c.new)), smallTables())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want an error with %q", err, c.want)
			}
			if len(err.Error()) > 2000 || strings.ContainsFunc(strings.ReplaceAll(err.Error(), "\n", ""), unseen) {
				t.Errorf("the error is not fit to print: %q", err)
			}
		})
	}
}

// Text that only looks dangerous is text: it reaches neither Go code nor a comment's end.
func TestHostileTextIsHarmless(t *testing.T) {
	raw := small(t, "enum: [JSON, text], default: text", "default: '*/ \" ` ${{ x }} $(id)'", "pattern: '^\\d{4}$'", `pattern: '^*/"$'`, "enum: [big, small]", "enum: ['b\"ig`*/', small]")
	doc, out := compiledDoc(t, raw, smallTables())
	if _, err := derive(doc, smallTables(), &report{}); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out.lock, []byte("\n*/")) {
		t.Errorf("lock:\n%s", out.lock)
	}
	dir := t.TempDir()
	in := filepath.Join(dir, "in.yaml")
	if err := os.WriteFile(in, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	generates(t, in)
}

func TestClearDefectsAreMended(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"a key twice":      {"scale: {type: integer, default: 2}", "scale: {type: string}\n        scale: {type: integer, default: 2}", "#/components/schemas/UploadRequest/properties/scale stands twice"},
		"a null property":  {"scale: {type: integer, default: 2}", "scale: {type: integer, default: 2}\n        odd:", "#/components/schemas/UploadRequest/properties/odd is null"},
		"a null item":      {"data: {type: array, items: {type: object, required: [id, cost], properties: {id: {type: string, nullable: true}, cost: {type: object, properties: {usd: {type: number}, diem: {type: number}}}}}}", "data: {type: array, items: null}", "data/items is null"},
		"a null component": {"    UploadRequest:", "    Odd: null\n    UploadRequest:", "#/components/schemas/Odd is null"},
	} {
		t.Run(name, func(t *testing.T) {
			tb := smallTables()
			delete(tb.prose.Schemas, "GET /items 200.data[].cost")
			_, plain := compiledDoc(t, small(t), tb)
			_, out := compiledDoc(t, small(t, c.old, c.new), tb)
			var news []string
			for _, item := range out.report.all(mended) {
				if !strings.Contains(item, "operationId") {
					news = append(news, item)
				}
			}
			if len(news) != 1 || !strings.Contains(news[0], c.want) {
				t.Errorf("report %q, want %q", news, c.want)
			}
			if name == "a key twice" && !bytes.Equal(out.yaml, plain.yaml) {
				t.Error("the last one does not count")
			}
		})
	}
}

// An empty value at the very end is a document that was cut off, not a schema.
func TestCutOffInASchema(t *testing.T) {
	raw := small(t)
	raw = append(raw[:bytes.Index(raw, []byte("paths:"))], "paths:\n  /a:\n    get:\n      responses:\n        \"200\":\n          content:\n            application/json:\n              schema:\n"...)
	if _, err := compile(raw, smallTables()); err == nil || !strings.Contains(err.Error(), "looks truncated") {
		t.Errorf("got %v", err)
	}
}

// References that lead in a circle, or out of the document, and YAML that grows without bound are refused, and quickly.
func TestHostileReferences(t *testing.T) {
	document := func(parameters, body, responses, components string) []byte {
		return []byte("openapi: 3.0.0\ninfo: {title: a, version: b}\npaths: {/a: {post: {parameters: [" + parameters + "], requestBody: " + body + ", responses: {'200': " + responses + "}}}}\ncomponents: {" + components + "}\n")
	}
	const content, plain = "{content: {application/json: {schema: {type: string}}}}", "{description: x}"
	bomb := "x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
	for _, pair := range []string{"ba", "cb", "dc", "ed", "fe", "gf", "hg", "ih", "ji"} {
		bomb += "x-" + pair[:1] + ": &" + pair[:1] + " [" + strings.Repeat("*"+pair[1:]+", ", 9) + "*" + pair[1:] + "]\n"
	}
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"parameter of itself": {document("{$ref: '#/components/parameters/P'}", content, plain, "parameters: {P: {$ref: '#/components/parameters/P'}}"), "leads back to itself"},
		"body of itself":      {document("", "{$ref: '#/components/requestBodies/B'}", plain, "requestBodies: {B: {$ref: '#/components/requestBodies/B'}}"), "leads back to itself"},
		"responses in a ring": {document("", content, "{$ref: '#/components/responses/R'}", "responses: {R: {$ref: '#/components/responses/S'}, S: {$ref: '#/components/responses/R'}}"), "leads back to itself"},
		"file":                {document("", content, "{$ref: 'other.yaml#/x'}", ""), "does not resolve"},
		"URL":                 {document("", content, "{$ref: 'https://example.com/x'}", ""), "does not resolve"},
		"wrong kind":          {document("{$ref: '#/info'}", content, plain, ""), ""},
		"aliases":             {append(document("", content, plain, ""), bomb...), "excessive aliasing"},
	} {
		if _, err := compile(c.raw, smallTables()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
}

// A description comes by https, whatever redirects say; loopback is this machine.
func TestAddresses(t *testing.T) {
	var to string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if to != "" {
			http.Redirect(w, r, to, http.StatusFound)
		}
	}))
	defer srv.Close()
	if _, err := read(t.Context(), srv.URL); err != nil {
		t.Error(err)
	}
	to = "http://example.com/swagger.yaml"
	for _, from := range []string{srv.URL, to} {
		if _, err := read(t.Context(), from); err == nil || !strings.Contains(err.Error(), "want https") {
			t.Errorf("%s: got %v", from, err)
		}
	}
}
