// Tests of streams as services send them, over HTTP: what collecting gives, and what the next request carries.

package client_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A streamCase is a stream and what it comes to.
type streamCase struct {
	Name    string
	Events  []json.RawMessage // each as one event, [DONE] after them
	Raw     string            // in place of events
	Type    string            // text/event-stream if empty
	Message json.RawMessage   // collected, and sent back; none if nothing came
	Finish  gen.FinishReason
	Usage   json.RawMessage
	Cost    json.RawMessage
	Members map[jsontext.Pointer]json.RawMessage // of the answer, by where they are
	Is      string                               // the error's kind
	Code    string                               // and what the service said
	Says    string
}

func (c *streamCase) body() string {
	var out strings.Builder
	for _, e := range c.Events {
		var line bytes.Buffer
		if err := json.Compact(&line, e); err != nil {
			panic(err)
		}
		out.WriteString("data: " + line.String() + "\n\n")
	}
	if c.Events != nil {
		out.WriteString("data: [DONE]\n\n")
	}
	return out.String() + c.Raw
}

func streamCases(t *testing.T) (all []streamCase) {
	t.Helper()
	b, err := os.ReadFile("testdata/streams.json")
	if err := errors.Join(err, json.Unmarshal(b, &all)); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestStreamCases(t *testing.T) {
	kinds := map[string]error{"unfinished": venice.ErrUnfinished, "content policy": venice.ErrContentPolicy, "cut": venice.ErrStreamCut}
	for _, c := range streamCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			client, _ := serve(t, answer(200, cmp.Or(c.Type, "text/event-stream"), c.body()))
			got, err := venice.CollectChat(client.StreamChatCompletion(t.Context(), &gen.ChatCompletionRequest{Model: "m"}))
			if want := kinds[c.Is]; want != nil && !errors.Is(err, want) || want == nil && c.Says == "" && err != nil {
				t.Errorf("%v is not %q", err, c.Is)
			}
			for name, kind := range kinds {
				if name != c.Is && errors.Is(err, kind) {
					t.Errorf("%v is %q too", err, name)
				}
			}
			if c.Says != "" {
				if e := asError(t, err); e.Message != c.Says || e.Code != c.Code {
					t.Errorf("the error says %q and %q", e.Message, e.Code)
				}
			}
			if c.Message == nil {
				if got != nil {
					t.Errorf("beside the error: %+v", got)
				}
				return
			}
			if got == nil || len(got.Choices) != 1 {
				t.Fatalf("got %+v, %v", got, err)
			}
			if got.Choices[0].FinishReason != c.Finish {
				t.Errorf("finished by %q, want %q", got.Choices[0].FinishReason, c.Finish)
			}
			wantDigits(t, "collected", toJSON(t, got.Choices[0].Message), c.Message)
			wantDigits(t, "sent back", sentBack(t, got.Choices[0].Message), c.Message)
			for at, want := range c.Members {
				member := jsontext.Value(toJSON(t, got))
				for name := range at.Tokens() {
					member = step(t, member, name)
				}
				wantDigits(t, string(at), member, want)
			}
			if c.Usage != nil {
				wantDigits(t, "usage", toJSON(t, got.Usage), c.Usage)
				wantDigits(t, "cost", toJSON(t, got.Cost), c.Cost)
			}
		})
	}
}

// misfitsOf are the places of all misfits within an error.
func misfitsOf(err error) (all []string) {
	if e, ok := err.(*gen.MisfitError); ok { //nolint:errorlint // each of the tree is looked at
		for _, m := range e.Misfits {
			all = append(all, m.Pointer)
		}
	}
	switch e := err.(type) { //nolint:errorlint // the same
	case interface{ Unwrap() error }:
		return append(all, misfitsOf(e.Unwrap())...)
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			all = append(all, misfitsOf(one)...)
		}
	}
	return all
}

