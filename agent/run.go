// Runs: what happened, and where to go on.

package agent

import (
	"slices"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A Run is what an agent has done so far and where it goes on. As JSON it can be kept and taken up again by another
// process; the fields are the state, and all that matters is in them. The zero value with an Input is a new run.
type Run struct {
	// Input is what the user says next. [Agent.Run] moves it into the conversation, behind the results of calls that are
	// still open. For more than a text, add a message to the Conversation.
	Input string `json:"input,omitempty"`
	// Conversation is what was said, on the chat route.
	Conversation Conversation `json:"conversation,omitzero"`
	// Items are what was said, on the Responses route.
	Items []gen.ResponseInputItem `json:"items,omitempty"`
	// Turns are the answers of the model, and the calls that were made for each.
	Turns []*Turn `json:"turns,omitempty"`
	// Took is how long the run has been at work.
	Took time.Duration `json:"took_ns,omitempty"`
	// Late is what tools reported to have spent after their call was given up, in USD.
	Late float64 `json:"late_usd,omitempty"`

	late meter
}

// A Turn is one answer of the model.
type Turn struct {
	ID     string           `json:"id"`    // of the answer
	Model  string           `json:"model"` // that answered
	Finish gen.FinishReason `json:"finish"`
	Text   string           `json:"text,omitempty"`
	// Input and Output are tokens: of the prompt, cached ones included, and generated, thinking included.
	Input  int64 `json:"input_tokens"`
	Output int64 `json:"output_tokens"`
	// USD is what the answer cost, with DIEM added one for one. It is unknown, and 0, unless Priced.
	USD    float64       `json:"usd"`
	Priced bool          `json:"priced"`
	Took   time.Duration `json:"took_ns"`
	// Calls are those that the answer asked for, in its order.
	Calls []*Call `json:"calls,omitempty"`
	// Told reports whether the results of the calls stand in the conversation.
	Told bool `json:"told,omitempty"`
}

// A CallState says how far a call of a tool has come.
type CallState string

// The states of a call.
const (
	CallWanted  CallState = ""        // the model asked for it
	CallRunning CallState = "running" // the tool is at work, or the program ended while it was
	CallDone    CallState = "done"    // the result is there
	CallFailed  CallState = "failed"  // there is no such tool, the arguments do not fit, or the tool returned an error
	CallRefused CallState = "refused" // by [Agent.Approve]
)

// A Call is one call of a tool.
type Call struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	Arguments string        `json:"arguments"` // JSON, as the model wrote it
	Effect    venice.Effect `json:"effect,omitempty"`
	State     CallState     `json:"state,omitempty"`
	// Result is what the model is told, and Parts what it is shown.
	Result string            `json:"result,omitempty"`
	Parts  []gen.ContentPart `json:"parts,omitempty"`
	// Error is why there is no result. The reason of a panic stands here alone.
	Error string `json:"error,omitempty"`
	// USD is what the tool reported by [Spend].
	USD  float64       `json:"usd,omitempty"`
	Took time.Duration `json:"took_ns,omitempty"`
}

func (r *Run) last() *Turn {
	if len(r.Turns) == 0 {
		return nil
	}
	return r.Turns[len(r.Turns)-1]
}

// Text is that of the last answer.
func (r *Run) Text() string {
	if t := r.last(); t != nil {
		return t.Text
	}
	return ""
}

// Done reports whether there is nothing to go on with: the model has answered, and wants no calls.
func (r *Run) Done() bool {
	t := r.last()
	return r.Input == "" && t != nil && len(t.Calls) == 0 && !r.unanswered()
}

// unanswered reports whether the latest in the conversation is no answer: the user said it, or a tool.
func (r *Run) unanswered() bool {
	if n := len(r.Conversation.Messages); n > 0 {
		role := r.Conversation.Messages[n-1].Role
		return role == "user" || role == "tool"
	}
	n := len(r.Items)
	return n > 0 && (r.Items[n-1].Role == "user" || deref(r.Items[n-1].Type) == "function_call_output")
}

// Spent is what answers and tools have cost, in USD, as far as it is known.
func (r *Run) Spent() float64 { return fromNano(r.spent()) }

func (r *Run) spent() (nano int64) {
	nano = toNano(r.Late)
	for _, t := range r.Turns {
		nano += toNano(t.USD)
		for _, c := range t.Calls {
			nano += toNano(c.USD)
		}
	}
	return nano
}

// Tokens are those of all answers, input and output.
func (r *Run) Tokens() (n int64) {
	for _, t := range r.Turns {
		n += t.Input + t.Output
	}
	return n
}

// calls counts those that were made.
func (r *Run) calls() (n int) {
	for _, t := range r.Turns {
		for _, c := range t.Calls {
			if c.State == CallDone || c.State == CallFailed || c.State == CallRunning {
				n++
			}
		}
	}
	return n
}

// open are the calls of the last turn that have no result.
func (t *Turn) open() []*Call {
	return slices.Collect(func(yield func(*Call) bool) {
		for _, c := range t.Calls {
			if (c.State == CallWanted || c.State == CallRunning) && !yield(c) {
				return
			}
		}
	})
}
