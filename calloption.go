// Options of calls.

package venice

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
	"github.com/venice-go/venice/internal/patch"
)

// WithTimeout bounds how long a call may take, with all of its attempts and the waits between them: up to the end of a
// JSON answer, or up to the headers of media and of an event stream, whose reading has no bound but the context. The
// default is ten minutes, longer than the service takes over its slowest answers; 0 means no bound, and a negative
// duration is refused. A call that takes longer fails with an error that is [context.DeadlineExceeded].
func WithTimeout(d time.Duration) Option {
	return sharedOption(func(s *settings) error {
		s.timeout = d
		return atLeast(0, "WithTimeout", d)
	})
}

// WithMaxAttempts bounds how often a call is sent, the first time included. The default is 4; 1 means that nothing is
// sent again, and less is refused. The package documentation says which calls are sent again after what.
func WithMaxAttempts(n int) Option {
	return sharedOption(func(s *settings) error {
		s.attempts = n
		return atLeast(1, "WithMaxAttempts", n)
	})
}

// WithIdleTimeout bounds how long a stream may go without an event, and media without a byte, those that [Client.AwaitJob]
// and [Client.SaveJob] download included. Time that the caller takes between two reads does not count, and what keeps a
// connection open but says nothing, such as a comment in a stream, is no event. The call then fails with [ErrIdle]; of a
// stream what came before is good. The default is 0, no bound. Two minutes suit most: a reasoning model may think for a
// minute before it says a word. A negative duration is refused.
func WithIdleTimeout(d time.Duration) Option {
	return sharedOption(func(s *settings) error {
		s.idle = d
		return atLeast(0, "WithIdleTimeout", d)
	})
}

// WithAnswerLimit bounds the size of a JSON answer in bytes, once decompressed, since it is held in memory. The default
// is 64 MiB; several large images as base64 can need more. Media and event streams are not bounded by it; a line of a
// stream, and an event, may have 16 MiB, which is fixed. A limit below 1 is refused. A longer answer is an [*Error] that
// names the limit.
func WithAnswerLimit(bytes int64) Option {
	return sharedOption(func(s *settings) error {
		s.limit = bytes
		return atLeast(1, "WithAnswerLimit", bytes)
	})
}

// WithHeader adds a header, or replaces an earlier one of that name. By default there is none beyond those that the
// client sets: it decides on the framing and media types itself (Accept, Accept-Encoding, Connection, Content-Length,
// Content-Type, Host, Transfer-Encoding are refused), and [Auth] has the last word on credentials. A name or value that
// HTTP does not allow is refused.
func WithHeader(name, value string) Option {
	return sharedOption(func(s *settings) error {
		key := http.CanonicalHeaderKey(name)
		switch {
		case !loose.HeaderName(name):
			return fmt.Errorf("WithHeader: %q is not a header name", name)
		case slices.Contains(ownHeaders, key):
			return fmt.Errorf("WithHeader: the client decides on %s itself", key)
		case !loose.HeaderText(value):
			return fmt.Errorf("WithHeader: the value for %s holds control or non-ASCII characters", key)
		}
		s.setHeader(key, value)
		return nil
	})
}

func (s *settings) setHeader(name, value string) {
	if s.header = s.header.Clone(); s.header == nil {
		s.header = http.Header{}
	}
	s.header.Set(name, value)
}

