// The Responses route: the same models, asked and answering in typed items.

package venicetest

import (
	"encoding/json"
	"net/http"
	"strings"
)

type responseRequest struct {
	Model             string
	Input             json.RawMessage // a text, or items
	Instructions      string
	Tools             []wireTool
	ToolChoice        json.RawMessage `json:"tool_choice"`
	ParallelToolCalls *bool           `json:"parallel_tool_calls"`
	MaxOutputTokens   float64         `json:"max_output_tokens"`
	Reasoning         wireReasoning
	Stream            bool
	Text              struct {
		Format struct {
			Type   string
			Schema json.RawMessage
		}
	}
	WebSearch        bool           `json:"web_search"`
	VeniceParameters map[string]any `json:"venice_parameters"`

	PreviousResponseID any `json:"previous_response_id"`
	Conversation       any
	Background         bool
}

// respond answers like chat. OpenAI's models are called natively, unless something asks for what only Venice has; the
// other lane ignores much of what the first understands.
func (h *Handler) respond(r *request) answer {
	var q responseRequest
	if err := json.Unmarshal(r.raw, &q); err != nil {
		return invalid(nil, err.Error())
	}
	e, refusal := h.open(r)
	if refusal != nil {
		return *refusal
	}
	e.ID = "resp_" + strings.TrimPrefix(e.ID, "chatcmpl-")
	e.at, e.lax = "input", true
	e.suffix(q.Model)
	why := e.compatReason(&q)
	native := why == ""
	if mode := r.Header.Get("x-venice-responses-mode"); mode == "native" && !native {
		return refuse(http.StatusBadRequest, "The native lane cannot take this request because of: "+why)
	} else if mode == "compat" && native {
		native, why = false, "mode"
	}
	c, refusal := q.chat(native)
	if refusal != nil {
		return *refusal
	}
	if refusal := e.readChat(c); refusal != nil {
		return *refusal
	}
	if e.model.Text.E2EE && e.is("enable_e2ee") {
		return refuse(http.StatusBadRequest, "Models with end-to-end encryption are not supported here. Set venice_parameters.enable_e2ee to false to call "+e.model.ID+" without it.")
	}
	done, refusal := h.complete(r, e)
	if refusal != nil {
		return *refusal
	}
	a := ok(done.response(native))
	if q.Stream {
		a = answer{status: http.StatusOK, events: done.events(native)}
	}
	a.header = modelHeaders(e.model)
	a.header.Set("x-venice-responses-lane", map[bool]string{true: "native", false: "compat"}[native])
	if !native {
		a.header.Set("x-venice-responses-compat-reason", why)
	}
	return a
}

// compatReason is what keeps a request from the native lane, or "".
func (e *exchange) compatReason(q *responseRequest) string {
	switch {
	case family(e.model) != openAI:
		return "model"
	case len(q.VeniceParameters) > 0:
		return "venice_parameters"
	case q.WebSearch:
		return "web_search"
	}
	return ""
}

// chat is the request as one of chat, with what its lane reads of it.
func (q *responseRequest) chat(native bool) (*chatRequest, *answer) {
	c := &chatRequest{
		Tools: q.Tools, ToolChoice: q.ToolChoice, MaxCompletionTokens: q.MaxOutputTokens, Reasoning: q.Reasoning,
		VeniceParameters: q.VeniceParameters,
	}
	if q.WebSearch {
		c.Tools = append(c.Tools, wireTool{Type: "web_search"})
	}
	messages, refusal := readItems(q.Input, native)
	if refusal != nil {
		return nil, refusal
	}
	if !native {
		c.Messages = messages
		return c, nil
	}
	for member, set := range map[string]bool{"previous_response_id": q.PreviousResponseID != nil, "conversation": q.Conversation != nil, "background": q.Background} {
		if set {
			return nil, new(invalid([]string{member}, member+" is not supported"))
		}
	}
	if q.Instructions != "" {
		text, _ := json.Marshal(q.Instructions)
		c.Messages = []chatMessage{{Role: "system", Content: text}}
	}
	c.Messages = append(c.Messages, messages...)
	c.ParallelToolCalls = q.ParallelToolCalls
	if f := q.Text.Format; f.Type != "" {
		c.ResponseFormat = &wireFormat{Type: f.Type}
		c.ResponseFormat.JSONSchema.Schema = f.Schema
	}
	return c, nil
}
