// JSON: the one place that knows which codec reads and writes it.

package venice

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/loose"
)

// Version 2 of Go's codec: an empty list that is required goes out as [] and not as null, and answers decode in about
// half the time that version 1 takes.
var (
	encoding = json.Deterministic(true)
	// What the service sends is read as generously as other clients read it.
	decoding = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
)

func marshal(v any) ([]byte, error) { return json.Marshal(v, encoding) }

// unmarshal reads a second time what does not fit, without insisting on forms.
func unmarshal(data []byte, v any) error {
	err := json.Unmarshal(data, v, decoding)
	if err != nil && json.Unmarshal(data, v, decoding, loose.Options) == nil {
		return nil
	}
	return err
}

// place says where in a document the codec failed, as a JSON pointer, or "".
func place(err error) string {
	if e, ok := errors.AsType[*json.SemanticError](err); ok {
		return string(e.JSONPointer)
	}
	if e, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return string(e.JSONPointer)
	}
	return ""
}
