// Tests of what chat answers: forms, limits, pictures, searches, and a stream that says the same.

package venicetest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
)

// models of the list that these tests are about, by what they can do.
const (
	glm       = "zai-org-glm-5-1"
	kimi      = "kimi-k2-6"
	seeing    = "qwen3-vl-235b-a22b"
	toolless  = "venice-uncensored-1-2"
	claude    = "claude-opus-4-6"
	gemini    = "gemini-3-6-flash"
	gpt       = "openai-gpt-54"
	embedder  = "text-embedding-bge-m3"
	shortened = "text-embedding-qwen3-8b"
)

// Whatever is asked for, a stream brings what the plain answer has.
func TestStreamSaysTheSame(t *testing.T) {
	question := []any{userMessage("How is the weather in Oslo and in Rome, in celsius?")}
	for name, body := range map[string]object{
		"plain":     ask(glm, question),
		"thinking":  ask(glm, question, object{"reasoning_effort": "high"}),
		"tools":     ask(glm, question, object{"tools": []any{weather}}),
		"signed":    ask(claude, question, object{"tools": []any{weather}}),
		"calls":     ask(gemini, question, object{"tools": []any{weather}}),
		"sealed":    ask(gpt, question, object{"tools": []any{weather}}),
		"three":     ask(glm, question, object{"n": 3}),
		"cut":       ask(glm, question, object{"max_tokens": 4}),
		"stopped":   ask(glm, question, object{"stop": "Oslo"}),
		"form":      ask(glm, question, object{"response_format": object{"type": "json_object"}}),
		"logprobs":  ask(kimi, question, object{"logprobs": true, "top_logprobs": 2, "reasoning": object{"enabled": false}}),
		"documents": ask(glm, question, object{"venice_parameters": object{"enable_web_search": "on", "return_search_results_as_documents": true}}),
	} {
		t.Run(name, func(t *testing.T) {
			plain := newTalk(t).chat(body).want(t, 200, "")
			streamed := newTalk(t)
			body["stream"] = true
			chunks := streamed.chat(body).want(t, 200, "").chunks(t)
			for i := range len(plain.body["choices"].([]any)) {
				choice := at(plain.body, "choices", i).(object)
				message, finish := joined(chunks, i)
				want := choice["message"].(object)
				for name, v := range want { // what says nothing need not be sent
					if list, isList := v.([]any); v == nil && name != "content" || isList && len(list) == 0 {
						delete(want, name)
					}
				}
				if want["content"] == nil {
					want["content"] = ""
				}
				if !reflect.DeepEqual(message, want) || finish != choice["finish_reason"] {
					t.Errorf("streamed %v, %v\nplain %v, %v", message, finish, want, choice["finish_reason"])
				}
				if logprobs := at(choice, "logprobs", "content"); logprobs != nil {
					var got []any
					for _, c := range chunks {
						part, _ := at(c, "choices", 0, "logprobs", "content").([]any)
						got = append(got, part...)
					}
					if !reflect.DeepEqual(any(got), logprobs) {
						t.Errorf("streamed %v\nplain %v", got, logprobs)
					}
				}
			}
			last := chunks[len(chunks)-1]
			if !reflect.DeepEqual(last["usage"], plain.body["usage"]) || !reflect.DeepEqual(last["cost"], plain.body["cost"]) || len(last["choices"].([]any)) != 0 {
				t.Errorf("the bill %v of %v", last, plain.raw)
			}
		})
	}
}

