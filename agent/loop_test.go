// Tests of what ends or bends a loop: limits, approval, tools that go wrong.

package agent_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/spend"
	"github.com/venice-go/venice/tests/venicetest"
)

// recorded are the requests of chats from now on.
func recorded(srv *venicetest.Server) func() []gen.ChatCompletionRequest {
	var mu sync.Mutex
	var all []gen.ChatCompletionRequest
	srv.OnRequest(func(operation string, _ *http.Request, body []byte) {
		var q gen.ChatCompletionRequest
		if operation == "POST /chat/completions" && json.Unmarshal(body, &q) == nil {
			mu.Lock()
			defer mu.Unlock()
			all = append(all, q)
		}
	})
	return func() []gen.ChatCompletionRequest {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

// pinned is an agent whose model gives these answers, and what it was asked.
func pinned(t *testing.T, tools []*agent.Tool, texts ...string) (*agent.Agent, func() []gen.ChatCompletionRequest) {
	srv, client := service(t)
	srv.Respond("CreateChatCompletion", answers(t, texts...)...)
	return &agent.Agent{Client: client, Chat: &gen.ChatCompletionRequest{Model: glm}, Tools: tools}, recorded(srv)
}

func TestLimits(t *testing.T) {
	const rome, oslo = `!get_weather{"city":"Rome","unit":"celsius"}`, `!get_weather{"city":"Oslo","unit":"celsius"}`
	spender := agent.NewTool("get_weather", "", func(ctx context.Context, _ place) (string, error) { return "", agent.Spend(ctx, 0.5) })
	for name, c := range map[string]struct {
		limits agent.Limits
		price  agent.Price
		words  string
		turns  int
		calls  int
	}{
		"turns":           {agent.Limits{Turns: 2}, nil, "2 turns", 2, 2},
		"usual turns":     {agent.Limits{}, nil, "20 turns", 20, 20},
		"calls":           {agent.Limits{Calls: 1}, nil, "1 calls of tools: the model wants 1 more", 2, 1},
		"tokens":          {agent.Limits{Tokens: 30}, nil, "30 tokens: 30 are used", 2, 2},
		"money of tools":  {agent.Limits{USD: 0.51}, nil, "0.51 USD: 0.51 are spent", 1, 1},
		"money of both":   {agent.Limits{USD: 0.52}, nil, "0.52 USD: 0.52 are spent", 2, 1},
		"money to be had": {agent.Limits{USD: 1}, price{0.25}, "1 USD: 0.75 are spent, and the next answer can cost 0.3", 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := pinned(t, []*agent.Tool{spender}, rome, oslo)
			a.Limits, a.Price = c.limits, c.price
			run := &agent.Run{Input: "?"}
			err := a.Run(t.Context(), run)
			wantError(t, err, agent.ErrLimit, c.words)
			made := 0
			for _, turn := range run.Turns {
				for _, call := range turn.Calls {
					if call.State == agent.CallDone {
						made++
					}
				}
			}
			if len(run.Turns) != c.turns || made != c.calls {
				t.Errorf("%d turns, %d calls", len(run.Turns), made)
			}
			// With room it goes on where it was.
			run = revived(t, run)
			a.Limits, a.Price = agent.Limits{Turns: 99}, nil
			_, client := service(t)
			a.Client = client
			if err := a.Run(t.Context(), run); err != nil || !run.Done() {
				t.Error(err)
			}
		})
	}
}

// price says that an answer costs this much, and at most a twentieth more.
type price struct{ usd float64 }

func (p price) amount(factor float64) spend.Money {
	return spend.Money{USD: spend.Amount(p.usd * factor * float64(spend.USD))}
}

func (p price) Estimate(context.Context, any) (*spend.Estimate, error) {
	return &spend.Estimate{Most: p.amount(1.2)}, nil
}

func (p price) Cost(context.Context, any) (spend.Cost, error) {
	return spend.Cost{Money: p.amount(1)}, nil
}

func TestTimeLimit(t *testing.T) {
	block := agent.NewTool("block", "", func(ctx context.Context, _ struct{}) (string, error) { <-ctx.Done(); return "", ctx.Err() })
	a, _ := pinned(t, []*agent.Tool{block}, "!block{}")
	a.Limits.Time = 50 * time.Millisecond
	run := &agent.Run{Input: "?"}
	wantError(t, a.Run(t.Context(), run), agent.ErrLimit, "50ms")
	if c := run.Turns[0].Calls[0]; c.State != agent.CallWanted {
		t.Errorf("%+v", c)
	}
	wantError(t, a.Run(t.Context(), run), agent.ErrLimit, "50ms")
}

func TestNoPrice(t *testing.T) {
	_, client := service(t)
	a := &agent.Agent{Client: client, Response: &gen.ResponseRequest{Model: glm}, Limits: agent.Limits{USD: 1}}
	wantError(t, a.Run(t.Context(), &agent.Run{Input: "?"}), agent.ErrPrice, "Responses route")
	a.Price = price{0.5}
	run := &agent.Run{Input: "?"}
	if err := a.Run(t.Context(), run); err != nil || run.Spent() != 0.5 {
		t.Error(run.Spent(), err)
	}
}

// What goes wrong in a tool is told to the model, and ends nothing.
func TestTools(t *testing.T) {
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	tools := []*agent.Tool{
		weather(nil),
		agent.NewTool("panics", "", func(context.Context, struct{}) (string, error) { panic("secret") }),
		agent.NewTool("fails", "", func(context.Context, struct{}) (string, error) { return "", errors.New("no luck") }),
		agent.NewTool("hangs", "", func(context.Context, struct{}) (string, error) { <-release; return "", nil }),
		agent.NewTool("counts", "", func(context.Context, struct{}) (map[string]int, error) { return map[string]int{"n": 1}, nil }),
		agent.NewTool("paints", "", func(context.Context, struct{}) (gen.ContentPart, error) {
			return gen.ImageURLPart(gen.MediaURL{URL: "https://example.com/a.png"}), nil
		}),
		agent.NewTool("writes", "", func(context.Context, struct{}) ([]gen.ContentPart, error) {
			return []gen.ContentPart{gen.TextPart("A text."), gen.FilePart(gen.FileData{FileData: "https://example.com/a.pdf"})}, nil
		}),
		agent.NewTool("chokes", "", func(context.Context, struct{}) (any, error) { return func() {}, nil }),
	}
	tools[3].Timeout = time.Millisecond
	a, requests := pinned(t, tools, `!get_weather{"city":"Rome"}!nothing{}!panics{}!fails{}!hangs{}!counts!paints{}!writes{}!chokes{}`, "done")
	run := &agent.Run{Input: "?"}
	if err := a.Run(t.Context(), run); err != nil || run.Text() != "done" {
		t.Fatal(err)
	}
	told := requests()[1].Messages
	var results []string
	for i, m := range told[2:11] {
		if *m.ToolCallID != run.Turns[0].Calls[i].ID {
			t.Errorf("result %d is of %s", i, *m.ToolCallID)
		}
		results = append(results, m.Content.String())
	}
	want := []string{
		`error: the arguments do not fit: required: missing properties: ["unit"]`,
		`error: there is no tool "nothing"; the tools are get_weather, panics, fails, hangs, counts, paints, writes, chokes`,
		`error: the tool failed`, `error: no luck`, `error: the tool took too long`, `{"n":1}`, `See the message behind the results. (1 of the results cannot be shown to you.)`,
		`A text.`, `error: json: unsupported type: func()`,
	}
	if !slices.Equal(results, want) {
		t.Errorf("told %q\nwant %q", results, want)
	}
	if shown := told[11]; shown.Role != "user" || !strings.Contains(mustJSON(t, shown), `"https://example.com/a.pdf"`) || strings.Contains(mustJSON(t, shown), "a.png") {
		t.Errorf("shown %s", mustJSON(t, shown))
	}
	if c := run.Turns[0].Calls[2]; !strings.Contains(c.Error, "secret") || strings.Contains(mustJSON(t, requests()), "secret") {
		t.Errorf("a panic: %q", c.Error)
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Calls of one answer run side by side, and their results come in order all the same.
func TestParallel(t *testing.T) {
	var both sync.WaitGroup
	both.Add(2)
	meet := agent.NewTool("meet", "", func(_ context.Context, in struct{ N int }) (int, error) {
		both.Done()
		both.Wait() // for the other
		return in.N, nil
	})
	a, requests := pinned(t, []*agent.Tool{meet}, `!meet{"N":1}!meet{"N":2}`, "done")
	if err := a.Run(t.Context(), &agent.Run{Input: "?"}); err != nil {
		t.Fatal(err)
	}
	if m := requests()[1].Messages; m[2].Content.String() != "1" || m[3].Content.String() != "2" {
		t.Error(mustJSON(t, m))
	}
}

func TestCallOf(t *testing.T) {
	var seen *agent.Call
	tool := agent.NewTool("look", "", func(ctx context.Context, _ struct{ N int }) (string, error) { seen = agent.CallOf(ctx); return "", nil })
	tool.Effect = venice.EffectInfer
	a, _ := pinned(t, []*agent.Tool{tool}, `!look{"N":1}`, "done")
	if err := a.Run(t.Context(), &agent.Run{Input: "?"}); err != nil {
		t.Fatal(err)
	}
	if seen == nil || seen.ID != "call_0_0" || seen.Name != "look" || seen.Arguments != `{"N":1}` || seen.Effect != venice.EffectInfer || agent.CallOf(t.Context()) != nil {
		t.Errorf("%+v", seen)
	}
}

func TestToolChoice(t *testing.T) {
	for _, choice := range []gen.ToolChoice{gen.NewToolChoice("required"), gen.NewToolChoice(gen.NamedToolChoice{Type: "function", Function: gen.ToolChoiceFunction{Name: "get_weather"}}), gen.NewToolChoice("auto")} {
		_, client := service(t)
		a := &agent.Agent{Client: client, Chat: &gen.ChatCompletionRequest{Model: glm, ToolChoice: choice}, Tools: []*agent.Tool{weather(nil)}, Limits: agent.Limits{Turns: 2}}
		run := &agent.Run{Input: "The weather in Rome"}
		if err := a.Run(t.Context(), run); err != nil || len(run.Turns) != 2 {
			t.Errorf("%v: %v", choice, err)
		}
		a.Chat, a.Response = nil, &gen.ResponseRequest{Model: glm}
		if err := json.Unmarshal([]byte(mustJSON(t, choice)), &a.Response.ToolChoice); err != nil {
			t.Fatal(err)
		}
		run = &agent.Run{Input: "The weather in Rome"}
		if err := a.Run(t.Context(), run); err != nil || len(run.Turns) != 2 {
			t.Errorf("responses: %v: %v", choice, err)
		}
	}
}

// The call that the service makes up for what a search found is nobody's to make.
func TestMadeUpCall(t *testing.T) {
	_, client := service(t)
	a := &agent.Agent{Client: client, Tools: []*agent.Tool{weather(nil)}, Chat: &gen.ChatCompletionRequest{Model: glm, VeniceParameters: &gen.VeniceParameters{
		EnableWebSearch: "on", ReturnSearchResultsAsDocuments: new(true)}}}
	run := &agent.Run{Input: "Hello there"}
	if err := a.Run(t.Context(), run); err != nil || run.Turns[0].Finish != "tool_calls" || len(run.Turns[0].Calls) != 0 || !run.Done() {
		t.Errorf("%v %+v", err, run.Turns)
	}
}

func TestWrongAgents(t *testing.T) {
	_, client := service(t)
	chat := &gen.ChatCompletionRequest{Model: glm}
	writes := agent.NewTool("a", "", func(context.Context, struct{}) (string, error) { return "", nil })
	writes.Effect = venice.EffectPay
	for words, a := range map[string]*agent.Agent{
		"set Client, and one of":       {Client: client},
		"one of Chat and Response":     {Client: client, Chat: chat, Response: &gen.ResponseRequest{}},
		"must be 1 to 64":              {Client: client, Chat: chat, Tools: []*agent.Tool{agent.NewTool("a b", "", func(context.Context, struct{}) (string, error) { return "", nil })}},
		"no form in JSON":              {Client: client, Chat: chat, Tools: []*agent.Tool{agent.NewTool("a", "", func(context.Context, chan int) (string, error) { return "", nil })}},
		"two tools":                    {Client: client, Chat: chat, Tools: []*agent.Tool{weather(nil), weather(nil)}},
		`has the effect "pay", so set`: {Client: client, Chat: chat, Tools: []*agent.Tool{writes}},
		"make it with NewTool":         {Client: client, Chat: chat, Tools: []*agent.Tool{{Name: "a"}}},
		"must not be negative":         {Client: client, Chat: chat, Limits: agent.Limits{USD: -1}},
		"must be items":                {Client: client, Response: &gen.ResponseRequest{Model: glm, Input: gen.NewResponseInput("hi")}},
	} {
		if err := a.Run(t.Context(), &agent.Run{Input: "?"}); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%v, want %q", err, words)
		}
	}
	a := &agent.Agent{Client: client, Chat: chat}
	if err := a.Run(t.Context(), &agent.Run{}); err == nil || !strings.Contains(err.Error(), "nothing to do") {
		t.Error(err)
	}
}
