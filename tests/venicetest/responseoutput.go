// A completion in the form of the Responses route.

package venicetest

import (
	"strings"

	"github.com/venice-go/venice/tests/venicetest/internal/mind"
)

// output is the items, in the order in which they were made: thinking, search, words, calls.
func (c *completion) output(native bool) (items []any) {
	reply := c.replies[0]
	if t := c.thought(reply); t.details != nil {
		id := "rs_" + strings.TrimPrefix(c.ID, "resp_")
		item := map[string]any{"type": "reasoning", "id": id, "summary": []any{t.text}}
		if native {
			item["encrypted_content"] = c.notary.sign("sealed", id)
		}
		items = append(items, item)
	}
	if c.Sources != nil {
		items = append(items, map[string]any{"type": "web_search_call", "id": "ws_" + strings.TrimPrefix(c.ID, "resp_"), "status": "completed"})
	}
	if len(reply.Text) > 0 || len(reply.Calls) == 0 {
		items = append(items, map[string]any{
			"type": "message", "id": "msg_" + strings.TrimPrefix(c.ID, "resp_"), "role": "assistant", "status": "completed", "content": []any{c.outputText(reply)},
		})
	}
	for _, call := range reply.Calls {
		items = append(items, map[string]any{
			"type": "function_call", "id": "fc_" + strings.TrimPrefix(call.ID, "call_"), "call_id": call.ID, "name": call.Name,
			"arguments": call.Arguments, "status": "completed",
		})
	}
	return items
}

func (c *completion) outputText(reply *mind.Reply) map[string]any {
	text, notes := strings.Join(reply.Text, ""), []any{}
	for _, s := range c.Sources {
		if at := strings.Index(text, s.Title); at >= 0 {
			start := len([]rune(text[:at]))
			notes = append(notes, map[string]any{
				"type": "url_citation", "url": s.URL, "title": s.Title, "start_index": start, "end_index": start + len([]rune(s.Title)),
			})
		}
	}
	return map[string]any{"type": "output_text", "text": text, "annotations": notes}
}

// response is the whole body. It tells no cost.
func (c *completion) response(native bool) map[string]any {
	body := c.frame("completed", c.output(native))
	if c.replies[0].Finish == "length" {
		body["status"], body["incomplete_details"] = "incomplete", map[string]any{"reason": "max_output_tokens"}
	}
	in, out := c.tokens.Input, c.tokens.Output
	body["usage"] = map[string]any{
		"input_tokens": in, "output_tokens": out, "total_tokens": in + out,
		"input_tokens_details":  map[string]any{"cached_tokens": c.tokens.CacheRead},
		"output_tokens_details": map[string]any{"reasoning_tokens": c.thinking},
	}
	return body
}

func (c *completion) frame(status string, output []any) map[string]any {
	return map[string]any{"id": c.ID, "object": "response", "created_at": c.created, "model": c.model.ID, "status": status, "output": output}
}
