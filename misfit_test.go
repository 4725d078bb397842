package venice_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// chatAnswer is what CreateChatCompletion makes of a body.
func chatAnswer(t *testing.T, body string) (*gen.ChatCompletion, error) {
	t.Helper()
	client, _ := serve(t, answer(200, "application/json", body))
	return client.CreateChatCompletion(t.Context(), &gen.ChatCompletionRequest{Model: "m", Messages: []gen.ChatMessage{gen.UserMessage("x")}})
}

// A billed answer is not lost for one member that has another form: the rest is there, and so is what came.
func TestMisfit(t *testing.T) {
	const body = `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop",
		"message":{"role":"assistant","content":"x","tool_calls":"none today"}}],"usage":{"prompt_tokens":true,"completion_tokens":1,"total_tokens":2},"more":{"b":1,"a":1.50}}`
	reply, err := chatAnswer(t, body)
	if !errors.Is(err, venice.ErrMisfit) || errors.Is(err, venice.ErrMaybeSent) || reply == nil {
		t.Fatalf("got %v, %v", reply, err)
	}
	if reply.Choices[0].Message.Content.String() != "x" || reply.Usage.TotalTokens != 2 || string(reply.Unknown["more"]) != `{"b":1,"a":1.50}` {
		t.Errorf("what fits is not all there: %+v", reply)
	}
	misfits, _ := errors.AsType[*gen.MisfitError](err)
	if misfits == nil || len(misfits.Misfits) != 2 || misfits.Misfits[0].Pointer != "/choices/0/message/tool_calls" || misfits.Misfits[0].Raw.String() != `"none today"` || misfits.Misfits[1].Pointer != "/usage/prompt_tokens" {
		t.Errorf("got %+v", misfits)
	}
	wantText(t, err, `venice: CreateChatCompletion: 200 OK: of the answer the text at "/choices/0/message/tool_calls" does not fit, and 1 more`)
	if e := asError(t, err); string(e.Raw) != body {
		t.Error("the answer as it came is not kept")
	}
}

// What is wrong in kind alone is read for what is meant.
func TestLooseAnswers(t *testing.T) {
	for name, c := range map[string]struct{ message, usage, want string }{
		"integers as floats": {`{"role":"assistant","content":"x"}`, `{"prompt_tokens":1.0,"completion_tokens":1e0,"total_tokens":2.9}`, `"prompt_tokens":1,`},
		"numbers as text":    {`{"role":"assistant","content":"x"}`, `{"prompt_tokens":"9007199254740993","completion_tokens":"1","total_tokens":2}`, `"prompt_tokens":9007199254740993`},
		"object for text": {`{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":{"big":9007199254740993}}}]}`,
			`{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}`, `"arguments":"{\"big\":9007199254740993}"`},
		"parts for text": {`{"role":"assistant","content":"x","reasoning_content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}`,
			`{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}`, `"reasoning_content":"ab"`},
		"nulls": {`{"role":"assistant","content":null,"tool_calls":null,"refusal":null}`, `null`, `"content":null`},
	} {
		reply, err := chatAnswer(t, `{"id":null,"object":"chat.completion","created":1748694614.85,"model":"m","choices":[{"index":0,"finish_reason":null,"logprobs":null,"message":`+c.message+`}],"usage":`+c.usage+`}`)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		b, err := json.Marshal(reply)
		if err != nil || !strings.Contains(string(b), c.want) || reply.Created != 1748694614 {
			t.Errorf("%s: %s, %v", name, b, err)
		}
	}
}

// Answers that were seen, and what has to be there after they went through their types.
func TestAnswers(t *testing.T) {
	text, err := os.ReadFile("testdata/answers.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name, Operation string
		Body            gen.JSON
		Keep            []string
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { answer(200, "application/json", c.Body.String())(w, r) })
		ctx := t.Context()
		var got any
		switch c.Operation {
		case "CreateChatCompletion":
			got, err = client.CreateChatCompletion(ctx, &gen.ChatCompletionRequest{})
		case "CreateResponse":
			got, err = client.CreateResponse(ctx, &gen.ResponseRequest{})
		case "ListModels":
			got, err = client.ListModels(ctx, nil)
		case "ListAPIKeys":
			got, err = client.ListAPIKeys(ctx)
		case "GetBillingBalance":
			got, err = client.GetBillingBalance(ctx)
		case "GetBillingUsageAnalytics":
			got, err = client.GetBillingUsageAnalytics(ctx, nil)
		default:
			t.Fatalf("%s: no such operation here", c.Operation)
		}
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		b, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var before, after any
		if json.Unmarshal(c.Body, &before) != nil || json.Unmarshal(b, &after) != nil {
			t.Fatal(c.Name)
		}
		for _, pointer := range c.Keep {
			want, was := at(before, pointer)
			if have, is := at(after, pointer); !was || !is || jsonText(want) != jsonText(have) {
				t.Errorf("%s: %s: %v became %v", c.Name, pointer, want, have)
			}
		}
	}
}

// at follows a JSON Pointer without escapes.
func at(v any, pointer string) (any, bool) {
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			if n := int(step[0] - '0'); n < len(in) {
				v = in[n]
			} else {
				return nil, false
			}
		}
	}
	return v, v != nil
}

func jsonText(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
