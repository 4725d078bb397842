// A completion: what a model answered, what it used and cost, and its form as one body.

package venicetest

import (
	"net/http"
	"strings"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
	"github.com/venice-go/venice/tests/venicetest/internal/mind"
)

type completion struct {
	*exchange
	replies  []*mind.Reply
	tokens   catalog.Tokens
	thinking int // tokens
	price    money
}

// complete has the model answer and the caller pay.
func (h *Handler) complete(r *request, e *exchange) (*completion, *answer) {
	e.search()
	c := &completion{exchange: e}
	for i := range e.n {
		reply, err := e.Answer(i)
		if err != nil {
			return nil, new(refuse(http.StatusBadRequest, "Invalid schema: "+err.Error()))
		}
		c.replies = append(c.replies, reply)
		c.tokens.Output += reply.Tokens()
		c.thinking += len(reply.Thought)
	}
	c.tokens.Input, c.tokens.CacheRead = len(e.prompt), h.prompts.add(e.space, e.prompt)
	if e.marked && e.model.Text.CacheWrite > 0 {
		c.tokens.CacheWrite = c.tokens.Input - c.tokens.CacheRead
	}
	b := textBill(e.model, e.ID, c.tokens)
	if e.Sources != nil && b.items != nil {
		b.items = append(b.items, piece("web-search", 1, searchPrice))
	}
	if b.items != nil {
		c.price = b.total() + e.fee
	}
	h.lock()
	defer h.mu.Unlock()
	h.charge(r, b)
	return c, nil
}

// envelope has what a body and a chunk share.
func (c *completion) envelope(object string, choices []any) map[string]any {
	return map[string]any{"id": c.ID, "object": object, "created": c.created, "model": c.model.ID, "choices": choices}
}

// usage counts the tokens. The details are there where there is something to tell.
func (c *completion) usage() map[string]any {
	u := map[string]any{
		"prompt_tokens": c.tokens.Input, "completion_tokens": c.tokens.Output, "total_tokens": c.tokens.Input + c.tokens.Output,
	}
	if read, written := c.tokens.CacheRead, c.tokens.CacheWrite; read+written > 0 {
		details := map[string]any{"cached_tokens": read}
		if written > 0 {
			details["cache_creation_input_tokens"] = written
		}
		u["prompt_tokens_details"] = details
	}
	if c.thinking > 0 {
		u["completion_tokens_details"] = map[string]any{"reasoning_tokens": c.thinking}
	}
	return u
}

// bill adds what a body and the last chunk say at the end.
func (c *completion) bill(to map[string]any) map[string]any {
	to["usage"] = c.usage()
	to["cost"] = map[string]any{"usd": c.price, "diem": 0}
	to["venice_parameters"] = c.parameters
	return to
}

func (c *completion) body() map[string]any {
	var choices []any
	for i, reply := range c.replies {
		choice := map[string]any{"index": i, "finish_reason": c.finish(reply), "logprobs": nil, "stop_reason": nil, "message": c.message(reply)}
		if c.logprobs {
			choice["logprobs"] = map[string]any{"content": c.probabilities(reply.Text)}
		}
		choices = append(choices, choice)
	}
	body := c.bill(c.envelope("chat.completion", choices))
	if c.Sources != nil {
		body["venice_parameters"] = c.withCitations()
	}
	return body
}

// message is a reply in the form in which it can be sent back.
func (c *completion) message(reply *mind.Reply) map[string]any {
	calls := []any{}
	for i, call := range reply.Calls {
		calls = append(calls, c.call(i, call, call.Arguments))
	}
	if c.madeUp(reply) {
		calls = append(calls, c.documents())
	}
	m := map[string]any{"role": "assistant", "content": strings.Join(reply.Text, ""), "reasoning_content": nil, "tool_calls": calls}
	if len(reply.Calls) > 0 {
		m["content"] = nil
	}
	if t := c.thought(reply); t.details != nil {
		m["reasoning_content"], m["reasoning_details"] = t.text+t.sealed, t.details
	}
	return m
}

// call is one of a tool.
func (c *completion) call(i int, call mind.Call, arguments string) map[string]any {
	made := map[string]any{
		"id": call.ID, "type": "function", "function": map[string]any{"name": call.Name, "arguments": arguments},
	}
	if s := c.callSignature(i, call); s != "" {
		made["thought_signature"] = s
	}
	return made
}

func (c *completion) finish(reply *mind.Reply) string {
	if c.madeUp(reply) {
		return "tool_calls"
	}
	return reply.Finish
}
