// Tests of runs that end in a Go type.

package agent_test

import (
	"context"
	"testing"

	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
)

func TestRunAs(t *testing.T) {
	_, client := service(t)
	type report struct {
		Degrees int    `json:"degrees"`
		Sky     string `json:"sky" enum:"sunny,cloudy"`
	}
	tool := agent.NewTool("get_weather", "", func(context.Context, place) (report, error) { return report{21, "sunny"}, nil })
	for name, a := range map[string]*agent.Agent{
		"chat":      {Client: client, Chat: &gen.ChatCompletionRequest{Model: glm}, Tools: []*agent.Tool{tool}},
		"responses": {Client: client, Response: &gen.ResponseRequest{Model: "openai-gpt-54"}, Tools: []*agent.Tool{tool}},
	} {
		run := &agent.Run{Input: "The weather in Rome, in celsius"}
		got, err := agent.RunAs[report](t.Context(), a, run)
		if err != nil || got.Degrees == 0 || got.Sky != "sunny" || len(run.Turns) != 2 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	a, _ := pinned(t, nil, `{"degrees":"many"}`)
	_, err := agent.RunAs[report](t.Context(), a, &agent.Run{Input: "?"})
	wantError(t, err, agent.ErrInvalid, "")
}
