// Tests of collecting a response: what comes out of its events, whole or cut off.

package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

func TestCollectResponse(t *testing.T) {
	const (
		created = `{"type":"response.created","response":{"id":"r1","object":"response","created_at":1750000000,"model":"m","status":"in_progress","output":[]}}`
		added   = `{"type":"response.output_item.added","output_index":1,"item":{"type":"message","id":"i1","role":"assistant","status":"in_progress","content":[]}}`
		thought = `{"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","id":"i0","summary":["Easy."]}}`
		blue    = `{"type":"response.output_text.delta","output_index":1,"item_id":"i1","delta":"Bl"}`
		other   = `{"type":"response.function_call_arguments.delta","output_index":1,"item_id":"i1","delta":"no text"}`
		rest    = `{"type":"response.output_text.delta","output_index":1,"item_id":"i1","delta":"ue"}`
		done    = `{"type":"response.output_item.done","output_index":1,"item":{"type":"message","id":"i1","role":"assistant","status":"in_progress",
			"content":[{"type":"output_text","text":"Bl"},{"type":"output_text","text":"ue"}]}}`
		parts = `{"id":"r1","object":"response","created_at":1750000000,"model":"m","status":"in_progress","output":[
			{"type":"reasoning","id":"i0","summary":["Easy."]},
			{"type":"message","id":"i1","role":"assistant","status":"in_progress","content":[
				{"type":"output_text","text":"Bl"},{"type":"output_text","text":"ue"}]}]}`
		whole = `{"id":"r1","object":"response","created_at":1750000000,"model":"m","status":"completed","output":[
			{"type":"reasoning","id":"i0","summary":["Easy."]},
			{"type":"message","id":"i1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Blue"}]}]}`
		partial = `{"id":"r1","object":"response","created_at":1750000000,"model":"m","status":"in_progress","output":[
			{"type":"reasoning","id":"i0","summary":["Easy."]},
			{"type":"message","id":"i1","role":"assistant","status":"in_progress","content":[{"type":"output_text","text":"Blue"}]}]}`
	)
	cut := errors.New("cut")
	for name, c := range map[string]struct {
		is     error // cut is the stream's own
		events []string
		want   string
	}{
		"to the end":     {nil, []string{created, added, thought, blue, rest, `{"type":"response.completed","response":` + whole + `}`}, whole},
		"cut off":        {cut, []string{created, added, blue, thought, other, rest}, partial},
		"only text":      {cut, []string{created, thought, blue, rest}, partial},
		"item done":      {cut, []string{created, added, blue, thought, rest, done}, parts},
		"no last word":   {venice.ErrUnfinished, []string{created, added, blue, thought, rest}, partial},
		"nothing at all": {cut, nil, `null`},
		"only the end":   {venice.ErrUnfinished, nil, `null`},
	} {
		end := c.is
		if errors.Is(end, venice.ErrUnfinished) {
			end = nil
		}
		got, err := venice.CollectResponse(streamOf[gen.ResponseEvent](t, end, c.events...))
		if !errors.Is(err, c.is) {
			t.Errorf("%s: %v", name, err)
		}
		wantJSON(t, name, got, c.want)
	}
}

