// Tests of collecting: what comes out of a stream, whole or cut off.

package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log"
	"reflect"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

// streamOf yields each line of JSON as a T, and then end, if it is an error.
func streamOf[T any](t *testing.T, end error, lines ...string) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for _, line := range lines {
			chunk := new(T)
			if err := json.Unmarshal([]byte(line), chunk); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			if !yield(chunk, nil) {
				return
			}
		}
		if end != nil {
			yield(nil, end)
		}
	}
}

// wantJSON compares by value: absent fields and null are not the same.
func wantJSON(t *testing.T, name string, got any, want string) {
	t.Helper()
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var g, w any
	if err := errors.Join(json.Unmarshal(b, &g), json.Unmarshal([]byte(want), &w)); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(g, w) {
		t.Errorf("%s:\n got %s\nwant %s", name, b, want)
	}
}

// chunk is one with the choices, in JSON.
func chunk(choices string) string {
	return `{"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[` + choices + `]}`
}

func TestCollectChat(t *testing.T) {
	for name, c := range map[string]struct {
		chunks []string
		want   string // the choices
	}{
		"content and reasoning": {
			[]string{
				chunk(`{"index":0,"delta":{"role":"assistant","content":"","reasoning_content":"Hm"}}`),
				chunk(`{"index":0,"delta":{"reasoning_content":"m."}}`),
				chunk(`{"index":0,"delta":{"content":"Blue"}}`),
				chunk(`{"index":0,"delta":{"content":null}}`),
				chunk(`{"index":0,"delta":{"content":"."},"finish_reason":null}`),
				chunk(`{"index":0,"delta":{},"finish_reason":"stop"}`),
				chunk(``),
			},
			`[{"index":0,"finish_reason":"stop","logprobs":null,
				"message":{"role":"assistant","content":"Blue.","reasoning_content":"Hmm."}}]`,
		},
		"choices out of order": {
			[]string{
				chunk(`{"index":2,"delta":{"content":"c"}},{"index":0,"delta":{"content":"a"}}`),
				chunk(`{"index":1,"delta":{"content":"b"},"finish_reason":"length"},{"index":2,"delta":{"content":"C"}}`),
			},
			`[{"index":0,"finish_reason":"","logprobs":null,"message":{"role":"assistant","content":"a"}},
			  {"index":1,"finish_reason":"length","logprobs":null,"message":{"role":"assistant","content":"b"}},
			  {"index":2,"finish_reason":"","logprobs":null,"message":{"role":"assistant","content":"cC"}}]`,
		},
		"tool calls by index": {
			[]string{
				chunk(`{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"two","arguments":""}}]}}`),
				chunk(`{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"one","arguments":"{\"x\""}}]}}`),
				chunk(`{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"{}"}},{"index":0,"function":{"arguments":":1}"}}]}}`),
				chunk(`{"index":0,"delta":{},"finish_reason":"tool_calls"}`),
			},
			`[{"index":0,"finish_reason":"tool_calls","logprobs":null,"message":{"role":"assistant","content":null,"tool_calls":[
				{"id":"a","type":"function","function":{"name":"one","arguments":"{\"x\":1}"}},
				{"id":"b","type":"function","function":{"name":"two","arguments":"{}"}}]}}]`,
		},
		"tool calls without an index": {
			[]string{
				chunk(`{"index":0,"delta":{"tool_calls":[{"id":"a","function":{"name":"one","arguments":"1"}}]}}`),
				chunk(`{"index":0,"delta":{"tool_calls":[{"function":{"arguments":"2"}},{"id":"b","function":{"name":"two"}}]}}`),
				chunk(`{"index":0,"delta":{"tool_calls":[{"id":"b","function":{"name":"two","arguments":"3"}}]}}`),
			},
			`[{"index":0,"finish_reason":"","logprobs":null,"message":{"role":"assistant","content":null,"tool_calls":[
				{"id":"a","type":"function","function":{"name":"one","arguments":"12"}},
				{"id":"b","type":"function","function":{"name":"two","arguments":"3"}}]}}]`,
		},
		"a tool call's signature and extra content, in later pieces": {
			[]string{
				chunk(`{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"one","arguments":"1"},"extra_content":{"google":{"thought_signature":"t"}}}]}}`),
				chunk(`{"index":0,"delta":{"tool_calls":[{"index":0,"thought_signature":"s"}]}}`),
			},
			`[{"index":0,"finish_reason":"","logprobs":null,"message":{"role":"assistant","content":null,"tool_calls":[
				{"id":"a","type":"function","function":{"name":"one","arguments":"1"},"thought_signature":"s","extra_content":{"google":{"thought_signature":"t"}}}]}}]`,
		},
		"extra content, and null in a later piece": {
			[]string{
				chunk(`{"index":0,"delta":{"annotations":[null],"tool_calls":[{"index":0,"id":"a","function":{"name":"one","arguments":"1"},"extra_content":{"google":{"thought_signature":"t"}}}]}}`),
				chunk(`{"index":0,"delta":{"tool_calls":[{"index":0,"extra_content":null}]}}`),
			},
			`[{"index":0,"finish_reason":"","logprobs":null,"message":{"role":"assistant","content":null,"tool_calls":[
				{"id":"a","type":"function","function":{"name":"one","arguments":"1"},"extra_content":{"google":{"thought_signature":"t"}}}]}}]`,
		},
		"two ids under one index, and a field of tomorrow": {
			[]string{
				chunk(`{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"one","arguments":"1"}},{"index":0,"id":"b","function":{"name":"two","arguments":"2"},"seal":"s"}]}}`),
				chunk(`{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"3"}}]}}`),
			},
			`[{"index":0,"finish_reason":"","logprobs":null,"message":{"role":"assistant","content":null,"tool_calls":[
				{"id":"a","type":"function","function":{"name":"one","arguments":"1"}},
				{"id":"b","type":"function","function":{"name":"two","arguments":"23"},"seal":"s"}]}}]`,
		},
	} {
		got, err := venice.CollectChat(streamOf[gen.ChatCompletionChunk](t, nil, c.chunks...))
		var want error
		if strings.Contains(c.want, `"finish_reason":""`) {
			want = venice.ErrUnfinished
		}
		if !errors.Is(err, want) || got == nil {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, want)
			continue
		}
		wantJSON(t, name, got.Choices, c.want)
		if got.ID != "c1" || got.Object != "chat.completion" || got.Created != 7 || got.Model != "m" {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

// A member that a chunk's type does not know may have a name that the answer's type does.
func TestCollectChatKnownNames(t *testing.T) {
	for _, member := range []string{`"message":null`, `"message":{"a":1}`, `"Message":{"a":1}`} {
		got, err := venice.CollectChat(streamOf[gen.ChatCompletionChunk](t, nil,
			chunk(`{"index":0,"delta":{"content":"kept"},`+member+`}`), chunk(`{"index":0,"delta":{},"finish_reason":"stop"}`)))
		if err != nil || len(got.Choices) != 1 || got.Choices[0].Message.Content.String() != "kept" {
			t.Errorf("%s: got %+v, %v", member, got, err)
		}
	}
}

func TestCollectChatBill(t *testing.T) {
	got, err := venice.CollectChat(streamOf[gen.ChatCompletionChunk](t, nil, chunk(``),
		`{"id":"","object":"","created":0,"model":"","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7},
			"cost":{"usd":0.5,"diem":0.25},"venice_parameters":{"enable_web_search":"off","strip_thinking_response":true}}`,
		`{"choices":[],"usage":null,"cost":null,"venice_parameters":null}`))
	if !errors.Is(err, venice.ErrUnfinished) {
		t.Fatal(err)
	}
	if u := got.Usage; u.PromptTokens != 3 || u.CompletionTokens != 4 || u.TotalTokens != 7 {
		t.Errorf("usage %+v", u)
	}
	if got.VeniceParameters == nil || !got.VeniceParameters.StripThinkingResponse || got.ID != "c1" {
		t.Errorf("got %+v with %+v", got, got.VeniceParameters)
	}
	var all map[string]any // in JSON, because older revisions have no cost
	b, _ := json.Marshal(got)
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	if _, has := reflect.TypeFor[gen.ChatCompletion]().FieldByName("Cost"); has {
		wantJSON(t, "cost", all["cost"], `{"usd":0.5,"diem":0.25}`)
	}

	got, err = venice.CollectChat(streamOf[gen.ChatCompletionChunk](t, nil, chunk(`{"index":0,"delta":{"content":"kept"},"finish_reason":"stop"}`),
		`{"id":"","object":"","created":0,"model":"","choices":[],"venice_parameters":{"strip_thinking_response":"what?"}}`))
	wantText(t, err, "venice: the answer does not fit its type: the text at ", "strip_thinking_response")
	if got == nil || got.Choices[0].Message.Content.String() != "kept" {
		t.Errorf("beside the error: %+v", got)
	}
}

func TestCollectChatError(t *testing.T) {
	got, err := venice.CollectChat(streamOf[gen.ChatCompletionChunk](t, venice.ErrStreamCut,
		chunk(`{"index":0,"delta":{"content":"Once upon"}}`)))
	if !errors.Is(err, venice.ErrStreamCut) {
		t.Errorf("got %v", err)
	}
	if got == nil || len(got.Choices) != 1 || got.Choices[0].Message.Content.String() != "Once upon" || got.Choices[0].FinishReason != "" {
		t.Errorf("beside the error: %+v", got)
	}
	if got, err := venice.CollectChat(streamOf[gen.ChatCompletionChunk](t, venice.ErrStreamCut)); got != nil || !errors.Is(err, venice.ErrStreamCut) {
		t.Errorf("nothing arrived: got %+v, %v", got, err)
	}
	if got, err := venice.CollectChat(streamOf[gen.ChatCompletionChunk](t, nil)); got != nil || !errors.Is(err, venice.ErrUnfinished) {
		t.Errorf("an empty stream: got %v, %v", got, err)
	}
}

// The plain call and the collected stream of the fake are the same, but for the id.
func TestCollectChatIsThePlainAnswer(t *testing.T) {
	srv := venicetest.NewServer(t)
	client := newClient(t, venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	request := &gen.ChatCompletionRequest{Model: model, N: new(int64(2)), Messages: []gen.ChatMessage{gen.UserMessage("Say it twice.")}}
	plain, err := client.CreateChatCompletion(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	streamed, err := venice.CollectChat(client.StreamChatCompletion(t.Context(), request))
	if err != nil {
		t.Fatal(err)
	}
	streamed.ID, streamed.Created = plain.ID, plain.Created
	for i := range plain.Choices { // an empty list in place of none
		plain.Choices[i].Message.ToolCalls = nil
	}
	// What a revision adds to the plain answer, the fake gives there alone.
	want := &gen.ChatCompletion{ID: plain.ID, Object: plain.Object, Created: plain.Created, Model: plain.Model, Usage: plain.Usage,
		Cost: plain.Cost, VeniceParameters: plain.VeniceParameters}
	for _, c := range plain.Choices {
		message := gen.ChatMessage{Role: c.Message.Role, Content: c.Message.Content, ToolCalls: c.Message.ToolCalls}
		want.Choices = append(want.Choices, gen.ChatChoice{Index: c.Index, FinishReason: c.FinishReason, Message: message})
	}
	b, _ := json.Marshal(want)
	wantJSON(t, "streamed", streamed, string(b))
}

func ExampleCollectChat() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}

	reply, err := venice.CollectChat(client.StreamChatCompletion(context.Background(), &gen.ChatCompletionRequest{
		Model:    model,
		Messages: []gen.ChatMessage{gen.UserMessage("Good night.")},
	}))
	if err != nil && reply != nil {
		log.Print("cut off: ", reply.Choices)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(reply.Choices[0].Message.Content, reply.Choices[0].FinishReason, reply.Usage.TotalTokens)
	// Output: You said: Good night. stop 6
}
