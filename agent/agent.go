// Agents: a model, its tools and its limits.

package agent

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/schema"
)

// An Agent asks a model, runs the tools that it calls, tells it the results, and asks again, until it calls none. Fill in
// the fields before its first use; then it is safe for concurrent use, and each [Run] for one goroutine at a time.
type Agent struct {
	Client *venice.Client
	// Chat is what each request of the chat route is made of: the model, and what else it shall have. Its messages, such as
	// the system's, stand before those of the run. Tools are added, n is left out, and a tool_choice that forces a call
	// holds for the first answer to what a user said: else the model would call for ever.
	Chat *gen.ChatCompletionRequest
	// Response is the same for the Responses route, in the place of Chat. Instructions are for models that take them there;
	// for others begin the input with a system message.
	Response *gen.ResponseRequest
	Tools    []*Tool
	Limits   Limits
	// Approve is asked before each call, in their order; nil allows those of tools that read. An error refuses the call and
	// is told to the model; [ErrPause] stops the run before any of the answer's calls is made. It may set the call's
	// Arguments.
	Approve func(ctx context.Context, call *Call) error
	// Save is called when something happened that a run should go on from: an answer came, calls begin, their results are
	// there. An error ends the run.
	Save func(ctx context.Context, run *Run) error
	// Around is called around the whole ([*Run]), each answer ([*Turn], still empty before do) and each call ([*Call]), for
	// traces and logs. It must call do once, with its context or one made of it, and return its error.
	Around func(ctx context.Context, step any, do func(context.Context) error) error
	// Price tells costs: a *spend.Prices. Default: what an answer of the chat route says of itself.
	Price Price
	// Options are for each call of the service.
	Options []venice.CallOption
}

// Limits are what a run may take, all its parts together. Zero is no limit, but for Turns.
type Limits struct {
	Turns  int           // answers of the model; 0 means 20
	Calls  int           // of tools
	Tokens int64         // input and output of all answers; looked at before each
	Time   time.Duration // at work, waiting for whoever approves included
	USD    float64       // of answers, and of what tools report by [Spend]
}

// An Event is a part of a run as it happens. One field is set.
type Event struct {
	Chunk    *gen.ChatCompletionChunk // of an answer
	Response *gen.ResponseEvent       // of an answer on the Responses route
	Call     *Call                    // a copy: once as the call begins, and once it has ended
}

// Run goes on with a run until the model has answered without calling a tool. Errors are those of the service,
// [ErrLimit], [ErrPause], [ErrPrice], [ErrRefused], [ErrContentFilter], [ErrLength] and [ErrCapability]; after all of them
// the run is in order, and can go on by another Run, with other limits if need be.
func (a *Agent) Run(ctx context.Context, run *Run) error {
	return a.work(ctx, run, nil)
}

// Stream is Run with streamed answers. It yields what happens as it does, and the error that Run returns at the end. Who
// leaves the loop stops the run; an answer that was not complete is lost then, although it may have been billed.
func (a *Agent) Stream(ctx context.Context, run *Run) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		left := false
		err := a.work(ctx, run, func(e *Event) bool {
			if left = left || !yield(e, nil); left {
				cancel() // what tools still do
			}
			return !left
		})
		if err != nil && !left {
			yield(nil, err)
		}
	}
}

// RunAs is [Agent.Run] with an answer of the type T at the end, as [Form.Parse] asks for it. The error can be [ErrInvalid]
// too.
func RunAs[T any](ctx context.Context, a *Agent, run *Run) (value T, err error) {
	s, err := schema.Of(reflect.TypeFor[T]())
	if err != nil {
		return value, fmt.Errorf("agent: %w", err)
	}
	b, form := *a, Form[T]{}.described(s)
	if a.Chat != nil {
		q := *a.Chat
		format, err := Form[T]{}.ResponseFormat()
		if err != nil {
			return value, err
		}
		q.ResponseFormat, b.Chat = &format, &q
	}
	if a.Response != nil {
		q := *a.Response
		q.Text = &gen.ResponseTextOptions{}
		form.Type = "json_schema"
		if err := q.Text.SetMember("format", form); err != nil {
			return value, err
		}
		b.Response = &q
	}
	if err := b.Run(ctx, run); err != nil {
		return value, err
	}
	return Form[T]{}.Decode(run.Text())
}

// check says what is wrong with the agent before anything is sent.
func (a *Agent) check(ctx context.Context) error {
	if a.Client == nil || (a.Chat == nil) == (a.Response == nil) {
		return errors.New("agent: set Client, and one of Chat and Response")
	}
	if l := a.Limits; l.Turns < 0 || l.Calls < 0 || l.Tokens < 0 || l.Time < 0 || !(l.USD >= 0) {
		return errors.New("agent: limits must not be negative")
	}
	names := map[string]bool{}
	for _, t := range a.Tools {
		if err := t.check(); err != nil {
			return err
		}
		if names[t.Name] {
			return fmt.Errorf("agent: there are two tools %q", t.Name)
		}
		names[t.Name] = true
		if t.matters() && a.Approve == nil {
			return fmt.Errorf("agent: tool %q has the effect %q, so set Approve", t.Name, t.Effect)
		}
	}
	var needed []ability
	if len(a.Tools) > 0 {
		needed = append(needed, callsTools)
	}
	if a.Chat != nil && a.Chat.ResponseFormat != nil && a.Chat.ResponseFormat.Type == "json_schema" {
		needed = append(needed, takesForms)
	}
	return require(ctx, a.Client, a.modelID(), needed...)
}

func (a *Agent) modelID() string {
	if a.Chat != nil {
		return a.Chat.Model
	}
	return a.Response.Model
}

func (a *Agent) tool(name string) *Tool {
	for _, t := range a.Tools {
		if t.Name == name {
			return t
		}
	}
	return nil
}

func (a *Agent) around(ctx context.Context, step any, do func(context.Context) error) error {
	if a.Around == nil {
		return do(ctx)
	}
	var given error
	err := a.Around(ctx, step, func(ctx context.Context) error {
		given = do(ctx)
		return given
	})
	if given != nil {
		return given
	}
	return err
}
