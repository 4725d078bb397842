// A check of the fake by mistakes: requests that are wrong in one way each, and what the service says about them.

package venicetest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// looped is a conversation in the middle of a tool loop, as the model's own answers made it.
func (c talk) looped(model string, more ...object) object {
	c.t.Helper()
	body := ask(model, []any{userMessage("How is the weather in Oslo and in Rome, in celsius?")}, append(more, object{"tools": []any{weather}})...)
	m := c.chat(body).message(c.t)
	calls, _ := m["tool_calls"].([]any)
	if len(calls) != 2 {
		c.t.Fatalf("%s: %d calls in %v", model, len(calls), m)
	}
	messages := append(body["messages"].([]any), m)
	for i, call := range calls {
		messages = append(messages, object{"role": "tool", "tool_call_id": at(call, "id"), "content": fmt.Sprintf(`{"degrees":%d}`, 20+i)})
	}
	body["messages"] = messages
	return body
}

// What came from a model goes back as it came, in every family, whatever comes in between.
func TestLoops(t *testing.T) {
	for _, model := range []string{glm, kimi, claude, gemini, gpt} {
		c := newTalk(t)
		body := c.looped(model)
		m := c.chat(body).message(t)
		if got := m["content"]; got != "get_weather says: {\"degrees\":20}\nget_weather says: {\"degrees\":21}" {
			t.Errorf("%s: %v", model, got)
		}
		body["messages"] = append(body["messages"].([]any), m, userMessage("Thanks"))
		if got := c.chat(body).message(t)["content"]; got != "You said: Thanks" {
			t.Errorf("%s: %v", model, got)
		}
		delete(body, "tools") // a history may have calls of tools that are gone
		c.chat(body).want(t, 200, "You said: Thanks")
	}
}

// bend changes what is at a place of a message of a looped conversation.
func bend(i int, path string, change func(any) any) func(object) {
	return func(body object) {
		here := body["messages"].([]any)[i]
		steps := strings.Split(path, ".")
		for n, s := range steps {
			last := n == len(steps)-1
			switch h := here.(type) {
			case object:
				if last {
					if v := change(h[s]); v == nil {
						delete(h, s)
					} else {
						h[s] = v
					}
				}
				here = h[s]
			case []any:
				here = h[int(s[0]-'0')]
			}
		}
	}
}

func gone(any) any { return nil }

func other(text string) func(any) any { return func(any) any { return text } }

