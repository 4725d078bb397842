// Edits: members of a request that its type does not have, and parameters that a method does not take.

package venice

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
)

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
func WithField(pointer string, value any) gen.CallOption {
	return callOption(func(s *settings) error {
		e, err := newEdit("WithField", pointer)
		if err != nil {
			return err
		}
		switch v := value.(type) {
		case gen.File, *gen.File, []gen.File:
			e.file = v
		case jsontext.Value:
			if e.data = v.Clone(); !v.IsValid() {
				err = errors.New("the value is no JSON")
			}
		default:
			e.data, err = json.Marshal(value, encodingOwn)
		}
		return s.edit(e, err)
	})
}

// WithoutField leaves a member out of the request. This is how a required one is left out, which its type always sends, where
// the service does not want it, such as a prompt by a model that has no use for it:
//
//	client.QueueAudio(ctx, request, venice.WithoutField("/prompt"))
//
// Optional ones, such as prompt and duration of [gen.API.QueueVideo], are left out by leaving their fields nil.
//
// Pointers are those of [WithField]. A member that is not there anyway is no mistake, an element of a list is.
func WithoutField(pointer string) gen.CallOption {
	return callOption(func(s *settings) error {
		e, err := newEdit("WithoutField", pointer)
		if err == nil && pointer == "" {
			err = errors.New("it takes a member away, not the request")
		}
		return s.edit(e, err)
	})
}

// WithQuery sets a parameter of the query, in place of what the method itself would send under that name; several values
// are sent one after the other, and without any the parameter is left out.
func WithQuery(name string, values ...string) CallOption {
	return callOption(func(s *settings) error {
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

// An edit is one change of a request.
type edit struct {
	option string // what it came by, for errors
	path   jsontext.Pointer
	data   jsontext.Value // nil: leave out, unless there is a file
	file   any            // of a form
}

func newEdit(option, pointer string) (edit, error) {
	e := edit{option: option, path: jsontext.Pointer(pointer)}
	if !e.path.IsValid() {
		return e, e.wrap(errors.New(`want a JSON Pointer, such as "/reasoning/enabled"`))
	}
	return e, nil
}

func (e edit) wrap(err error) error { return fmt.Errorf("%s %q: %w", e.option, e.path, err) }

func (s *settings) edit(e edit, err error) error {
	if err != nil {
		return e.wrap(err)
	}
	s.edits = append(slices.Clip(s.edits), e)
	return nil
}

// apply changes a request that is JSON.
func (e edit) apply(doc jsontext.Value) (jsontext.Value, error) {
	if e.file != nil {
		return nil, e.wrap(errors.New("a file goes into a form, and this request is JSON"))
	}
	doc, err := put(doc, slices.Collect(e.path.Tokens()), e.data)
	if err != nil {
		return nil, e.wrap(err)
	}
	return doc, nil
}

// put returns the document with the value at the path, or without what is there if value is nil. It works on the text,
// because anything that decodes and encodes would lose the order of members or the digits of numbers.
func put(doc jsontext.Value, path []string, value jsontext.Value) (jsontext.Value, error) {
	if len(path) == 0 {
		return value, nil
	}
	switch doc.Kind() {
	case '{', '[':
	case 'n', 0: // 0 is of no document at all
		if value == nil {
			return doc, nil
		}
		doc = jsontext.Value("{}")
	default:
		return nil, fmt.Errorf("%q is looked for in what is neither an object nor a list", path[0])
	}
	m, err := find(doc, path[0])
	if err != nil {
		return nil, err
	}
	switch {
	case m.found && len(path) == 1 && value == nil:
		return slices.Concat(doc[:m.from], doc[m.to:]), nil
	case m.found:
		changed, err := put(doc[m.start:m.end], path[1:], value)
		if err != nil {
			return nil, err
		}
		return slices.Concat(doc[:m.start], changed, doc[m.end:]), nil
	case m.list && (value == nil || path[0] != "-" && path[0] != strconv.Itoa(m.count)):
		return nil, fmt.Errorf("a list of %d has no element %q", m.count, path[0])
	case value == nil:
		return doc, nil
	}
	added, err := put(nil, path[1:], value)
	if err != nil {
		return nil, err
	}
	var before []byte
	if m.count > 0 {
		before = append(before, ',')
	}
	if !m.list {
		if before, err = jsontext.AppendQuote(before, path[0]); err != nil {
			return nil, err
		}
		before = append(before, ':')
	}
	return slices.Concat(doc[:m.end], before, added, doc[m.end:]), nil
}

// A member is where a value stands in the text of an object or a list. If it was not found, end is where one more goes.
type member struct {
	list, found bool
	count       int // of those before it
	start, end  int // of the value
	from, to    int // of what goes with it, name and comma included
}

func find(doc jsontext.Value, name string) (m member, err error) {
	d := jsontext.NewDecoder(bytes.NewReader(doc), decoding)
	open, err := d.ReadToken()
	if err != nil {
		return m, err
	}
	m.list, m.end = open.Kind() == '[', int(d.InputOffset())
	for ; d.PeekKind() != '}' && d.PeekKind() != ']'; m.count++ {
		m.from = m.end
		got := strconv.Itoa(m.count)
		if !m.list {
			token, err := d.ReadToken()
			if err != nil {
				return m, err
			}
			got = token.String()
		}
		value, err := d.ReadValue()
		if err != nil {
			return m, err
		}
		m.end = int(d.InputOffset())
		if got == name {
			m.found, m.start, m.to = true, m.end-len(value), m.end
			if next := len(doc) - len(bytes.TrimLeft(doc[m.end:], " \t\r\n")); m.count == 0 && doc[next] == ',' {
				m.to = next + 1
			}
			return m, nil
		}
	}
	return m, nil
}
