// Tests of what the model answers.

package mind_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/venice-go/venice/tests/venicetest/internal/instance"
	"github.com/venice-go/venice/tests/venicetest/internal/mind"
)

func schema(t *testing.T, text string) *instance.Schema {
	t.Helper()
	s, err := instance.Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func user(text string) []mind.Message { return []mind.Message{{Role: "user", Text: text}} }

// answer is what the prompt gets, in one line.
func answer(t *testing.T, p mind.Prompt, n int) string {
	t.Helper()
	r, err := p.Answer(n)
	if err != nil {
		t.Fatal(err)
	}
	calls := ""
	for _, c := range r.Calls {
		calls += " " + c.Name + c.Arguments
	}
	return strings.TrimSpace(r.Finish + ": " + strings.TrimSpace(strings.Join(r.Text, "")+calls))
}

func TestWords(t *testing.T) {
	long := mind.Prompt{Messages: user("one two three")}
	for name, c := range map[string]struct {
		p    mind.Prompt
		n    int
		want string
	}{
		"nothing":   {mind.Prompt{}, 0, "stop: You said:"},
		"plain":     {mind.Prompt{Messages: user("Hello")}, 0, "stop: You said: Hello"},
		"another":   {mind.Prompt{Messages: user("Hello")}, 1, "stop: You said: Hello (2)"},
		"limit":     {mind.Prompt{Messages: user("one two three"), Limit: 3}, 0, "length: You said: one"},
		"just fits": {mind.Prompt{Messages: long.Messages, Limit: 5}, 0, "stop: You said: one two three"},
		"thought":   {mind.Prompt{Messages: long.Messages, Limit: 4, Effort: 2}, 0, "length:"},
		"stop":      {mind.Prompt{Messages: long.Messages, Stop: []string{"zzz", " three", "two"}}, 0, "stop: You said: one"},
		"object":    {mind.Prompt{Messages: user(`say "x"`), Object: true}, 0, `stop: {"reply":"You said: say \"x\""}`},
		"seen":      {mind.Prompt{Messages: []mind.Message{{Role: "user", Text: "Look", Seen: []string{"image/png, 4x2"}}}}, 0, "stop: You said: Look\nYou sent: image/png, 4x2"},
		"search":    {mind.Prompt{Messages: user("News"), Sources: []mind.Source{{Title: "A"}, {Title: "B"}}, Cite: true}, 0, "stop: You said: News\nA ^1^\nB ^2^"},
		"after a conversation": {mind.Prompt{Messages: []mind.Message{
			{Role: "user", Text: "a"}, {Role: "assistant", Text: "b"}, {Role: "user", Text: "c"}, {Role: "assistant", Text: "d"}}}, 0, "stop: You said: c"},
	} {
		if got := answer(t, c.p, c.n); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSchema(t *testing.T) {
	p := mind.Prompt{
		Messages: user("Alice is 30 and lives in New York."),
		Schema:   schema(t, `{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"},"city":{"type":"string"}},"required":["name","age","city"]}`),
	}
	if got := answer(t, p, 0); got != `stop: {"name":"Alice","age":30,"city":"New York"}` {
		t.Error(got)
	}
	p.Schema = schema(t, `{"allOf":[{"type":"string"},{"type":"object"}]}`)
	if _, err := p.Answer(0); err == nil || !strings.Contains(err.Error(), "response_format") {
		t.Error(err)
	}
}

func TestTools(t *testing.T) {
	weather := mind.Tool{Name: "get_weather", About: "Looks up the forecast of a place.",
		Schema: schema(t, `{"type":"object","properties":{"city":{"type":"string"},"unit":{"enum":["celsius","fahrenheit"]}},"required":["city"]}`)}
	add := mind.Tool{Name: "sum", About: "Adds.", Schema: schema(t, `{"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}},"required":["a","b"]}`)}
	clock := mind.Tool{Name: "currentTime"}
	all := []mind.Tool{weather, add, clock}
	for name, c := range map[string]struct {
		p    mind.Prompt
		want string
	}{
		"by name":        {mind.Prompt{Messages: user("How is the weather in Paris, in celsius?"), Tools: all}, `tool_calls: get_weather{"city":"Paris","unit":"celsius"}`},
		"by description": {mind.Prompt{Messages: user("Give me a forecast for Oslo in fahrenheit"), Tools: all}, `tool_calls: get_weather{"city":"Oslo","unit":"fahrenheit"}`},
		"by numbers":     {mind.Prompt{Messages: user("What is 2 plus 3.5?"), Tools: all}, `tool_calls: sum{"a":2,"b":3.5}`},
		"in camel case":  {mind.Prompt{Messages: user("The time, please."), Tools: all}, `tool_calls: currentTime{}`},
		"two of them":    {mind.Prompt{Messages: user("The time and the weather in Bonn, celsius"), Tools: all}, `tool_calls: get_weather{"city":"Bonn","unit":"celsius"} currentTime{}`},
		"for each":       {mind.Prompt{Messages: user("Is the weather in Rome and in Oslo in celsius nice?"), Tools: all}, `tool_calls: get_weather{"city":"Rome","unit":"celsius"} get_weather{"city":"Oslo","unit":"celsius"}`},
		"one at a time":  {mind.Prompt{Messages: user("The time and the weather in Bonn, celsius"), Tools: all, Serial: true}, `tool_calls: get_weather{"city":"Bonn","unit":"celsius"}`},
		"of no interest": {mind.Prompt{Messages: user("Hello there"), Tools: all}, `stop: You said: Hello there`},
		"none":           {mind.Prompt{Messages: user("The time?"), Tools: all, Choice: "none"}, `stop: You said: The time?`},
		"required":       {mind.Prompt{Messages: user("Hello"), Tools: all[2:], Choice: "required"}, `tool_calls: currentTime{}`},
		"named":          {mind.Prompt{Messages: user("The weather? 1 2"), Tools: all, Named: "sum"}, `tool_calls: sum{"a":1,"b":2}`},
		"asked for":      {mind.Prompt{Messages: user("Use a tool!"), Tools: all[2:]}, `tool_calls: currentTime{}`},
		"results": {mind.Prompt{Tools: all, Messages: []mind.Message{{Role: "user", Text: "The weather and the time?"},
			{Role: "assistant", Calls: []mind.Call{{"1", "get_weather", "{}"}, {"2", "currentTime", "{}"}}},
			{Role: "tool", Call: "2", Text: "noon"}, {Role: "tool", Call: "1", Text: `{"t":21}`}}}, "stop: currentTime says: noon\nget_weather says: {\"t\":21}"},
		"results in a form": {mind.Prompt{Tools: all, Schema: schema(t, `{"properties":{"t":{"type":"integer"}}}`), Messages: []mind.Message{{Role: "user", Text: "?"},
			{Role: "assistant", Calls: []mind.Call{{"1", "get_weather", "{}"}}}, {Role: "tool", Call: "1", Text: `{"t": 21}`}}}, `stop: {"t":21}`},
	} {
		if got := answer(t, c.p, 0); got != c.want {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
	}
	ids := map[string]bool{}
	for n := range 3 {
		for _, id := range []string{"a", "b"} {
			p := mind.Prompt{ID: id, Tools: all, Messages: user("The time and the weather?")}
			r, err := p.Answer(n)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range r.Calls {
				ids[c.ID] = true
			}
		}
	}
	if len(ids) != 12 {
		t.Errorf("%d ids for 12 calls", len(ids))
	}
}

// The more effort, the more is thought, and it counts.
func TestThought(t *testing.T) {
	last := 0
	for effort := range 6 {
		p := mind.Prompt{Messages: user("Why is the sky blue?"), Effort: effort}
		r, err := p.Answer(0)
		if err != nil || strings.Join(r.Text, "") != "You said: Why is the sky blue?" {
			t.Fatalf("%+v, %v", r, err)
		}
		if n := len(r.Thought); r.Tokens() != n+len(r.Text) || effort > 0 && n <= last || effort == 0 && n != 0 {
			t.Errorf("effort %d: %d tokens of thinking, %d in all", effort, n, r.Tokens())
		}
		last = len(r.Thought)
	}
}

// Whatever is said, arguments fit, and the same is answered again.
func FuzzAnswer(f *testing.F) {
	for _, text := range []string{"", "The weather in Rome, 3 days", "\xff\"", strings.Repeat("A B. ", 999), "-0.5 1e9 007 2026-01-01"} {
		f.Add(text, uint64(1))
	}
	s, err := instance.Read([]byte(`{"type":"object","properties":{"a":{"type":"string","maxLength":9},"n":{"type":"integer","minimum":1}},"required":["a","n"]}`))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		p := mind.Prompt{Seed: seed, Messages: user(text), Tools: []mind.Tool{{Name: "weather", Schema: s}}, Choice: "required"}
		r, err := p.Answer(0)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := p.Answer(0)
		if fmt.Sprint(r) != fmt.Sprint(again) {
			t.Errorf("%v and then %v", r, again)
		}
		for _, c := range r.Calls {
			if err := s.Check([]byte(c.Arguments)); err != nil || !json.Valid([]byte(c.Arguments)) {
				t.Errorf("%s: %v", c.Arguments, err)
			}
		}
	})
}
