package client_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
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
	if shown := fmt.Sprintf("%v %+v %#v %s", misfits.Misfits, *misfits, misfits.Misfits[0], misfits); strings.Contains(shown, "none today") {
		t.Errorf("what came may be a secret: %s", shown)
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

func jsonText(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// Embeddings come as numbers or, where that was asked for, in base64. What is neither costs nothing else.
func TestEmbeddingsInBase64(t *testing.T) {
	for embedding, want := range map[string]string{`"AAAAP+AACoA="`: "[0.5", `"AACAfw=="`: "", `[0.5,1e-3]`: "[0.5,0.001]", `"AAA="`: "", `"AAAAP+AA"`: "", `"%"`: ""} {
		client, _ := serve(t, answer(200, "application/json", `{"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":`+embedding+`}],"usage":{"prompt_tokens":1,"total_tokens":1}}`))
		reply, err := client.CreateEmbedding(t.Context(), &gen.CreateEmbeddingRequest{})
		if reply == nil || reply.Usage.TotalTokens != 1 || errors.Is(err, venice.ErrMisfit) != (want == "") {
			t.Errorf("%s: %v, %v", embedding, reply, err)
			continue
		}
		if b := jsonText(reply.Data[0].Embedding); want != "" && !strings.HasPrefix(b, want) {
			t.Errorf("%s: got %s", embedding, b)
		}
	}
}

// A page with something odd in it is yielded as far as it fits, and then what does not.
func TestPageThatDoesNotFit(t *testing.T) {
	client, _ := serve(t, answer(200, "application/json", `{"success":true,"data":{"transactions":[{"id":"a","amount":{"usd":1}},{"id":"b"}],"pagination":{"hasMore":false}}}`))
	var ids []string
	var last error
	for row, err := range client.AllX402Transactions(t.Context(), "0x1", nil) {
		if last = err; err == nil {
			ids = append(ids, row.ID)
		}
	}
	if len(ids) != 2 || !errors.Is(last, venice.ErrMisfit) {
		t.Errorf("%q, %v", ids, last)
	}
	// It is not the end: what follows is there as well.
	asked := 0
	client, _ = serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		body := `{"success":true,"data":{"transactions":[{"id":"a","amount":{"usd":1}}],"pagination":{"hasMore":true}}}`
		if asked > 1 {
			body = `{"success":true,"data":{"transactions":[{"id":"b","amount":"1"}],"pagination":{"hasMore":false}}}`
		}
		answer(200, "application/json", body)(w, r)
	})
	var all []string
	for row, err := range client.AllX402Transactions(t.Context(), "0x1", nil) {
		if err == nil {
			all = append(all, row.ID)
		} else if !errors.Is(err, venice.ErrMisfit) {
			t.Error(err)
		}
	}
	if len(all) != 2 || asked != 2 {
		t.Errorf("%q of %d pages", all, asked)
	}
}
