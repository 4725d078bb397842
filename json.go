// JSON: the one place that knows which codec reads and writes it.

package venice

import (
	stdjson "encoding/json"
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/venice-go/venice/gen"
)

// Version 2 of Go's codec: an empty list that is required goes out as [] and not as null, and answers decode in about
// half the time that version 1 takes.
var (
	encoding = json.Deterministic(true)
	// What the service sends is read as generously as other clients read it.
	decoding = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
)

// For types of the caller's own, which are made for encoding/json: a field without a tag fits a name in any case, and
// omitempty leaves out a zero.
var (
	encodingOwn = json.JoinOptions(encoding, jsonv1.OmitEmptyWithLegacySemantics(true), json.WithMarshalers(json.MarshalToFunc(marshalNumber)))
	decodingOwn = json.JoinOptions(decoding, json.MatchCaseInsensitiveNames(true))
)

// marshalNumber has a number of encoding/json go out as a number, and not as the text that it is in Go.
func marshalNumber(e *jsontext.Encoder, n stdjson.Number) error {
	return jsonv1.Number(n).MarshalJSONTo(e)
}

func marshal(v any) ([]byte, error) { return json.Marshal(v, encoding) }

func unmarshal(data []byte, v any) error { return gen.Unmarshal(data, v) }

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
