// Tests of looking into a stream.

package agent_test

import (
	"iter"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
)

func TestAccumulator(t *testing.T) {
	_, client := service(t)
	for _, model := range []string{glm, "claude-opus-4-6", "openai-gpt-54"} {
		q := ask(model, "How is the weather in Rome and in Oslo, in celsius?")
		q.ReasoningEffort = "high"
		tool := gen.ToolFunction{Name: "get_weather", Parameters: gen.JSON(`{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}`)}
		q.Tools = []gen.Tool{gen.FunctionTool(tool)}
		var a agent.Accumulator
		var ended []string
		before := ""
		all := watch(client.StreamChatCompletion(t.Context(), q), func(chunk *gen.ChatCompletionChunk) {
			a.Add(chunk)
			for _, call := range a.Ended() {
				ended = append(ended, *call.Function.Arguments)
			}
			if !strings.HasPrefix(a.Thought(), before) {
				t.Errorf("%q after %q", a.Thought(), before)
			}
			before = a.Thought()
			if _, err := a.Completion(); err != nil {
				t.Error(err)
			}
		})
		want, err := venice.CollectChat(all)
		if err != nil {
			t.Fatal(err)
		}
		got, err := a.Completion()
		if err != nil || mustJSON(t, got) != mustJSON(t, want) {
			t.Errorf("%v\n%s\n%s", err, mustJSON(t, got), mustJSON(t, want))
		}
		if strings.Join(ended, " ") != `{"city":"Rome"} {"city":"Oslo"}` || a.Finish() != "tool_calls" || a.Usage().TotalTokens != want.Usage.TotalTokens || *a.Cost().USD != want.Cost.USD || before == "" {
			t.Errorf("%s: ended %q, finish %s, %+v, %q", model, ended, a.Finish(), a.Usage(), before)
		}
	}
	var none agent.Accumulator
	if none.Text() != "" || none.Ended() != nil || none.Usage() != nil || none.Cost() != nil {
		t.Error("the zero value has something")
	}
}

func watch(stream iter.Seq2[*gen.ChatCompletionChunk, error], see func(*gen.ChatCompletionChunk)) iter.Seq2[*gen.ChatCompletionChunk, error] {
	return func(yield func(*gen.ChatCompletionChunk, error) bool) {
		for chunk, err := range stream {
			if chunk != nil {
				see(chunk)
			}
			if !yield(chunk, err) {
				return
			}
		}
	}
}

func TestAccumulatorAllocates(t *testing.T) {
	var a agent.Accumulator
	chunk := &gen.ChatCompletionChunk{ID: "a", Choices: []gen.ChunkChoice{{Delta: gen.ChunkDelta{Content: new("word "), ReasoningContent: new("thought "),
		ToolCalls:        []gen.ToolCall{{Index: new(int64(0)), ID: new("x"), Function: &gen.ToolCallFunction{Name: new("f"), Arguments: new(" ")}}},
		ReasoningDetails: []gen.ReasoningDetail{{Type: "reasoning.text", Index: new(int64(0)), Text: new("thought ")}}}}}}
	a.Add(chunk)
	if n := testing.AllocsPerRun(10000, func() {
		a.Add(chunk)
		_, _ = a.Text(), a.Ended()
	}); n != 0 {
		t.Errorf("%v allocations for a chunk", n)
	}
}

func TestText(t *testing.T) {
	_, client := service(t)
	var text strings.Builder
	pieces := 0
	for piece, err := range agent.Text(client.StreamChatCompletion(t.Context(), ask(glm, "one two three"))) {
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString(piece)
		pieces++
	}
	if text.String() != "You said: one two three" || pieces < 2 {
		t.Errorf("%d pieces: %q", pieces, &text)
	}
	for piece, err := range agent.Text(client.StreamChatCompletion(t.Context(), ask("nobody", "one"))) {
		if piece != "" || err == nil {
			t.Errorf("%q, %v", piece, err)
		}
	}
	for piece, err := range agent.Text(client.StreamChatCompletion(t.Context(), ask(glm, "one two three"))) {
		if piece == "" || err != nil {
			t.Error(err)
		}
		break
	}
}
