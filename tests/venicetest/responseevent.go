// A response as a stream of named events, in the order that OpenAI documents.

package venicetest

import (
	"maps"

	"github.com/venice-go/venice/tests/venicetest/internal/tokens"
)

// An eventLog numbers the events of a stream.
type eventLog []any

func (l *eventLog) add(kind string, members map[string]any) {
	e := map[string]any{"type": kind, "sequence_number": len(*l)}
	maps.Copy(e, members)
	*l = append(*l, e)
}

func (c *completion) events(native bool) []any {
	var log eventLog
	begun := c.frame("in_progress", []any{})
	log.add("response.created", map[string]any{"response": begun})
	log.add("response.in_progress", map[string]any{"response": begun})
	whole := c.response(native)
	for i, item := range whole["output"].([]any) {
		c.sendItem(&log, i, item.(map[string]any))
	}
	log.add("response."+whole["status"].(string), map[string]any{"response": whole})
	return log
}

// sendItem tells that an item was begun, what it is made of, and that it is done.
func (c *completion) sendItem(log *eventLog, i int, item map[string]any) {
	begun := maps.Clone(item)
	place := func(more map[string]any) map[string]any {
		p := map[string]any{"item_id": item["id"], "output_index": i}
		maps.Copy(p, more)
		return p
	}
	pieces := func(event, text string, of map[string]any) {
		for _, t := range tokens.Split(text) {
			delta := place(of)
			delta["delta"] = t
			log.add(event+".delta", delta)
		}
	}
	open := func() { log.add("response.output_item.added", map[string]any{"output_index": i, "item": begun}) }
	switch item["type"] {
	case "reasoning":
		begun["summary"] = []any{}
		delete(begun, "encrypted_content")
		open()
		text := item["summary"].([]any)[0].(string)
		first := map[string]any{"summary_index": 0}
		part := func(text string) map[string]any {
			return place(map[string]any{"summary_index": 0, "part": map[string]any{"type": "summary_text", "text": text}})
		}
		log.add("response.reasoning_summary_part.added", part(""))
		pieces("response.reasoning_summary_text", text, first)
		log.add("response.reasoning_summary_text.done", place(map[string]any{"summary_index": 0, "text": text}))
		log.add("response.reasoning_summary_part.done", part(text))
	case "web_search_call": // which has no place in the count, and another name than its type
		*log = append(*log, named{"response.web_search.done", item})
		return
	case "message":
		begun["status"], begun["content"] = "in_progress", []any{}
		open()
		part := item["content"].([]any)[0].(map[string]any)
		first := map[string]any{"content_index": 0}
		log.add("response.content_part.added", place(map[string]any{"content_index": 0, "part": map[string]any{"type": "output_text", "text": "", "annotations": []any{}}}))
		pieces("response.output_text", part["text"].(string), first)
		log.add("response.output_text.done", place(map[string]any{"content_index": 0, "text": part["text"]}))
		log.add("response.content_part.done", place(map[string]any{"content_index": 0, "part": part}))
	case "function_call":
		begun["status"], begun["arguments"] = "in_progress", ""
		open()
		pieces("response.function_call_arguments", item["arguments"].(string), nil)
		log.add("response.function_call_arguments.done", place(map[string]any{"name": item["name"], "arguments": item["arguments"]}))
	}
	log.add("response.output_item.done", map[string]any{"output_index": i, "item": item})
}
