// Collecting: an event stream as the answer that the plain call would have given.

package venice

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/venice-go/venice/gen"
)

// CollectChat ranges over a stream of [gen.API.StreamChatCompletion] and returns the whole as the answer that
// [gen.API.CreateChatCompletion] gives: content, reasoning and tool calls of each choice joined, why each ended, usage
// and cost. An error of the stream comes back together with what arrived before it, or with nil if nothing did; a
// choice that was cut off has no FinishReason, and the arguments of its tool calls may be half a JSON text. Log
// probabilities are left out: a chunk has them in another form than an answer.
func CollectChat(stream iter.Seq2[*gen.ChatCompletionChunk, error]) (*gen.ChatCompletion, error) {
	c := chatParts{bill: map[string]any{}}
	for chunk, err := range stream {
		if err != nil {
			if !c.begun {
				return nil, err
			}
			whole, _ := c.completion()
			return whole, err
		}
		c.add(chunk)
	}
	return c.completion()
}

// chatParts are a completion in the making.
type chatParts struct {
	begun     bool
	id, model string
	created   int64
	choices   []*chatChoice
	bill      map[string]any // what comes whole, by JSON names
}

func (c *chatParts) add(chunk *gen.ChatCompletionChunk) {
	c.begun = true
	c.id, c.model, c.created = cmp.Or(c.id, chunk.ID), cmp.Or(c.model, chunk.Model), cmp.Or(c.created, chunk.Created)
	for _, piece := range chunk.Choices {
		c.choice(piece.Index).add(piece)
	}
	if chunk.Usage != nil {
		c.bill["usage"] = chunk.Usage
	}
	if chunk.Cost != nil {
		c.bill["cost"] = chunk.Cost
	}
	if chunk.VeniceParameters != nil {
		c.bill["venice_parameters"] = chunk.VeniceParameters
	}
}

func (c *chatParts) choice(index int64) *chatChoice {
	at := slices.IndexFunc(c.choices, func(known *chatChoice) bool { return known.index == index })
	if at < 0 {
		at = len(c.choices)
		c.choices = append(c.choices, &chatChoice{index: index, role: "assistant"})
	}
	return c.choices[at]
}

// completion goes through JSON, because that is what chunks and answers have in common: their types differ.
func (c *chatParts) completion() (*gen.ChatCompletion, error) {
	slices.SortFunc(c.choices, func(a, b *chatChoice) int { return cmp.Compare(a.index, b.index) })
	var choices []any
	for _, choice := range c.choices {
		choices = append(choices, choice.choice())
	}
	whole := map[string]any{"id": c.id, "object": "chat.completion", "created": c.created, "model": c.model}
	maps.Copy(whole, c.bill)
	if choices != nil {
		whole["choices"] = choices
	}
	out := new(gen.ChatCompletion)
	return out, recast(whole, out)
}

// recast copies what from and to have in common, by JSON names.
func recast(from, to any) error {
	b, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(b, to)
	}
	if err != nil {
		return fmt.Errorf("venice: what the service sent does not fit %T: %w", to, err)
	}
	return nil
}

type chatChoice struct {
	index              int64
	role, finish       string
	content, reasoning strings.Builder
	said, thought      bool // an empty text is not the same as none
	calls              []*chatCall
}

func (c *chatChoice) add(piece gen.ChunkChoice) {
	d := piece.Delta
	if d.Role != nil && *d.Role != "" {
		c.role = *d.Role
	}
	if d.Content != nil {
		c.said = true
		c.content.WriteString(*d.Content)
	}
	if d.ReasoningContent != nil {
		c.thought = true
		c.reasoning.WriteString(*d.ReasoningContent)
	}
	for _, fragment := range d.ToolCalls {
		c.call(fragment).add(fragment)
	}
	if piece.FinishReason != nil {
		c.finish = *piece.FinishReason
	}
}

// call finds the call that a fragment belongs to: the latest with its index, or the latest at all if it has none. A new
// id begins a new call all the same, since some models number every call 0.
func (c *chatChoice) call(fragment gen.ToolCall) *chatCall {
	index, id := int64(len(c.calls)), deref(fragment.ID)
	for _, known := range slices.Backward(c.calls) {
		if (fragment.Index == nil || *fragment.Index == known.index) && (id == "" || known.id == "" || id == known.id) {
			return known
		}
	}
	if fragment.Index != nil {
		index = *fragment.Index
	}
	c.calls = append(c.calls, &chatCall{index: index})
	return c.calls[len(c.calls)-1]
}

