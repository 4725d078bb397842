// What was said, in the form of the conventions: for those who want it in their traces.

package otelvenice

import (
	"encoding/json"
	"strings"

	"go.opentelemetry.io/otel/attribute"
)

type message struct {
	Role  string        `json:"role"`
	Parts []messagePart `json:"parts"`
}

type messagePart struct {
	Type      string          `json:"type"`
	Content   string          `json:"content,omitempty"`
	ID        string          `json:"id,omitempty"`
	Name      string          `json:"name,omitempty"`
	Arguments json.RawMessage `json:"arguments,omitempty"`
	Response  string          `json:"response,omitempty"`
}

// said is messages as an attribute.
func said(key attribute.Key, messages []message) []attribute.KeyValue {
	text, err := json.Marshal(messages)
	if err != nil || len(messages) == 0 {
		return nil
	}
	return []attribute.KeyValue{key.String(string(text))}
}

// messagesOf are those of a request: what in them is text, and calls. Images and such are left out, for their size.
func messagesOf(q asked) (all []message) {
	var list []struct {
		Role       string
		Content    json.RawMessage
		ToolCallID string `json:"tool_call_id"`
		ToolCalls  []struct {
			ID       string
			Function struct{ Name, Arguments string }
		} `json:"tool_calls"`
		Type, Name, Arguments string // of items
		CallID                string `json:"call_id"`
		Output                json.RawMessage
	}
	if text := textOf(q.Input); text != "" && q.Messages == nil && q.Input[0] == '"' {
		return []message{{"user", []messagePart{{Type: "text", Content: text}}}}
	}
	_ = json.Unmarshal(q.Messages, &list)
	if q.Messages == nil {
		_ = json.Unmarshal(q.Input, &list)
	}
	for _, m := range list {
		var parts []messagePart
		text := textOf(m.Content)
		switch {
		case m.Role == "tool":
			parts = append(parts, messagePart{Type: "tool_call_response", ID: m.ToolCallID, Response: text})
		case m.Type == "function_call_output":
			m.Role = "tool"
			parts = append(parts, messagePart{Type: "tool_call_response", ID: m.CallID, Response: textOf(m.Output)})
		case m.Type == "function_call":
			m.Role = "assistant"
			parts = append(parts, callPart(m.CallID, m.Name, m.Arguments))
		case text != "":
			parts = append(parts, messagePart{Type: "text", Content: text})
		}
		for _, c := range m.ToolCalls {
			parts = append(parts, callPart(c.ID, c.Function.Name, c.Function.Arguments))
		}
		if parts != nil {
			all = append(all, message{m.Role, parts})
		}
	}
	return all
}

func callPart(id, name, arguments string) messagePart {
	p := messagePart{Type: "tool_call", ID: id, Name: name}
	if json.Valid([]byte(arguments)) {
		p.Arguments = json.RawMessage(arguments)
	}
	return p
}

// textOf is a text, or the texts of a list of parts.
func textOf(content json.RawMessage) string {
	var text string
	if len(content) == 0 || json.Unmarshal(content, &text) == nil {
		return text
	}
	var parts []struct{ Text string }
	_ = json.Unmarshal(content, &parts)
	var all strings.Builder
	for _, p := range parts {
		all.WriteString(p.Text)
	}
	return all.String()
}
