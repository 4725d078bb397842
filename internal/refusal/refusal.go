// Package refusal reads an error out of whatever body came with it, and tells a body that is one from an answer.
package refusal

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/loose"
)

// An error member that is a code, as the routes for payments send it, and no text.
var codeLike = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`)

// parts returns the members of a body, or of the first of a list of errors, and those of its error.
func parts(body []byte) (outer, inner map[string]jsontext.Value) {
	if list := loose.Elements(body); len(list) > 0 {
		body = list[0]
	}
	outer = loose.Members(body)
	return outer, loose.Members(outer["error"]) // nil unless error is an object
}

// Why says which fields of a request are wrong and why, or "".
func Why(body []byte) string {
	text, _ := why(parts(body))
	return text
}

// why says which fields are wrong and why, by what the service is plainest with; listed if that is a list of issues.
func why(outer, inner map[string]jsontext.Value) (text string, listed bool) {
	for _, v := range []jsontext.Value{outer["issues"], inner["issues"], outer["details"], inner["details"], outer["detail"], inner["detail"]} {
		if text = Faults(v); text != "" {
			return text, v.Kind() == '['
		}
	}
	return "", false
}

// A Refusal is what a body says of why the service did not do what was asked. What it does not say is empty.
type Refusal struct {
	Code      string
	Kind      string // the type that came beside a code
	Message   string
	RequestID string
	Details   json.RawMessage // what is wrong with which field, as it came
	Listed    bool            // there is a list of what is wrong with the request
}

// Read returns what a body has to say. Every member is optional and may be of any type. Without a message it is the text
// of the status.
func Read(body []byte, status int) (e Refusal) {
	outer, inner := parts(body)
	e.Code = loose.First(loose.Text(inner["code"]), loose.Text(outer["code"]), loose.Text(inner["type"]))
	e.Kind = loose.Text(inner["type"])
	e.RequestID = loose.First(loose.Text(outer["request_id"]), loose.Text(inner["request_id"]))
	for _, v := range []jsontext.Value{outer["details"], outer["issues"], inner["details"], inner["issues"], outer["detail"]} {
		if len(v) > 0 && v.Kind() != 'n' && e.Details == nil && v.IsValid(loose.Decoding) {
			e.Details = json.RawMessage(v)
		}
	}

	why, listed := why(outer, inner)
	e.Listed = listed
	said, more := loose.First(loose.Text(outer["error"]), loose.Text(inner["message"]), loose.Text(inner["error"])), loose.Text(outer["message"])
	switch {
	case e.Code == "" && codeLike.MatchString(said):
		e.Code, said = said, more
	case e.Code != "" && more != "" && strings.EqualFold(said, e.Code):
		said = more
	case more != "" && said != "":
		said = Merged(said, more)
	}
	e.Message = loose.First(said, more, why, loose.Text(outer["title"]), Flat(outer["error"]), Flat(outer["errors"]))
	if e.Message == "" && outer == nil {
		e.Message = loose.First(Faults(body), plain(body))
	}
	if e.Message == "" {
		e.Message = loose.First(http.StatusText(status), "the service gave no reason")
	}
	return e
}

// plain is the text of a body that is no JSON object: nothing for HTML, the first line of anything else.
func plain(body []byte) string {
	body = bytes.TrimSpace(body)
	if s := loose.Text(body); s != "" {
		return s
	}
	if len(body) == 0 || bytes.ContainsAny(body[:1], "<[{") || !utf8.Valid(body) {
		return ""
	}
	s, _, _ := strings.Cut(string(body), "\n")
	return strings.TrimSpace(s)
}

// Flat returns what an object or a list finds fault with, or all of it as compact JSON, and "" for anything else.
func Flat(v jsontext.Value) string {
	if k := v.Kind(); k != '{' && k != '[' {
		return ""
	}
	if why := Faults(v); why != "" || v.Compact(loose.Decoding) != nil {
		return why
	}
	return string(v)
}
