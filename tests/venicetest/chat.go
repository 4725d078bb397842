// Chat: a reply that follows from the request, so that tests can say what it must be.

package venicetest

import (
	"cmp"
	"maps"
	"net/http"
	"strings"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
)

// chat repeats the text of the last message: "You said: ...". A word and the space after it count as one token, and
// a limit on tokens cuts the reply. Every model id is taken.
func (h *Handler) chat(r *request) answer {
	header := http.Header{}
	if refusal := h.afford(r, 0); refusal != nil {
		return *refusal
	}
	c := h.complete(r)
	h.charge(r, c.costs())
	a := ok(c.body())
	if stream, _ := r.body["stream"].(bool); stream {
		a = answer{status: http.StatusOK, events: c.chunks()}
	}
	header["x-venice-model-id"], header["x-venice-model-name"] = []string{headerText(c.model)}, []string{headerText(c.model)}
	a.header = header
	return a
}

const maxChoices = 128 // the description sets no limit to n, memory does

// headerText has a question mark for what no header can carry.
func headerText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}

// A completion is one reply, before it takes the form of a body or of a stream.
type completion struct {
	id, model  string
	created    int64
	tokens     []string // of the reply
	finish     string
	choices    int
	prompt     int   // tokens
	fee        money // for wallets
	parameters map[string]any
}

func (h *Handler) complete(r *request) completion {
	c := completion{
		id: "chatcmpl-" + h.randomHex(16), model: r.text("model"), created: h.now().Unix(), finish: "stop", choices: 1,
		parameters: map[string]any{
			"enable_e2ee": true, "enable_web_search": "off", "enable_web_citations": false, "enable_web_scraping": false,
			"include_venice_system_prompt": true, "include_search_results_in_stream": false,
			"return_search_results_as_documents": false, "strip_thinking_response": false, "disable_thinking": false,
		},
	}
	if r.wallet != nil {
		c.fee = walletFee
	}
	last := ""
	messages, _ := r.body["messages"].([]any)
	for _, m := range messages {
		last = messageText(m)
		c.prompt += len(tokenize(last))
	}
	c.tokens = tokenize("You said: " + last)
	for _, field := range []string{"max_tokens", "max_completion_tokens"} {
		if n, given := r.body[field].(float64); given && 0 < n && int(n) < len(c.tokens) {
			c.tokens, c.finish = c.tokens[:int(n)], "length"
		}
	}
	if n, given := r.body["n"].(float64); given && n > 1 {
		c.choices = int(min(n, maxChoices))
	}
	asked, _ := r.body["venice_parameters"].(map[string]any)
	maps.Copy(c.parameters, asked)
	return c
}

// messageText joins the text of a message, whose content is a string or a list of parts.
func messageText(message any) string {
	m, _ := message.(map[string]any)
	if text, plain := m["content"].(string); plain {
		return text
	}
	var text strings.Builder
	parts, _ := m["content"].([]any)
	for _, p := range parts {
		part, _ := p.(map[string]any)
		t, _ := part["text"].(string)
		text.WriteString(t)
	}
	return text.String()
}

// tokenize cuts after spaces and loses nothing: the tokens joined are the text.
func tokenize(text string) []string {
	if text == "" {
		return nil
	}
	return strings.SplitAfter(text, " ")
}

// costs is the bill of the completion: by the prices of its model, or of the default one.
func (c completion) costs() bill {
	m := cmp.Or(catalog.Find(c.model, "text"), catalog.Find("default", "text"))
	return textBill(m, c.id, catalog.Tokens{Input: c.prompt, Output: len(c.tokens) * c.choices})
}

func (c completion) price() money { return c.costs().total() + c.fee }

// envelope has what a body and a chunk share.
func (c completion) envelope(object string, choices []any) map[string]any {
	return map[string]any{"id": c.id, "object": object, "created": c.created, "model": c.model, "choices": choices}
}

// bill adds what a body and the last chunk say at the end.
func (c completion) bill(to map[string]any) map[string]any {
	out := len(c.tokens) * c.choices
	to["usage"] = map[string]any{"prompt_tokens": c.prompt, "completion_tokens": out, "total_tokens": c.prompt + out}
	to["cost"] = map[string]any{"usd": c.price(), "diem": 0}
	to["venice_parameters"] = c.parameters
	return to
}

func (c completion) body() map[string]any {
	var choices []any
	for i := range c.choices {
		choices = append(choices, map[string]any{
			"index": i, "finish_reason": c.finish, "logprobs": nil, "stop_reason": nil,
			"message": map[string]any{
				"role": "assistant", "content": strings.Join(c.tokens, ""), "reasoning_content": nil, "tool_calls": []any{},
			},
		})
	}
	return c.bill(c.envelope("chat.completion", choices))
}

// chunks is the reply a token at a time: who speaks, the tokens, why it ended, and the bill, which comes asked or not.
func (c completion) chunks() (events []any) {
	for i := range c.choices {
		send := func(delta map[string]any, finish any) {
			choice := map[string]any{"index": i, "delta": delta, "finish_reason": finish}
			events = append(events, c.envelope("chat.completion.chunk", []any{choice}))
		}
		send(map[string]any{"role": "assistant", "content": ""}, nil)
		for _, t := range c.tokens {
			send(map[string]any{"content": t}, nil)
		}
		send(map[string]any{}, c.finish)
	}
	return append(events, c.bill(c.envelope("chat.completion.chunk", []any{})))
}
