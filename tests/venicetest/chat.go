// The chat route: from the request's words to a completion, or to the refusal that the service would give.

package venicetest

import (
	"cmp"
	"encoding/json"
	"net/http"
)

// chat has a model answer; what it says is told by package mind. It runs without the handler's lock, which an exchange
// takes for its accounts alone, so that slow and many chats hold up nobody.
func (h *Handler) chat(r *request) answer {
	var c chatRequest
	if err := json.Unmarshal(r.raw, &c); err != nil {
		return invalid(nil, err.Error()) // the description lets pass what the types do not
	}
	e, refusal := h.open(r)
	if refusal != nil {
		return *refusal
	}
	e.suffix(c.Model)
	if refusal := e.readChat(&c); refusal != nil {
		return *refusal
	}
	done, refusal := h.complete(r, e)
	if refusal != nil {
		return *refusal
	}
	a := ok(done.body())
	if c.Stream {
		a = answer{status: http.StatusOK, events: done.chunks()}
	}
	a.header = modelHeaders(e.model)
	return a
}

// A chatRequest is the body of the chat route. Numbers are as JSON has them: 5.0 is an integer too.
type chatRequest struct {
	Model               string
	Messages            []chatMessage
	Tools               []wireTool
	ToolChoice          json.RawMessage `json:"tool_choice"`
	ParallelToolCalls   *bool           `json:"parallel_tool_calls"`
	ResponseFormat      *wireFormat     `json:"response_format"`
	Stop                json.RawMessage
	MaxTokens           float64 `json:"max_tokens"`
	MaxCompletionTokens float64 `json:"max_completion_tokens"`
	N                   *float64
	Seed                float64
	LogProbs            bool
	TopLogProbs         float64 `json:"top_logprobs"`
	Stream              bool
	Reasoning           wireReasoning
	ReasoningEffort     string         `json:"reasoning_effort"`
	FrequencyPenalty    float64        `json:"frequency_penalty"`
	PresencePenalty     float64        `json:"presence_penalty"`
	PromptCacheKey      string         `json:"prompt_cache_key"`
	VeniceParameters    map[string]any `json:"venice_parameters"`
}

type wireFormat struct {
	Type       string
	JSONSchema struct{ Schema json.RawMessage } `json:"json_schema"`
}

type wireReasoning struct {
	Effort  string
	Enabled *bool
}

// readChat takes over what is asked for, or says what of it the model cannot do.
func (e *exchange) readChat(c *chatRequest) *answer {
	e.apply(c.VeniceParameters)
	if refusal := e.refuseAbilities(c); refusal != nil {
		return refusal
	}
	if refusal := e.readTools(c.Tools, c.ToolChoice); refusal != nil {
		return refusal
	}
	e.Serial = c.ParallelToolCalls != nil && !*c.ParallelToolCalls
	if f := c.ResponseFormat; f != nil {
		if refusal := e.readFormat(f.Type, f.JSONSchema.Schema, "response_format", "json_schema", "schema"); refusal != nil {
			return refusal
		}
	}
	if len(c.Stop) > 0 && json.Unmarshal(c.Stop, &e.Stop) != nil {
		var one string
		_ = json.Unmarshal(c.Stop, &one) // the description has no third form
		e.Stop = []string{one}
	}
	e.Limit = c.limit()
	if c.N != nil {
		e.n = int(min(max(*c.N, 1), maxChoices))
	}
	e.logprobs, e.top = c.LogProbs, int(min(c.TopLogProbs, maxAlternatives))
	e.reseed(c.Seed)
	e.think(cmp.Or(c.ReasoningEffort, c.Reasoning.Effort), c.Reasoning.Enabled)
	e.space += "\x00" + c.PromptCacheKey
	return e.readMessages(c.Messages)
}

// limit is how many tokens an answer may have, 0 for no limit of the request's. The newer name wins.
func (c *chatRequest) limit() int {
	if c.MaxCompletionTokens > 0 {
		return int(c.MaxCompletionTokens)
	}
	return int(max(0, c.MaxTokens))
}

const (
	maxChoices      = 128 // the description sets no limit to n, memory does
	maxAlternatives = 20
)
