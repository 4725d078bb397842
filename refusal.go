// Refusals: reading an error out of whatever body came with it.

package venice

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// check turns a status other than 2xx into an error.
func (x *exchange) check() error {
	if x.resp.StatusCode >= 200 && x.resp.StatusCode <= 299 {
		return nil
	}
	// Half a body tells more than none, so a failure to read the rest is not worth losing it.
	body, _ := readAtMost(x.resp.Body, maxErrorBody, -1)
	return x.refusal(body)
}

func (x *exchange) refusal(body []byte) *Error {
	e := &Error{Operation: x.call.Operation.ID, Status: x.resp.StatusCode, Raw: body[:min(len(body), maxErrorBody)], Response: x.response()}
	if e.Status == http.StatusGone || e.Status == http.StatusNotFound {
		e.Instead = x.call.Operation.Instead
	}
	e.read(body)
	if e.RequestID == "" {
		e.RequestID = requestID(x.resp.Header)
	}
	return e
}

func requestID(h http.Header) string { return first(h.Get("X-Request-ID"), h.Get("CF-RAY")) }

// An error member that is a code, as the routes for payments send it, and no text.
var codeLike = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`)

// read fills in what a body has to say. Every member is optional and may be of any type.
func (e *Error) read(body []byte) {
	outer := members(body)
	inner := members(outer["error"]) // nil unless error is an object
	e.Code = first(text(inner["code"]), text(outer["code"]), text(inner["type"]))
	e.kind = text(inner["type"])
	e.RequestID = first(text(outer["request_id"]), text(inner["request_id"]))
	for _, v := range []jsontext.Value{outer["details"], outer["issues"], inner["details"], inner["issues"]} {
		if len(v) > 0 && v.Kind() != 'n' && e.Details == nil && v.IsValid(decoding) {
			e.Details = json.RawMessage(v)
		}
	}

	said, more := first(text(outer["error"]), text(inner["message"]), text(inner["error"])), text(outer["message"])
	switch {
	case e.Code == "" && codeLike.MatchString(said):
		e.Code, said = said, more
	case more != "" && said != "" && more != said:
		said += ": " + more
	}
	e.Message = first(said, more, text(outer["detail"]), text(outer["title"]), flat(outer["error"]), flat(outer["errors"]))
	if e.Message == "" && outer == nil {
		e.Message = plain(body)
	}
	if e.Message == "" {
		e.Message = first(http.StatusText(e.Status), "the service gave no reason")
	}
}

// plain is the text of a body that is no JSON object: nothing for HTML, the first line of anything else.
func plain(body []byte) string {
	body = bytes.TrimSpace(body)
	if s := text(body); s != "" {
		return s
	}
	if len(body) == 0 || bytes.ContainsAny(body[:1], "<[{") || !utf8.Valid(body) {
		return ""
	}
	s, _, _ := strings.Cut(string(body), "\n")
	return strings.TrimSpace(s)
}

// members returns the members of a JSON object, or nil if it is none. Of an object that is cut off, or goes wrong, it
// returns what came before.
func members(object []byte) map[string]jsontext.Value {
	d := jsontext.NewDecoder(bytes.NewReader(object), decoding)
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

// flat returns an object or a list as compact JSON, for want of a text, and "" for anything else.
func flat(v jsontext.Value) string {
	if k := v.Kind(); k != '{' && k != '[' || v.Compact(decoding) != nil {
		return ""
	}
	return string(v)
}

// text returns a JSON string without quotes, a number as it stands, and "" for anything else.
func text(v jsontext.Value) string {
	if !v.IsValid(decoding) {
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

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
