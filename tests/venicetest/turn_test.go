// What tests of chat share: calls, and the parts of answers.

package venicetest_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

// object is a JSON object in a test.
type object = map[string]any

// A talk calls one chat route with one key.
type talk struct{ caller }

func newTalk(t *testing.T, options ...venicetest.Option) talk {
	srv := venicetest.NewServer(t, options...)
	return talk{caller{t, srv, srv.InferenceKey()}}
}

// ask is a request for a model.
func ask(model string, messages []any, more ...object) object {
	body := object{"model": model, "messages": messages}
	for _, m := range more {
		for name, v := range m {
			body[name] = v
		}
	}
	return body
}

func userMessage(content any) object { return object{"role": "user", "content": content} }

func (c talk) chat(body object) reply { c.t.Helper(); return c.do("POST", "/chat/completions", body) }

// at follows names and indices into an answer; nil where there is nothing.
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			o, _ := v.(object)
			v = o[step]
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return v
}

// message is the first reply of an answer.
func (r reply) message(t *testing.T) object {
	t.Helper()
	m, ok := at(r.body, "choices", 0, "message").(object)
	if !ok || r.status != 200 {
		t.Fatalf("no message in %d %s", r.status, r.raw)
	}
	return m
}

func (r reply) finish() any { return at(r.body, "choices", 0, "finish_reason") }

// chunks are the events of a stream, which has to end as streams do.
func (r reply) chunks(t *testing.T) (list []object) {
	t.Helper()
	data, ended := strings.CutSuffix(r.raw, "data: [DONE]\n\n")
	if !ended || r.header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("no stream: %d %s", r.status, r.raw)
	}
	for event := range strings.SplitSeq(strings.TrimSuffix(data, "\n\n"), "\n\n") {
		name, text, _ := strings.Cut(event, "data: ")
		var e object
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatalf("event %q: %v", event, err)
		}
		if name != "" {
			e["event"] = strings.TrimSuffix(strings.TrimPrefix(name, "event: "), "\n")
		}
		list = append(list, e)
	}
	return list
}

// joined puts a streamed message together as a client does: texts are appended, calls and details by their index.
func joined(chunks []object, choice int) (message object, finish any) {
	text := func(into object, from object, names ...string) {
		for _, name := range names {
			if s, ok := from[name].(string); ok {
				was, _ := into[name].(string)
				into[name] = was + s
			}
		}
	}
	message = object{"role": "", "content": ""}
	var calls, details []any
	place := func(list *[]any, index any) object {
		i := int(index.(float64))
		for len(*list) <= i {
			*list = append(*list, object{})
		}
		return (*list)[i].(object)
	}
	sealed := ""
	for _, c := range chunks {
		if at(c, "choices", 0, "index") != float64(choice) {
			continue
		}
		if f := at(c, "choices", 0, "finish_reason"); f != nil {
			finish = f
		}
		delta := at(c, "choices", 0, "delta").(object)
		text(message, delta, "role", "content")
		if delta["reasoning_encrypted"] == true {
			sealed += delta["reasoning_content"].(string)
		} else {
			text(message, delta, "reasoning_content")
		}
		list, _ := delta["reasoning_details"].([]any)
		for _, d := range list {
			piece := d.(object)
			whole := place(&details, piece["index"])
			for name, v := range piece {
				if name != "text" && name != "summary" {
					whole[name] = v
				}
			}
			text(whole, piece, "text", "summary")
		}
		list, _ = delta["tool_calls"].([]any)
		for _, d := range list {
			piece := d.(object)
			whole := place(&calls, piece["index"])
			for name, v := range piece {
				if name != "function" && name != "index" {
					whole[name] = v
				}
			}
			if whole["function"] == nil {
				whole["function"] = object{}
			}
			text(whole["function"].(object), piece["function"].(object), "name", "arguments")
		}
	}
	if sealed != "" {
		message["reasoning_content"] = message["reasoning_content"].(string) + sealed
	}
	if details != nil {
		message["reasoning_details"] = details
	}
	if calls != nil {
		message["tool_calls"] = calls
	}
	return message, finish
}

// tool is a function of a name and a schema of its arguments.
func tool(name, about, schema string) object {
	return object{"type": "function", "function": object{"name": name, "description": about, "parameters": json.RawMessage(schema)}}
}

var weather = tool("get_weather", "The weather of a place.",
	`{"type":"object","properties":{"city":{"type":"string"},"unit":{"type":"string","enum":["celsius","fahrenheit"]}},"required":["city","unit"],"additionalProperties":false}`)

// picture is a PNG of a size.
func picture(width, height int) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)))
	return b.Bytes()
}

// benchmark sends one chat without a network.
func benchmark(b *testing.B, h http.Handler, key, body string) {
	r := httptest.NewRequest("POST", "/api/v1/chat/completions", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+key)
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusOK {
		b.Fatal(w.Body)
	}
}
