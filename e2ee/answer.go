// Answers: the stream of an encrypted chat as the stream of any other.

package e2ee

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
	"github.com/venice-go/venice/internal/seal"
	"github.com/venice-go/venice/internal/sse"
)

const maxEvent = 16 << 20 // bytes, as the client has it

// An answer reads like the body of a chat that is not encrypted, up to the first thing that is wrong.
type answer struct {
	body   io.ReadCloser
	events *sse.Reader
	opener opener
	end    func(*opener) error // has the last word on an answer; or nil

	ready bytes.Buffer // to be read
	err   error        // that follows
	begun bool         // more than the head of a message came
}

func newAnswer(body io.ReadCloser, key *seal.Key) *answer {
	return &answer{body: body, events: sse.NewReader(body, maxEvent), opener: newOpener(key)}
}

// begin reads until it is known whether the service takes the key for its model's, and reports that it does not. Whatever
// else is wrong comes out when the answer is read.
func (a *answer) begin() (stale bool) {
	for a.err == nil && !a.begun {
		stale = a.next()
	}
	return stale
}

func (a *answer) Read(p []byte) (int, error) {
	for a.ready.Len() == 0 {
		if a.err != nil {
			return 0, a.err
		}
		a.next()
	}
	return a.ready.Read(p)
}

// Close erases the key.
func (a *answer) Close() error {
	a.opener.key.Erase()
	if a.err == nil {
		a.err = errors.New("the answer is closed")
	}
	return a.body.Close()
}

// next makes one event ready to be read, or an error. It reports whether the event says that the key is stale.
func (a *answer) next() (stale bool) {
	data, err := a.events.Next()
	if a.err = err; err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	switch name := string(a.events.Name()); {
	case len(data) == 0:
	case string(data) == "[DONE]":
		if a.begun = true; a.end != nil {
			if err := a.end(&a.opener); err != nil {
				a.err = err
				return false
			}
		}
		a.write("", data)
	case name == "error" || isError(data):
		a.begun = true
		a.write("error", data)
		return isStale(data)
	default:
		opened, err := a.opener.open(data)
		if err != nil {
			a.err = err
			return false
		}
		a.begun = a.begun || a.opener.begun
		a.write("", opened)
	}
	return false
}

func (a *answer) write(name string, data []byte) {
	if name != "" {
		a.ready.WriteString("event: " + name + "\n")
	}
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		a.ready.WriteString("data: ")
		a.ready.Write(line)
		a.ready.WriteByte('\n')
	}
	a.ready.WriteByte('\n')
}

// isError reports an object that says of itself that it is an error.
func isError(data []byte) bool {
	if !bytes.Contains(data, []byte("error")) {
		return false
	}
	m := loose.Members(data)
	e, some := m["error"]
	return some && !loose.Hollow(e) || loose.Text(m["type"]) == "error" || loose.Text(m["object"]) == "error"
}

// A whole is an answer in one piece, for a caller who asked for no stream.
type whole struct {
	*answer
	made *bytes.Reader // nil until it is read
}

func (w *whole) Read(p []byte) (int, error) {
	if w.made == nil {
		body, err := w.collect()
		if err != nil {
			return 0, err
		}
		w.made = bytes.NewReader(body)
	}
	return w.made.Read(p)
}

// collect reads to the end. Of half an answer it makes none.
func (w *whole) collect() ([]byte, error) {
	events := sse.NewReader(w.answer, maxEvent)
	var refused []byte
	all, err := venice.CollectChat(func(yield func(*gen.ChatCompletionChunk, error) bool) {
		for {
			data, err := events.Next()
			switch {
			case err != nil:
				if errors.Is(err, io.EOF) {
					err = venice.ErrStreamCut
				}
				yield(nil, err)
				return
			case string(data) == "[DONE]":
				return
			case len(events.Name()) > 0: // an error
				refused = bytes.Clone(data)
				yield(nil, errors.New("refused"))
				return
			}
			chunk := new(gen.ChatCompletionChunk)
			if err = gen.Unmarshal(data, chunk); err != nil {
				err = fmt.Errorf("%w: %w", venice.ErrMisfit, err)
			}
			if !yield(chunk, err) {
				return
			}
		}
	})
	switch {
	case refused != nil && isError(refused):
		return refused, nil
	case refused != nil:
		return json.Marshal(map[string]any{"error": string(refused)})
	case err != nil && (all == nil || !errors.Is(err, venice.ErrMisfit) || errors.Is(err, venice.ErrUnfinished) || errors.Is(err, venice.ErrStreamCut)):
		return nil, err
	}
	return json.Marshal(all) // in which the client finds by itself what does not fit
}
