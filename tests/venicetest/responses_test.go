// Tests of the Responses route: items, events, lanes, statuses.

package venicetest_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func (c talk) respond(body object) reply { c.t.Helper(); return c.do("POST", "/responses", body) }

// items are the output of a response, by type.
func (r reply) items(t *testing.T) (types []string, items map[string]object) {
	t.Helper()
	list, ok := r.body["output"].([]any)
	if !ok || r.status != 200 {
		t.Fatalf("no response: %d %s", r.status, r.raw)
	}
	items = map[string]object{}
	for _, i := range list {
		kind := at(i, "type").(string)
		types, items[kind] = append(types, kind), i.(object)
	}
	return types, items
}

func TestResponses(t *testing.T) {
	c := newTalk(t)
	flat := object{"type": "function", "name": "get_weather", "parameters": at(weather, "function", "parameters")}
	question := "How is the weather in Oslo, in celsius?"
	for name, test := range map[string]struct {
		body          object
		types, status string
		text          string // in the last item
	}{
		"text":         {object{"model": glm, "input": "Hello"}, "[message]", "completed", "You said: Hello"},
		"messages":     {object{"model": glm, "input": []any{object{"role": "system", "content": "Be brief."}, object{"type": "message", "role": "user", "content": []any{object{"type": "input_text", "text": "Hi"}}}}}, "[message]", "completed", "You said: Hi"},
		"thinking":     {object{"model": glm, "input": "Hello", "reasoning": object{"effort": "high"}}, "[reasoning message]", "completed", "You said: Hello"},
		"tool":         {object{"model": glm, "input": question, "tools": []any{weather}}, "[function_call]", "completed", `{\"city\":\"Oslo\",\"unit\":\"celsius\"}`},
		"flat tool":    {object{"model": gpt, "input": question, "tools": []any{flat}}, "[reasoning function_call]", "completed", `{\"city\":\"Oslo\"`},
		"no tool":      {object{"model": glm, "input": question, "tools": []any{weather}, "tool_choice": "none"}, "[message]", "completed", "You said: How"},
		"search":       {object{"model": glm, "input": "Hi", "web_search": true}, "[web_search_call message]", "completed", "url_citation"},
		"cut":          {object{"model": glm, "input": "one two three", "max_output_tokens": 3}, "[message]", "incomplete", "You said: one "},
		"instructions": {object{"model": gpt, "input": "Hi", "instructions": "Be brief.", "text": object{"format": object{"type": "json_schema", "name": "n", "schema": object{"const": 7}}}}, "[reasoning message]", "completed", `"text":"7"`},
		"ignored":      {object{"model": glm, "input": "Hi", "instructions": "Be brief.", "previous_response_id": "x", "text": object{"format": object{"type": "json_object"}}}, "[message]", "completed", "You said: Hi"},
	} {
		r := c.respond(test.body).want(t, 200, test.text)
		types, _ := r.items(t)
		usage := r.body["usage"].(object)
		if fmt.Sprint(types) != test.types || r.body["status"] != test.status || r.body["object"] != "response" || r.body["cost"] != nil ||
			usage["total_tokens"].(float64) != usage["input_tokens"].(float64)+usage["output_tokens"].(float64) {
			t.Errorf("%s: %v %s", name, types, r.raw)
		}
		if reason := at(r.body, "incomplete_details", "reason"); (reason == "max_output_tokens") != (test.status == "incomplete") {
			t.Errorf("%s: incomplete because of %v", name, reason)
		}
	}
}

// A loop of the native lane: thinking that is sealed goes back, and the call's result is quoted.
func TestResponseLoop(t *testing.T) {
	c := newTalk(t)
	for _, model := range []string{gpt, glm, claude} {
		question := object{"role": "user", "content": "The weather in Oslo, in celsius?"}
		body := object{"model": model, "input": []any{question}, "tools": []any{weather}}
		_, items := c.respond(body).items(t)
		call := items["function_call"]
		input := []any{question}
		if items["reasoning"] != nil {
			input = append(input, items["reasoning"])
		}
		body["input"] = append(input, call, object{"type": "function_call_output", "call_id": call["call_id"], "output": object{"degrees": 20}})
		c.respond(body).want(t, 200, `get_weather says: {\"degrees\":20}`)
		call["call_id"] = "call_x"
		c.respond(body).want(t, 400, "must be a response to")
		if model == gpt {
			call["call_id"] = at(body["input"], 3, "call_id")
			items["reasoning"]["encrypted_content"] = "b2s="
			c.respond(body).want(t, 400, "could not be verified")
		}
	}
}

