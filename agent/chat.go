// Asking over the chat route.

package agent

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// searchCall is the id of the call that the service makes up to hand out what a search found. Nobody makes it.
const searchCall = "web_search_call"

type chatRoute struct {
	*loop
	request *gen.ChatCompletionRequest
}

func (r *chatRoute) begin() (any, error) {
	c, follows := &r.run.Conversation, r.follows()
	if r.run.Input != "" {
		c.Add(gen.UserMessage(r.run.Input))
		r.run.Input = ""
	}
	q := *r.Chat
	q.Tools = slices.Clip(q.Tools)
	for _, t := range r.Tools {
		f := gen.ToolFunction{Name: t.Name, Description: &t.Description, Parameters: t.schema.JSON}
		if t.schema.Strict {
			f.Strict = new(true)
		}
		q.Tools = append(q.Tools, gen.FunctionTool(f))
	}
	q.N = nil
	if follows && forces(q.ToolChoice.Value()) {
		q.ToolChoice = gen.ToolChoice{}
	}
	c.Fill(&q)
	r.request = &q
	return &q, nil
}

func (r *chatRoute) ask(ctx context.Context, t *Turn) (came bool, err error) {
	var answer *gen.ChatCompletion
	if r.emit == nil {
		answer, err = r.Client.CreateChatCompletion(ctx, r.request, r.Options...)
	} else {
		left := false
		answer, err = venice.CollectChat(watched(r.Client.StreamChatCompletion(ctx, r.request, r.Options...), func(chunk *gen.ChatCompletionChunk) bool {
			left = !r.emit(&Event{Chunk: chunk})
			return !left
		}))
		if left {
			return false, errLeft
		}
	}
	if err = wholeAnswer(answer, err); err != nil {
		return false, err
	}
	if len(answer.Choices) == 0 {
		return false, fmt.Errorf("%w: there is no answer", ErrInvalid)
	}
	choice := &answer.Choices[0]
	t.ID, t.Model, t.Finish, t.Text = answer.ID, answer.Model, choice.FinishReason, textOf(choice.Message.Content)
	t.Input, t.Output = answer.Usage.PromptTokens, answer.Usage.CompletionTokens
	r.cost(ctx, t, answer)
	if err := outcome(choice.FinishReason, &choice.Message); err != nil {
		return true, err // and half a message is not for the conversation
	}
	r.run.Conversation.Add(choice.Message)
	for _, call := range choice.Message.ToolCalls {
		if id := deref(call.ID); id != searchCall {
			f := deref(call.Function)
			t.Calls = append(t.Calls, &Call{ID: id, Name: deref(f.Name), Arguments: deref(f.Arguments)})
		}
	}
	return true, nil
}

// tell adds a message for each result, and one of the user's behind them for what is no text: a result is text alone.
func (r *chatRoute) tell(t *Turn) error {
	var parts []gen.ContentPart
	for _, c := range t.Calls {
		r.run.Conversation.Add(gen.ToolMessage(c.Result, c.ID))
		if len(c.Parts) > 0 {
			parts = append(append(parts, gen.TextPart("From "+c.Name+":")), c.Parts...)
		}
	}
	if parts != nil {
		r.run.Conversation.Add(gen.UserMessage(parts))
	}
	return nil
}

func deref[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}

// textOf is what is text in the content of a message.
func textOf(content gen.MessageContent) string {
	parts, some := content.Value().([]gen.ContentPart)
	if !some {
		return content.String()
	}
	var text strings.Builder
	for _, p := range parts {
		text.WriteString(deref(p.Text))
	}
	return text.String()
}
