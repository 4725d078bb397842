// Structured output: an answer as a value of a Go type.

package agent

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/schema"
)

// Parsed is an answer in the form of T.
type Parsed[T any] struct {
	// Value is the answer. While a stream runs it is what is there of it.
	Value T
	// Answers are those of the service: one, or two if the first was mended. None while a stream runs.
	Answers []*gen.ChatCompletion
}

// A Form is how an answer of the type T is asked for. The zero value is ready for use.
type Form[T any] struct {
	// Name tells the model what the form is: letters, digits, _ and -. Default: the name of the type, or "answer".
	Name string
	// Repair has an answer that is [ErrInvalid] sent back once, together with the error, for the model to mend.
	Repair bool
}

// Parse is [Form.Parse] of the zero Form.
func Parse[T any](ctx context.Context, client *venice.Client, request *gen.ChatCompletionRequest, options ...venice.CallOption) (*Parsed[T], error) {
	return Form[T]{}.Parse(ctx, client, request, options...)
}

// Parse asks for an answer of the type T, as [venice.Client.CreateChatCompletion] asks for a text, and checks it. The
// request's response_format and n are set, in a copy. A type that is no struct is put into an object for the way.
//
// Errors are those of the call, [ErrCapability] before it, and [ErrRefused], [ErrContentFilter], [ErrLength] and
// [ErrInvalid]. What was answered, and has been paid for, comes beside the last four.
func (f Form[T]) Parse(ctx context.Context, client *venice.Client, request *gen.ChatCompletionRequest, options ...venice.CallOption) (*Parsed[T], error) {
	var last *Parsed[T]
	for parsed, err := range f.parse(ctx, client, request, func(q *gen.ChatCompletionRequest, _ func(*gen.ChatCompletionChunk) bool) (*gen.ChatCompletion, error) {
		return client.CreateChatCompletion(ctx, q, options...)
	}) {
		if err != nil {
			return parsed, err
		}
		last = parsed
	}
	return last, nil
}

// Stream is Parse over a stream. It yields a value whenever more of it is there: texts as far as they are written, numbers
// once they are. The last one is the whole answer, checked, and the only one with Answers; or an error is. Only the last
// has all that the type requires. If an answer is mended the values begin anew.
func (f Form[T]) Stream(ctx context.Context, client *venice.Client, request *gen.ChatCompletionRequest, options ...venice.CallOption) iter.Seq2[*Parsed[T], error] {
	return f.parse(ctx, client, request, func(q *gen.ChatCompletionRequest, see func(*gen.ChatCompletionChunk) bool) (*gen.ChatCompletion, error) {
		return venice.CollectChat(watched(client.StreamChatCompletion(ctx, q, options...), see))
	})
}

// ResponseFormat is the form as a request has it.
func (f Form[T]) ResponseFormat() (gen.ResponseFormat, error) {
	s, err := schema.Of(reflect.TypeFor[T]())
	if err != nil {
		return gen.ResponseFormat{}, fmt.Errorf("agent: %w", err)
	}
	named, err := gen.NewJSON(f.described(s))
	return gen.JSONSchemaFormat(named), err
}

// A namedSchema is what a schema stands in.
type namedSchema struct {
	Type   string   `json:"type,omitempty"` // on the Responses route alone
	Name   string   `json:"name"`
	Strict bool     `json:"strict"`
	Schema gen.JSON `json:"schema"`
}

func (f Form[T]) described(s *schema.Schema) namedSchema {
	if f.Name == "" {
		f.Name = s.Name
	}
	return namedSchema{Name: f.Name, Strict: s.Strict, Schema: s.JSON}
}

// Decode reads a text as a value of T and checks it. The error is [ErrInvalid].
func (f Form[T]) Decode(text string) (value T, err error) {
	s, err := schema.Of(reflect.TypeFor[T]())
	if err != nil {
		return value, fmt.Errorf("agent: %w", err)
	}
	if err = s.Decode([]byte(text), &value); err != nil {
		return *new(T), fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return value, nil
}

// parse asks by the function, which may show the chunks of the answer before it returns it.
func (f Form[T]) parse(ctx context.Context, client *venice.Client, request *gen.ChatCompletionRequest,
	ask func(*gen.ChatCompletionRequest, func(*gen.ChatCompletionChunk) bool) (*gen.ChatCompletion, error),
) iter.Seq2[*Parsed[T], error] {
	return func(yield func(*Parsed[T], error) bool) {
		format, err := f.ResponseFormat()
		if err == nil {
			err = require(ctx, client, request.Model, takesForms)
		}
		if err != nil {
			yield(nil, err)
			return
		}
		q := *request
		q.ResponseFormat, q.N = &format, nil
		parsed := &Parsed[T]{}
		for {
			left := false
			growing := grower[T]{yield: yield}
			answer, err := ask(&q, func(chunk *gen.ChatCompletionChunk) bool {
				left = !growing.add(chunk)
				return !left
			})
			if left {
				return
			}
			if answer != nil {
				parsed.Answers = append(parsed.Answers, answer)
			}
			message := gen.ChatMessage{}
			if err = wholeAnswer(answer, err); err == nil {
				message, parsed.Value, err = f.read(answer)
			}
			if errors.Is(err, ErrInvalid) && f.Repair && len(parsed.Answers) == 1 {
				q.Messages = append(q.Messages[:len(q.Messages):len(q.Messages)], message,
					gen.UserMessage(fmt.Sprintf("This does not have the form that was asked for: %v. Answer again, with the mended JSON alone.", strings.TrimPrefix(err.Error(), ErrInvalid.Error()+": "))))
				continue
			}
			if len(parsed.Answers) == 0 {
				parsed = nil
			}
			yield(parsed, err)
			return
		}
	}
}

// read finds the value in an answer.
func (f Form[T]) read(answer *gen.ChatCompletion) (message gen.ChatMessage, value T, err error) {
	if len(answer.Choices) == 0 {
		return message, value, fmt.Errorf("%w: there is no answer", ErrInvalid)
	}
	choice := &answer.Choices[0]
	if err = outcome(choice.FinishReason, &choice.Message); err == nil {
		value, err = f.Decode(textOf(choice.Message.Content))
	}
	return choice.Message, value, err
}