func TestAnswerForms(t *testing.T) {
	c := newTalk(t)
	question := []any{userMessage("Alice is 30 and lives in New York.")}
	person := object{"type": "json_schema", "json_schema": object{"name": "person", "strict": true, "schema": json.RawMessage(
		`{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"},"born":{"type":"string","format":"date"},"tags":{"type":"array","items":{"enum":["a","b"]},"minItems":2,"maxItems":2}},"required":["name","age","born","tags"],"additionalProperties":false}`)}}
	m := c.chat(ask(glm, question, object{"response_format": person})).message(t)
	if got := m["content"].(string); !strings.HasPrefix(got, `{"name":"Alice","age":30,"born":"2026-07-0`) || !json.Valid([]byte(got)) {
		t.Error(got)
	}
	m = c.chat(ask(glm, question, object{"response_format": object{"type": "json_object"}})).message(t)
	if got := m["content"]; got != `{"reply":"You said: Alice is 30 and lives in New York."}` {
		t.Error(got)
	}
	c.chat(ask(glm, question, object{"response_format": object{"type": "text"}})).want(t, 200, `"content":"You said: Alice`)

	// Other seeds choose otherwise, the same seed does not.
	open := object{"response_format": object{"type": "json_schema", "json_schema": object{"name": "n", "schema": object{"type": "array", "minItems": 9, "items": object{"type": "integer"}}}}}
	seen := map[any]bool{}
	for seed := range 10 {
		first := c.chat(ask(glm, question, open, object{"seed": seed + 1})).message(t)["content"]
		if again := c.chat(ask(glm, question, open, object{"seed": seed + 1})).message(t)["content"]; again != first {
			t.Errorf("seed %d: %v and then %v", seed+1, first, again)
		}
		seen[first] = true
	}
	if len(seen) < 5 {
		t.Errorf("%d answers for 10 seeds", len(seen))
	}
}

func TestLimits(t *testing.T) {
	c := newTalk(t)
	for name, test := range map[string]struct {
		more            object
		content, finish string
	}{
		"stop":               {object{"stop": "three"}, "You said: one two ", "stop"},
		"first of the stops": {object{"stop": []any{"three", "two", "zero"}}, "You said: one ", "stop"},
		"tokens":             {object{"max_tokens": 3}, "You said: one ", "length"},
		"newer name":         {object{"max_completion_tokens": 4}, "You said: one two ", "length"},
		"alias":              {object{"max_output_tokens": 4}, "You said: one two ", "length"},
		"enough":             {object{"max_tokens": 5}, "You said: one two three", "stop"},
		"zero is none":       {object{"max_tokens": 0}, "You said: one two three", "stop"},
		"thinking counts":    {object{"max_tokens": 4, "reasoning_effort": "low"}, "", "length"},
	} {
		r := c.chat(ask(glm, []any{userMessage("one two three")}, test.more))
		if got := r.message(t)["content"]; got != test.content || r.finish() != test.finish {
			t.Errorf("%s: %q, %v", name, got, r.finish())
		}
	}
	r := c.chat(ask(kimi, []any{userMessage("one")}, object{"logprobs": true, "top_logprobs": 3, "reasoning": object{"enabled": false}})).want(t, 200, "")
	content := at(r.body, "choices", 0, "logprobs", "content").([]any)
	text, sum := "", 0.0
	for _, p := range content {
		text += at(p, "token").(string)
		top := at(p, "top_logprobs").([]any)
		if at(p, "logprob").(float64) >= 0 || len(top) != 3 || at(top, 0, "token") != at(p, "token") {
			t.Errorf("%v", p)
		}
		for _, one := range top {
			sum += math.Exp(at(one, "logprob").(float64))
		}
	}
	if text != "You said: one" || sum > float64(len(content)) {
		t.Errorf("%q, probabilities of %v in all", text, sum)
	}
}

// What comes beside text is looked at.
func TestParts(t *testing.T) {
	c := newTalk(t)
	url := func(kind string, data []byte) string {
		return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data)
	}
	image := func(u string) object { return object{"type": "image_url", "image_url": object{"url": u}} }
	sound := object{"type": "input_audio", "input_audio": object{"format": "wav", "data": base64.StdEncoding.EncodeToString([]byte("RIFF\x24\x00\x00\x00WAVEfmt "))}}
	for want, part := range map[string]object{
		"image image/png, 64x48, %d bytes":                     image(url("image/png", picture(64, 48))),
		"image at https://example.com/a.png":                   image("https://example.com/a.png"),
		"sound audio/wave, 16 bytes":                           sound,
		"video video/webm, 4 bytes":                            {"type": "video_url", "video_url": object{"url": url("video/webm", []byte("\x1aE\xdf\xa3"))}},
		"file notes.pdf application/pdf, 9 bytes":              {"type": "file", "file": object{"filename": "notes.pdf", "file_data": url("application/pdf", []byte("%PDF-1.7\n"))}},
		"image image/png, 65x48, %d bytes; image at https://x": nil,
	} {
		parts := []any{object{"type": "text", "text": "What is this?"}, part}
		if part == nil {
			parts = []any{object{"type": "text", "text": "What is this?"}, image(url("image/png", picture(65, 48))), image("https://x")}
		}
		if strings.Contains(want, "%d") {
			want = fmt.Sprintf(want, len(picture(64, 48)))
		}
		r := c.chat(ask(gemini, []any{userMessage(parts)}))
		if got := r.message(t)["content"]; got != "You said: What is this?\nYou sent: "+want {
			t.Errorf("%q, want %s", got, want)
		}
		if n := at(r.body, "usage", "prompt_tokens").(float64); n < 256 {
			t.Errorf("%v tokens", n)
		}
	}
}

