// Package patch changes members of a request in its text, whatever types it was made of.
package patch

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/loose"
)

// An Edit is one change of a request.
type Edit struct {
	Option string // what it came by, for errors
	Path   jsontext.Pointer
	Data   jsontext.Value // nil: leave out, unless there is a file
	File   any            // of a form
}

// New returns an edit at a place, for the caller to fill in.
func New(option, pointer string) (Edit, error) {
	e := Edit{Option: option, Path: jsontext.Pointer(pointer)}
	if !e.Path.IsValid() {
		return e, e.Wrap(errors.New(`want a JSON Pointer, such as "/reasoning/enabled"`))
	}
	return e, nil
}

// Wrap says where an edit failed.
func (e Edit) Wrap(err error) error { return fmt.Errorf("%s %q: %w", e.Option, e.Path, err) }

// Apply changes a request that is JSON.
func (e Edit) Apply(doc jsontext.Value) (jsontext.Value, error) {
	if e.File != nil {
		return nil, e.Wrap(errors.New("a file goes into a form, and this request is JSON"))
	}
	doc, err := put(doc, slices.Collect(e.Path.Tokens()), e.Data)
	if err != nil {
		return nil, e.Wrap(err)
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
	d := jsontext.NewDecoder(bytes.NewReader(doc), loose.Decoding)
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