func (c *chatChoice) choice() map[string]any {
	message := map[string]any{"role": c.role}
	if c.said {
		message["content"] = c.content.String()
	}
	if c.thought {
		message["reasoning_content"] = c.reasoning.String()
	}
	slices.SortStableFunc(c.calls, func(a, b *chatCall) int { return cmp.Compare(a.index, b.index) })
	var calls []gen.ToolCall
	for _, call := range c.calls {
		calls = append(calls, call.call())
	}
	if calls != nil {
		message["tool_calls"] = calls
	}
	return map[string]any{"index": c.index, "finish_reason": c.finish, "message": message}
}

// A chatCall is a tool call in the making. Its index is only good for joining fragments: an answer has none.
type chatCall struct {
	index          int64
	id, kind, name string
	arguments      strings.Builder
	signature      *string // Gemini's, to be sent back
	extra          any
	more           map[string]json.RawMessage
}

func (c *chatCall) add(fragment gen.ToolCall) {
	c.id, c.kind = cmp.Or(c.id, deref(fragment.ID)), cmp.Or(c.kind, deref(fragment.Type))
	if f := fragment.Function; f != nil {
		c.name = cmp.Or(c.name, deref(f.Name))
		c.arguments.WriteString(deref(f.Arguments))
	}
	if fragment.ThoughtSignature != nil {
		c.signature = fragment.ThoughtSignature
	}
	if fragment.ExtraContent != nil { // any JSON value: it may not be comparable
		c.extra = fragment.ExtraContent
	}
	if len(fragment.AdditionalProperties) > 0 && c.more == nil {
		c.more = map[string]json.RawMessage{}
	}
	maps.Copy(c.more, fragment.AdditionalProperties)
}

func (c *chatCall) call() gen.ToolCall {
	whole := gen.ToolCall{Type: new(cmp.Or(c.kind, "function")), ThoughtSignature: c.signature, ExtraContent: c.extra, AdditionalProperties: c.more}
	whole.Function = &gen.ToolCallFunction{Name: &c.name, Arguments: new(c.arguments.String())}
	if c.id != "" {
		whole.ID = &c.id
	}
	return whole
}

func deref[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}

// CollectResponse ranges over a stream of [gen.API.StreamResponse] and returns the response as the service last sent
// it, which after a stream that ran to its end is the answer that [gen.API.CreateResponse] gives. An error of the
// stream comes back together with what arrived before it, or with nil if nothing did: output items as far as they got,
// with the text of those that were not done.
func CollectResponse(stream iter.Seq2[*gen.ResponseEvent, error]) (*gen.Response, error) {
	r := responseParts{items: map[int64]map[string]any{}, texts: map[int64]*strings.Builder{}}
	for event, err := range stream {
		if err != nil {
			if !r.begun {
				return nil, err
			}
			whole, _ := r.response()
			return whole, err
		}
		r.add(event)
	}
	return r.response()
}

// responseParts are a response in the making, in the form in which events carry it.
type responseParts struct {
	begun bool
	last  map[string]any // as the service last sent it
	items map[int64]map[string]any
	texts map[int64]*strings.Builder // by the item that they are for
}

func (r *responseParts) add(e *gen.ResponseEvent) {
	r.begun = true
	if e.Response != nil {
		r.last = e.Response
	}
	if e.OutputIndex == nil {
		return
	}
	at := *e.OutputIndex
	switch {
	case e.Item != nil:
		r.items[at] = e.Item
	case deref(e.Type) == "response.output_text.delta":
		if r.items[at] == nil {
			r.items[at] = map[string]any{"type": "message", "role": "assistant", "status": "in_progress", "id": deref(e.ItemID)}
		}
		if r.texts[at] == nil {
			r.texts[at] = new(strings.Builder)
		}
		r.texts[at].WriteString(deref(e.Delta))
	}
}

// response adds to the last word of the service the items that it does not have yet.
func (r *responseParts) response() (*gen.Response, error) {
	whole := maps.Clone(r.last)
	if whole == nil {
		whole = map[string]any{}
	}
	output, _ := whole["output"].([]any)
	for _, at := range slices.Sorted(maps.Keys(r.items)) {
		if at < int64(len(output)) {
			continue
		}
		item := r.items[at]
		if content, _ := item["content"].([]any); len(content) == 0 && r.texts[at] != nil {
			item = maps.Clone(item)
			item["content"] = []any{map[string]any{"type": "output_text", "text": r.texts[at].String()}}
		}
		output = append(output, item)
	}
	whole["output"] = output
	out := new(gen.Response)
	return out, recast(whole, out)
}
