// Collecting a response: its events as the answer that the plain call would have given.

package collect

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
)

// Response collects a stream of a response. What did not fit its type is an error of the kind misfit.
func Response(stream iter.Seq2[*gen.ResponseEvent, error], misfit error) (*gen.Response, error) {
	r := responseParts{misfit: misfit}
	var end error
	var misfits []error
	for event, err := range stream {
		if err != nil && !errors.Is(err, misfit) {
			end = err
			break
		}
		if err != nil {
			misfits = append(misfits, err)
		}
		if event != nil {
			if err := r.add(event); err != nil {
				misfits = append(misfits, err)
			}
		}
	}
	unfinished := fmt.Errorf("venice: %w", ErrUnfinished)
	if !r.begun {
		return nil, together(cmp.Or(end, unfinished), misfits...)
	}
	whole, err := r.response()
	if end == nil && !r.ended && slices.Contains([]gen.ResponseStatus{"", "queued", "in_progress"}, whole.Status) {
		end = unfinished
	}
	return whole, together(end, append(misfits, err)...)
}

// responseParts are a response in the making, in the form in which events carry it.
type responseParts struct {
	misfit error
	begun  bool
	ended  bool     // an event said so
	last   gen.JSON // as the service last sent it
	items  []*responseItem
}

// add returns an error if the event has a response or an item that is none.
func (r *responseParts) add(e *gen.ResponseEvent) error {
	r.begun = true
	var odd error
	switch {
	case isObject(e.Response):
		r.last = e.Response
		for _, item := range r.items {
			item.newer = false
		}
	case there(e.Response):
		odd = fit(&gen.MisfitError{Misfits: []gen.Misfit{{Pointer: "/response", Raw: e.Response}}}, r.misfit)
	}
	r.ended = r.ended || slices.Contains([]string{"response.completed", "response.incomplete", "response.failed"}, deref(e.Type))
	at := int64(math.MaxInt64) // what has no place comes last
	if e.OutputIndex != nil && *e.OutputIndex >= 0 {
		at = *e.OutputIndex
	}
	switch {
	case isObject(e.Item):
		id := cmp.Or(textMember(e.Item, "id"), deref(e.ItemID))
		item := r.item(at, id, func(known *responseItem) bool { return at == math.MaxInt64 && known.done })
		if done := deref(e.Type) == "response.output_item.done"; done || !item.done {
			item.value, item.newer, item.done = e.Item, true, done
			item.kind = cmp.Or(textMember(e.Item, "type"), item.kind)
		}
	case there(e.Item):
		odd = errors.Join(odd, fit(&gen.MisfitError{Misfits: []gen.Misfit{{Pointer: "/item", Raw: e.Item}}}, r.misfit))
	}
	if kind, known := deltaKinds[deref(e.Type)]; known && deref(e.Delta) != "" {
		item := r.item(at, deref(e.ItemID), func(*responseItem) bool { return false })
		item.newer = true
		item.write(kind, e)
	}
	return odd
}

// item finds an output item by its id, or by its place where one of the two has no id, or begins one.
func (r *responseParts) item(at int64, id string, isOther func(*responseItem) bool) *responseItem {
	same := slices.IndexFunc(r.items, func(known *responseItem) bool { return id != "" && known.id == id })
	for i := len(r.items) - 1; same < 0 && i >= 0; i-- {
		if known := r.items[i]; known.at == at && (id == "" || known.id == "") && !isOther(known) {
			same = i
		}
	}
	if same < 0 {
		same = len(r.items)
		r.items = append(r.items, &responseItem{at: at, texts: map[textPlace]*strings.Builder{}})
	}
	item := r.items[same]
	item.at, item.id = min(item.at, at), cmp.Or(item.id, id)
	return item
}

// response is the last word of the service with the items that it does not have.
func (r *responseParts) response() (*gen.Response, error) {
	var output []gen.JSON
	whole := objectOf(r.last) // what is no object has nothing to add to
	_ = whole["output"].Decode(&output)
	if output = r.output(output); len(output) > 0 || !there(whole["output"]) {
		whole["output"], _ = gen.NewJSON(output)
	}
	out := new(gen.Response)
	return out, fit(loose.Recast(whole, out), r.misfit)
}

