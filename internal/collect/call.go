// Tool calls in the making: fragments joined to calls, in whatever way a provider tells one call from another.

package collect

import (
	"cmp"

	"github.com/venice-go/venice/gen"
)

// call finds the call that a fragment belongs to, or begins one:
//   - An index names a call. Only another id together with a name begins a further one under the same index, since some
//     models number every call 0.
//   - Without an index an id names a call. One that is new begins a call if a name comes with it; else it belongs to the
//     latest, since some providers make up a new id for every fragment.
//   - Without both, a name begins a call, and what has none belongs to the latest.
func (c *chatChoice) call(fragment *gen.ToolCall) *chatCall {
	id, name := deref(fragment.ID), deref(deref(fragment.Function).Name)
	var same *chatCall // the latest that the fragment may belong to
	for _, known := range c.calls {
		if fragment.Index != nil && *fragment.Index != known.index {
			continue
		}
		if id != "" && id == known.id {
			return known
		}
		same = known
	}
	begins := name != "" && (fragment.Index == nil || id != "" && same != nil && same.id != "")
	if same == nil || begins {
		same = &chatCall{index: int64(len(c.calls))}
		if fragment.Index != nil {
			same.index = *fragment.Index
		}
		c.calls = append(c.calls, same)
	}
	return same
}

// A chatCall is a tool call in the making. Its index is only good for joining fragments: an answer has none.
type chatCall struct {
	index          int64
	id, kind, name string
	arguments      pieces
	signature      *string // Gemini's, to be sent back
	extra          gen.JSON
	more, told     deltaMembers // that the types do not know: of the call, and of its function
}

func (c *chatCall) add(fragment *gen.ToolCall) {
	c.id, c.kind = cmp.Or(c.id, deref(fragment.ID)), cmp.Or(c.kind, deref(fragment.Type))
	if f := fragment.Function; f != nil {
		c.name = cmp.Or(c.name, deref(f.Name))
		c.arguments.add(f.Arguments)
		c.told.add(f.Unknown)
	}
	c.signature = latest(c.signature, fragment.ThoughtSignature)
	if there(fragment.ExtraContent) {
		c.extra = fragment.ExtraContent
	}
	c.more.add(fragment.Unknown)
}

func (c *chatCall) call() gen.ToolCall {
	whole := gen.ToolCall{Type: new(cmp.Or(c.kind, "function")), ThoughtSignature: c.signature, ExtraContent: c.extra, Members: c.more.members()}
	whole.Function = &gen.ToolCallFunction{Name: &c.name, Arguments: new(deref(c.arguments.text())), Members: c.told.members()}
	if c.id != "" {
		whole.ID = &c.id
	}
	return whole
}
