// Errors: what can end an answer or a run.

package agent

import (
	"errors"
	"fmt"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// What can be wrong with an answer. Errors of the service itself are those of package venice.
var (
	// ErrRefused means that the model refused, in words that the error has.
	ErrRefused = errors.New("agent: the model refused")
	// ErrContentFilter means that the answer was refused or cut for its content.
	ErrContentFilter = errors.New("agent: the answer was refused or cut for its content")
	// ErrLength means that the answer ran into max_completion_tokens, or into the model's own limit.
	ErrLength = errors.New("agent: the answer was cut at the limit of tokens")
	// ErrInvalid means that an answer is not of the form that was asked for. The error says where.
	ErrInvalid = errors.New("agent: the answer does not have the form that was asked for")
	// ErrCapability means that a model cannot do what was asked of it, and that nothing was sent. The error names models
	// that can.
	ErrCapability = errors.New("agent: the model cannot do that")
)

// Why a run stopped before its end. It can go on from where it is, by another call of [Agent.Run].
var (
	// ErrLimit means that one of [Limits] was reached. The error names it.
	ErrLimit = errors.New("agent: a limit of the run was reached")
	// ErrPause is what [Agent.Approve] returns to stop a run until somebody has decided.
	ErrPause = errors.New("agent: the run was paused")
	// ErrPrice means that there is a limit in USD, and nothing that says what an answer costs.
	ErrPrice = errors.New("agent: what an answer costs is not known")
)

// wholeAnswer forgives what in an answer does not fit its type, as long as the answer came to its end.
func wholeAnswer(answer *gen.ChatCompletion, err error) error {
	if errors.Is(err, venice.ErrMisfit) && answer != nil && len(answer.Choices) > 0 && answer.Choices[0].FinishReason != "" {
		return nil
	}
	return err
}

// outcome is the error of an answer that is no whole answer.
func outcome(finish gen.FinishReason, message *gen.ChatMessage) error {
	switch finish {
	case "content_filter":
		return ErrContentFilter
	case "length":
		return ErrLength
	}
	if refusal, _, _ := gen.Member[string](message.Members, "refusal"); refusal != "" {
		return fmt.Errorf("%w: %s", ErrRefused, refusal)
	}
	return nil
}
