// A completion as a stream.

package venicetest

import (
	"github.com/venice-go/venice/tests/venicetest/internal/mind"
	"github.com/venice-go/venice/tests/venicetest/internal/tokens"
)

// chunks is the completion in pieces: who speaks, the thinking, the words, the calls, why it ended, and the bill, which
// comes asked or not.
func (c *completion) chunks() (events []any) {
	for i, reply := range c.replies {
		send := func(delta map[string]any, more ...map[string]any) {
			choice := map[string]any{"index": i, "delta": delta, "finish_reason": nil}
			for _, m := range more {
				for name, v := range m {
					choice[name] = v
				}
			}
			events = append(events, c.envelope("chat.completion.chunk", []any{choice}))
		}
		send(map[string]any{"role": "assistant", "content": ""})
		c.sendThought(reply, send)
		for _, t := range reply.Text {
			delta := map[string]any{"content": t}
			if c.logprobs {
				send(delta, map[string]any{"logprobs": map[string]any{"content": c.probabilities([]string{t})}})
				continue
			}
			send(delta)
		}
		c.sendCalls(reply, send)
		send(map[string]any{}, map[string]any{"finish_reason": c.finish(reply)})
	}
	if c.Sources != nil && c.is("include_search_results_in_stream") {
		found := c.envelope("chat.completion.chunk", []any{})
		found["venice_parameters"] = map[string]any{"web_search_citations": c.citations()}
		events = append(events, found)
	}
	return append(events, c.bill(c.envelope("chat.completion.chunk", []any{})))
}

// sendThought sends what was thought. The texts come in pieces, by index; what is signed or sealed comes after its text,
// and the sealed block between the pieces of the text, which it has to stand behind in the end.
func (c *completion) sendThought(reply *mind.Reply, send func(map[string]any, ...map[string]any)) {
	t := c.thought(reply)
	if t.details == nil {
		return
	}
	piece := t.details[0]
	field := "text"
	if piece["summary"] != nil {
		field = "summary"
	}
	for i, token := range reply.Thought {
		if i == len(reply.Thought)/2 && t.sealed != "" {
			send(map[string]any{"reasoning_content": t.sealed, "reasoning_encrypted": true})
		}
		part := map[string]any{"type": piece["type"], field: token, "index": 0}
		if i == 0 {
			part["format"] = piece["format"]
			if piece["id"] != nil {
				part["id"] = piece["id"]
			}
		}
		send(map[string]any{"reasoning_content": token, "reasoning_details": []any{part}})
	}
	if piece["signature"] != nil {
		send(map[string]any{"reasoning_details": []any{map[string]any{"type": piece["type"], "signature": piece["signature"], "index": 0}}})
	}
	for _, d := range t.details[1:] {
		send(map[string]any{"reasoning_details": []any{d}})
	}
}

// sendCalls sends calls in the way of most models: id and name first, then the arguments in pieces.
func (c *completion) sendCalls(reply *mind.Reply, send func(map[string]any, ...map[string]any)) {
	for i, call := range reply.Calls {
		first := c.call(i, call, "")
		first["index"] = i
		send(map[string]any{"tool_calls": []any{first}})
		for _, piece := range tokens.Split(call.Arguments) {
			send(map[string]any{"tool_calls": []any{map[string]any{"index": i, "function": map[string]any{"arguments": piece}}}})
		}
	}
	if c.madeUp(reply) {
		made := c.documents()
		made["index"] = len(reply.Calls)
		send(map[string]any{"tool_calls": []any{made}})
	}
}