// Items are told apart by their ids, and where those are missing by their places: none is lost, and none there twice.
func TestCollectResponseItems(t *testing.T) {
	done := func(at int, item string) string {
		return fmt.Sprintf(`{"type":"response.output_item.done","output_index":%d,"item":%s}`, at, item)
	}
	completed := func(output string) string {
		return `{"type":"response.completed","response":{"id":"r","status":"completed","output":` + output + `}}`
	}
	delta := func(kind string, at int, id, text, more string) string {
		return fmt.Sprintf(`{"type":"response.%s.delta","output_index":%d,"item_id":%q,"delta":%q%s}`, kind, at, id, text, more)
	}
	const (
		thought, said      = `{"type":"reasoning","id":"i0","summary":["Easy."]}`, `{"type":"message","id":"i1","content":[{"type":"output_text","text":"Blue"}]}`
		said2              = `{"type":"message","id":"i2","content":[{"type":"output_text","text":"Red"}]}`
		thoughtOf, saidOf  = `{"type":"reasoning","id":"","summary":["Easy."]}`, `{"type":"message","id":"","content":[{"type":"output_text","text":"Blue"}]}`
		callBegun, begunAt = `{"type":"function_call","id":"i1","call_id":"c","name":"f","arguments":""}`, `{"type":"response.output_item.added","output_index":1,"item":`
	)
	for name, c := range map[string]struct {
		events []string
		want   string
	}{
		"fewer":               {[]string{done(0, thought), done(1, said), completed(`[` + said + `]`)}, `[` + thought + `,` + said + `]`},
		"none":                {[]string{done(0, thought), done(1, said), completed(`[]`)}, `[` + thought + `,` + said + `]`},
		"null":                {[]string{done(0, thought), done(1, said), completed(`null`)}, `[` + thought + `,` + said + `]`},
		"the first alone":     {[]string{done(0, thought), done(1, said), done(2, said2), completed(`[` + said2 + `,null]`)}, `[` + thought + `,` + said + `,` + said2 + `]`},
		"fewer, without ids":  {[]string{done(0, thoughtOf), done(1, saidOf), completed(`[` + saidOf + `]`)}, `[` + thoughtOf + `,` + saidOf + `]`},
		"an id in the end":    {[]string{done(0, thoughtOf), done(1, saidOf), completed(`[` + said + `]`)}, `[` + thoughtOf + `,` + said + `]`},
		"more":                {[]string{done(1, said), completed(`[` + thought + `,` + said + `,` + said2 + `]`)}, `[` + thought + `,` + said + `,` + said2 + `]`},
		"two under one index": {[]string{done(0, thought), done(0, said)}, `[` + thought + `,` + said + `]`},
		"another index":       {[]string{done(0, said), done(1, said)}, `[` + said + `]`},
		"no place":            {[]string{done(-1, said), done(0, thought)}, `[` + thought + `,` + said + `]`},
		"no place, two":       {[]string{done(-1, saidOf), done(-1, thoughtOf)}, `[` + saidOf + `,` + thoughtOf + `]`},
		"no place, text": {[]string{done(0, thought), delta("output_text", -1, "i1", "Bl", ""), delta("output_text", -1, "i1", "ue", "")},
			`[` + thought + `,{"type":"message","id":"i1","role":"assistant","status":"in_progress","content":[{"type":"output_text","text":"Blue"}]}]`},
		"arguments": {[]string{begunAt + callBegun + `}`, delta("function_call_arguments", 1, "i1", `{"a"`, ""), delta("function_call_arguments", 1, "i1", `:1`, "")},
			`[{"type":"function_call","id":"i1","call_id":"c","name":"f","arguments":"{\"a\":1"}]`},
		"arguments alone": {[]string{delta("function_call_arguments", 0, "i1", `{`, "")},
			`[{"type":"function_call","id":"i1","status":"in_progress","arguments":"{"}]`},
		"a text and a refusal": {[]string{delta("output_text", 0, "i1", "We", `,"content_index":0`), delta("refusal", 0, "i1", "No", `,"content_index":1`), delta("output_text", 0, "i1", "ll", `,"content_index":0`)},
			`[{"type":"message","id":"i1","role":"assistant","status":"in_progress","content":[{"type":"output_text","text":"Well"},{"type":"refusal","text":"","refusal":"No"}]}]`},
		"summaries": {[]string{begunAt + `{"type":"reasoning","id":"i0","summary":[]}}`, delta("reasoning_summary_text", 1, "i0", "Ea", `,"summary_index":0`),
			delta("reasoning_summary_text", 1, "i0", "Hm", `,"summary_index":1`), delta("reasoning_summary_text", 1, "i0", "sy", `,"summary_index":0`)},
			`[{"type":"reasoning","id":"i0","summary":["Easy","Hm"]}]`},
		"begun with an empty part": {[]string{begunAt + `{"type":"message","id":"i1","content":[{"type":"output_text","text":""}]}}`, delta("output_text", 1, "i1", "Blue", "")}, `[` + said + `]`},
		"text behind the last word": {[]string{begunAt + `{"type":"message","id":"i1","content":[]}}`, `{"type":"response.in_progress","response":{"id":"r","output":[{"type":"message","id":"i1","content":[]}]}}`,
			delta("output_text", 1, "i1", "Blue", "")}, `[` + said + `]`},
	} {
		got, err := venice.CollectResponse(streamOf[gen.ResponseEvent](t, nil, c.events...))
		if err != nil && !errors.Is(err, venice.ErrUnfinished) || got == nil {
			t.Errorf("%s: %v, %v", name, got, err)
			continue
		}
		wantJSON(t, name, got.Output, c.want)
	}
}

// What is null or no object neither panics nor takes away what came before.
func TestCollectResponseOfNothing(t *testing.T) {
	for name, c := range map[string]struct {
		events []string
		id     string
		output int
	}{
		"null":         {[]string{`{"type":"response.created","response":{"id":"r"}}`, `{"type":"response.in_progress","response":null}`}, "r", 0},
		"null alone":   {[]string{`{"type":"response.in_progress","response":null}`}, "", 0},
		"a text alone": {[]string{`{"type":"response.completed","response":"x"}`}, "", 0},
		"null items": {[]string{`{"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"i"}}`,
			`{"type":"response.output_item.done","output_index":0,"item":null}`}, "", 1},
		"a text for an item": {[]string{`{"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"i"}}`,
			`{"type":"response.output_item.done","output_index":0,"item":"x"}`}, "", 1},
		"begun again": {[]string{`{"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"i"}}`,
			`{"type":"response.output_item.added","output_index":0,"item":{"type":"message"}}`}, "", 1},
	} {
		got, err := venice.CollectResponse(streamOf[gen.ResponseEvent](t, nil, c.events...))
		if errors.Is(err, venice.ErrMisfit) != strings.HasPrefix(name, "a text") {
			t.Errorf("%s: %v", name, err)
		}
		if got == nil || got.ID != c.id || len(got.Output) != c.output || c.output > 0 && got.Output[0].ID != "i" {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func ExampleCollectResponse() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.Respond("CreateResponse", venicetest.Answer{Unchecked: true, ContentType: "text/event-stream", Body: []byte(strings.Join([]string{
		`data: {"type":"response.output_text.delta","output_index":0,"item_id":"i","delta":"Blue"}`,
		`data: {"type":"response.completed","response":{"id":"r","object":"response","created_at":1,"model":"m","status":"completed",` +
			`"output":[{"type":"message","id":"i","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Blue."}]}]}}`,
		"data: [DONE]", ""}, "\n\n"))})
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}

	reply, err := venice.CollectResponse(client.StreamResponse(context.Background(), &gen.ResponseRequest{
		Model: model,
		Input: gen.NewResponseInput("What colour is the sky?"),
	}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(reply.Status, reply.Output[0].Content[0].Text)
	// Output: completed Blue.
}
