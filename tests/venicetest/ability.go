// What a model cannot do, and how the service says so.

package venicetest

import (
	"fmt"
	"net/http"
)

// refuseAbilities refuses what the model lacks, but for what messages hold, which is refused where they are read.
func (e *exchange) refuseAbilities(c *chatRequest) *answer {
	t := e.model.Text
	no := func(member, what string) *answer { return e.cannot([]string{member}, what) }
	form := c.ResponseFormat
	switch limit := c.limit(); {
	case len(functions(c.Tools)) > 0 && !t.Tools:
		return no("tools", "tools")
	case form != nil && form.Type != "text" && !t.Schema:
		return no("response_format", "response_format")
	case c.LogProbs && !t.LogProbs:
		return no("logprobs", "logprobs")
	case e.is("enable_x_search") && !t.XSearch:
		return no("venice_parameters", "enable_x_search")
	case limit > t.Most:
		return ofModel(invalid([]string{"max_completion_tokens"}, fmt.Sprintf("Number must be less than or equal to %d", t.Most)))
	}
	if family(e.model) != openAI {
		return nil
	}
	for member, set := range map[string]bool{
		"seed": c.Seed != 0, "stop": c.Stop != nil && string(c.Stop) != "null", "n": c.N != nil && *c.N != 1,
		"frequency_penalty": c.FrequencyPenalty != 0, "presence_penalty": c.PresencePenalty != 0,
	} {
		if set {
			return no(member, member)
		}
	}
	return nil
}

// cannot is the refusal of what the model lacks.
func (e *exchange) cannot(path []string, what string) *answer {
	return ofModel(invalid(path, fmt.Sprintf("%s is not supported by model %s", what, e.model.ID)))
}

// tooLong is the refusal of a prompt that the model cannot hold, in the form of OpenAI.
func (e *exchange) tooLong() *answer {
	limit := e.model.Text.Context
	if len(e.prompt)+e.Limit <= limit {
		return nil
	}
	why := fmt.Sprintf("This model's maximum context length is %d tokens. However, you requested %d tokens (%d in the messages, %d in the completion).",
		limit, len(e.prompt)+e.Limit, len(e.prompt), e.Limit)
	return &answer{status: http.StatusBadRequest, outside: true, wider: true, body: map[string]any{"error": map[string]any{
		"message": why, "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded",
	}}}
}
