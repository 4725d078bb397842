// Tests of the way from a raw description to openapi.yaml.

package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite golden files")

// The whole of a small document, to be read by a person when it changes.
func TestGolden(t *testing.T) {
	doc, out := compiledDoc(t, small(t), smallTables())
	derived, err := derive(doc, smallTables(), &report{})
	if err != nil {
		t.Fatal(err)
	}
	simple, err := writeYAML(derived)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][]byte{"small.openapi.yaml": out.yaml, "small.derived.yaml": simple, "small.names.lock": out.lock} {
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs; go test ./internal/generate -update, then read the diff", name)
		}
	}
}

func TestCompileIsDeterministic(t *testing.T) {
	_, first := compiledDoc(t, small(t), smallTables())
	for range 20 { // map order differs from run to run
		if _, again := compiledDoc(t, small(t), smallTables()); !bytes.Equal(first.yaml, again.yaml) || !bytes.Equal(first.lock, again.lock) {
			t.Fatal("two runs differ")
		}
	}
	// Nor does it matter whether the names were locked before.
	if _, locked := compiledDoc(t, small(t), relock(t, first)); !bytes.Equal(first.yaml, locked.yaml) || !bytes.Equal(first.lock, locked.lock) {
		t.Error("the lock changes the result")
	}
}

func TestNoWordsOfTheirs(t *testing.T) {
	_, out := compiledDoc(t, small(t), smallTables())
	if bytes.Contains(out.yaml, []byte("Words of theirs")) {
		t.Error("a sentence or example of upstream's survived")
	}
}

func TestFacts(t *testing.T) {
	doc, out := compiledDoc(t, small(t), smallTables())
	request := doc.Components.Schemas["ChatRequest"].Value
	if request.AdditionalProperties.Has == nil || *request.AdditionalProperties.Has {
		t.Error("additionalProperties: false is lost")
	}
	if p := request.Properties["limit"].Value; !p.Nullable || p.Type == nil || !p.Type.Is("number") || *p.Min != 0 {
		t.Errorf("number or null: %+v", p)
	}
	if p := request.Properties["temperature"].Value; p.Default != 0.7 || *p.Max != 2 || p.Description != "How wild." {
		t.Errorf("temperature: %+v", p)
	}
	chat := doc.Paths.Value("/chat").Post
	if got := chat.Responses.Value("200").Value.Content["text/event-stream"]; got == nil || refName(got.Schema) != "ChatChunk" {
		t.Error("no event stream")
	}
	if chat.Responses.Value("429") == nil || len(chat.Responses.Value("402").Value.Content["application/json"].Schema.Value.AnyOf) != 2 {
		t.Error("error statuses: want 429 added and 402 as anyOf")
	}
	get := doc.Paths.Value("/items/{id}").Get
	if get.Security == nil || len(*get.Security) != 0 || chat.Security != nil {
		t.Error("security changed")
	}
	ids := []string{doc.Paths.Value("/items").Get.OperationID, get.OperationID, chat.OperationID}
	if !slices.Equal(ids, []string{"getItems", "getItemsById", "createChat"}) || len(out.report.all(mended)) != 2 {
		t.Errorf("operationIds %v, report %+v", ids, out.report)
	}
	form := doc.Paths.Value("/upload").Post.RequestBody.Value.Content
	if f := form["multipart/form-data"].Schema.Value.Properties["image"].Value.AnyOf[0].Value; f.Format != "binary" {
		t.Errorf("the file in multipart: %+v", f)
	}
	if f := form["application/json"].Schema.Value.Properties["image"].Value.AnyOf[0].Value; f.Format != "" || !f.Type.Is("string") {
		t.Errorf("the file in JSON: %+v", f)
	}
	if n := strings.Count(string(out.yaml), "What it cost."); n != 1 {
		t.Errorf("the cost is described %d times", n)
	}
}