func TestResponseLanes(t *testing.T) {
	c := newTalk(t)
	for _, test := range []struct {
		model, mode string
		more        object
		lane, why   string // the lane "" for a refusal
	}{
		{gpt, "", nil, "native", ""},
		{gpt, "auto", object{"venice_parameters": object{"enable_web_search": "on"}}, "compat", "venice_parameters"},
		{gpt, "compat", nil, "compat", "mode"},
		{gpt, "native", object{"web_search": true}, "", "web_search"},
		{glm, "", nil, "compat", "model"},
		{glm, "native", nil, "", "model"},
		{"openai-gpt-oss-120b", "", nil, "compat", "model"},
		{gpt, "", object{"previous_response_id": "x"}, "", "previous_response_id"},
		{gpt, "", object{"background": true}, "", "background"},
		{glm, "", object{"input": []any{object{"type": "item_reference", "id": "msg_1"}}}, "", "not found"},
		{"e2ee-glm-5", "", nil, "", "enable_e2ee"},
		{"e2ee-glm-5", "", object{"venice_parameters": object{"enable_e2ee": false}}, "compat", "model"},
		{toolless, "", object{"tools": []any{weather}}, "", "tools is not supported"},
	} {
		body := object{"model": test.model, "input": "Hi"}
		for name, v := range test.more {
			body[name] = v
		}
		req := c.request("POST", "/responses", body)
		if test.mode != "" {
			req.Header.Set("x-venice-responses-mode", test.mode)
		}
		r := c.send(req)
		if test.lane == "" {
			r.want(t, 400, test.why)
			continue
		}
		if got := r.header; got.Get("x-venice-responses-lane") != test.lane || got.Get("x-venice-responses-compat-reason") != test.why || r.status != 200 {
			t.Errorf("%s %q %v: %d, lane %q, reason %q", test.model, test.mode, test.more, r.status, got.Get("x-venice-responses-lane"), got.Get("x-venice-responses-compat-reason"))
		}
	}
	c.respond(object{"model": "nobody", "input": "Hi"}).want(t, 404, "Specified model not found")
}

// Events come in their order, numbered, and what they bring adds up to the response at the end.
func TestResponseEvents(t *testing.T) {
	c := newTalk(t)
	body := object{"model": gpt, "input": "How is the weather in Oslo, in celsius?", "tools": []any{weather}}
	whole := newTalk(t).respond(body)
	body["stream"] = true
	events := c.respond(body).chunks(t)
	var order []string
	texts := map[string]string{}
	for i, e := range events {
		kind := e["type"].(string)
		if e["event"] != kind || e["sequence_number"] != float64(i) {
			t.Errorf("event %d: %v", i, e)
		}
		if d, ok := e["delta"].(string); ok {
			texts[kind] += d
		}
		if len(order) == 0 || order[len(order)-1] != kind {
			order = append(order, kind)
		}
	}
	want := []string{
		"response.created", "response.in_progress",
		"response.output_item.added", "response.reasoning_summary_part.added", "response.reasoning_summary_text.delta",
		"response.reasoning_summary_text.done", "response.reasoning_summary_part.done", "response.output_item.done",
		"response.output_item.added", "response.function_call_arguments.delta", "response.function_call_arguments.done", "response.output_item.done",
		"response.completed",
	}
	if !slices.Equal(order, want) {
		t.Errorf("order %q", order)
	}
	last := events[len(events)-1]["response"]
	if !reflect.DeepEqual(last, any(whole.body)) {
		t.Errorf("streamed %v\nplain %v", last, whole.body)
	}
	if texts["response.function_call_arguments.delta"] != at(last, "output", 1, "arguments") || texts["response.reasoning_summary_text.delta"] != at(last, "output", 0, "summary", 0) {
		t.Errorf("deltas %q", texts)
	}

	order = nil
	text := ""
	for _, e := range c.respond(object{"model": glm, "input": "one two three", "stream": true, "web_search": true, "max_output_tokens": 4}).chunks(t) {
		order = append(order, e["event"].(string))
		if e["type"] == "web_search_call" && (e["event"] != "response.web_search.done" || e["sequence_number"] != nil) {
			t.Errorf("search %v", e)
		}
		if d, ok := e["delta"].(string); ok {
			text += d
		}
	}
	if got := strings.Join(slices.Compact(order), " "); text != "You said: one two " || got != "response.created response.in_progress response.web_search.done response.output_item.added "+
		"response.content_part.added response.output_text.delta response.output_text.done response.content_part.done response.output_item.done response.incomplete" {
		t.Errorf("%q %s", text, got)
	}
}
