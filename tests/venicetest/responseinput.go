// The items of a Responses request, as messages of a chat.

package venicetest

import (
	"encoding/json"
	"fmt"
	"strconv"
)

type responseItem struct {
	Type, Role       string
	Content          json.RawMessage
	Name, Arguments  string
	CallID           string `json:"call_id"`
	Output           json.RawMessage
	ID               string
	EncryptedContent string `json:"encrypted_content"`
}

// readItems reads the input. An assistant's text, thinking and calls that follow each other are one message.
func readItems(input json.RawMessage, native bool) (list []chatMessage, refusal *answer) {
	var items []responseItem
	if json.Unmarshal(input, new(string)) == nil {
		return []chatMessage{{Role: "user", Content: input}}, nil
	}
	if err := json.Unmarshal(input, &items); err != nil {
		return nil, new(invalid([]string{"input"}, err.Error()))
	}
	assistant := func() *chatMessage {
		if n := len(list); n == 0 || list[n-1].Role != "assistant" {
			list = append(list, chatMessage{Role: "assistant"})
		}
		return &list[len(list)-1]
	}
	for i, item := range items {
		switch item.Type {
		case "reasoning":
			if native && item.EncryptedContent != "" {
				m := assistant()
				m.ReasoningDetails = append(m.ReasoningDetails, wireDetail{Type: "reasoning.encrypted", Data: item.EncryptedContent, ID: item.ID})
			}
		case "function_call":
			call := wireCall{ID: item.CallID}
			call.Function.Name, call.Function.Arguments = item.Name, item.Arguments
			m := assistant()
			m.ToolCalls = append(m.ToolCalls, call)
		case "function_call_output":
			output := item.Output
			if json.Unmarshal(output, new(string)) != nil {
				output, _ = json.Marshal(string(output)) // the model reads it as JSON
			}
			list = append(list, chatMessage{Role: "tool", ToolCallID: item.CallID, Content: output})
		case "item_reference":
			return nil, new(invalid([]string{"input", strconv.Itoa(i)}, fmt.Sprintf("Item with id '%s' not found: items are not kept", item.ID)))
		case "", "message":
			if m := (chatMessage{Role: item.Role, Content: item.Content}); item.Role != "assistant" {
				list = append(list, m)
			} else if a := assistant(); a.Content == nil && a.ToolCalls == nil {
				a.Content = item.Content
			} else {
				list = append(list, m)
			}
		}
	}
	return list, nil
}
