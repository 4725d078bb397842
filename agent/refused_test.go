// Tests of answers that are none, and of what the service does by itself.

package agent_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

// An answer that was cut or refused ends a run, costs what it costs, and is asked for again when the run goes on.
func TestRefusedAnswers(t *testing.T) {
	for finish, want := range map[string]error{"#length": agent.ErrLength, "#content_filter": agent.ErrContentFilter} {
		a, requests := pinned(t, []*agent.Tool{weather(nil)}, `!get_weather{"city":"Rome","unit":"celsius"}`, finish, "done")
		run := &agent.Run{Input: "?"}
		wantError(t, a.Run(t.Context(), run), want, "")
		if run.Done() || len(run.Turns) != 2 || run.Spent() != 0.02 {
			t.Errorf("%+v", run)
		}
		if err := a.Run(t.Context(), run); err != nil || run.Text() != "done" {
			t.Error(err)
		}
		if all := requests(); mustJSON(t, all[1].Messages) != mustJSON(t, all[2].Messages) {
			t.Errorf("%s\n%s", mustJSON(t, all[1].Messages), mustJSON(t, all[2].Messages))
		}
	}
}

func TestRefusedResponses(t *testing.T) {
	srv, client := service(t)
	a := &agent.Agent{Client: client, Response: &gen.ResponseRequest{Model: glm, MaxOutputTokens: new(int64(2))}}
	run := &agent.Run{Input: "one two three"}
	wantError(t, a.Run(t.Context(), run), agent.ErrLength, "max_output_tokens")

	a.Response = &gen.ResponseRequest{Model: glm, WebSearch: new(true)} // an item tells of the search, which does not go back
	for range 2 {
		run.Input = "Hello"
		if err := a.Run(t.Context(), run); err != nil || !strings.Contains(run.Text(), "Hello") || strings.Contains(mustJSON(t, run.Items), "web_search_call") {
			t.Errorf("%v %q %s", err, run.Text(), mustJSON(t, run.Items))
		}
	}
	for body, want := range map[string]error{
		`{"id":"r","object":"response","created_at":1,"model":"m","status":"incomplete","output":[],"incomplete_details":{"reason":"content_filter"}}`:                                                             agent.ErrContentFilter,
		`{"id":"r","object":"response","created_at":1,"model":"m","status":"completed","output":[{"id":"i","type":"message","role":"assistant","content":[{"type":"refusal","text":"","refusal":"I will not"}]}]}`: agent.ErrRefused,
	} {
		srv.Respond("CreateResponse", venicetest.Answer{Body: []byte(body), Unchecked: true})
		wantError(t, a.Run(t.Context(), &agent.Run{Input: "?"}), want, "")
	}
	srv.Respond("CreateResponse", venicetest.Answer{Unchecked: true, Body: []byte(`{"id":"r","object":"response","created_at":1,"model":"m","status":"failed","output":[],"error":{"code":"server_error","message":"oh"}}`)})
	if err := a.Run(t.Context(), &agent.Run{Input: "?"}); err == nil || !strings.Contains(err.Error(), "server_error: oh") {
		t.Error(err)
	}
}

// What in an answer does not fit its type is no reason to throw the rest away.
func TestMisfit(t *testing.T) {
	srv, client := service(t)
	odd := answers(t, `{"city":"Rome","unit":"celsius"}`)
	odd[0].Body = []byte(strings.Replace(string(odd[0].Body), `"created":1`, `"created":"today"`, 1))
	srv.Respond("CreateChatCompletion", odd...)
	if _, err := client.CreateChatCompletion(t.Context(), ask(glm, "?")); !errors.Is(err, venice.ErrMisfit) {
		t.Fatal(err)
	}
	if parsed, err := agent.Parse[place](t.Context(), client, ask(glm, "?")); err != nil || parsed.Value.City != "Rome" {
		t.Error(err)
	}
	run := &agent.Run{Input: "?"}
	if err := (&agent.Agent{Client: client, Chat: &gen.ChatCompletionRequest{Model: glm}}).Run(t.Context(), run); err != nil || !run.Done() {
		t.Error(err)
	}
}

// Models that cannot be called now are not named in the place of one that lacks something.
func TestNamedModels(t *testing.T) {
	srv, client := service(t)
	list, err := client.ListModels(t.Context(), &gen.ListModelsParams{Type: "text"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range list.Data {
		m := &list.Data[i]
		m.ModelSpec.Capabilities.SupportsResponseSchema = m.ID != glm
		if m.ID == "kimi-k2-6" {
			m.ModelSpec.Offline = new(true)
		} else if m.ID != "grok-4-3" {
			m.ModelSpec.Beta = new(true)
		}
	}
	body, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	srv.Respond("ListModels", venicetest.Answer{Body: body})
	_, err = agent.Parse[place](t.Context(), client, ask(glm, "?"))
	if !errors.Is(err, agent.ErrCapability) || !strings.HasSuffix(err.Error(), "use one of: grok-4-3") {
		t.Error(err)
	}
}
