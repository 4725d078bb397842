// The messages of a chat as they come in.

package venicetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/venice-go/venice/tests/venicetest/internal/mind"
	"github.com/venice-go/venice/tests/venicetest/internal/tokens"
)

type chatMessage struct {
	Role             string
	Content          json.RawMessage // a text, a list of parts, or null
	ToolCalls        []wireCall      `json:"tool_calls"`
	ToolCallID       string          `json:"tool_call_id"`
	ReasoningContent string          `json:"reasoning_content"`
	ReasoningDetails []wireDetail    `json:"reasoning_details"`
}

type wireCall struct {
	ID               string
	Function         struct{ Name, Arguments string }
	ThoughtSignature string `json:"thought_signature"`
	ExtraContent     struct {
		Google struct {
			ThoughtSignature string `json:"thought_signature"`
		}
	} `json:"extra_content"`
}

// signature is that of the thought behind a call, in either of its places.
func (c wireCall) signature() string {
	if c.ThoughtSignature != "" {
		return c.ThoughtSignature
	}
	return c.ExtraContent.Google.ThoughtSignature
}

type wireDetail struct{ Type, Text, Signature, Data, ID string }

// readMessages takes over the conversation, or says what in it cannot be.
func (e *exchange) readMessages(list []chatMessage) *answer {
	for i, m := range list {
		read := mind.Message{Role: m.Role, Call: m.ToolCallID}
		for _, c := range m.ToolCalls {
			read.Calls = append(read.Calls, mind.Call{ID: c.ID, Name: c.Function.Name, Arguments: c.Function.Arguments})
		}
		var parts []chatPart
		if len(m.Content) > 0 && json.Unmarshal(m.Content, &read.Text) != nil {
			if err := json.Unmarshal(m.Content, &parts); err != nil {
				return new(invalid([]string{e.at, strconv.Itoa(i), "content"}, err.Error()))
			}
		}
		if refusal := e.readParts(&read, parts, e.at, strconv.Itoa(i), "content"); refusal != nil {
			return refusal
		}
		e.Messages = append(e.Messages, read)
		e.count(read)
	}
	if why := refuseHistory(e.Messages); why != "" {
		return ofModel(refuse(http.StatusBadRequest, why))
	}
	if why := e.refuseThoughts(list); why != "" {
		return ofModel(refuse(http.StatusBadRequest, why))
	}
	return e.tooLong()
}

// count adds the tokens of a message to those of the prompt. The first tells who speaks, so that the same words of
// another are not taken for them.
func (e *exchange) count(m mind.Message) {
	list := tokens.Split(m.Text)
	for _, c := range m.Calls {
		list = append(list, tokens.Split(c.Name+c.Arguments)...)
	}
	if len(list) > 0 {
		list[0] = m.Role + "\x00" + list[0]
	}
	e.prompt = append(e.prompt, list...)
}

// searched is the id of the call that the service makes up to hand out search results. Nobody answers it.
const searched = "web_search_call"

// refuseHistory says why a conversation is none: every call of a tool has one result, right behind the message that made
// it, and there are no others.
func refuseHistory(list []mind.Message) string {
	open := map[string]bool{}
	pending := ""
	for i, m := range list {
		if m.Role == "tool" {
			if !open[m.Call] {
				return fmt.Sprintf("messages.%d: a message with role 'tool' must be a response to a preceding message with 'tool_calls': no call has the id '%s'", i, m.Call)
			}
			delete(open, m.Call)
			continue
		}
		if pending = anyOf(open); pending != "" {
			break
		}
		for _, c := range m.Calls {
			if c.ID != searched {
				open[c.ID] = true
			}
		}
	}
	if pending = anyOf(open); pending != "" {
		return fmt.Sprintf("An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. There is none for: %s", pending)
	}
	return ""
}