// output adds the items that the service has left out to those that it has listed, each before the first that comes
// after it.
func (r *responseParts) output(listed []gen.JSON) []gen.JSON {
	type entry struct {
		of       *responseItem // nil if only the list has it
		value    gen.JSON
		id, kind string
	}
	all := make([]entry, 0, len(listed)+len(r.items))
	for _, value := range listed {
		if there(value) {
			all = append(all, entry{nil, value, textMember(value, "id"), textMember(value, "type")})
		}
	}
	left := slices.Clone(r.items)
	slices.SortStableFunc(left, func(a, b *responseItem) int { return cmp.Compare(a.at, b.at) })
	maybe := func(item *responseItem, e entry) bool { return (item.id == "" || e.id == "") && item.kind == e.kind }
	for _, same := range []func(item *responseItem, at int, e entry) bool{
		func(item *responseItem, _ int, e entry) bool { return item.id != "" && item.id == e.id },
		func(item *responseItem, _ int, e entry) bool { return bytes.Equal(item.value, e.value) },
		func(item *responseItem, at int, e entry) bool { return item.at == int64(at) && maybe(item, e) },
		func(item *responseItem, _ int, e entry) bool { return maybe(item, e) },
	} {
		left = slices.DeleteFunc(left, func(item *responseItem) bool {
			for at := range all {
				if all[at].of == nil && same(item, at, all[at]) {
					all[at].of = item
					return true
				}
			}
			return false
		})
	}
	for i := range all {
		if item := all[i].of; item != nil && item.newer {
			all[i].value = item.whole(all[i].value)
		}
	}
	for _, item := range left {
		before := slices.IndexFunc(all, func(e entry) bool { return e.of != nil && e.of.at > item.at })
		if before < 0 {
			before = len(all)
		}
		all = slices.Insert(all, before, entry{of: item, value: item.whole(nil)})
	}
	output := make([]gen.JSON, 0, len(all))
	for _, e := range all {
		output = append(output, e.value)
	}
	return output
}

// A responseItem is an output item in the making.
type responseItem struct {
	at    int64
	id    string
	value gen.JSON // as the service last sent it, none if only pieces came
	done  bool
	newer bool   // than the last word of the service
	kind  string // its type
	texts map[textPlace]*strings.Builder
}

// A textPlace is where within an item a text belongs, which may have several parts.
type textPlace struct {
	part int64
	deltaKind
}

// A deltaKind is what an event adds to, and the type of items that have it.
type deltaKind struct{ member, of string }

var deltaKinds = map[string]deltaKind{
	"response.output_text.delta":             {"text", "message"},
	"response.refusal.delta":                 {"refusal", "message"},
	"response.function_call_arguments.delta": {"arguments", "function_call"},
	"response.reasoning_summary_text.delta":  {"summary", "reasoning"},
}

func (item *responseItem) write(kind deltaKind, e *gen.ResponseEvent) {
	place := textPlace{deref(e.ContentIndex), kind}
	if kind.member == "summary" {
		place.part, _, _ = gen.Member[int64](e.Members, "summary_index")
	}
	if item.texts[place] == nil {
		item.texts[place] = new(strings.Builder)
	}
	item.texts[place].WriteString(deref(e.Delta))
	item.kind = cmp.Or(item.kind, kind.of) // until it is sent
}

// whole gives an item that is not done the texts that came for it. One that was never sent is made of listed, or anew.
func (item *responseItem) whole(listed gen.JSON) gen.JSON {
	value := item.value
	if value == nil {
		value = listed
	}
	if item.done || value != nil && !isObject(value) {
		return value
	}
	members := objectOf(value)
	if value == nil {
		members["type"], _ = gen.NewJSON(item.kind)
		members["status"], _ = gen.NewJSON("in_progress")
		members["id"], _ = gen.NewJSON(item.id)
		if item.kind == "message" {
			members["role"], _ = gen.NewJSON("assistant")
		}
	}
	var content []any
	var summary []string
	for _, place := range slices.SortedFunc(maps.Keys(item.texts), func(a, b textPlace) int {
		return cmp.Or(cmp.Compare(a.part, b.part), -cmp.Compare(a.member, b.member)) // a text before its refusal
	}) {
		text := item.texts[place].String()
		switch {
		case place.of != item.kind:
		case place.member == "text":
			content = append(content, map[string]any{"type": "output_text", "text": text})
		case place.member == "refusal":
			content = append(content, map[string]any{"type": "refusal", "refusal": text})
		case place.member == "summary":
			summary = append(summary, text)
		case textMember(value, "arguments") == "":
			members["arguments"], _ = gen.NewJSON(text)
		}
	}
	if content != nil && saysNothing(members["content"]) {
		members["content"], _ = gen.NewJSON(content)
	}
	if summary != nil && saysNothing(members["summary"]) {
		members["summary"], _ = gen.NewJSON(summary)
	}
	whole, _ := gen.NewJSON(members)
	return whole
}

// saysNothing reports whether a list has no part with a text, as that of an item has that was only begun.
func saysNothing(list gen.JSON) bool {
	var parts []gen.JSON
	_ = list.Decode(&parts)
	return !slices.ContainsFunc(parts, func(part gen.JSON) bool {
		return there(part) && (!isObject(part) || textMember(part, "text") != "" || textMember(part, "refusal") != "")
	})
}

func isObject(j gen.JSON) bool { return jsontext.Value(j).Kind() == jsontext.KindBeginObject }

// objectOf is what an object holds, and empty for anything else.
func objectOf(j gen.JSON) map[string]gen.JSON {
	members := map[string]gen.JSON{}
	if isObject(j) {
		_ = j.Decode(&members)
	}
	return members
}

// textMember is a member of an object that is a text, or "".
func textMember(object gen.JSON, name string) string {
	var text string
	if member := objectOf(object)[name]; jsontext.Value(member).Kind() == jsontext.KindString {
		_ = member.Decode(&text)
	}
	return text
}
