// Tests of conversations.

package agent_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
)

// told is what a tool said to the call of this id.
func called(id string) gen.ChatMessage {
	return gen.ChatMessage{Role: "assistant", ToolCalls: []gen.ToolCall{{ID: &id, Type: new("function"), Function: &gen.ToolCallFunction{Name: new("f"), Arguments: new("{}")}}}}
}

func roles(messages []gen.ChatMessage) string {
	var all []string
	for _, m := range messages {
		text, _ := m.Content.Value().(string)
		all = append(all, m.Role[:1]+text)
	}
	return strings.Join(all, " ")
}

// Trimming takes whole turns, the oldest first, and leaves instructions and the last turn.
func TestTrim(t *testing.T) {
	image := gen.UserMessage([]gen.ContentPart{gen.ImageURLPart(gen.MediaURL{URL: "https://example.com/a.png"})})
	image.Name = new("shown")
	var c agent.Conversation
	c.Add(gen.SystemMessage("S"), gen.UserMessage("1"), gen.AssistantMessage("a"),
		gen.UserMessage("2"), called("x"), gen.ToolMessage("r", "x"), image, gen.AssistantMessage("b"), gen.DeveloperMessage("D"),
		gen.UserMessage("3"), called("y"), gen.ToolMessage("r", "y"))
	for _, test := range []struct {
		tokens  int64
		want    string
		dropped int
	}{
		{c.Tokens(), "sS u1 aa u2 a tr u ab dD u3 a tr", 0},
		{c.Tokens() - 1, "sS u2 a tr u ab dD u3 a tr", 2},
		{c.Tokens() - 15, "sS dD u3 a tr", 7}, // what a tool showed goes with its turn
		{c.Tokens() - 2000, "sS dD u3 a tr", 7},
		{0, "sS dD u3 a tr", 7},
	} {
		fork := c.Fork()
		if dropped := fork.Trim(test.tokens); dropped != test.dropped || roles(fork.Messages) != test.want {
			t.Errorf("to %d: %d dropped, %q", test.tokens, dropped, roles(fork.Messages))
		}
	}
	if len(c.Messages) != 12 {
		t.Error("a fork trimmed what it came from")
	}
}

func TestWindow(t *testing.T) {
	_, client := service(t)
	c := agent.Conversation{Window: 400}
	c.Add(gen.SystemMessage("Be brief."))
	sent := map[string]bool{}
	for i := range 30 {
		c.Add(gen.UserMessage(fmt.Sprintf("%d: %s", i, strings.Repeat("word ", 20))))
		q := gen.ChatCompletionRequest{Model: glm}
		c.Fill(&q)
		if c.Tokens() > c.Window || q.Messages[0].Role != "system" {
			t.Fatalf("%d tokens", c.Tokens())
		}
		sent[q.Messages[1].Content.String()] = true
		answer, err := client.CreateChatCompletion(t.Context(), &q)
		if err != nil {
			t.Fatal(err)
		}
		c.Add(answer.Choices[0].Message)
		if *q.PromptCacheKey != c.CacheKey || len(c.CacheKey) < 20 {
			t.Errorf("key %q", c.CacheKey)
		}
	}
	if len(sent) > 15 {
		t.Errorf("the beginning changed %d times in 30 requests: no cache can hold it", len(sent))
	}
}

// What one model signed goes to no other.
func TestOtherModel(t *testing.T) {
	_, client := service(t)
	for _, first := range []string{"claude-opus-4-6", "gemini-3-6-flash", "openai-gpt-54"} {
		for _, second := range []string{"claude-opus-4-6", "gemini-3-6-flash", "openai-gpt-54", glm} {
			a := &agent.Agent{Client: client, Chat: &gen.ChatCompletionRequest{Model: first, ReasoningEffort: "high"}, Tools: []*agent.Tool{weather(nil)}}
			run := &agent.Run{Input: "The weather in Rome, in celsius?"}
			if err := a.Run(t.Context(), run); err != nil {
				t.Fatal(err)
			}
			fork := run.Conversation.Fork()
			a.Chat = &gen.ChatCompletionRequest{Model: second, ReasoningEffort: "high"}
			run.Input = "And in Oslo?"
			if err := a.Run(t.Context(), run); err != nil {
				t.Errorf("%s to %s: %v", first, second, err)
			}
			signed := func(c agent.Conversation) bool {
				text := mustJSON(t, c.Messages[1])
				return strings.Contains(text, "signature") || strings.Contains(text, "ENCRYPTED")
			}
			if !signed(fork) || signed(run.Conversation) != (first == second) || run.Conversation.Messages[1].ReasoningContent == nil {
				t.Errorf("%s to %s: signed before %v, after %v", first, second, signed(fork), signed(run.Conversation))
			}
		}
	}
}

// Marks for the cache stand in what is sent, and not in what is kept.
func TestCacheControl(t *testing.T) {
	c := agent.Conversation{CacheControl: true}
	c.Add(gen.UserMessage("1"), gen.AssistantMessage("a"), gen.UserMessage([]gen.ContentPart{gen.TextPart("2"), gen.TextPart("3")}))
	q := gen.ChatCompletionRequest{Model: glm, PromptCacheKey: new("mine"), Messages: []gen.ChatMessage{gen.SystemMessage("S")}}
	c.Fill(&q)
	const mark = `"cache_control":{"type":"ephemeral"}`
	if got := mustJSON(t, q.Messages); strings.Count(got, mark) != 2 || !strings.Contains(got, `"text":"S"`) || strings.Contains(mustJSON(t, c), mark) || *q.PromptCacheKey != "mine" {
		t.Error(got)
	}
	// An agent sees from the model's prices that it wants them.
	srv, client := service(t)
	for model, want := range map[string]int{"claude-opus-4-6": 1, glm: 0} {
		requests := recorded(srv)
		a := &agent.Agent{Client: client, Chat: &gen.ChatCompletionRequest{Model: model}}
		if err := a.Run(t.Context(), &agent.Run{Input: "Hi"}); err != nil {
			t.Fatal(err)
		}
		if got := mustJSON(t, requests()); strings.Count(got, mark) != want {
			t.Errorf("%s: %s", model, got)
		}
	}
}

// A fork and what it came from go on apart, and both survive JSON.
func TestFork(t *testing.T) {
	var c agent.Conversation
	c.Messages = append(make([]gen.ChatMessage, 0, 8), gen.UserMessage("1")) // there is room behind it
	fork := c.Fork()
	c.Add(gen.UserMessage("2"))
	fork.Add(gen.UserMessage("3"))
	if roles(c.Messages) != "u1 u2" || roles(fork.Messages) != "u1 u3" {
		t.Error(roles(c.Messages), roles(fork.Messages))
	}
	var again agent.Conversation
	if err := json.Unmarshal([]byte(mustJSON(t, fork)), &again); err != nil || mustJSON(t, again) != mustJSON(t, fork) || len(again.Messages) != 2 {
		t.Error(err)
	}
}