func TestSearch(t *testing.T) {
	c := newTalk(t)
	question := []any{userMessage("What happened in Oslo?")}
	on := object{"enable_web_search": "on", "enable_web_citations": true}
	r := c.chat(ask(glm, question, object{"venice_parameters": on}))
	cited := at(r.body, "venice_parameters", "web_search_citations").([]any)
	text := r.message(t)["content"].(string)
	for i, s := range cited {
		if !strings.Contains(text, fmt.Sprintf("%s ^%d^", at(s, "title"), i+1)) || !strings.HasPrefix(at(s, "url").(string), "https://") {
			t.Errorf("%v is not in %q", s, text)
		}
	}
	if len(cited) == 0 || at(r.body, "cost", "usd").(float64) < 0.01 {
		t.Errorf("%d sources, cost %v", len(cited), r.body["cost"])
	}
	for name, test := range map[string]struct {
		model string
		more  object
		want  bool
	}{
		"off":       {glm, nil, false},
		"auto":      {glm, object{"venice_parameters": object{"enable_web_search": "auto"}}, false},
		"suffix":    {glm + ":enable_web_search=on", nil, true},
		"alias":     {glm, object{"web_search": true}, true},
		"tool":      {glm, object{"tools": []any{object{"type": "web_search"}}}, true},
		"cannot":    {"e2ee-glm-5", object{"venice_parameters": on}, false},
		"asked for": {glm, object{"venice_parameters": object{"enable_web_search": "auto"}, "messages": []any{userMessage("The latest of Oslo?")}}, true},
	} {
		r := c.chat(ask(test.model, question, test.more)).want(t, 200, "")
		if got := at(r.body, "venice_parameters", "web_search_citations") != nil; got != test.want {
			t.Errorf("%s: searched %t", name, got)
		}
	}
	for _, shown := range []bool{false, true} {
		on["include_search_results_in_stream"] = shown
		chunks := c.chat(ask(glm, question, object{"stream": true, "venice_parameters": on})).chunks(t)
		found := 0
		for _, e := range chunks {
			if list, _ := at(e, "venice_parameters", "web_search_citations").([]any); len(list) > 0 {
				found++
			}
		}
		if found > 0 != shown {
			t.Errorf("shown %t: %d chunks with sources", shown, found)
		}
	}
}

// The signs of HTML come as they were sent, and not as escapes that only readers of JSON undo.
func TestPlainSigns(t *testing.T) {
	const text = "is a<b && b>c in the city \"R&D\"?"
	const want = `is a<b && b>c in the city \"R&D\"?`
	for name, r := range map[string]reply{
		"plain":     newTalk(t).chat(ask(glm, []any{userMessage(text)})),
		"stream":    newTalk(t).chat(ask(glm, []any{userMessage(text)}, object{"stream": true})),
		"responses": newTalk(t).do("POST", "/responses", object{"model": glm, "input": text, "stream": true}),
		"form":      newTalk(t).chat(ask(glm, []any{userMessage(text)}, object{"response_format": object{"type": "json_object"}})),
		"tools":     newTalk(t).chat(ask(glm, []any{userMessage(text)}, object{"tools": []any{weather}, "tool_choice": "required"})),
		"refusal":   newTalk(t).chat(ask("a<b>&c", []any{userMessage(text)})),
	} {
		raw := string(r.raw)
		if strings.Contains(raw, `\u00`) {
			t.Errorf("%s: %s", name, raw)
		}
		if (name == "plain" || name == "responses") && !strings.Contains(raw, want) {
			t.Errorf("%s lacks %s: %s", name, want, raw)
		}
	}
}
