// Agents: the same one, with three tools, a result in a Go type and a limit of 0.10 USD, written with two clients.

package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"github.com/venice-go/venice"
)

const task3 = "What does a journey to Lisbon cost, in euros, and how warm is it there?"

// What the tools do is the same for both.

func degrees(name, unit string) (int, error) {
	if name != "Lisbon" {
		return 0, errors.New("no such city")
	}
	return map[string]int{"celsius": 21, "fahrenheit": 70}[unit], nil
}

func dollars(string) (float64, error) { return 200, nil }

func convert(amount float64, from, to string) (float64, error) {
	if from != "USD" || to != "EUR" {
		return 0, errors.New("no such currency")
	}
	return amount * 0.875, nil
}

//go:embed agentvenice.go
var veniceSource string

//go:embed agentopenai.go
var openAISource string

// linesOf counts lines of code: without comments, blank lines, the package's and the imports.
func linesOf(source string) (n int) {
	_, source, _ = strings.Cut(source, "\n)\n")
	for line := range strings.Lines(source) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			n++
		}
	}
	return n
}

// aModel answers in memory as a model does that plans a journey: two calls, one more, the plan.
type aModel struct{}

func completion(finish, message string) []byte {
	return []byte(`{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"` + model + `","choices":[{"index":0,"finish_reason":"` + finish +
		`","logprobs":null,"message":{"role":"assistant",` + message + `}}],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120},"cost":{"usd":0.002,"diem":0}}`)
}

var modelSays = [][]byte{
	completion("tool_calls", `"content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{\"name\":\"Lisbon\",\"unit\":\"celsius\"}"}},`+
		`{"id":"b","type":"function","function":{"name":"price","arguments":"{\"city\":\"Lisbon\"}"}}]`),
	completion("tool_calls", `"content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"convert","arguments":"{\"amount\":200,\"from\":\"USD\",\"to\":\"EUR\"}"}}]`),
	completion("stop", `"content":"{\"city\":\"Lisbon\",\"degrees\":21,\"euros\":175}"`),
}

func (aModel) RoundTrip(req *http.Request) (*http.Response, error) {
	answer := []byte(`{"object":"list","type":"text","data":[]}`)
	if req.Body != nil {
		defer req.Body.Close()
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		answer = modelSays[(bytes.Count(body, []byte(`"tool_call_id"`))+1)/2]
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: jsonHeader, Body: io.NopCloser(bytes.NewReader(answer)), ContentLength: int64(len(answer)), Request: req,
	}, nil
}

// agentTasks are both agents, each checked for its result.
func agentTasks() ([]task, error) {
	const base = "https://service.test/api/v1"
	ours, err := venice.New(venice.WithBaseURL(base), venice.WithAPIKey("key"), venice.WithHTTPClient(&http.Client{Transport: aModel{}}))
	if err != nil {
		return nil, err
	}
	theirs := openai.NewClient(option.WithBaseURL(base), option.WithAPIKey("key"), option.WithHTTPClient(&http.Client{Transport: aModel{}}))
	checked := func(of func(context.Context) (plan, error)) func(context.Context) error {
		return func(ctx context.Context) error {
			if got, err := of(ctx); err != nil || got != (plan{"Lisbon", 21, 175}) {
				return fmt.Errorf("the plan is %+v, error %w", got, orNone(err))
			}
			return nil
		}
	}
	return []task{
		{"this client", 1, checked(func(ctx context.Context) (plan, error) { return planWithVenice(ctx, ours) })},
		{"openai-go", 1, checked(func(ctx context.Context) (plan, error) { return planWithOpenAI(ctx, theirs) })},
	}, nil
}

func agents(ctx context.Context, out io.Writer, e effort) error {
	tasks, err := agentTasks()
	if err != nil {
		return err
	}
	results, err := rounds(ctx, tasks, e.rounds, e.batch)
	if err != nil {
		return err
	}
	var rows [][]string
	for i, source := range []string{veniceSource, openAISource} {
		r := results[i]
		rows = append(rows, []string{r.name, fmt.Sprint(linesOf(source)), r.ratio(results[0]).String(), fmt.Sprintf("%.0f", r.allocs()), fmt.Sprintf("%.0f", r.bytes())})
	}
	return table(out, []string{"an agent's three turns", "lines of code", "time / this client", "allocations", "bytes"}, rows)
}
