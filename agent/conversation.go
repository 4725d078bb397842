// Conversations: messages that grow, are kept to a size, and go back with what models signed.

package agent

import (
	"crypto/rand"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/venice-go/venice/gen"
)

// A Conversation is what was said so far. The zero value is empty and ready; as JSON it can be kept. It is for one
// goroutine at a time.
type Conversation struct {
	// Messages, oldest first. Answers stand in it as they came, with their reasoning and signatures.
	Messages []gen.ChatMessage `json:"messages,omitempty"`
	// Window is the most tokens that [Conversation.Fill] sends, by the estimate of [Conversation.Tokens]: about three
	// quarters of the model's context leave room for the answer. 0 sends all.
	Window int64 `json:"window,omitempty"`
	// CacheKey is sent as prompt_cache_key, so that calls of one conversation reach the same cache. Fill makes one up.
	CacheKey string `json:"cache_key,omitempty"`
	// CacheControl marks the instructions and what the user said last for caching. Models that charge for writing to the
	// cache (pricing.cache_write) want it; others need no marks.
	CacheControl bool `json:"cache_control,omitempty"`
	// Model is the one that the latest request was for. What models sign holds for them alone: a request for another
	// goes without it.
	Model string `json:"model,omitempty"`
}

// Add appends messages: the user's, or those of an answer as they came.
func (c *Conversation) Add(messages ...gen.ChatMessage) {
	c.Messages = append(c.Messages, messages...)
}

// Fork returns a conversation that goes on from here on its own. Both share their cache, since they begin alike.
func (c *Conversation) Fork() Conversation {
	fork := *c
	fork.Messages = slices.Clone(c.Messages)
	return fork
}

// Fill adds the conversation to the messages of a request, and sets its prompt_cache_key unless it has one. Before that it
// trims the conversation to its Window and, if the request is for another model than the one before, rids it of what only
// that one understands.
func (c *Conversation) Fill(request *gen.ChatCompletionRequest) {
	if c.Model != "" && c.Model != request.Model {
		for i, m := range c.Messages {
			c.Messages[i] = unsigned(m)
		}
	}
	c.Model = request.Model
	if c.Window > 0 && c.Tokens() > c.Window {
		c.Trim(c.Window / 4 * 3) // by more than need be: the next requests begin alike again, which is what a cache is for
	}
	if c.CacheKey == "" {
		c.CacheKey = rand.Text()
	}
	if request.PromptCacheKey == nil {
		request.PromptCacheKey = new(c.CacheKey)
	}
	request.Messages = slices.Concat(request.Messages, c.Messages)
	if c.CacheControl {
		mark(request.Messages)
	}
}

// Trim drops the oldest turns until about that many tokens are left, and returns how many messages it dropped. A turn is
// what a user said, with all answers, calls and results up to what was said next; only whole turns go. Instructions (system
// and developer) stay, and so does the last turn, whatever its size.
func (c *Conversation) Trim(tokens int64) (dropped int) {
	left := c.Tokens()
	kept := make([]gen.ChatMessage, 0, len(c.Messages))
	last := 0
	for i := range c.Messages {
		if beginsTurn(c.Messages, i) {
			last = i
		}
	}
	for i := 0; i < len(c.Messages); {
		end := i + 1
		for end < len(c.Messages) && !beginsTurn(c.Messages, end) {
			end++
		}
		drop := i < last && left > tokens
		for _, m := range c.Messages[i:end] {
			if drop && !isInstruction(m) {
				left -= tokensOf(&m)
				dropped++
			} else {
				kept = append(kept, m)
			}
		}
		i = end
	}
	c.Messages = kept
	return dropped
}

func isInstruction(m gen.ChatMessage) bool { return m.Role == "system" || m.Role == "developer" }

// beginsTurn reports whether a turn begins with a message. What a tool showed is a message of the user's too, and belongs to
// the results before it.
func beginsTurn(messages []gen.ChatMessage, i int) bool {
	return messages[i].Role == "user" && (i == 0 || messages[i-1].Role != "tool")
}

// Tokens estimates how many tokens the messages are: one for 3.2 characters, a few for each message, and a round number
// for each image, sound, video and file. No tokenizer is asked, and models differ: it can be off by a third.
func (c *Conversation) Tokens() (n int64) {
	for i := range c.Messages {
		n += tokensOf(&c.Messages[i])
	}
	return n
}

const (
	messageTokens = 4    // around each message
	mediaTokens   = 1500 // of an image that is not small; sounds, videos and files can have far more
)

func tokensOf(m *gen.ChatMessage) int64 {
	characters, media := 0, 0
	count := func(texts ...*string) {
		for _, t := range texts {
			characters += utf8.RuneCountInString(deref(t))
		}
	}
	switch content := m.Content.Value().(type) {
	case string:
		count(&content)
	case []gen.ContentPart:
		for _, p := range content {
			if p.Text == nil {
				media++
			}
			count(p.Text)
		}
	}
	count(m.ReasoningContent, signatureOf(m))
	for _, d := range m.ReasoningDetails {
		if m.ReasoningContent == nil {
			count(d.Text, d.Summary)
		}
		count(d.Data, d.Signature)
	}
	for _, call := range m.ToolCalls {
		f := deref(call.Function)
		count(f.Name, f.Arguments, call.ThoughtSignature)
	}
	return int64(float64(characters)/3.2) + messageTokens + int64(media*mediaTokens)
}

// signatureField is the field of a message for its signature, which some revisions of the description do not have.
func signatureField(m *gen.ChatMessage) reflect.Value {
	return reflect.ValueOf(m).Elem().FieldByName("ThoughtSignature")
}

func signatureOf(m *gen.ChatMessage) *string {
	if field := signatureField(m); field.IsValid() {
		signature, _ := field.Interface().(*string)
		return signature
	}
	return nil
}

// sealMark is how an encrypted block in reasoning_content begins. It stands last.
const sealMark = "\n\n__ENCRYPTED_REASONING__id="

// unsigned is a message without what only the model reads that wrote it. What it thought in words stays.
func unsigned(m gen.ChatMessage) gen.ChatMessage {
	m.ReasoningDetails = nil
	if field := signatureField(&m); field.IsValid() {
		field.SetZero()
	}
	if thought, _, sealed := strings.Cut(deref(m.ReasoningContent), sealMark); sealed {
		m.ReasoningContent = &thought
	}
	m.ToolCalls = slices.Clone(m.ToolCalls)
	for i := range m.ToolCalls {
		m.ToolCalls[i].ThoughtSignature, m.ToolCalls[i].ExtraContent = nil, nil
	}
	return m
}

// mark marks the last instruction and the last message of the user for caching.
func mark(messages []gen.ChatMessage) {
	for _, is := range []func(gen.ChatMessage) bool{isInstruction, func(m gen.ChatMessage) bool { return m.Role == "user" }} {
		for i := len(messages) - 1; i >= 0; i-- {
			if is(messages[i]) {
				messages[i].Content = marked(messages[i].Content)
				break
			}
		}
	}
}

func marked(content gen.MessageContent) gen.MessageContent {
	var parts []gen.ContentPart
	switch v := content.Value().(type) {
	case string:
		if v == "" {
			return content
		}
		parts = []gen.ContentPart{gen.TextPart(v)}
	case []gen.ContentPart:
		parts = slices.Clone(v)
	}
	if len(parts) == 0 {
		return content
	}
	parts[len(parts)-1].CacheControl = &gen.CacheControl{Type: "ephemeral"}
	return gen.NewMessageContent(parts)
}
