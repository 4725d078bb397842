// Collecting a response: its events as the answer that the plain call would have given.

package venice

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/venice-go/venice/gen"
)

// CollectResponse ranges over a stream of [gen.API.StreamResponse] and returns the response as the service last sent
// it, which after a stream that ran to its end is the answer that [gen.API.CreateResponse] gives. An error of the
// stream comes back together with what arrived before it, or with nil if nothing did: output items as far as they got,
// with the text of those that were not done. [ErrUnfinished] comes back so too, if no event said how the response ended,
// and so does each [ErrMisfit], all of them in one error with Unwrap() []error, the end of the stream first.
func CollectResponse(stream iter.Seq2[*gen.ResponseEvent, error]) (*gen.Response, error) {
	r := responseParts{items: map[int64]gen.JSON{}, texts: map[int64]*strings.Builder{}}
	var end error
	var misfits []error
	for event, err := range stream {
		if err != nil && !errors.Is(err, ErrMisfit) {
			end = err
			break
		}
		if err != nil {
			misfits = append(misfits, err)
		}
		if event != nil {
			r.add(event)
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
	begun bool
	ended bool     // an event said so
	last  gen.JSON // as the service last sent it
	items map[int64]gen.JSON
	texts map[int64]*strings.Builder // by the item that they are for
}

func (r *responseParts) add(e *gen.ResponseEvent) {
	r.begun = true
	if there(e.Response) {
		r.last = e.Response
	}
	r.ended = r.ended || slices.Contains([]string{"response.completed", "response.incomplete", "response.failed"}, deref(e.Type))
	if e.OutputIndex == nil {
		return
	}
	at := *e.OutputIndex
	switch {
	case there(e.Item):
		r.items[at] = e.Item
	case deref(e.Type) == "response.output_text.delta":
		if r.items[at] == nil {
			r.items[at], _ = gen.NewJSON(map[string]any{"type": "message", "role": "assistant", "status": "in_progress", "id": deref(e.ItemID)})
		}
		if r.texts[at] == nil {
			r.texts[at] = new(strings.Builder)
		}
		r.texts[at].WriteString(deref(e.Delta))
	}
}

// response adds to the last word of the service the items that it does not have yet.
func (r *responseParts) response() (*gen.Response, error) {
	whole, output := map[string]gen.JSON{}, []gen.JSON{}
	if _ = r.last.Decode(&whole); whole == nil { // what is no object has nothing to add to
		whole = map[string]gen.JSON{}
	}
	_ = whole["output"].Decode(&output)
	for _, at := range slices.Sorted(maps.Keys(r.items)) {
		if at >= int64(len(output)) {
			output = append(output, withText(r.items[at], r.texts[at]))
		}
	}
	whole["output"], _ = gen.NewJSON(output)
	out := new(gen.Response)
	return out, misfit(recast(whole, out))
}

// withText gives an item that is not done the text that came for it.
func withText(item gen.JSON, text *strings.Builder) gen.JSON {
	var members map[string]gen.JSON
	var content []gen.JSON
	if text == nil || item.Decode(&members) != nil || members == nil {
		return item
	}
	if _ = members["content"].Decode(&content); len(content) > 0 {
		return item
	}
	members["content"], _ = gen.NewJSON([]any{map[string]any{"type": "output_text", "text": text.String()}})
	whole, _ := gen.NewJSON(members)
	return whole
}