var ownHeaders = []string{"Accept", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Host", "Transfer-Encoding"}

// WithQuery sets a parameter of the query, in place of what the method itself would send under that name; several values
// are sent one after the other, and without any the parameter is left out.
func WithQuery(name string, values ...string) Option {
	return sharedOption(func(s *settings) error {
		if name == "" {
			return errors.New("WithQuery: the parameter has no name")
		}
		if s.query = maps.Clone(s.query); s.query == nil {
			s.query = url.Values{}
		}
		s.query[name] = slices.Clone(values)
		return nil
	})
}

// WithResponsesMode says how the answer of [Client.CreateResponse], or its stream, is to be made: "native", as OpenAI's
// own API would, with instructions, text formats and encrypted reasoning; "compat", as any model can, which ignores these;
// or "auto", the service's default, which chooses by the model and the fields of the request. [Response] tells what was
// chosen, and which field forced compat.
func WithResponsesMode(mode string) Option {
	return sharedOption(func(s *settings) error {
		if !loose.HeaderName(mode) { // the list of modes is the service's
			return fmt.Errorf("WithResponsesMode: want auto, native or compat, got %q", mode)
		}
		s.setHeader("X-Venice-Responses-Mode", mode)
		return nil
	})
}

// WithResponse has r filled in with what the service says beside the result. It is filled in whether the call fails or
// not: before its method returns, or before a stream yields its first chunk. What was in it is lost, but for KeepRaw.
// A Response belongs to one call at a time, so that the option cannot be given to [New]. There is none by default, and a
// nil one is refused.
func WithResponse(r *Response) CallOption {
	return callOption(func(s *settings) error {
		if r == nil {
			return fmt.Errorf("WithResponse: the response is nil")
		}
		s.response = r
		return nil
	})
}

// WithField sets a member of the request, whether its type has one there or not, for what the service takes and this
// package does not know:
//
//	client.CreateChatCompletion(ctx, request, venice.WithField("/reasoning/enabled", false))
//
// The pointer is a JSON Pointer (RFC 6901): "/stop/0" is the first element of stop, "/stop/-" the one after its last, a
// slash in a name is "~1" and a tilde "~0", and "" is the request as a whole. Objects that are missing on the way are
// made. The value is encoded as JSON, and a [jsontext.Value] is sent as it is. All else of the request keeps its bytes and
// its order. Of a request that is a form a pointer names one part; the value may then be a [gen.File], and a text goes
// without quotes.
//
// Options apply in order. A pointer that leads nowhere, through a text for instance, fails the call before anything is
// sent, and so does a request that has no body. The option belongs to one call, and cannot be given to [New].
func WithField(pointer string, value any) CallOption {
	return callOption(func(s *settings) error {
		e, err := patch.New("WithField", pointer)
		if err != nil {
			return err
		}
		switch v := value.(type) {
		case gen.File, *gen.File, []gen.File:
			e.File = v
		case jsontext.Value:
			if e.Data = v.Clone(); !v.IsValid() {
				err = errors.New("the value is no JSON")
			}
		default:
			e.Data, err = json.Marshal(value, encodingOwn)
		}
		return s.edit(e, err)
	})
}

// WithoutField leaves a member out of the request. It is for a required one, which its type always sends, where the service
// does not want it, such as the prompt for a model that has no use for one:
//
//	client.QueueAudio(ctx, request, venice.WithoutField("/prompt"))
//
// Optional ones, such as prompt and duration of [Client.QueueVideo], are left out by leaving their fields nil.
//
// Pointers are those of [WithField]. A member that is not there anyway is no mistake, an element of a list is.
func WithoutField(pointer string) CallOption {
	return callOption(func(s *settings) error {
		e, err := patch.New("WithoutField", pointer)
		if err == nil && pointer == "" {
			err = errors.New("it takes a member away, not the request")
		}
		return s.edit(e, err)
	})
}

func (s *settings) edit(e patch.Edit, err error) error {
	if err != nil {
		return e.Wrap(err)
	}
	s.edits = append(slices.Clip(s.edits), e)
	return nil
}

// WithGuard has guard admit each attempt of the call, or of all calls of the client. Several all hold: one that is given to
// a call is asked after those of the client. There is none by default; nil is refused.
func WithGuard(guard Guard) Option {
	return sharedOption(func(s *settings) error {
		if guard == nil {
			return errors.New("WithGuard: the guard is nil")
		}
		s.guards = append(slices.Clip(s.guards), guard)
		return nil
	})
}

// WithEffect says what a call changes, and so after what it may be sent again; the package documentation has the table. It
// is meant for routes of [Client.Do] and [Stream] that [Operations] does not list, whose effect is otherwise unknown. An
// effect that is none of the constants is refused.
func WithEffect(effect Effect) CallOption {
	return callOption(func(s *settings) error {
		if _, known := resent[effect]; !known && effect != EffectPay {
			return fmt.Errorf("WithEffect: there is no effect %q", effect)
		}
		s.effect = effect
		return nil
	})
}
