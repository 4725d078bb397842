// Chat through the typed client: a conversation and streams.

package tests

import (
	"strings"
	"testing"

	"github.com/venice-go/venice/gen"
)

var hello = &gen.ChatCompletionRequest{Model: "zai-org-glm-5-1", Messages: []gen.ChatMessage{gen.UserMessage("Hello there")}}

// A reply can be sent back as it came.
func TestConversation(t *testing.T) {
	p := newPair(t)
	c := p.client(t, p.InferenceKey())
	first, err := c.CreateChatCompletion(t.Context(), hello)
	if err != nil {
		t.Fatal(err)
	}
	reply := first.Choices[0].Message
	if got := reply.Content.String(); got != "You said: Hello there" {
		t.Errorf("reply %q", got)
	}
	next := &gen.ChatCompletionRequest{Model: hello.Model, Messages: append(hello.Messages, reply, gen.UserMessage("Bye"))}
	second, err := c.CreateChatCompletion(t.Context(), next)
	if err != nil {
		t.Fatal(err)
	}
	if got := second.Choices[0].Message.Content.String(); got != "You said: Bye" {
		t.Errorf("second reply %q", got)
	}
}

// A stream brings the reply in pieces, each of which decodes without loss, and the bill at its end.
func TestStream(t *testing.T) {
	p := newPair(t)
	c := p.client(t, p.InferenceKey())
	var chunks []*gen.ChatCompletionChunk
	var text strings.Builder
	for chunk, err := range c.StreamChatCompletion(t.Context(), hello) {
		if err != nil {
			t.Fatal(err)
		}
		chunks = append(chunks, chunk)
		for _, choice := range chunk.Choices {
			if choice.Delta.Content != nil {
				text.WriteString(*choice.Delta.Content)
			}
		}
	}
	if text.String() != "You said: Hello there" {
		t.Errorf("streamed %q", text.String())
	}
	exactJSON(t, "request", p.wire.request,
		[]byte(`{"model":"zai-org-glm-5-1","stream":true,"messages":[{"role":"user","content":"Hello there"}]}`))

	sent := events(p.wire.answer)
	if len(chunks) != len(sent)-1 || sent[len(sent)-1] != "[DONE]" {
		t.Fatalf("%d chunks of %q", len(chunks), sent)
	}
	for i, chunk := range chunks {
		sameJSON(t, "chunk, decoded and encoded", encode(t, chunk), []byte(sent[i]))
	}
	if last := chunks[len(chunks)-1]; len(last.Choices) != 0 || last.Usage == nil || last.Cost == nil {
		t.Errorf("the last chunk brings no bill: %s", encode(t, last))
	}
}

// A caller that has read enough leaves the loop, and the client can go on.
func TestStreamLeftEarly(t *testing.T) {
	p := newPair(t)
	c := p.client(t, p.InferenceKey())
	seen := 0
	for _, err := range c.StreamChatCompletion(t.Context(), hello) {
		if err != nil {
			t.Fatal(err)
		}
		if seen++; seen == 2 {
			break
		}
	}
	if _, err := c.CreateChatCompletion(t.Context(), hello); err != nil || seen != 2 {
		t.Errorf("after %d chunks: %v", seen, err)
	}
}
