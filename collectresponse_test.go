// Tests of collecting a response: what comes out of its events, whole or cut off.

package venice_test

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
	} {
		got, _ := venice.CollectResponse(streamOf[gen.ResponseEvent](t, nil, c.events...))
		if got == nil || got.ID != c.id || len(got.Output) != c.output || c.output > 0 && got.Output[0].ID != "i" {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func ExampleCollectResponse() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.Respond("createResponse", venicetest.Answer{ContentType: "text/event-stream", Body: []byte(strings.Join([]string{
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
