// Collecting: an event stream as the answer that the plain call would have given.

package venice

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
)

// ErrUnfinished means that a stream said it was at its end, and yet not why the answer ended: it may be half an answer,
// which is how some providers give up. What came is good, and beside the error. A stream whose end is missing is
// [ErrStreamCut].
var ErrUnfinished = errors.New("the stream ended without a reason to finish: the answer may be half of one")

// CollectChat ranges over a stream of [gen.API.StreamChatCompletion] and returns the whole as the answer that
// [gen.API.CreateChatCompletion] gives: content, reasoning and tool calls of each choice joined, why each ended, usage
// and cost. Its messages can be sent back as they are, signatures and encrypted reasoning included. An error of the
// stream comes back together with what arrived before it, or with nil if nothing did, and so do [ErrUnfinished] and each
// [ErrMisfit], all of them in one error with Unwrap() []error, the end of the stream first. A choice that was cut off has
// no FinishReason, and the arguments of its tool calls may be half a JSON text. Of members that the types do not know the
// latest stays, but for those of deltas, which may come in pieces: texts and lists are appended, objects merged by the
// same rule.
func CollectChat(stream iter.Seq2[*gen.ChatCompletionChunk, error]) (*gen.ChatCompletion, error) {
	c := chatParts{bill: map[string]any{}}
	var end error
	var misfits []error
	for chunk, err := range stream {
		if err != nil && !errors.Is(err, ErrMisfit) {
			end = err
			break
		}
		if err != nil {
			misfits = append(misfits, err)
		}
		if chunk != nil {
			c.add(chunk)
		}
	}
	if end == nil && !c.finished() {
		end = fmt.Errorf("venice: %w", ErrUnfinished)
	}
	if !c.begun {
		return nil, together(end, misfits...)
	}
	whole, err := c.completion()
	return whole, together(end, append(misfits, err)...)
}

// together is all errors as one: how a stream ended, if not well, and what of it did not fit.
func together(end error, misfits ...error) error {
	all := slices.DeleteFunc(append([]error{end}, misfits...), func(err error) bool { return err == nil })
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return severalErrors(all)
}

// severalErrors are found by [errors.Is] and [errors.As] each, and told by the first: a stream can have thousands.
type severalErrors []error

func (s severalErrors) Error() string { return fmt.Sprintf("%v (and %d more)", s[0], len(s)-1) }

func (s severalErrors) Unwrap() []error { return s }

// chatParts are a completion in the making.
type chatParts struct {
	begun     bool
	id, model string
	created   int64
	choices   []*chatChoice
	bill      map[string]any // what comes whole, by JSON names
	more      gen.Members
}

func (c *chatParts) add(chunk *gen.ChatCompletionChunk) {
	c.begun = true
	c.id, c.model, c.created = cmp.Or(c.id, chunk.ID), cmp.Or(c.model, chunk.Model), cmp.Or(c.created, chunk.Created)
	for _, piece := range chunk.Choices {
		if !isBlank(piece) {
			c.choice(piece.Index).add(piece)
		}
	}
	keepMembers(&c.more, chunk.Members)
	if chunk.Usage != nil {
		c.bill["usage"] = chunk.Usage
	}
	if chunk.Cost != nil {
		c.bill["cost"] = chunk.Cost
	}
	if there(chunk.VeniceParameters) {
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

// finished reports whether every choice says why it ended. A stream without choices has finished nothing.
func (c *chatParts) finished() bool {
	return len(c.choices) > 0 && !slices.ContainsFunc(c.choices, func(known *chatChoice) bool { return known.finish == "" })
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
	putMembers(whole, c.more)
	out := new(gen.ChatCompletion)
	return out, misfit(recast(whole, out))
}

// misfit gives an error of what was collected its kind, as that of the plain answer has it.
func misfit(err error) error {
	if misfits, some := errors.AsType[*gen.MisfitError](err); some {
		return fmt.Errorf("venice: %w: %w", ErrMisfit, misfits)
	}
	return err
}

// recast copies what from and to have in common, by JSON names in any case. What is JSON already stays as it is, which
// version 1 of the codec does not write so.
func recast(from, to any) error {
	b, err := jsonv2.Marshal(from, encoding, decoding)
	if err == nil {
		err = json.Unmarshal(b, to)
	}
	if err != nil {
		return fmt.Errorf("venice: what the service sent does not fit %T: %w", to, err)
	}
	return nil
}

// pieces are a text in the making. An empty text is not the same as none.
type pieces struct {
	joined strings.Builder
	begun  bool
}

func (p *pieces) add(piece *string) {
	if piece != nil {
		p.begun = true
		p.joined.WriteString(*piece)
	}
}

// text is nil if no piece came.
func (p *pieces) text() *string {
	if !p.begun {
		return nil
	}
	return new(p.joined.String())
}

// there reports whether a value came: null says that there is none.
func there(j gen.JSON) bool { return len(j) > 0 && jsontext.Value(j).Kind() != jsontext.KindNull }

// isBlank reports whether an item of a list says nothing, which is how null is decoded.
func isBlank(item any) bool { return reflect.ValueOf(item).IsZero() }

func deref[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}
