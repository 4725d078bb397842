// Tools: Go functions that a model can call.

package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/schema"
)

// A Tool is a function that a model can call. Make one with [NewTool], and set its fields before its first use.
type Tool struct {
	Name        string // letters, digits, _ and -, at most 64
	Description string // what it does and when to call it: the model reads this
	// Effect is what a call changes; empty means [venice.EffectRead]. Calls of a tool that queues, writes, mints or pays
	// need [Agent.Approve], and are not made again if it is open whether they were made.
	Effect venice.Effect
	// Timeout is how long a call may take; 0 means a minute. A function that does not heed its context is left behind.
	Timeout time.Duration

	schema *schema.Schema
	broken error // why the schema could not be made
	call   func(ctx context.Context, arguments string) (any, error)
}

// NewTool makes a tool of a function. Its schema is that of In, a struct most often; struct{} if there are no arguments.
// Arguments that do not fit are refused in words that the model can mend them by, and the function is not called.
//
// The model is told the result as text: a string as it is, of a [gen.ContentPart] or several the texts, with images,
// sounds and files in a message behind the results, and anything else as JSON. An error is told too, so it must hold
// no secret; that the function panicked is told without the reason.
func NewTool[In, Out any](name, description string, f func(context.Context, In) (Out, error)) *Tool {
	t := &Tool{Name: name, Description: description}
	t.schema, t.broken = schema.Of(reflect.TypeFor[In]())
	t.call = func(ctx context.Context, arguments string) (any, error) {
		var in In
		if arguments == "" {
			arguments = "{}" // as some models write that there are none
		}
		if err := t.schema.Decode([]byte(arguments), &in); err != nil {
			return nil, fmt.Errorf("the arguments do not fit: %w", err)
		}
		return f(ctx, in)
	}
	return t
}

var goodName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// check says why a tool cannot be used.
func (t *Tool) check() error {
	switch {
	case t.call == nil:
		return fmt.Errorf("agent: tool %q: make it with NewTool", t.Name)
	case t.broken != nil:
		return fmt.Errorf("agent: tool %q: %w", t.Name, t.broken)
	case !goodName.MatchString(t.Name):
		return fmt.Errorf("agent: the name of tool %q must be 1 to 64 letters, digits, _ or -", t.Name)
	case t.Timeout < 0:
		return fmt.Errorf("agent: tool %q: a timeout must not be negative", t.Name)
	}
	return nil
}

// matters reports whether a call must not be made twice, nor unasked.
func (t *Tool) matters() bool {
	return t.Effect != "" && t.Effect != venice.EffectRead && t.Effect != venice.EffectInfer
}

var (
	errTimeout = errors.New("the tool took too long")
	errPanic   = errors.New("the tool failed")
)

// run calls the function, and returns no later than its context or its timeout ends.
func (t *Tool) run(ctx context.Context, arguments string) (any, error) {
	limit := t.Timeout
	if limit == 0 {
		limit = time.Minute
	}
	inner, cancel := context.WithTimeoutCause(ctx, limit, errTimeout)
	defer cancel()
	type returned struct {
		value any
		err   error
	}
	end := make(chan returned, 1)
	go func() {
		r := returned{nil, &panicError{reason: "the function did not return"}} // as with runtime.Goexit
		defer func() {
			if p := recover(); p != nil {
				r = returned{nil, &panicError{p, debug.Stack()}}
			}
			end <- r
		}()
		value, err := t.call(inner, arguments)
		r = returned{value, err}
	}()
	select {
	case r := <-end:
		return r.value, r.err
	case <-inner.Done():
		return nil, context.Cause(inner)
	}
}

// A panicError is not for the model: what a program panics with can hold anything.
type panicError struct {
	reason any
	stack  []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.reason, e.stack) }

// tell is a result in the form that a model is told it: text, and what is no text.
func tell(value any) (text string, parts []gen.ContentPart, err error) {
	var all []gen.ContentPart
	switch v := value.(type) {
	case string:
		return v, nil, nil
	case gen.ContentPart:
		all = []gen.ContentPart{v}
	case []gen.ContentPart:
		all = v
	default:
		b, err := json.Marshal(v)
		return string(b), nil, err
	}
	for _, p := range all {
		if p.Type == "text" && p.Text != nil {
			text += *p.Text
		} else {
			parts = append(parts, p)
		}
	}
	if len(parts) > 0 && text == "" {
		text = "See the message behind the results."
	}
	return text, parts, nil
}
