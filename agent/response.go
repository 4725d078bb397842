// Asking over the Responses route.

package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

type responseRoute struct {
	*loop
	request *gen.ResponseRequest
}

func (r *responseRoute) begin() (any, error) {
	follows := r.follows()
	if r.run.Input != "" {
		r.run.Items = append(r.run.Items, gen.ResponseInputMessage(r.run.Input, "user"))
		r.run.Input = ""
	}
	q := *r.Response
	q.Tools = slices.Clip(q.Tools)
	for _, t := range r.Tools {
		f := gen.ResponseToolFunction{Name: t.Name, Description: &t.Description, Parameters: t.schema.JSON}
		if t.schema.Strict {
			f.Strict = new(true)
		}
		q.Tools = append(q.Tools, gen.ResponseFunctionTool(f))
	}
	if forces(q.ToolChoice.Value()) && follows {
		q.ToolChoice = gen.ResponseToolChoice{}
	}
	var items []gen.ResponseInputItem
	switch preface := q.Input.Value().(type) {
	case string:
		return nil, errors.New("agent: the input of Agent.Response must be items: what the user says is the run's Input")
	case []gen.ResponseInputItem:
		items = preface
	}
	q.Input = gen.NewResponseInput(slices.Concat(items, r.run.Items))
	r.request = &q
	return &q, nil
}

func (r *responseRoute) ask(ctx context.Context, t *Turn) (came bool, err error) {
	var answer *gen.Response
	if r.emit == nil {
		answer, err = r.Client.CreateResponse(ctx, r.request, r.Options...)
	} else {
		left := false
		answer, err = venice.CollectResponse(watched(r.Client.StreamResponse(ctx, r.request, r.Options...), func(e *gen.ResponseEvent) bool {
			left = !r.emit(&Event{Response: e})
			return !left
		}))
		if left {
			return false, errLeft
		}
	}
	if err != nil && (!errors.Is(err, venice.ErrMisfit) || answer == nil || answer.Status != "completed") {
		return false, err
	}
	t.ID, t.Model, t.Finish = answer.ID, answer.Model, "stop"
	if u := answer.Usage; u != nil {
		t.Input, t.Output = u.InputTokens, u.OutputTokens
	}
	r.cost(ctx, t, answer)
	if err := r.outcome(t, answer); err != nil {
		return true, err
	}
	for _, item := range answer.Output {
		if item.Type == "web_search_call" { // which is told, and not taken back
			continue
		}
		back, err := inputItem(item)
		if err != nil {
			return true, err
		}
		r.run.Items = append(r.run.Items, back)
		if item.Type == "function_call" {
			t.Finish = "tool_calls"
			t.Calls = append(t.Calls, &Call{ID: deref(item.CallID), Name: deref(item.Name), Arguments: deref(item.Arguments)})
		}
	}
	return true, nil
}

// outcome reads the text, and says what the response lacks to be whole.
func (r *responseRoute) outcome(t *Turn, answer *gen.Response) error {
	var text, refusal strings.Builder
	for _, item := range answer.Output {
		for _, part := range item.Content {
			text.WriteString(part.Text)
			why, _, _ := gen.Member[string](part.Members, "refusal")
			refusal.WriteString(why)
		}
	}
	t.Text = text.String()
	why := deref(deref(answer.IncompleteDetails).Reason)
	switch {
	case answer.Error != nil:
		t.Finish = "error"
		return fmt.Errorf("agent: the response failed: %s: %s", answer.Error.Code, answer.Error.Message)
	case why == "content_filter":
		t.Finish = "content_filter"
		return ErrContentFilter
	case why != "":
		t.Finish = "length"
		return fmt.Errorf("%w: %s", ErrLength, why)
	case refusal.Len() > 0:
		return fmt.Errorf("%w: %s", ErrRefused, &refusal)
	}
	return nil
}

// inputItem is an item of an answer in the form in which it goes back, with all that it has.
func inputItem(item gen.ResponseOutput) (back gen.ResponseInputItem, err error) {
	whole, err := gen.NewJSON(item)
	if err == nil {
		err = whole.Decode(&back)
	}
	if err != nil {
		return back, fmt.Errorf("agent: an item of type %q cannot go back: %w", item.Type, err)
	}
	return back, nil
}

// tell adds an item for each result, and a message of the user's behind them for what is no text.
func (r *responseRoute) tell(t *Turn) error {
	var parts []gen.FlexibleContentPart
	for _, c := range t.Calls {
		r.run.Items = append(r.run.Items, gen.ResponseFunctionCallOutput(c.ID, c.Result))
		for _, p := range c.Parts {
			if p.ImageURL == nil {
				return fmt.Errorf("agent: the result of %s has a part of type %q, which the Responses route does not take", c.Name, p.Type)
			}
			parts = append(parts, gen.FlexibleImagePart(p.ImageURL.URL))
		}
	}
	if parts != nil {
		r.run.Items = append(r.run.Items, gen.ResponseInputMessage(parts, "user"))
	}
	return nil
}
