// What the tests share, and the whole loop against the fake: with models of all providers, plain and streamed.

package agent_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

const glm = "zai-org-glm-5-1"

// service is a fake, and a client of it.
func service(t testing.TB) (*venicetest.Server, *venice.Client) {
	t.Helper()
	srv := venicetest.NewServer(t)
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()), venice.WithMaxAttempts(1))
	if err != nil {
		t.Fatal(err)
	}
	return srv, client
}

func ask(model, text string) *gen.ChatCompletionRequest {
	return &gen.ChatCompletionRequest{Model: model, Messages: []gen.ChatMessage{gen.UserMessage(text)}}
}

type place struct {
	City string `json:"city" jsonschema:"Name of the city."`
	Unit string `json:"unit" enum:"celsius,fahrenheit"`
}

// weather is a tool, and how often it was called.
func weather(calls *[]string) *agent.Tool {
	return agent.NewTool("get_weather", "The weather of a city.", func(_ context.Context, p place) (string, error) {
		if calls != nil {
			*calls = append(*calls, p.City+" "+p.Unit)
		}
		return "sunny in " + p.City, nil
	})
}

// answers are whole answers of the chat route, to be given in turn: a text, or calls as "name{arguments}" from the
// second byte on if the first is '!'.
func answers(t testing.TB, texts ...string) (all []venicetest.Answer) {
	t.Helper()
	for i, text := range texts {
		message := map[string]any{"role": "assistant", "content": text}
		finish := "stop"
		if calls, ok := strings.CutPrefix(text, "!"); ok {
			var list []any
			for j, call := range strings.Split(calls, "!") {
				name, arguments, some := strings.Cut(call, "{")
				if some {
					arguments = "{" + arguments
				}
				list = append(list, map[string]any{"id": fmt.Sprintf("call_%d_%d", i, j), "type": "function", "function": map[string]any{"name": name, "arguments": arguments}})
			}
			message = map[string]any{"role": "assistant", "content": nil, "tool_calls": list}
			finish = "tool_calls"
		}
		if word, ok := strings.CutPrefix(text, "#"); ok {
			finish, message["content"] = word, "half"
		}
		body, err := json.Marshal(map[string]any{
			"id": fmt.Sprintf("chatcmpl-%d", i), "object": "chat.completion", "created": 1, "model": glm,
			"choices": []any{map[string]any{"index": 0, "finish_reason": finish, "message": message, "logprobs": nil}},
			"usage":   map[string]any{"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
			"cost":    map[string]any{"usd": 0.01, "diem": 0},
		})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, venicetest.Answer{Body: body, Unchecked: true})
	}
	return all
}

// A loop runs with what each provider's models sign, which the fake refuses to go on without.
func TestLoop(t *testing.T) {
	_, client := service(t)
	for _, model := range []string{glm, "claude-opus-4-6", "gemini-3-6-flash", "openai-gpt-54"} {
		for _, stream := range []bool{false, true} {
			for _, responses := range []bool{false, true} {
				name := fmt.Sprintf("%s stream=%v responses=%v", model, stream, responses)
				t.Run(name, func(t *testing.T) {
					var cities []string
					tool := agent.NewTool("get_weather", "The weather of a city.", func(_ context.Context, p place) (string, error) { return "sunny in " + p.City, nil })
					a := &agent.Agent{Client: client, Tools: []*agent.Tool{tool}}
					if responses {
						a.Response = &gen.ResponseRequest{Model: model}
					} else {
						a.Chat = &gen.ChatCompletionRequest{Model: model, ReasoningEffort: "high"}
					}
					run := &agent.Run{Input: "How is the weather in Rome and in Oslo, in celsius?"}
					for range 2 { // a second question in the same conversation
						if !stream {
							if err := a.Run(t.Context(), run); err != nil {
								t.Fatal(err)
							}
						} else {
							for e, err := range a.Stream(t.Context(), run) {
								if err != nil {
									t.Fatal(err)
								}
								if e.Call != nil && e.Call.State == agent.CallDone {
									cities = append(cities, e.Call.Result)
								}
							}
						}
						if !run.Done() || !strings.Contains(run.Text(), "sunny in Rome") {
							t.Errorf("done %v: %q", run.Done(), run.Text())
						}
						run = revived(t, run)
						run.Input = "And the weather in Rome, in fahrenheit?"
					}
					calls := 0
					for _, turn := range run.Turns {
						calls += len(turn.Calls)
						if turn.Input == 0 || turn.Output == 0 || turn.Priced == responses || !responses && turn.USD == 0 {
							t.Errorf("turn %+v", turn)
						}
					}
					if calls != 3 || stream && len(cities) != 3 || run.Turns[0].Calls[0].Result != "sunny in Rome" || run.Turns[0].Calls[1].Result != "sunny in Oslo" {
						t.Errorf("%d calls, told %q", calls, cities)
					}
				})
			}
		}
	}
}

// revived is a run as another process gets it.
func revived(t *testing.T, run *agent.Run) *agent.Run {
	t.Helper()
	b, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	fresh := &agent.Run{}
	if err := json.Unmarshal(b, fresh); err != nil {
		t.Fatal(err)
	}
	again, _ := json.Marshal(fresh)
	if string(again) != string(b) {
		t.Errorf("a run changed on its way through JSON:\n%s\n%s", b, again)
	}
	return fresh
}

func wantError(t *testing.T, err error, is error, words string) {
	t.Helper()
	if !errors.Is(err, is) || !strings.Contains(err.Error(), words) {
		t.Errorf("%v, want %v with %q", err, is, words)
	}
}

func unmarshal(text string, v any) error { return json.Unmarshal([]byte(text), v) }

// save and load are a run's way to a file and back, in examples.
func save(run *agent.Run) []byte {
	b, err := json.Marshal(run)
	if err != nil {
		panic(err)
	}
	return b
}

func load(b []byte) *agent.Run {
	run := &agent.Run{}
	if err := json.Unmarshal(b, run); err != nil {
		panic(err)
	}
	return run
}
