// A look into a completion in the making.

package collect

import "github.com/venice-go/venice/gen"

// first is the choice that streams have if they have one alone.
func (c *ChatParts) first() *chatChoice {
	for _, choice := range c.choices {
		if choice.index == 0 {
			return choice
		}
	}
	return &chatChoice{}
}

// Text is that of the first choice so far, and Thought its reasoning in words.
func (c *ChatParts) Text() string    { return c.first().content.joined.String() }
func (c *ChatParts) Thought() string { return c.first().thought.joined.String() }

// Finish is why the first choice ended, "" until it has.
func (c *ChatParts) Finish() gen.FinishReason { return c.first().finish }

// Calls are the tool calls of the first choice that are whole, from the one at this place on: a call is whole once another
// was begun, or the choice has ended.
func (c *ChatParts) Calls(from int) (whole []gen.ToolCall) {
	first := c.first()
	ended := len(first.calls)
	if first.finish == "" {
		ended--
	}
	for ; from < ended; from++ {
		whole = append(whole, first.calls[from].call())
	}
	return whole
}

// Bill is what the answer used and cost, nil until the service has said so.
func (c *ChatParts) Bill() (*gen.ChunkUsage, *gen.ChunkCost) {
	usage, _ := c.bill["usage"].(*gen.ChunkUsage)
	cost, _ := c.bill["cost"].(*gen.ChunkCost)
	return usage, cost
}
