// Collecting: an event stream as the answer that the plain call would have given.

package venice

import (
	"iter"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/collect"
)

// ErrUnfinished means that a stream said it was at its end, and yet not why the answer ended: it may be half an answer,
// which is how some providers give up. What came is good, and beside the error. A stream whose end is missing is
// [ErrStreamCut].
var ErrUnfinished = collect.ErrUnfinished

// CollectChat ranges over a stream of [Client.StreamChatCompletion] and returns the whole as the answer that
// [Client.CreateChatCompletion] gives: content, reasoning and tool calls of each choice joined, why each ended, usage
// and cost. Its messages can be sent back as they are, signatures and encrypted reasoning included. An error of the
// stream comes back together with what arrived before it, or with nil if nothing did, and so do [ErrUnfinished] and each
// [ErrMisfit], all of them in one error with Unwrap() []error, the end of the stream first. A choice that was cut off has
// no FinishReason, and the arguments of its tool calls may be half a JSON text. Of members that the types do not know the
// latest stays, but for those of deltas, which may come in pieces: texts and lists are appended, objects merged by the
// same rule.
func CollectChat(stream iter.Seq2[*gen.ChatCompletionChunk, error]) (*gen.ChatCompletion, error) {
	return collect.Chat(stream, ErrMisfit)
}

// CollectResponse ranges over a stream of [Client.StreamResponse] and returns the response as the service last sent
// it, which after a stream that ran to its end is the answer that [Client.CreateResponse] gives. An error of the
// stream comes back together with what arrived before it, or with nil if nothing did: output items as far as they got,
// with the texts of those that were not done. [ErrUnfinished] comes back so too, if no event said how the response ended,
// and so does each [ErrMisfit], all of them in one error with Unwrap() []error, the end of the stream first.
func CollectResponse(stream iter.Seq2[*gen.ResponseEvent, error]) (*gen.Response, error) {
	return collect.Response(stream, ErrMisfit)
}