// Whatever else went wrong, what did not fit is told.
func TestCollectMisfits(t *testing.T) {
	const (
		odd, usage = `data: {"choices":[{"index":0,"delta":{"content":"a","tool_calls":"none"}}]}` + "\n\n", `data: {"choices":[],"usage":7}` + "\n\n"
		stop, done = `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}` + "\n\n", "data: [DONE]\n\n"
		params     = `data: {"choices":[],"venice_parameters":{"strip_thinking_response":"what?"}}` + "\n\n"
		item       = `data: {"type":"response.output_item.done","output_index":"first","item":{"type":"message","id":"i"}}` + "\n\n"
		failed     = `data: {"error":{"message":"no more","code":"x"}}` + "\n\n"
	)
	for name, c := range map[string]struct {
		body  string
		is    error
		where string
		says  string
	}{
		"one":        {odd + stop + done, nil, "[/choices/0/delta/tool_calls]", "tool_calls"},
		"two":        {odd + usage + stop + done, nil, "[/choices/0/delta/tool_calls /usage]", "(and 1 more)"},
		"unfinished": {odd + usage + done, venice.ErrUnfinished, "[/choices/0/delta/tool_calls /usage]", "(and 2 more)"},
		"cut":        {odd + usage, venice.ErrStreamCut, "[/choices/0/delta/tool_calls /usage]", "(and 2 more)"},
		"an error":   {usage + failed, nil, "[/usage]", "no more"},
		"in the end": {usage + params + stop + done, nil, "[/usage /venice_parameters/strip_thinking_response]", "(and 1 more)"},
	} {
		client, _ := serve(t, answer(200, "text/event-stream", c.body))
		got, err := venice.CollectChat(client.StreamChatCompletion(t.Context(), &gen.ChatCompletionRequest{Model: "m"}))
		if got == nil || !errors.Is(err, venice.ErrMisfit) || c.is != nil && !errors.Is(err, c.is) || fmt.Sprint(misfitsOf(err)) != c.where {
			t.Errorf("%s: %v, %v with misfits at %v", name, got, err, misfitsOf(err))
		}
		wantText(t, err, c.says)
	}
	completed := `data: {"type":"response.completed","response":{"id":"r","created_at":true,"status":"completed"}}` + "\n\n"
	for name, c := range map[string]struct {
		body  string
		is    error
		where string
	}{
		"whole":      {item + completed + done, nil, "[/output_index /created_at]"},
		"unfinished": {item + done, venice.ErrUnfinished, "[/output_index]"},
		"cut":        {item, venice.ErrStreamCut, "[/output_index]"},
	} {
		client, _ := serve(t, answer(200, "text/event-stream", c.body))
		got, err := venice.CollectResponse(client.StreamResponse(t.Context(), &gen.ResponseRequest{Model: "m"}))
		if got == nil || !errors.Is(err, venice.ErrMisfit) || c.is != nil && !errors.Is(err, c.is) || fmt.Sprint(misfitsOf(err)) != c.where {
			t.Errorf("response, %s: %v, %v with misfits at %v", name, got, err, misfitsOf(err))
		}
	}
}

// step is a member of an object, or an element of a list; null if there is none.
func step(t *testing.T, in jsontext.Value, name string) jsontext.Value {
	t.Helper()
	var list []jsontext.Value
	if i, err := strconv.Atoi(name); err == nil && json.Unmarshal(in, &list) == nil && i < len(list) {
		return list[i]
	}
	var object map[string]jsontext.Value
	if json.Unmarshal(in, &object) == nil && object[name] != nil {
		return object[name]
	}
	return jsontext.Value("null")
}

// sentBack is a message as the next request carries it.
func sentBack(t *testing.T, m gen.ChatMessage) []byte {
	t.Helper()
	var body struct{ Messages []json.RawMessage }
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(b, &body); err != nil {
			t.Error(err)
		}
	})
	_, _ = client.CreateChatCompletion(t.Context(), &gen.ChatCompletionRequest{Model: "m", Messages: []gen.ChatMessage{m}})
	if len(body.Messages) != 1 {
		t.Fatal("no message was sent")
	}
	return body.Messages[0]
}

func toJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// wantDigits compares JSON with its numbers as they are written.
func wantDigits(t *testing.T, name string, got, want []byte) {
	t.Helper()
	read := func(b []byte) string {
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
		return string(toJSON(t, v))
	}
	if g, w := read(got), read(want); g != w {
		t.Errorf("%s:\n got %s\nwant %s", name, g, w)
	}
}
