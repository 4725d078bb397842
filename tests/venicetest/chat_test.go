// Tests of the chat and model routes.

package venicetest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

var hello = map[string]any{
	"model":    "zai-org-glm-5-1",
	"messages": []any{map[string]any{"role": "user", "content": "Hello"}},
}

// with returns hello with one field more.
func with(field string, value any) map[string]any {
	body := map[string]any{field: value}
	for k, v := range hello {
		if k != field {
			body[k] = v
		}
	}
	return body
}

func TestChat(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	parts := []any{map[string]any{"type": "text", "text": "Hel"}, map[string]any{"type": "text", "text": "lo"}}
	for _, test := range []struct {
		name string
		body map[string]any
		want string
	}{
		{"plain", hello, `"content":"You said: Hello"`},
		{"parts", with("messages", []any{map[string]any{"role": "user", "content": parts}}), `"content":"You said: Hello"`},
		{"usage", hello, `"usage":{"completion_tokens":3,"prompt_tokens":1,"total_tokens":4}`},
		{"cost", hello, `"cost":{"diem":0,"usd":0.0000106}`},
		{"cut", with("max_completion_tokens", 2), `"content":"You said: "`},
		{"why cut", with("max_completion_tokens", 2), `"finish_reason":"length"`},
		{"two", with("n", 2), `"index":1`},
		{"too many", with("n", int64(1)<<53), `"index":127`},
		{"conversation", with("messages", []any{
			map[string]any{"role": "system", "content": "Be brief."}, map[string]any{"role": "user", "content": "Hello"},
		}), `"prompt_tokens":3`},
		{"parameters", with("venice_parameters", map[string]any{"enable_web_search": "on"}), `"enable_web_search":"on"`},
	} {
		t.Run(test.name, func(t *testing.T) { c.do("POST", "/chat/completions", test.body).want(t, 200, test.want) })
	}
}

// A model goes by its id, by a trait and by the name that another service has for it; the answer says which it was.
func TestChatModelHeader(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	for _, name := range []string{"default", "gpt-4o", "zai-org-glm-5-1:enable_web_search=on"} {
		r := c.do("POST", "/chat/completions", with("model", name)).want(t, 200, `"model":"zai-org-glm-5-1"`)
		if got := r.header.Get("x-venice-model-id") + r.header.Get("x-venice-model-name"); got != "zai-org-glm-5-1GLM 5.1" {
			t.Errorf("headers %q", got)
		}
	}
}

func TestChatStream(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	r := c.do("POST", "/chat/completions", with("stream", true)).want(t, 200, "data: ")
	if got := r.header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("content type %q", got)
	}
	events := strings.Split(strings.TrimSuffix(r.raw, "\n\n"), "\n\n")
	if last := events[len(events)-1]; last != "data: [DONE]" {
		t.Errorf("ends with %q", last)
	}
	var text strings.Builder
	finish, usage := "", 0.0
	for _, e := range events[:len(events)-1] {
		var chunk struct {
			Object  string
			Choices []struct {
				Delta        struct{ Content string }
				FinishReason string `json:"finish_reason"`
			}
			Usage struct {
				TotalTokens float64 `json:"total_tokens"`
			}
		}
		if err := json.Unmarshal([]byte(strings.TrimPrefix(e, "data: ")), &chunk); err != nil || chunk.Object != "chat.completion.chunk" {
			t.Fatalf("event %q: %v", e, err)
		}
		for _, choice := range chunk.Choices {
			text.WriteString(choice.Delta.Content)
			finish += choice.FinishReason
		}
		usage += chunk.Usage.TotalTokens
	}
	if text.String() != "You said: Hello" || finish != "stop" || usage != 4 {
		t.Errorf("streamed %q, finish %q, %v tokens", text.String(), finish, usage)
	}
}

func TestModels(t *testing.T) {
	c := caller{t: t, srv: venicetest.NewServer(t)}
	for _, test := range []struct {
		path  string
		count int
		text  string
	}{
		{"/models", 14, `"type":"text"`},
		{"/models?type=image", 5, `"id":"z-image-turbo"`},
		{"/models?type=code", 3, `"optimizedForCode":true`},
		{"/models?type=all", 78, `"type":"all"`},
		{"/models/traits", 8, `"default":"zai-org-glm-5-1"`},
		{"/models/traits?type=tts", 1, `"default":"tts-kokoro"`},
		{"/models/compatibility_mapping", 2, `"gpt-4o":"zai-org-glm-5-1"`},
		{"/models/compatibility_mapping?type=image", 0, `"data":{}`},
	} {
		r := c.do("GET", test.path, nil).want(t, 200, test.text)
		list, _ := r.body["data"].([]any)
		object, _ := r.body["data"].(map[string]any)
		if n := len(list) + len(object); n != test.count {
			t.Errorf("%s: %d entries, want %d", test.path, n, test.count)
		}
	}
}
