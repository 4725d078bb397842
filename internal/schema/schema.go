// What callers see: the schema of a Go type, and JSON read by it.

// Package schema makes JSON Schemas of Go types, in the form that models are held to, and reads what models wrote by them.
package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"

	"github.com/google/jsonschema-go/jsonschema"
)

// A Schema is that of a Go type. It is safe for concurrent use.
type Schema struct {
	// JSON is what a model is given: an object at the top, members in the order of the fields, all of them required, no
	// others allowed.
	JSON []byte
	// Strict reports whether strict mode can take it, which knows neither maps nor values that may be anything.
	Strict bool
	// Name is made of the type's, of letters, digits, _ and - alone.
	Name string

	check   *jsonschema.Resolved // as JSON, but optional members may be missing
	wrapped bool                 // the type is no struct, and stands in a member of an object
}

// wrapper is the member that a type stands in which is no struct: a schema has to be an object at the top.
const wrapper = "value"

type made struct {
	schema *Schema
	err    error
}

var known sync.Map // of made, by type

// Of returns the schema of a type. What it depends on are the types, tags and embedding that encoding/json goes by.
func Of(t reflect.Type) (*Schema, error) {
	if m, ok := known.Load(t); ok {
		return m.(made).schema, m.(made).err
	}
	s, err := of(t)
	if err != nil {
		err = fmt.Errorf("schema of %s: %w", t, err)
	}
	known.Store(t, made{s, err})
	return s, err
}

func of(t reflect.Type) (*Schema, error) {
	sent := maker{}
	whole, wrapped, err := sent.root(t)
	if err != nil {
		return nil, err
	}
	s := &Schema{Strict: !sent.open, Name: plainName(t), wrapped: wrapped}
	if s.JSON, err = json.Marshal(whole); err != nil {
		return nil, err
	}
	lenient, _, err := (&maker{lenient: true}).root(t)
	if err != nil {
		return nil, err
	}
	s.check, err = lenient.Resolve(nil)
	return s, err
}

// Decode reads a text that a model wrote into *into, which is of the schema's type. It says how the text breaks the
// schema, in words that the model can mend it by. A fence of Markdown around the text is no harm.
func (s *Schema) Decode(text []byte, into any) error {
	text = unfenced(text)
	var value any
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&value); err != nil {
		if errors.Is(err, io.EOF) {
			return errors.New("there is no JSON")
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return errors.New("the JSON ends too early")
		}
		return fmt.Errorf("not JSON: %w", err)
	}
	if rest := bytes.TrimSpace(text[d.InputOffset():]); len(rest) > 0 {
		return errors.New("there is more than one JSON value")
	}
	if err := s.check.Validate(value); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "validating root: "))
	}
	return s.unmarshal(text, into)
}

// Partial reads what there is of a text that is still being written. It checks nothing but the types.
func (s *Schema) Partial(text []byte, into any) error {
	return s.unmarshal(Closed(unfenced(text)), into)
}

func (s *Schema) unmarshal(text []byte, into any) error {
	if !s.wrapped {
		return json.Unmarshal(text, into)
	}
	var outer map[string]json.RawMessage
	if err := json.Unmarshal(text, &outer); err != nil || outer[wrapper] == nil {
		return err
	}
	return json.Unmarshal(outer[wrapper], into)
}

// unfenced takes off the fence that models without a mode for JSON like to put around it.
func unfenced(text []byte) []byte {
	text = bytes.TrimSpace(text)
	if rest, fenced := bytes.CutPrefix(text, []byte("```")); fenced {
		rest = bytes.TrimPrefix(rest, []byte("json"))
		return bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSpace(rest), []byte("```")))
	}
	return text
}

// plainName is the name of a type with all but letters, digits, _ and - replaced, at most 64 bytes, "answer" if it has
// none.
func plainName(t reflect.Type) string {
	name := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' {
			return c
		}
		return '_'
	}, t.Name())
	if name = strings.Trim(name[:min(len(name), 64)], "_"); name == "" {
		return "answer"
	}
	return name
}
