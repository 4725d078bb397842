// Tests of the lock of names.

package main

import (
	"strings"
	"testing"
)

const (
	chatCost = "{type: object, required: [cost], properties: {cost: {type: object, properties: {usd: {type: number}, diem: {type: number}}}}}"
	itemCost = "nullable: true}, cost: {type: object, properties: {usd: {type: number}, diem: {type: number}}}"
)

func costNames(t *testing.T, raw []byte, tb *tables) (chat, item string, out *compiled) {
	t.Helper()
	doc, out := compiledDoc(t, raw, tb)
	chat = refName(doc.Paths.Value("/chat").Post.Responses.Value("200").Value.Content["application/json"].Schema.Value.
		Properties["choices"].Value.Items.Value.Properties["cost"])
	item = refName(doc.Paths.Value("/items").Get.Responses.Value("200").Value.Content["application/json"].Schema.Value.
		Properties["data"].Value.Items.Value.Properties["cost"])
	return chat, item, out
}

// Two sites share a name; when they part, the one that did not change keeps it, whichever it is; when they meet
// again, so does the name.
func TestNamesSurviveSplitAndMerge(t *testing.T) {
	chat, item, first := costNames(t, small(t), smallTables())
	if chat == "" || chat != item {
		t.Fatalf("names %q and %q: want one", chat, item)
	}
	splitItem := change(t, string(small(t)), itemCost, strings.Replace(itemCost, "usd", "eur", 1))
	c, i, second := costNames(t, []byte(splitItem), relock(t, first))
	if c != chat || i == chat {
		t.Errorf("item changed: chat %q item %q, want chat to keep %q", c, i, chat)
	}
	splitChat := change(t, string(small(t)), chatCost, strings.Replace(chatCost, "usd", "eur", 1))
	if c, i, _ := costNames(t, []byte(splitChat), relock(t, first)); i != chat || c == chat {
		t.Errorf("chat changed: chat %q item %q, want item to keep %q", c, i, chat)
	}
	if c, i, _ := costNames(t, small(t), relock(t, second)); c != chat || i != chat {
		t.Errorf("together again: chat %q item %q, want %q", c, i, chat)
	}
}

// A schema that is new takes no name that an old one has or had, even where it would come first.
func TestNewSchemaTakesNoLockedName(t *testing.T) {
	chat, _, first := costNames(t, small(t), smallTables())
	raw := change(t, string(small(t)), "paths:\n", `paths:
  /a:
    get:
      operationId: aa
      responses: {"200": {description: x, content: {application/json: {schema: {type: object, properties: {cost: {type: object, properties: {sum: {type: string}}}}}}}}}
`)
	c, _, _ := costNames(t, []byte(raw), relock(t, first))
	if c != chat {
		t.Errorf("name %q, was %q", c, chat)
	}
	// Nor does it take the name of one that is away for a revision.
	tb := smallTables()
	tb.lock.entries["GET /away 200.old"] = lockEntry{name: "OldCost", digest: "00000000"}
	g := &group{sites: []*place{{site: "GET /here 200.old", words: []string{"Here", "Old", "Cost"}}}}
	newNamer(tb).nameAll([]*group{g})
	if g.name != "HereOldCost" {
		t.Errorf("name %q, want HereOldCost: OldCost belongs to a schema that may come back", g.name)
	}
}

func TestLockFile(t *testing.T) {
	if _, err := loadLock("testdata/small.yaml"); err == nil || !strings.Contains(err.Error(), "want site, name and digest") {
		t.Errorf("got %v", err)
	}
}
