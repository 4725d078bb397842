// Fuzzing of tool calls: whatever the pieces that a provider cuts them into, they come out whole.

package client_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A cutting is a provider's way of saying which call a fragment belongs to.
type cutting struct {
	index    func(call int) any           // nil: there is none
	id       func(call, fragment int) any // the same
	named    func(fragment int) bool      // whether it has the name
	anyOrder bool                         // fragments of one call may come between those of another
	object   bool                         // arguments in one piece, not as a text but as what it holds
}

func ownIndex(call int) any    { return call }
func sameIndex(int) any        { return 0 }
func noIndex(int) any          { return nil }
func always(call, _ int) any   { return fmt.Sprint("call_", call) }
func noID(int, int) any        { return nil }
func changing(call, n int) any { return fmt.Sprint("call_", call, strings.Repeat("+", n)) }
func each(int) bool            { return true }
func once(fragment int) bool   { return fragment == 0 }
func atFirst(call, n int) any {
	if n > 0 {
		return ""
	}
	return always(call, n)
}

var cuttings = []cutting{
	{ownIndex, atFirst, once, true, false},
	{ownIndex, always, each, true, false},
	{ownIndex, changing, once, true, false},
	{ownIndex, noID, once, true, false},
	{ownIndex, noID, each, true, false},
	{noIndex, always, once, true, false},
	{noIndex, always, each, true, false},
	{noIndex, atFirst, once, false, false},
	{noIndex, changing, once, false, false},
	{noIndex, noID, once, false, false},
	{sameIndex, atFirst, once, false, false},
	{sameIndex, always, once, true, false},
	{sameIndex, always, each, true, false},
	{sameIndex, changing, once, false, false},
	{ownIndex, atFirst, once, true, true},
	{noIndex, noID, once, false, true},
}

// fragments cuts a call; each byte of cuts is the length of a piece.
func (c cutting) fragments(call int, name, arguments string, cuts []byte) (all []map[string]any) {
	for n := 0; n == 0 || arguments != ""; n++ {
		piece := arguments
		if len(cuts) > 0 && !c.object {
			piece, cuts = arguments[:min(int(cuts[0]), len(arguments))], cuts[1:]
		}
		for !utf8.ValidString(piece) { // JSON cannot be cut inside of a character
			piece = arguments[:len(piece)+1]
		}
		arguments = arguments[len(piece):]
		function := map[string]any{"arguments": piece}
		if c.object {
			function["arguments"] = json.RawMessage(piece)
		}
		if c.named(n) {
			function["name"] = name
		}
		fragment := map[string]any{"function": function}
		if index := c.index(call); index != nil {
			fragment["index"] = index
		}
		if id := c.id(call, n); id != nil {
			fragment["id"] = id
		}
		if n == 0 {
			fragment["type"] = "function"
		}
		all = append(all, fragment)
	}
	return all
}

func FuzzCollectCalls(f *testing.F) {
	for style := range cuttings {
		f.Add(uint8(style), "{\"x\": 1, \"ü\": \"<é>\"}|{}|{\"big\":9007199254740993}", []byte{1, 0, 3, 200, 2, 2, 1})
	}
	f.Add(uint8(0), "", []byte{})
	f.Add(uint8(9), "|a", []byte{0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, style uint8, texts string, cuts []byte) {
		c := cuttings[int(style)%len(cuttings)]
		texts = strings.ToValidUTF8(texts, "?")
		var want []gen.ToolCall
		var queues [][]map[string]any
		for i, arguments := range strings.Split(texts, "|") {
			if c.object {
				if !strings.HasPrefix(arguments, "{") || !json.Valid([]byte(arguments)) {
					arguments = "{}"
				}
				arguments = string(toJSON(t, json.RawMessage(arguments))) // as the chunk will have it
			}
			name := "f" + fmt.Sprint(i%2)
			call := gen.ToolCall{Type: new("function"), Function: &gen.ToolCallFunction{Name: &name, Arguments: &arguments}}
			if id, ok := c.id(i, 0).(string); ok {
				call.ID = &id
			}
			want = append(want, call)
			queues = append(queues, c.fragments(i, name, arguments, cuts[min(i, len(cuts)):]))
		}
		got, err := venice.CollectChat(streamOf[gen.ChatCompletionChunk](t, nil, chunksOf(t, c, queues, cuts)...))
		if err != nil {
			t.Fatal(err)
		}
		wantDigits(t, fmt.Sprint("style ", style), toJSON(t, got.Choices[0].Message.ToolCalls), toJSON(t, want))
	})
}

// chunksOf deals the fragments out to chunks. Calls begin in their order, whatever comes after.
func chunksOf(t *testing.T, c cutting, queues [][]map[string]any, cuts []byte) (lines []string) {
	t.Helper()
	var deltas []map[string]any
	take := func(call int) {
		deltas, queues[call] = append(deltas, queues[call][0]), queues[call][1:]
	}
	if c.anyOrder {
		for call := range queues {
			take(call)
		}
		for n, cut := range cuts {
			if call := (n + int(cut)) % len(queues); len(queues[call]) > 0 {
				take(call)
			}
		}
	}
	for call := range queues {
		for len(queues[call]) > 0 {
			take(call)
		}
	}
	for len(deltas) > 0 {
		n := min(1+len(deltas)%3, len(deltas))
		lines = append(lines, chunk(`{"index":0,"delta":{"tool_calls":`+string(toJSON(t, deltas[:n]))+`}}`))
		deltas = deltas[n:]
	}
	return append(lines, chunk(`{"index":0,"delta":{},"finish_reason":"tool_calls"}`))
}
