// Openers: what a piece of an answer has to be, and its words decrypted.

package e2ee

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/loose"
	"github.com/venice-go/venice/internal/seal"
)

// An opener opens the pieces of one answer in their order.
type opener struct {
	key   *seal.Key
	id    string                // of the answer, which all pieces share
	seen  map[[32]byte]struct{} // heads of what was opened
	rest  map[place][]byte      // the beginning of a character whose end is to come
	ended map[int64]bool        // choices that said why they ended
	text  strings.Builder       // of the content of the first choice, if it is to be signed
	keep  bool                  // the text
	begun bool                  // more than the head of a message came
}

// A place is where a text goes that comes in pieces.
type place struct {
	choice int64
	name   string
}

func newOpener(key *seal.Key) opener {
	return opener{key: key, seen: map[[32]byte]struct{}{}, rest: map[place][]byte{}, ended: map[int64]bool{}}
}

func plainText(where string) error { return fmt.Errorf("%w: %s came in plain", ErrPlain, where) }

// Of pieces, choices and deltas these members are handed on, and numbers and switches whatever they are called; what else
// there is could hold words that no enclave wrote.
var (
	ofPiece  = []string{"id", "object", "created", "model", "usage", "cost", "venice_parameters", "system_fingerprint", "service_tier"}
	ofChoice = []string{"finish_reason", "stop_reason"}
	roles    = []string{"assistant", "user", "system", "developer", "tool"}
)

// open opens an event.
func (o *opener) open(data []byte) (opened []byte, err error) {
	var piece object
	if err := json.Unmarshal(data, &piece); err != nil || piece == nil {
		return nil, plainText("an event that is no JSON object in which each name stands once")
	}
	if id := loose.Text(piece["id"]); id != "" {
		if o.id != "" && o.id != id {
			return nil, fmt.Errorf("%w: a piece is of another answer", ErrTampered)
		}
		o.id = id
	}
	var choices []object
	if v := piece["choices"]; len(v) > 0 && json.Unmarshal(v, &choices) != nil {
		return nil, plainText("something in place of choices")
	}
	for _, c := range choices {
		if err := o.choice(c); err != nil {
			return nil, err
		}
	}
	drop(piece, ofPiece)
	if choices != nil {
		if piece["choices"], err = json.Marshal(choices, json.Deterministic(true)); err != nil {
			return nil, err
		}
	}
	return json.Marshal(piece, json.Deterministic(true))
}

// drop leaves out what is neither named nor plain.
func drop(m object, named []string) {
	for name, v := range m {
		if !isPlain(v) && !slices.Contains(named, name) {
			delete(m, name)
		}
	}
}

func (o *opener) choice(c object) error {
	var index int64
	if v := c["index"]; len(v) > 0 && json.Unmarshal(v, &index) != nil {
		return plainText("something in place of an index")
	}
	for _, name := range []string{"message", "text"} { // where other answers have it
		if v, some := c[name]; some && !loose.Hollow(v) {
			return plainText(name)
		}
	}
	var delta object
	if v := c["delta"]; len(v) > 0 && json.Unmarshal(v, &delta) != nil {
		return plainText("something in place of a delta")
	}
	finish, some := c["finish_reason"]
	end := some && !loose.Hollow(finish)
	if err := o.delta(index, delta); err != nil {
		return err
	}
	if end {
		o.ended[index], o.begun = true, true
		delta = o.flush(index, delta)
	}
	drop(c, ofChoice)
	if delta == nil {
		return nil
	}
	var err error
	c["delta"], err = json.Marshal(delta, json.Deterministic(true))
	return err
}

// delta opens the texts of a delta in place. The content has to be encrypted; the thinking is withheld if it is not.
func (o *opener) delta(index int64, delta object) error {
	for name, v := range delta {
		text, must := loose.Text(v), name == "content" || name == "refusal"
		switch {
		case isPlain(v) && (v.Kind() == 'n' || !must && name != "reasoning_content"), name == "role" && slices.Contains(roles, text):
		case (name == "tool_calls" || name == "function_call") && !loose.Hollow(v):
			return plainText(name)
		case v.Kind() == '"' && seal.Looks(text):
			if o.begun = true; o.ended[index] {
				return fmt.Errorf("%w: there are words after the end", ErrTampered)
			}
			opened, err := o.piece(text)
			if err != nil {
				return err
			}
			delta[name] = o.put(place{index, name}, opened)
		case v.Kind() == '"' && strings.TrimSpace(text) == "":
			delta[name] = o.put(place{index, name}, []byte(text)) // which has been seen in plain
		case must:
			return plainText(name)
		default:
			o.begun = o.begun || !loose.Hollow(v)
			delete(delta, name)
		}
	}
	return nil
}

// piece opens one sealed text, once.
func (o *opener) piece(text string) ([]byte, error) {
	head := sha256.Sum256([]byte(text[:seal.HeadDigits]))
	if _, again := o.seen[head]; again {
		return nil, fmt.Errorf("%w: a piece came twice", ErrTampered)
	}
	o.seen[head] = struct{}{}
	opened, err := o.key.Open(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTampered, err)
	}
	return opened, nil
}

// put is what can be shown of a text with its next bytes: whole characters.
func (o *opener) put(at place, next []byte) jsontext.Value {
	all := append(o.rest[at], next...)
	whole := len(all)
	for i := whole - 1; i >= max(0, whole-utf8.UTFMax+1); i-- {
		if utf8.RuneStart(all[i]) {
			if !utf8.FullRune(all[i:]) {
				whole = i
			}
			break
		}
	}
	o.rest[at] = append([]byte(nil), all[whole:]...)
	return quoted(o.show(at, all[:whole]))
}

func (o *opener) show(at place, text []byte) string {
	shown := strings.ToValidUTF8(string(text), "\uFFFD")
	if o.keep && at == (place{0, "content"}) {
		o.text.WriteString(shown)
	}
	return shown
}

func quoted(text string) jsontext.Value {
	v, _ := jsontext.AppendQuote(nil, text) // it is valid UTF-8, which can always be quoted
	return v
}

// flush shows what is left of a character that the model broke off with.
func (o *opener) flush(index int64, delta object) object {
	for at, rest := range o.rest {
		if at.choice != index || len(rest) == 0 {
			continue
		}
		if delta == nil {
			delta = object{}
		}
		delta[at.name] = quoted(loose.Text(delta[at.name]) + o.show(at, rest))
		delete(o.rest, at)
	}
	return delta
}