func TestWrong(t *testing.T) {
	set := func(name string, value any) func(object) { return func(b object) { b[name] = value } }
	form := func(schema string) func(object) {
		return set("response_format", object{"type": "json_schema", "json_schema": object{"name": "n", "schema": json.RawMessage(schema)}})
	}
	parts := func(n int, part object) func(object) {
		list := []any{}
		for range n {
			list = append(list, part)
		}
		return set("messages", []any{userMessage(list)})
	}
	image := object{"type": "image_url", "image_url": object{"url": "https://example.com/a.png"}}
	broken := object{"type": "image_url", "image_url": object{"url": "data:image/png;base64," + base64.StdEncoding.EncodeToString([]byte("no picture"))}}
	sound := object{"type": "input_audio", "input_audio": object{"data": "AAAA", "format": "wav"}}
	for _, test := range []struct {
		name, model string
		wrong       func(object)
		status      int
		says        string
	}{
		// The history of a tool loop.
		{"a result without a call", glm, func(b object) { b["messages"] = append(b["messages"].([]any)[:1:1], b["messages"].([]any)[2:]...) }, 400, "must be a response to a preceding message"},
		{"a result of another call", glm, bend(2, "tool_call_id", other("call_x")), 400, "'call_x'"},
		{"a result twice", glm, func(b object) { b["messages"] = append(b["messages"].([]any), b["messages"].([]any)[2]) }, 400, "must be a response"},
		{"a call without a result", glm, func(b object) { b["messages"] = b["messages"].([]any)[:3] }, 400, "must be followed by tool messages"},
		{"a question before the results", glm, func(b object) {
			m := b["messages"].([]any)
			b["messages"] = append(append(m[:2:2], userMessage("Well?")), m[2:]...)
		}, 400, "must be followed by tool messages"},
		// Thinking that has to come back.
		{"no signed thinking", claude, bend(1, "reasoning_details", gone), 400, "Expected `thinking`"},
		{"no signature", claude, bend(1, "reasoning_details.0.signature", gone), 400, "Expected `thinking`"},
		{"another signature", claude, bend(1, "reasoning_details.0.signature", other("c2ln")), 400, "Invalid `signature`"},
		{"thinking that was changed", claude, bend(1, "reasoning_details.0.text", other("I think otherwise.")), 400, "Invalid `signature`"},
		{"a call without its signature", gemini, bend(1, "tool_calls.0.thought_signature", gone), 400, "missing a thought_signature"},
		{"a call with another signature", gemini, bend(1, "tool_calls.0.thought_signature", other("c2ln")), 400, "signature is not valid"},
		{"text behind the sealed thinking", gpt, bend(1, "reasoning_content", func(v any) any { return v.(string) + "and so on" }), 400, "could not be verified"},
		{"sealed thinking that was changed", gpt, bend(1, "reasoning_details.1.data", other("b2s=")), 400, "could not be verified"},
		{"signatures of another model", gemini, set("model", claude), 400, "Expected `thinking`"},
		// What a model cannot do.
		{"tools", toolless, nil, 400, "tools is not supported"},
		{"a form", toolless, func(b object) { delete(b, "tools"); form(`{}`)(b) }, 400, "response_format is not supported"},
		{"probabilities", glm, set("logprobs", true), 400, "logprobs is not supported"},
		{"pictures", glm, parts(1, image), 400, "image input is not supported"},
		{"sounds", seeing, parts(1, sound), 400, "sound input is not supported"},
		{"too many pictures", gemini, parts(11, image), 400, "at most 10"},
		{"a picture that is none", gemini, parts(1, broken), 400, "could not be read"},
		{"a longer answer than it gives", glm, set("max_completion_tokens", 99999), 400, "less than or equal to 32768"},
		{"a seed", gpt, set("seed", 7), 400, "seed is not supported"},
		{"stops", gpt, set("stop", "x"), 400, "stop is not supported"},
		{"two answers", gpt, set("n", 2), 400, "n is not supported"},
		{"search of X", glm, set("venice_parameters", object{"enable_x_search": true}), 400, "enable_x_search"},
		{"more than it holds", glm, set("messages", []any{userMessage(strings.Repeat("many words ", 100001))}), 400, "context_length_exceeded"},
		// What is asked for.
		{"a model that is none", glm, set("model", "zai-org-glm-9"), 404, "Specified model not found: zai-org-glm-9. Did you mean zai-org-glm-5-1?"},
		{"a model that has gone", glm, set("model", "llama-3.2-3b"), 404, "has been deprecated. Please use"},
		{"a model for something else", glm, set("model", "z-image-turbo"), 404, "Specified model not found"},
		{"a member that is none", glm, set("foo", 1), 400, `"issues":[{"code":"unrecognized_keys","keys":["foo"],"message":"Unrecognized key(s) in object: 'foo'","path":[]}]`},
		{"a schema that is none", glm, form(`{"type":"objct"}`), 400, "Invalid schema"},
		{"a schema that nothing satisfies", glm, func(b object) {
			b["messages"] = b["messages"].([]any)[:1]
			b["tool_choice"] = "none"
			form(`{"type":"integer","minimum":2,"maximum":1}`)(b)
		}, 400, "Invalid schema"},
		{"no schema", glm, set("response_format", object{"type": "json_schema", "json_schema": object{"name": "n"}}), 400, "Required"},
		{"parameters that are no schema", glm, set("tools", []any{tool("f", "", `{"type":"objct"}`)}), 400, "Invalid schema"},
		{"a choice of a tool that is none", glm, set("tool_choice", object{"type": "function", "function": object{"name": "g"}}), 400, "Tool choice 'g' not found"},
		{"a choice without tools", glm, func(b object) { delete(b, "tools"); b["tool_choice"] = "required" }, 400, "only allowed when tools"},
		{"no messages", glm, set("messages", []any{}), 400, "messages"},
		{"too warm", glm, set("temperature", 3), 400, "temperature"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newTalk(t)
			body := ask(test.model, []any{userMessage("The weather?")}, object{"tools": []any{weather}})
			if test.model != toolless {
				body = c.looped(test.model)
			}
			var right object // which has to be fine, or the mistake shows nothing
			if data, err := json.Marshal(body); err != nil || json.Unmarshal(data, &right) != nil {
				t.Fatal(err)
			}
			if test.model != toolless {
				c.chat(right).want(t, 200, "")
			}
			if test.wrong != nil {
				test.wrong(right)
			}
			for _, stream := range []bool{false, true} {
				right["stream"] = stream
				r := c.chat(right).want(t, test.status, "")
				if got := unescaped(r.raw); !strings.Contains(got, test.says) || !strings.Contains(r.header.Get("Content-Type"), "application/json") {
					t.Errorf("%s, want %s", got, test.says)
				}
			}
		})
	}
}

// unescaped is a body without the escapes that JSON needs not.
func unescaped(body string) string {
	return strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(body)
}

// To another model the text of the thinking goes without signatures, and a loop without thinking needs none.
func TestAnotherModelGoesOn(t *testing.T) {
	c := newTalk(t)
	body := c.looped(claude)
	body["model"] = glm
	c.chat(body).want(t, 200, "get_weather says")
	body = c.looped(claude, object{"reasoning_effort": "none"})
	if d := at(body["messages"], 1, "reasoning_details"); d != nil {
		t.Errorf("thinking that was switched off: %v", d)
	}
	c.chat(body).want(t, 200, "get_weather says")
	body = c.looped(gemini)
	other := newTalk(t) // of the same seed, which keeps the secret
	if a, b := c.chat(body).body["choices"], other.chat(body).body["choices"]; !reflect.DeepEqual(a, b) {
		t.Errorf("%v and %v", a, b)
	}
	// Google's signature may come back where it was put by another client.
	call := at(body["messages"], 1, "tool_calls", 0).(object)
	call["extra_content"] = object{"google": object{"thought_signature": call["thought_signature"]}}
	delete(call, "thought_signature")
	c.chat(body).want(t, 200, "get_weather says")
}
