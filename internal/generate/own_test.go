package main

// Tests of what is ours: what is added and corrected carries its mark, and goes once upstream says the same.

import (
	"slices"
	"strings"
	"testing"
)

// ownTables correct testdata/small.yaml in every way there is.
func ownTables() *tables {
	tb := smallTables()
	tb.Components["Verdict"] = map[string]any{"type": "object", "properties": map[string]any{"yes": map[string]any{"type": "boolean"}}}
	tb.Components["Unused"] = map[string]any{"type": "object"}
	tb.Fixes = map[string]fix{
		"ChatRequestSchema": {Source: "a page", Open: true, Optional: []string{"messages"}, Add: map[string]any{
			"verdict": map[string]any{"$ref": "#/components/schemas/Verdict"},
			"hints":   map[string]any{"type": "object", "properties": map[string]any{"a": map[string]any{"type": "string"}}},
			"user":    map[string]any{"type": "string", "description": "Who asks."},
		}},
		"ChatRequestSchema.temperature": {Source: "a page", Schema: map[string]any{"type": "number", "maximum": 1}},
		"ChatRequestSchema.format":      {Source: "a page", Values: []any{"XML"}},
		"GET /nowhere 200.data":         {Source: "a page", Open: true},
	}
	tb.Parameters = map[string][]any{"GET /items": {map[string]any{"name": "since", "in": "query", "schema": map[string]any{"type": "string"}}}}
	tb.Operations = map[string]ownOperation{"POST /judge": {Source: "a page", Operation: map[string]any{
		"operationId": "judge", "summary": "Judges", "responses": map[string]any{"200": map[string]any{"description": "OK",
			"content": map[string]any{"application/json": map[string]any{"schema": map[string]any{"type": "object", "required": []any{"verdicts"}, "properties": map[string]any{
				"verdicts": map[string]any{"type": "array", "items": map[string]any{"$ref": "#/components/schemas/Verdict"}}}}}}}}}}}
	return tb
}

func TestOwnIsMarked(t *testing.T) {
	doc, out := compiledDoc(t, small(t), ownTables())
	chat := doc.Components.Schemas["ChatRequest"].Value
	for _, name := range []string{"verdict", "hints", "user"} {
		if p := chat.Properties[name]; p == nil || p.Value.Extensions["x-ours"] != true || p.Value.Extensions["x-source"] != "a page" {
			t.Errorf("%s: %+v, want it marked", name, p)
		}
	}
	hints := doc.Components.Schemas[refName(unwrap(chat.Properties["hints"]))]
	if refName(unwrap(chat.Properties["verdict"])) != "Verdict" || hints == nil || hints.Value.Extensions["x-ours"] != nil {
		t.Error("the mark of a property went to its component")
	}
	if chat.Extensions["x-open"] != true || chat.AdditionalProperties.Has != nil {
		t.Error("not open")
	}
	if got, _ := chat.Extensions["x-optional"].([]any); !slices.Equal(got, []any{"messages"}) || slices.Contains(chat.Required, "messages") {
		t.Errorf("optional: %v, required %v", got, chat.Required)
	}
	format := unwrap(chat.Properties["format"]).Value
	if got, _ := format.Extensions["x-values"].([]any); !slices.Equal(got, []any{"XML"}) || len(format.Enum) != 3 {
		t.Errorf("values: %v of %v", got, format.Enum)
	}
	temperature := chat.Properties["temperature"].Value
	was, _ := temperature.Extensions["x-upstream"].(map[string]any)
	if *temperature.Max != 1 || was["maximum"] != 2.0 || was["default"] != 0.7 || temperature.Description != "How wild." {
		t.Errorf("temperature: %+v, was %v", temperature, was)
	}
	if doc.Components.Schemas["Verdict"] == nil || doc.Components.Schemas["Unused"] != nil {
		t.Error("of our schemas, want those that something refers to")
	}
	judge := doc.Paths.Value("/judge").Post
	if judge.Extensions["x-ours"] != true || judge.Responses.Value("429") == nil {
		t.Error("the operation of ours is not marked, or has no error statuses")
	}
	if p := doc.Paths.Value("/items").Get.Parameters.GetByInAndName("query", "since"); p == nil || p.Schema.Value.Extensions["x-ours"] != true {
		t.Error("the parameter of ours is not marked")
	}
	if got := out.report.all(unmatched); !slices.Equal(got, []string{"own fixes: GET /nowhere 200.data"}) {
		t.Errorf("unmatched %q", got)
	}
	if len(out.report.all(dropped)) != 0 {
		t.Errorf("dropped %q, of what upstream does not say", out.report.all(dropped))
	}
}

// The compiled document is what upstream will publish one day: nothing of ours is left to add.
func TestOwnDropsOut(t *testing.T) {
	_, first := compiledDoc(t, small(t), ownTables())
	raw := strings.NewReplacer("x-ours: true", "x-was: ours", "x-open: true", "x-was: open", "x-optional:", "x-was:", "x-upstream:", "x-had:", "x-values:", "x-were:").Replace(string(first.yaml))
	// Their names are Go's by now: a fix finds its site by ours.
	tb := ownTables()
	for site, f := range tb.Fixes {
		if rest, ok := strings.CutPrefix(site, "ChatRequestSchema"); ok {
			delete(tb.Fixes, site)
			if site = "ChatRequest" + rest; rest == ".format" {
				site = "ChatRequestFormat"
			}
			tb.Fixes[site] = f
		}
	}
	tb.Components = nil
	tb.Fixes["ChatRequest"] = fix{Open: true, Optional: []string{"messages"}, Add: map[string]any{"user": map[string]any{"type": "string"}, "hints": map[string]any{}}}
	tb.Errors, tb.Streams, tb.Operations = nil, nil, map[string]ownOperation{"POST /judge": {Operation: map[string]any{"summary": "Judges", "responses": map[string]any{"default": map[string]any{"description": "x"}}}}}
	doc, out := compiledDoc(t, []byte(raw), tb)
	want := []string{"own fixes: ChatRequest.hints", "own fixes: ChatRequest.user", "own fixes: ChatRequest: open",
		"own fixes: ChatRequest: optional messages", "own fixes: ChatRequest.temperature: schema", "own fixes: ChatRequestFormat: value XML", "own parameters: GET /items since", "own operations: POST /judge"}
	if got := out.report.all(dropped); !slices.Equal(sortedCopy(got), sortedCopy(want)) {
		t.Errorf("dropped\n%q, want\n%q", got, want)
	}
	if strings.Contains(string(out.yaml), "x-ours") || strings.Contains(string(out.yaml), "x-upstream") {
		t.Error("marks are left")
	}
	if s := doc.Paths.Value("/judge").Post.Summary; s != "Judges" {
		t.Errorf("summary %q: our words go with the operation, until there is prose", s)
	}
}
