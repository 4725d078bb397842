// Tests of structured output.

package agent_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

type node struct {
	Name     string  `json:"name"`
	Children []*node `json:"children" maxItems:"2"`
}

type page[T any] struct {
	Items []T       `json:"items" minItems:"1" maxItems:"3"`
	Next  *int      `json:"next" minimum:"1"`
	At    time.Time `json:"at"`
}

// Every form is taken by the fake, whose model answers in it.
func TestParse(t *testing.T) {
	_, client := service(t)
	parses(t, client, func(v place) bool { return v.City == "Rome" && v.Unit == "celsius" })
	parses(t, client, func(v page[place]) bool { return len(v.Items) > 0 && v.Items[0].City != "" && !v.At.IsZero() })
	parses(t, client, func(v node) bool { return v.Name != "" })
	parses(t, client, func(v []string) bool { return v != nil })
	parses(t, client, func(v string) bool { return v != "" })
	parses(t, client, func(v map[string]int) bool { return v != nil })
	parses(t, client, func(v struct {
		Raw json.RawMessage
		place
	}) bool {
		return v.City != "" && v.Raw != nil
	})
}

func parses[T any](t *testing.T, client *venice.Client, good func(T) bool) {
	t.Helper()
	request := ask(glm, "The weather in Rome on 2026-01-02T03:04:05Z, in celsius.")
	parsed, err := agent.Parse[T](t.Context(), client, request)
	if err != nil || !good(parsed.Value) || len(parsed.Answers) != 1 || request.ResponseFormat != nil {
		t.Errorf("%T: %+v, %v", *new(T), parsed, err)
		return
	}
	var last *agent.Parsed[T]
	seen, before := 0, ""
	for p, err := range (agent.Form[T]{}).Stream(t.Context(), client, request) {
		if err != nil {
			t.Error(err)
			return
		}
		if text := fmt.Sprintf("%+v", p.Value); text == before && p.Answers == nil {
			continue // another value that is the zero value, such as a list that has begun
		} else if before = text; last != nil && last.Answers != nil {
			t.Error("there is a value behind the last")
		}
		last = p
		seen++
	}
	if a, b := fmt.Sprintf("%#v", last.Value), fmt.Sprintf("%#v", parsed.Value); seen < 2 || len(last.Answers) != 1 || reflect.TypeFor[T]() == reflect.TypeFor[place]() && a != b {
		t.Errorf("%d values: streamed %s, plain %s", seen, a, b)
	}
}

func TestParseRefused(t *testing.T) {
	srv, client := service(t)
	for texts, want := range map[string]struct {
		is     error
		words  string
		repair bool
		calls  int
	}{
		`#length`:                    {agent.ErrLength, "limit of tokens", true, 1},
		`#content_filter`:            {agent.ErrContentFilter, "content", true, 1},
		`#`:                          {agent.ErrInvalid, "not JSON", false, 1},
		`{"city":"Rome"}`:            {agent.ErrInvalid, `missing properties: ["unit"]`, false, 1},
		`{"city":1}|{"city":2}`:      {agent.ErrInvalid, "has type", true, 2},
		`{"city":"Rome","unit":"k"}`: {agent.ErrInvalid, "enum", false, 1},
	} {
		srv.Respond("CreateChatCompletion", answers(t, strings.Split(texts, "|")...)...)
		parsed, err := agent.Form[place]{Repair: want.repair}.Parse(t.Context(), client, ask(glm, "?"))
		wantError(t, err, want.is, want.words)
		if parsed == nil || len(parsed.Answers) != want.calls {
			t.Errorf("%s: %+v", texts, parsed)
		}
	}

	refusal := answers(t, "")
	refusal[0].Body = []byte(strings.Replace(string(refusal[0].Body), `"content":""`, `"content":null,"refusal":"I would rather not."`, 1))
	srv.Respond("CreateChatCompletion", refusal...)
	_, err := agent.Parse[place](t.Context(), client, ask(glm, "?"))
	wantError(t, err, agent.ErrRefused, "I would rather not.")

	srv.Respond("CreateChatCompletion", venicetest.Answer{Status: 503})
	if parsed, err := agent.Parse[place](t.Context(), client, ask(glm, "?")); parsed != nil || !errors.Is(err, venice.ErrServer) {
		t.Errorf("%+v, %v", parsed, err)
	}
	if _, err := agent.Parse[func()](t.Context(), client, ask(glm, "?")); err == nil || !strings.Contains(err.Error(), "no form in JSON") {
		t.Error(err)
	}
}

// The answer and what is wrong with it go back to the model, once.
func TestRepair(t *testing.T) {
	srv, client := service(t)
	srv.Respond("CreateChatCompletion", answers(t, `{"city":"Rome","unit":"kelvin"}`, `{"city":"Rome","unit":"celsius"}`)...)
	requests := recorded(srv)
	parsed, err := agent.Form[place]{Repair: true}.Parse(t.Context(), client, ask(glm, "?"))
	if err != nil || parsed.Value.Unit != "celsius" || len(parsed.Answers) != 2 {
		t.Fatalf("%+v, %v", parsed, err)
	}
	again := requests()[1].Messages
	if len(again) != 3 || again[1].Role != "assistant" || !strings.Contains(again[2].Content.String(), "enum: kelvin") || strings.Contains(again[2].Content.String(), "agent:") {
		t.Errorf("%+v", again)
	}
}

func TestCapability(t *testing.T) {
	srv, client := service(t)
	lacking := ""
	list, err := client.ListModels(t.Context(), &gen.ListModelsParams{Type: "text"})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list.Data {
		if !m.ModelSpec.Capabilities.SupportsResponseSchema {
			lacking = m.ID
		}
	}
	if lacking == "" {
		t.Fatal("the fake has no model without forms")
	}
	requests := recorded(srv)
	_, err = agent.Parse[place](t.Context(), client, ask(lacking, "?"))
	wantError(t, err, agent.ErrCapability, lacking+" lacks supportsResponseSchema; use one of: ")
	_, err = agent.Parse[place](t.Context(), client, ask(lacking+":enable_web_search=on", "?"))
	wantError(t, err, agent.ErrCapability, lacking)
	if n := len(requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
	// Without a list the service decides.
	_, client = service(t)
	srv.Respond("ListModels", venicetest.Answer{Status: 500})
	if _, err := agent.Parse[place](t.Context(), client, ask(glm, "Rome")); err != nil {
		t.Error(err)
	}
}
