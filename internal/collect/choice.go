// A choice in the making: what the chunks of a chat add to one message.

package collect

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
)

type chatChoice struct {
	index            int64
	role             string
	finish           gen.FinishReason
	content, refusal pieces
	thought, sealed  pieces // reasoning in words, and encrypted
	thoughts         thoughts
	signature        *string
	notes            []gen.JSON
	more             gen.Members // that the type does not know
	told             deltaMembers
	calls            []*chatCall
	odds             map[string]any // log probabilities by name: lists of them, and what is no list
}

func (c *chatChoice) add(piece *gen.ChunkChoice) {
	d := &piece.Delta
	c.role, c.finish = cmp.Or(deref(d.Role), c.role), cmp.Or(piece.FinishReason, c.finish)
	c.content.add(d.Content)
	c.refusal.add(d.Refusal)
	if deref(d.ReasoningEncrypted) {
		c.sealed.add(d.ReasoningContent)
	} else {
		c.thought.add(d.ReasoningContent)
	}
	for i := range d.ReasoningDetails {
		if detail := &d.ReasoningDetails[i]; !isBlank(detail) {
			c.thoughts.add(detail)
		}
	}
	c.signature = latest(c.signature, d.ThoughtSignature)
	for _, note := range d.Annotations {
		if there(note) {
			c.notes = append(c.notes, note)
		}
	}
	keepMembers(&c.more, piece.Members)
	c.told.add(d.Unknown)
	c.weigh(piece.Logprobs)
	for i := range d.ToolCalls {
		if fragment := &d.ToolCalls[i]; !isBlank(fragment) {
			c.call(fragment).add(fragment)
		}
	}
}

func (c *chatChoice) choice() map[string]any {
	message := map[string]any{"role": c.role, "content": nil} // as the plain answer says that there is none
	putText(message, "content", c.content.text())
	putText(message, "refusal", c.refusal.text())
	// An encrypted block has no mark at its end: text behind it would be taken for a part of it, and the next request
	// refused. So it comes last, whenever it came.
	thought := c.thought.text()
	if c.sealed.begun {
		thought = new(deref(thought) + deref(c.sealed.text()))
	}
	putText(message, "reasoning_content", thought)
	putText(message, "thought_signature", c.signature)
	if c.thoughts != nil {
		message["reasoning_details"] = c.thoughts.details()
	}
	if c.notes != nil {
		message["annotations"] = c.notes
	}
	slices.SortStableFunc(c.calls, func(a, b *chatCall) int { return cmp.Compare(a.index, b.index) })
	var calls []gen.ToolCall
	for _, call := range c.calls {
		calls = append(calls, call.call())
	}
	if calls != nil {
		message["tool_calls"] = calls
	}
	putMembers(message, c.told.members())
	choice := map[string]any{"index": c.index, "finish_reason": c.finish, "message": message}
	if c.odds != nil {
		choice["logprobs"] = c.odds
	}
	putMembers(choice, c.more)
	return choice
}

// weigh adds the log probabilities of a chunk to the lists that the answer has of them. Of what is no list the latest
// stays.
func (c *chatChoice) weigh(logprobs *gen.ChoiceLogprobs) {
	if logprobs == nil {
		return
	}
	var members map[string]gen.JSON
	if whole, err := gen.NewJSON(logprobs); err != nil || whole.Decode(&members) != nil {
		return
	}
	for name, raw := range members {
		if !there(raw) {
			continue
		}
		if c.odds == nil {
			c.odds = map[string]any{}
		}
		var list []gen.JSON
		if jsontext.Value(raw).Kind() != jsontext.KindBeginArray || raw.Decode(&list) != nil {
			c.odds[name] = raw
			continue
		}
		known, _ := c.odds[name].([]gen.JSON)
		c.odds[name] = append(known, list...)
	}
}

// keepMembers notes members that a type does not know and that come whole: the latest stays, unless it is null.
func keepMembers(to *gen.Members, from gen.Members) {
	for name, raw := range from.Unknown {
		if to.Unknown == nil {
			to.Unknown = map[string]jsontext.Value{}
		}
		if to.Unknown[name] == nil || raw.Kind() != jsontext.KindNull {
			to.Unknown[name] = raw
		}
	}
}

// putMembers adds members to what is complete otherwise. A name that is there already, in any case, wins: a chunk may call
// something of its own by a name that means another thing in the answer.
func putMembers(to map[string]any, from gen.Members) {
	known := slices.Collect(maps.Keys(to))
	for name, raw := range from.Unknown {
		if !slices.ContainsFunc(known, func(other string) bool { return strings.EqualFold(name, other) }) {
			to[name] = raw
		}
	}
}

// putText adds a text that there is.
func putText(to map[string]any, name string, value *string) {
	if value != nil {
		to[name] = *value
	}
}

// latest is the newer of two texts that come whole, unless it is empty or missing.
func latest(known, newer *string) *string {
	if deref(newer) == "" && known != nil {
		return known
	}
	return newer
}
