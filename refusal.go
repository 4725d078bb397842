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

	"github.com/venice-go/venice/gen"
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
	e := x.newError(body)
	if e.Status == http.StatusGone || e.Status == http.StatusNotFound {
		e.Instead = x.call.Operation.Instead
	}
	e.read([]byte(e.cut(string(body))))
	e.Message, e.Code, e.RequestID = e.cut(e.Message), e.cut(e.Code), e.cut(first(e.RequestID, requestID(x.resp.Header)))
	e.keyless = x.auth == nil && x.call.Operation.Access != gen.AccessPayment && (e.Status == http.StatusUnauthorized || e.Is(ErrNoCredentials))
	return e
}

// newError is an error about the answer that is there, of which body is what was read.
func (x *exchange) newError(body []byte) *Error {
	op := x.call.Operation
	return &Error{Operation: op.ID, method: op.Name, Status: x.resp.StatusCode, Raw: body[:min(len(body), maxErrorBody)], Response: x.response(), hide: x.hide()}
}

// hide returns what takes the client's API key out of a text of the service's, which may repeat what it was sent, or nil if
// there is no key. What is too short is no key but a word.
func (c *config) hide() func(string) string {
	const shortest = 8
	authorise, ok := c.auth.(authFunc)
	if !ok {
		return nil
	}
	req := &http.Request{Header: http.Header{}}
	authorise(req, &gen.Operation{})
	_, key, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	if len(key) < shortest {
		return nil
	}
	return func(s string) string { return strings.ReplaceAll(s, key, redacted) }
}

// redacted stands where a secret was.
const redacted = "[redacted]"

func requestID(h http.Header) string { return first(h.Get("X-Request-ID"), h.Get("CF-RAY")) }

// An error member that is a code, as the routes for payments send it, and no text.
var codeLike = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`)

// parts returns the members of a body, or of the first of a list of errors, and those of its error.
func parts(body []byte) (outer, inner map[string]jsontext.Value) {
	if list := elements(body); len(list) > 0 {
		body = list[0]
	}
	outer = members(body)
	return outer, members(outer["error"]) // nil unless error is an object
}

// why says which fields are wrong and why, by what the service is plainest with; listed if that is a list of issues.
func why(outer, inner map[string]jsontext.Value) (text string, listed bool) {
	for _, v := range []jsontext.Value{outer["issues"], inner["issues"], outer["details"], inner["details"], outer["detail"], inner["detail"]} {
		if text = faults(v); text != "" {
			return text, v.Kind() == '['
		}
	}
	return "", false
}

// read fills in what a body has to say. Every member is optional and may be of any type.
func (e *Error) read(body []byte) {
	outer, inner := parts(body)
	e.Code = first(text(inner["code"]), text(outer["code"]), text(inner["type"]))
	e.kind = text(inner["type"])
	e.RequestID = first(text(outer["request_id"]), text(inner["request_id"]))
	for _, v := range []jsontext.Value{outer["details"], outer["issues"], inner["details"], inner["issues"], outer["detail"]} {
		if len(v) > 0 && v.Kind() != 'n' && e.Details == nil && v.IsValid(decoding) {
			e.Details = json.RawMessage(v)
		}
	}

	why, listed := why(outer, inner)
	e.issues = listed
	said, more := first(text(outer["error"]), text(inner["message"]), text(inner["error"])), text(outer["message"])
	switch {
	case e.Code == "" && codeLike.MatchString(said):
		e.Code, said = said, more
	case e.Code != "" && more != "" && strings.EqualFold(said, e.Code):
		said = more
	case more != "" && said != "":
		said = merged(said, more)
	}
	e.Message = first(said, more, why, text(outer["title"]), flat(outer["error"]), flat(outer["errors"]))
	if e.Message == "" && outer == nil {
		e.Message = first(faults(body), plain(body))
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

// flat returns what an object or a list finds fault with, or all of it as compact JSON, and "" for anything else.
func flat(v jsontext.Value) string {
	if k := v.Kind(); k != '{' && k != '[' {
		return ""
	}
	if why := faults(v); why != "" || v.Compact(decoding) != nil {
		return why
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
