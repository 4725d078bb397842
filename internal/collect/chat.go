// Package collect makes of an event stream the answer that the plain call would have given.
package collect

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
)

// ErrUnfinished means that a stream said it was at its end, and yet not why the answer ended.
var ErrUnfinished = errors.New("the stream ended without a reason to finish: the answer may be half of one")

// Chat collects a stream of a chat. What did not fit its type is an error of the kind misfit.
func Chat(stream iter.Seq2[*gen.ChatCompletionChunk, error], misfit error) (*gen.ChatCompletion, error) {
	c := ChatParts{Misfit: misfit}
	var end error
	var misfits []error
	for chunk, err := range stream {
		if err != nil && !errors.Is(err, misfit) {
			end = err
			break
		}
		if err != nil {
			misfits = append(misfits, err)
		}
		if chunk != nil {
			c.Add(chunk)
		}
	}
	if end == nil && !c.Finished() {
		end = fmt.Errorf("venice: %w", ErrUnfinished)
	}
	if !c.begun {
		return nil, together(end, misfits...)
	}
	whole, err := c.Completion()
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

// ChatParts are a completion in the making. The zero value has none.
type ChatParts struct {
	Misfit    error // the kind of an error about what does not fit
	begun     bool
	id, model string
	created   int64
	choices   []*chatChoice
	bill      map[string]any // what comes whole, by JSON names
	more      gen.Members
}

func (c *ChatParts) Add(chunk *gen.ChatCompletionChunk) {
	c.begun = true
	c.id, c.model, c.created = cmp.Or(c.id, chunk.ID), cmp.Or(c.model, chunk.Model), cmp.Or(c.created, chunk.Created)
	for i := range chunk.Choices {
		if piece := &chunk.Choices[i]; !isBlank(piece) {
			c.choice(piece.Index).add(piece)
		}
	}
	keepMembers(&c.more, chunk.Members)
	if c.bill == nil {
		c.bill = map[string]any{}
	}
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

func (c *ChatParts) choice(index int64) *chatChoice {
	at := slices.IndexFunc(c.choices, func(known *chatChoice) bool { return known.index == index })
	if at < 0 {
		at = len(c.choices)
		c.choices = append(c.choices, &chatChoice{index: index, role: "assistant"})
	}
	return c.choices[at]
}

// Finished reports whether every choice says why it ended. A stream without choices has finished nothing.
func (c *ChatParts) Finished() bool {
	return len(c.choices) > 0 && !slices.ContainsFunc(c.choices, func(known *chatChoice) bool { return known.finish == "" })
}

// Completion makes the answer of what came so far. It goes through JSON, because that is what chunks and answers have in common: their types differ.
func (c *ChatParts) Completion() (*gen.ChatCompletion, error) {
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
	return out, fit(loose.Recast(whole, out), c.Misfit)
}

// fit gives an error of what was collected its kind, as that of the plain answer has it.
func fit(err, kind error) error {
	if misfits, some := errors.AsType[*gen.MisfitError](err); some {
		return fmt.Errorf("venice: %w: %w", kind, misfits)
	}
	return err
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
func isBlank[T any](item *T) bool { return reflect.ValueOf(item).Elem().IsZero() }

func deref[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}
