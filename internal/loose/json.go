// Package loose reads what a server sent without trusting its form: any value may be missing, of another type, or cut off.
package loose

import (
	"bytes"
	"encoding/json"
	"fmt"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Decoding reads what the service sends as generously as other clients read it.
var Decoding = jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// Members returns the members of a JSON object, or nil if it is none. Of an object that is cut off, or goes wrong, it
// returns what came before.
func Members(object []byte) map[string]jsontext.Value {
	d := jsontext.NewDecoder(bytes.NewReader(object), Decoding)
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return nil
	}
	m := map[string]jsontext.Value{}
	for {
		name, err := d.ReadToken()
		if err != nil || name.Kind() != '"' {
			return m
		}
		key, start := name.String(), d.InputOffset()
		value, err := d.ReadValue()
		if err != nil {
			m[key] = bytes.TrimLeft(object[start:], ": \t\r\n") // its own members may be whole
			return m
		}
		m[key] = value.Clone()
	}
}

// Elements returns those of a list, or nil if it is none. Of half a list nothing is read.
func Elements(list jsontext.Value) (values []jsontext.Value) {
	if list.Kind() == '[' {
		_ = jsonv2.Unmarshal(list, &values, Decoding)
	}
	return values
}

// Text returns a JSON string without quotes, a number as it stands, and "" for anything else.
func Text(v jsontext.Value) string {
	if !v.IsValid(Decoding) {
		return ""
	}
	switch v.Kind() {
	case '"':
		s, _ := jsontext.AppendUnquote(nil, v)
		return string(s)
	case '0':
		return string(v)
	}
	return ""
}

// Hollow reports values that say nothing.
func Hollow(v jsontext.Value) bool {
	switch v.Kind() {
	case 'n', 'f':
		return true
	case '"':
		return string(v) == `""`
	case '{', '[':
		return len(v) > 1 && len(bytes.TrimSpace(v[1:len(v)-1])) == 0
	}
	return false
}

// Recast copies what from and to have in common, by JSON names in any case. What is JSON already stays as it is, which
// version 1 of the codec does not write so.
func Recast(from, to any) error {
	b, err := jsonv2.Marshal(from, jsonv2.Deterministic(true), Decoding)
	if err == nil {
		err = json.Unmarshal(b, to)
	}
	if err != nil {
		return fmt.Errorf("venice: what the service sent does not fit %T: %w", to, err)
	}
	return nil
}
