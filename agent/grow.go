// Values that grow while their JSON is written.

package agent

import (
	"bytes"
	"errors"
	"iter"
	"reflect"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/schema"
)

// A grower yields what there is of a value, whenever there is more.
type grower[T any] struct {
	text, seen []byte
	yield      func(*Parsed[T], error) bool
}

// add reports whether more is wanted.
func (g *grower[T]) add(chunk *gen.ChatCompletionChunk) bool {
	piece := deltaText(chunk)
	if piece == "" {
		return true
	}
	g.text = append(g.text, piece...)
	s, err := schema.Of(reflect.TypeFor[T]())
	if err != nil {
		return true
	}
	closed := schema.Closed(g.text)
	if bytes.Equal(closed, g.seen) || string(closed) == "null" {
		return true
	}
	g.seen = closed
	var value T
	if s.Partial(g.text, &value) != nil { // the end will tell
		return true
	}
	return g.yield(&Parsed[T]{Value: value}, nil)
}

// watched is a stream whose chunks are seen on their way. It ends early once see wants no more.
func watched[T any](stream iter.Seq2[*T, error], see func(*T) bool) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for chunk, err := range stream {
			if chunk != nil && (err == nil || errors.Is(err, venice.ErrMisfit)) && !see(chunk) || !yield(chunk, err) {
				return
			}
		}
	}
}

// deltaText is what a chunk adds to the text of the first choice.
func deltaText(chunk *gen.ChatCompletionChunk) string {
	for i := range chunk.Choices {
		if c := &chunk.Choices[i]; c.Index == 0 && c.Delta.Content != nil {
			return *c.Delta.Content
		}
	}
	return ""
}
