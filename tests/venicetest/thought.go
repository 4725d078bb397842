// Thinking, in the form of each provider, and what of it must come back.

package venicetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
	"github.com/venice-go/venice/tests/venicetest/internal/mind"
)

// Providers whose thinking has a form of its own.
const (
	anthropic = "anthropic"
	google    = "google"
	openAI    = "openai"
)

// family is the provider of a model, or "" for all others, whose thinking is plain.
func family(m *catalog.Model) string {
	switch {
	case strings.HasPrefix(m.ID, "claude-"):
		return anthropic
	case strings.HasPrefix(m.ID, "gemini-"):
		return google
	case strings.HasPrefix(m.ID, "openai-") && !strings.HasPrefix(m.ID, "openai-gpt-oss"):
		return openAI
	}
	return ""
}

// A notary signs what a model thought. What it signed holds for that model alone.
type notary struct {
	secret []byte
	model  string
}

func (h *Handler) notary(m *catalog.Model) notary { return notary{h.tokenSecret, m.ID} }

func (s notary) sign(parts ...string) string {
	mac := hmac.New(sha256.New, s.secret)
	for _, p := range append([]string{"thought", s.model}, parts...) {
		fmt.Fprintf(mac, "%d %s", len(p), p)
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// sealed is the thinking of an OpenAI model that only the service reads, and its id.
func (s notary) sealed(call string) (id, data string) {
	id = "rs_" + strings.TrimPrefix(call, "chatcmpl-")
	return id, s.sign("sealed", id)
}

const sealedMark = "__ENCRYPTED_REASONING__id="

// A thought is the thinking of one reply.
type thought struct {
	text    string           // that can be read
	sealed  string           // behind it in reasoning_content, or ""
	details []map[string]any // reasoning_details
}

// thought gives the thinking of a reply its form.
func (e *exchange) thought(r *mind.Reply) thought {
	text := strings.Join(r.Thought, "")
	t := thought{text: text}
	if text == "" || e.is("strip_thinking_response") {
		return thought{}
	}
	piece := map[string]any{"type": "reasoning.text", "text": text, "format": "unknown", "index": 0}
	t.details = []map[string]any{piece}
	switch family(e.model) {
	case anthropic:
		piece["format"], piece["signature"] = "anthropic-claude-v1", e.notary.sign(text)
	case google:
		piece["format"] = "google-gemini-v1"
	case openAI:
		const format = "openai-responses-v1"
		id, data := e.notary.sealed(e.ID)
		t.sealed = "\n\n" + sealedMark + id + "\n" + data
		t.details = []map[string]any{
			{"type": "reasoning.summary", "summary": text, "format": format, "id": id, "index": 0},
			{"type": "reasoning.encrypted", "data": data, "format": format, "id": id, "index": 1},
		}
	}
	return t
}

// callSignature is what a call of a tool carries: with Google's models the first of a turn is signed.
func (e *exchange) callSignature(i int, c mind.Call) string {
	if family(e.model) != google || e.Effort == 0 || i > 0 {
		return ""
	}
	return e.notary.sign("call", c.ID)
}

// refuseThoughts says what of the model's own thinking is missing or changed in the messages that came back: in a turn
// with tools, which begins with the last message of the user, it has to be there, and what is there has to be true.
func (e *exchange) refuseThoughts(list []chatMessage) string {
	turn := 0
	for i, m := range list {
		if m.Role == "user" {
			turn = i
		}
	}
	for i, m := range list {
		if m.Role != "assistant" {
			continue
		}
		why := ""
		needed := i > turn && len(m.ToolCalls) > 0 && e.Effort > 0 && !e.lax
		switch family(e.model) {
		case anthropic:
			why = e.refuseSigned(m, needed)
		case google:
			why = e.refuseCalls(m, needed)
		case openAI:
			why = e.refuseSealed(m)
		}
		if why != "" {
			return fmt.Sprintf("messages.%d: %s", i, why)
		}
	}
	return ""
}

func (e *exchange) refuseSigned(m chatMessage, needed bool) string {
	signed := false
	for _, d := range m.ReasoningDetails {
		if d.Type != "reasoning.text" {
			continue
		}
		if d.Signature != "" && !hmac.Equal([]byte(d.Signature), []byte(e.notary.sign(d.Text))) {
			return "Invalid `signature` in `thinking` block"
		}
		signed = signed || d.Signature != ""
	}
	if needed && !signed {
		return "Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block."
	}
	return ""
}

func (e *exchange) refuseCalls(m chatMessage, needed bool) string {
	for i, c := range m.ToolCalls {
		s := c.signature()
		switch {
		case s != "" && s != e.notary.sign("call", c.ID):
			return "Thought signature is not valid"
		case s == "" && needed && i == 0:
			return fmt.Sprintf("Function call is missing a thought_signature in functionCall parts. Function call `%s`", c.Function.Name)
		}
	}
	return ""
}

func (e *exchange) refuseSealed(m chatMessage) string {
	const why = "The encrypted content could not be verified. Reason: Encrypted content could not be decrypted or parsed."
	for _, d := range m.ReasoningDetails {
		if d.Type == "reasoning.encrypted" && d.Data != e.notary.sign("sealed", d.ID) {
			return why
		}
	}
	if _, block, there := strings.Cut(m.ReasoningContent, sealedMark); there {
		id, data, _ := strings.Cut(block, "\n")
		if data != e.notary.sign("sealed", id) {
			return why
		}
	}
	return ""
}

// anyOf is the first of a set by name, or "".
func anyOf(set map[string]bool) string {
	first := ""
	for name := range set {
		if first == "" || name < first {
			first = name
		}
	}
	return first
}