// An entry that matches nothing is a mistake in the revision that is adopted, unless it was stale at the adoption, and
// news in any other.
func TestUnmatchedEntries(t *testing.T) {
	entries := []string{"prose: ChatRequestSchema.gone", "prose: GET /gone", "tables.yaml names: Gone.by", "tables.yaml methods: GET /gone", "tables.yaml effects: GET /gone"}
	wrong := func() *tables {
		tb := smallTables()
		tb.prose.Schemas["ChatRequestSchema.gone"] = "Gone."
		tb.prose.Operations["GET /gone"] = opProse{Summary: "Gone"}
		tb.Names["Gone.by"] = "Gone"
		tb.Methods = map[string]string{"GET /gone": "GetGone"}
		tb.Effects["read"] = []string{"GET /gone"}
		return tb
	}
	tb := wrong()
	_, other := compiledDoc(t, small(t), tb)
	if got := other.report.all(unmatched); !slices.Equal(sortedCopy(got), sortedCopy(entries)) {
		t.Errorf("another revision: %q, want %q", got, entries)
	}
	tb = wrong()
	tb.lock.version = "1"
	_, err := compile(small(t), tb)
	for _, want := range entries {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the revision at hand: %v, want an error that lists %s", err, want)
		}
	}
	tb = wrong()
	tb.lock = relock(t, other).lock
	if _, out := compiledDoc(t, small(t), tb); len(out.report.all(unmatched)) != 0 {
		t.Errorf("adopted as stale: %q, want no news", out.report.all(unmatched))
	}
}

func sortedCopy(s []string) []string { return slices.Sorted(slices.Values(s)) }

// An example that fits the revision at hand alone does not stop another.
func TestStaleExample(t *testing.T) {
	tb := smallTables()
	tb.prose.Examples["POST /chat 200"] = map[string]any{"apiUrl": 1}
	doc, out := compiledDoc(t, small(t), tb)
	if doc.Components.Schemas["Chat"].Value.Example != nil || len(out.report.all(unmatched)) != 1 {
		t.Errorf("report %+v", out.report)
	}
	tb = smallTables()
	tb.prose.Examples["POST /chat 200"] = map[string]any{"apiUrl": 1}
	tb.lock.version = "1"
	if _, err := compile(small(t), tb); err == nil {
		t.Error("the revision at hand takes a wrong example")
	}
}

// A name that was published once is not given to something else: constants, fields and methods.
func TestPublishedNamesStay(t *testing.T) {
	_, first := compiledDoc(t, small(t), smallTables())
	kind := first.doc.Paths.Value("/items").Get.Parameters[0].Value.Schema
	enum := refName(kind)
	for name, want := range map[string]string{
		"enum: [big, small]|enum: [BIG, small]":      enum + `Big	is for "big" alone`,
		"enum: [big, small]|enum: [BIG, big, small]": enum + `Big	stays where it is`,
	} {
		old, new, _ := strings.Cut(name, "|")
		tb := relock(t, first)
		compiledDoc(t, small(t, old, new), tb)
		if got := tb.lock.constants[enum+` "big"`]; got != enum+"Big" {
			t.Errorf("%s: %s", want, got)
		}
		if got := tb.lock.constants[enum+` "BIG"`]; got != enum+"BigAlt" {
			t.Errorf("BIG is %s, want %sBigAlt", got, enum)
		}
	}
	// Another id for the operation, and its id for another operation.
	tb := relock(t, first)
	_, out := compiledDoc(t, small(t, "operationId: upload", "operationId: sendFile", "operationId: createChat", "operationId: upload"), tb)
	if got := tb.lock.methods["POST /upload"]; got != "Upload" {
		t.Errorf("POST /upload is %s by now", got)
	}
	if got := tb.lock.methods["POST /chat"]; got != "CreateChat" {
		t.Errorf("POST /chat is %s by now", got)
	}
	if got := out.report.all(chosen); len(got) != 0 {
		t.Errorf("names to choose: %q, want none", got)
	}
	// A field that is new does not take the name of one that was there.
	tb = relock(t, first)
	tb.before = first.doc.Components.Schemas
	compiledDoc(t, small(t, "scale: {type: integer, default: 2}", "scale: {type: integer, default: 2}\n        Scale: {type: integer}"), tb)
	if tb.lock.fields["UploadRequest.scale"] != "Scale" || tb.lock.fields["UploadRequest.Scale"] != "ScaleAlt" {
		t.Errorf("fields %v", tb.lock.fields)
	}
}

// A component that upstream renames, and changes no more than that, is the one it was: to callers, prose and tables.
func TestRenamedComponent(t *testing.T) {
	_, first := compiledDoc(t, small(t), smallTables())
	raw := bytes.ReplaceAll(small(t), []byte("ChatRequestSchema"), []byte("TalkBody"))
	_, out := compiledDoc(t, raw, relock(t, first))
	if !bytes.Equal(out.yaml, first.yaml) {
		t.Error("the result is another")
	}
	if got := out.report.all(mended); len(got) != 1 || !strings.Contains(got[0], "ChatRequestSchema is called TalkBody now") {
		t.Errorf("report %q", got)
	}
}
