// Package loose reads JSON that does not have the form that its description gives it, where what is meant is plain.
package loose

import (
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Options are for a second reading of what did not fit at the first: they take time that a document in order need not
// pay for.
var Options = json.WithUnmarshalers(json.UnmarshalFromFunc(text))

// text reads a list of text parts as the text that they make, and an object where a text should be as its JSON, as it
// came: the arguments of a tool call are often sent as the object that their text would hold.
func text(d *jsontext.Decoder, to *string) error {
	kind := d.PeekKind()
	if kind != jsontext.KindBeginObject && kind != jsontext.KindBeginArray {
		return errors.ErrUnsupported // as usual
	}
	v, err := d.ReadValue()
	if err != nil {
		return err
	}
	if kind == jsontext.KindBeginObject {
		*to = string(v)
		return nil
	}
	whole, ok := joined(v)
	if !ok {
		return errors.New("a list of other things than text parts where a text should be")
	}
	*to = whole
	return nil
}

func joined(v jsontext.Value) (string, bool) {
	var parts []struct {
		Type string  `json:"type"`
		Text *string `json:"text"`
	}
	if json.Unmarshal(v, &parts, lenient) != nil {
		return "", false
	}
	var whole strings.Builder
	for _, part := range parts {
		if part.Text == nil || !strings.HasSuffix(part.Type, "text") { // text, output_text
			return "", false
		}
		whole.WriteString(*part.Text)
	}
	return whole.String(), len(parts) > 0
}

var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
