// Looking into a stream while it runs.

package agent

import (
	"errors"
	"iter"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/collect"
)

// An Accumulator is what has come of a streamed chat so far. Add each chunk; the rest is there to look at between them. A
// chunk costs no allocation, but for what begins anew or outgrows its room. The zero value is ready. For the answer alone
// [venice.CollectChat] is enough.
type Accumulator struct {
	parts collect.ChatParts
	told  int // how many calls have ended before the latest chunk
	ended []gen.ToolCall
}

// Add takes in the next chunk of a stream.
func (a *Accumulator) Add(chunk *gen.ChatCompletionChunk) {
	a.parts.Misfit = venice.ErrMisfit
	a.parts.Add(chunk)
	a.told += len(a.ended)
	a.ended = a.parts.Calls(a.told)
}

// Text is that of the first choice so far.
func (a *Accumulator) Text() string { return a.parts.Text() }

// Thought is the reasoning of the first choice so far, as far as it is in words.
func (a *Accumulator) Thought() string { return a.parts.Thought() }

// Ended are the tool calls of the first choice that ended with the latest chunk: it began another one, or was the choice's
// last. Then their arguments are whole.
func (a *Accumulator) Ended() []gen.ToolCall { return a.ended }

// Finish is why the first choice ended, and empty until it has.
func (a *Accumulator) Finish() gen.FinishReason { return a.parts.Finish() }

// Usage is what the answer used, nil until the service has said so, and Cost what it cost. They come at the end.
func (a *Accumulator) Usage() *gen.ChunkUsage {
	usage, _ := a.parts.Bill()
	return usage
}

// Cost is what the answer cost, nil until the service has said so.
func (a *Accumulator) Cost() *gen.ChunkCost {
	_, cost := a.parts.Bill()
	return cost
}

// Completion is what has come so far in the form of a whole answer. The error is [venice.ErrMisfit].
func (a *Accumulator) Completion() (*gen.ChatCompletion, error) { return a.parts.Completion() }

// Text is the text of a stream's first choice, piece by piece. An error of the stream ends it, but for a
// [venice.ErrMisfit], which is left out.
func Text(stream iter.Seq2[*gen.ChatCompletionChunk, error]) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for chunk, err := range stream {
			if err != nil && !errors.Is(err, venice.ErrMisfit) {
				yield("", err)
				return
			}
			if chunk == nil {
				continue
			}
			if piece := deltaText(chunk); piece != "" && !yield(piece, nil) {
				return
			}
		}
	}
}
