// What callers see: a schema is read, and instances of it are made.

// Package instance makes JSON values that a JSON Schema accepts, as a model does that is asked for structured output.
// Every value is held against the schema by a validator before it is handed out.
package instance

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Hints say what the values are drawn from where the schema leaves a choice.
type Hints struct {
	Text    string   // texts, and which value of an enum
	Names   []string // texts before Text, one each
	Numbers []string // JSON numbers, one each
}

const (
	tries   = 40
	shallow = 5    // levels below which optional members are left out
	deepest = 40   // levels after which a schema is taken to have no end
	most    = 4000 // values of one instance
)

// A Schema is one that was read. It is safe for concurrent use.
type Schema struct {
	root  any
	valid *jsonschema.Schema
}

// Read reads a JSON Schema, draft 2020-12 unless it says otherwise. The error says what is no valid schema in it.
// References outside it are refused: nothing is loaded.
func Read(schema []byte) (*Schema, error) {
	root, err := parse(schema)
	if err != nil {
		return nil, err
	}
	plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.UseLoader(nothing{})
	const name = "schema:"
	if err := c.AddResource(name, plain); err != nil {
		return nil, err
	}
	valid, err := c.Compile(name)
	if err != nil {
		return nil, err
	}
	return &Schema{root, valid}, nil
}

type nothing struct{}

func (nothing) Load(url string) (any, error) { return nil, fmt.Errorf("%s: not loaded", url) }

// Make returns an instance as JSON, its members in the order of the schema. The same seed and hints give the same. The
// error says why none was found, which need not mean that there is none.
func (s *Schema) Make(seed uint64, hints Hints) ([]byte, error) {
	var last error
	for try := range uint64(tries) {
		m := &maker{schema: s, hints: hints, rand: rand.New(rand.NewPCG(seed, try)), lean: try%3 == 2, chosen: map[string]bool{}}
		v, err := m.value(s.root, "", 0)
		if err == nil {
			made := write(nil, v)
			if err = s.Check(made); err == nil {
				return made, nil
			}
		}
		last = err
	}
	return nil, fmt.Errorf("no value of the schema was found: %w", last)
}

// Check says how JSON breaks the schema.
func (s *Schema) Check(value []byte) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(value))
	if err != nil {
		return err
	}
	return s.valid.Validate(v)
}

// write appends a value as compact JSON.
func write(to []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(to, "null"...)
	case bool:
		return fmt.Append(to, v)
	case number:
		return append(to, v...)
	case string:
		quoted, _ := jsontext.AppendQuote(to, strings.ToValidUTF8(v, "?"))
		return quoted
	case []any:
		to = append(to, '[')
		for i, item := range v {
			if i > 0 {
				to = append(to, ',')
			}
			to = write(to, item)
		}
		return append(to, ']')
	case *object:
		to = append(to, '{')
		for i, name := range v.names {
			if i > 0 {
				to = append(to, ',')
			}
			to = append(write(to, name), ':')
			to = write(to, v.members[name])
		}
		return append(to, '}')
	}
	panic(fmt.Sprintf("instance: %T", v)) // none of what parse and the maker make
}
