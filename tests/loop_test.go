// A tool loop with a reasoning model: what streams bring goes back as what plain answers bring does.

package tests

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

// A turn is the model's: the message of the plain answer, and the deltas that bring the same.
type turn struct {
	message, finish string
	deltas          []string
}

var turns = []turn{
	{
		message: `{"role":"assistant","content":null,"reasoning_content":"Look up <both>.\n\n__ENCRYPTED_REASONING__id=rs_1\ngAAA==",
			"reasoning_details":[{"type":"reasoning.text","text":"Look up <both>.","signature":"sig==","format":"anthropic-claude-v1","index":0},
				{"type":"reasoning.summary","summary":"Two cities","id":"rs_1","index":1},{"type":"reasoning.encrypted","data":"b2s=","id":"rs_1","index":2}],
			"thought_signature":"whole",
			"tool_calls":[{"id":"call_1","type":"function","thought_signature":"one","function":{"name":"weather","arguments":"{\"city\": \"Zürich\"}"}},
				{"id":"call_2","type":"function","extra_content":{"google":{"thought_signature":"two","n":1.50}},"function":{"name":"weather","arguments":"{\"city\": \"Rome\"}"}}]}`,
		finish: "tool_calls",
		deltas: []string{
			`{"role":"assistant","content":null,"reasoning_content":"Look up "}`,
			`{"reasoning_details":[{"type":"reasoning.text","text":"Look up ","format":"anthropic-claude-v1","index":0}]}`,
			`{"reasoning_content":"\n\n__ENCRYPTED_REASONING__id=rs_1\ngAAA==","reasoning_encrypted":true}`,
			`{"reasoning_content":"<both>.","reasoning_details":[{"type":"reasoning.text","text":"<both>.","index":0}]}`,
			`{"reasoning_details":[{"type":"reasoning.text","signature":"sig==","index":0},{"type":"reasoning.summary","summary":"Two ","id":"rs_1","index":1}]}`,
			`{"reasoning_details":[{"type":"reasoning.summary","summary":"cities","index":1},{"type":"reasoning.encrypted","data":"b2s=","id":"rs_1","index":2}]}`,
			`{"thought_signature":"whole","tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":""}}]}`,
			`{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\": \"Zü"}}]}`,
			`{"tool_calls":[{"index":1,"id":"call_2","type":"function","extra_content":{"google":{"thought_signature":"two","n":1.50}},"function":{"name":"weather","arguments":"{\"city\": \"Rome\"}"}}]}`,
			`{"tool_calls":[{"index":0,"thought_signature":"one","function":{"arguments":"rich\"}"}}]}`,
		},
	},
	{
		message: `{"role":"assistant","content":"One more.","reasoning_details":[{"type":"reasoning.encrypted","data":"c2Vj"}],
			"tool_calls":[{"id":"call_3","type":"function","thought_signature":"three","function":{"name":"clock","arguments":"{}"}}]}`,
		finish: "tool_calls",
		deltas: []string{
			`{"role":"assistant","content":""}`,
			`{"content":"One "}`,
			`{"reasoning_details":[{"type":"reasoning.encrypted","data":"c2Vj"}]}`,
			`{"content":"more.","tool_calls":[{"id":"call_3","type":"function","thought_signature":"three","function":{"name":"clock","arguments":"{}"}}]}`,
		},
	},
	{
		message: `{"role":"assistant","content":"Sun in both.","reasoning_content":"Done.","thought_signature":"end"}`,
		finish:  "stop",
		deltas: []string{
			`{"role":"assistant","content":"","reasoning_content":"Done."}`,
			`{"content":"Sun in both."}`,
			`{"thought_signature":"end"}`,
		},
	},
}

const loopBill = `"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13,"prompt_tokens_details":{"cached_tokens":7},
	"completion_tokens_details":{"reasoning_tokens":3},"cache_read_input_tokens":7},"cost":{"usd":0.00012345,"diem":0}`

func compact(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (u turn) plain(t *testing.T) []byte {
	t.Helper()
	return compact(t, `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"logprobs":null,"finish_reason":"`+
		u.finish+`","message":`+u.message+`}],`+loopBill+`}`)
}

func (u turn) stream(t *testing.T) []byte {
	t.Helper()
	var out strings.Builder
	add := func(choices, more string) {
		out.WriteString("data: ")
		out.Write(compact(t, `{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[`+choices+`]`+more+`}`))
		out.WriteString("\n\n")
	}
	for _, delta := range u.deltas {
		add(`{"index":0,"delta":`+delta+`,"finish_reason":null}`, "")
	}
	add(`{"index":0,"delta":{},"finish_reason":"`+u.finish+`"}`, "")
	add("", ","+loopBill)
	return []byte(out.String() + "data: [DONE]\n\n")
}

func TestToolLoop(t *testing.T) {
	plain, streamed := newPair(t), newPair(t)
	var answers, streams []venicetest.Answer
	for _, u := range turns {
		answers = append(answers, venicetest.Answer{Body: u.plain(t), Unchecked: true})
		streams = append(streams, venicetest.Answer{ContentType: streamType, Body: u.stream(t), Unchecked: true})
	}
	plain.Respond("CreateChatCompletion", answers...)
	streamed.Respond("CreateChatCompletion", streams...)
	a, b := plain.client(t, plain.InferenceKey()), streamed.client(t, streamed.InferenceKey())
	asked := gen.ChatCompletionRequest{Model: "m", Messages: []gen.ChatMessage{gen.UserMessage("How is the weather in Zürich and Rome?")}}
	first, second := asked, asked
	for n := range turns {
		one, err := a.CreateChatCompletion(t.Context(), &first)
		if err != nil {
			t.Fatal(err)
		}
		two, err := venice.CollectChat(b.StreamChatCompletion(t.Context(), &second))
		if err != nil {
			t.Fatal(err)
		}
		exactJSON(t, "the whole answer", encode(t, two), encode(t, one))
		if sent := bytes.Replace(streamed.wire.request, []byte(`"stream":true`), []byte(`"stream":false`), 1); !bytes.Equal(sent, plain.wire.request) || n > 0 && len(sent) < 300 {
			t.Errorf("turn %d: a streamed loop sends\n%s\na plain one\n%s", n, sent, plain.wire.request)
		}
		first.Messages, second.Messages = goOn(first.Messages, one), goOn(second.Messages, two)
	}
	// What came in the first turn is there in the last, to the letter.
	for _, want := range []string{`"signature":"sig=="`, `"data":"b2s="`, `"data":"c2Vj"`, `"thought_signature":"whole"`, `"thought_signature":"one"`, `"n":1.50`, `Zürich`,
		`"Look up <both>.\n\n__ENCRYPTED_REASONING__id=rs_1\ngAAA=="`} {
		if !bytes.Contains(streamed.wire.request, []byte(want)) {
			t.Errorf("the last request has no %s", want)
		}
	}
}

// goOn is the conversation with the model's message, and a result for each call in it.
func goOn(messages []gen.ChatMessage, reply *gen.ChatCompletion) []gen.ChatMessage {
	message := reply.Choices[0].Message
	messages = append(messages[:len(messages):len(messages)], message)
	for _, call := range message.ToolCalls {
		messages = append(messages, gen.ToolMessage("It is fine.", *call.ID))
	}
	return messages
}
