// Refusals: reading an error out of whatever body came with it.

package venice

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
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

// Members that come with an error and do not make an answer of it.
var besideError = []string{"error", "success", "code", "type", "message", "param", "detail", "details", "issues", "errors", "request_id"}

// Members that many answers begin or end with, whatever comes of them.
var preamble = []string{"id", "object", "created", "model", "usage"}

// Members that an error has in place of "error".
var complaints = []string{"detail", "details", "message", "issues", "errors"}

// isError reports whether the body of a good status is an error and not an answer: {"error": ...}, or another complaint,
// also as the one element of a list, with nothing in it that the result is about. Some results have an error of their own
// beside these, which is then theirs.
func isError(body []byte, result any) bool {
	if !complains(body) {
		return false
	}
	if q, wrapped := result.(*identified); wrapped {
		result = q.result
	}
	o := outlineOf(reflect.TypeOf(result))
	if o.answers != nil && bytes.Contains(body, o.answers) && !bytes.Contains(body, quotedError) {
		return false // as a rule
	}
	if body = bytes.TrimLeft(body, " \t\r\n"); bytes.HasPrefix(body, []byte("[")) {
		list := elements(body)
		if len(list) != 1 || !o.known && result != nil { // the errors of a batch are its answer
			return false
		}
		body = list[0]
	}
	return o.isError(body)
}

// complains is a quick look, after which most answers need no other. Quotes inside of strings are escaped.
func complains(body []byte) bool {
	if bytes.Contains(body, quotedError) {
		return true
	}
	return slices.ContainsFunc(complaints, func(name string) bool { return bytes.Contains(body, []byte(`"`+name+`"`)) })
}

var quotedError = []byte(`"error"`)

// An outline is what can be told by a type of the members of an object.
type outline struct {
	known   bool   // false for unions, and for what takes any JSON
	fold    bool   // names fit in any case
	more    bool   // there are members that are not of the preamble
	needed  bool   // there are members that it cannot be without
	answers []byte // how one of these begins that is a list or an object: no complaint has it
	names   []string
}

var genPath = reflect.TypeFor[gen.API]().PkgPath()

var outlines sync.Map // by type: most answers of some methods need a second look

// outlineOf is the outline of a type, or of that of a list's elements.
func outlineOf(t reflect.Type) outline {
	if o, known := outlines.Load(t); known {
		return o.(outline)
	}
	o := outlined(t)
	outlines.Store(t, o)
	return o
}

func outlined(t reflect.Type) (o outline) {
	for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice) {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return o
	}
	p := reflect.PointerTo(t)
	if o.fold = t.PkgPath() != genPath; o.fold && (p.Implements(reflect.TypeFor[json.Unmarshaler]()) || p.Implements(reflect.TypeFor[jsonv2.UnmarshalerFrom]())) {
		return o
	}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() || name == "-" || name == "" && (f.Anonymous || !o.fold):
		case name == "" && (strings.Contains(options, "embed") || strings.Contains(options, "inline") || strings.Contains(options, "unknown")):
			return outline{}
		default:
			o.names = append(o.names, first(name, f.Name))
			o.more = o.more || !slices.Contains(preamble, name)
			o.needed = o.needed || !o.fold && options == ""
			if o.fold || options != "" || slices.Contains(complaints, name) {
				break
			}
			switch f.Type.Kind() {
			case reflect.Slice:
				o.answers = []byte(`"` + name + `":[{"`)
			case reflect.Struct:
				o.answers = []byte(`"` + name + `":{"`)
			}
		}
	}
	o.known = len(o.names) > 0
	return o
}

// has reports whether a member is one of the type; any is, of a type of which that cannot be told.
func (o outline) has(name string) bool {
	return !o.known || slices.ContainsFunc(o.names, func(n string) bool { return n == name || o.fold && strings.EqualFold(n, name) })
}

// isError goes through an object until there is something that makes an answer of it.
func (o outline) isError(object []byte) bool {
	d := jsontext.NewDecoder(bytes.NewBuffer(object), decoding)
	if begin, err := d.ReadToken(); err != nil || begin.Kind() != '{' {
		return false
	}
	ownError := o.fold && o.known && o.has("error") // a caller looks there
	found, complained, some := false, false, false
	for d.PeekKind() == '"' {
		token, err := d.ReadToken()
		if err != nil {
			return false
		}
		name := token.String()
		beside, has := slices.Contains(besideError, name), o.has(name)
		strong := !beside && has && (!o.more || !slices.Contains(preamble, name))
		if k := d.PeekKind(); strong && (k == '{' || k == '[') { // not to go through all of it
			_, _ = d.ReadToken()
			if next := d.PeekKind(); ownError || next != '}' && next != ']' {
				return false
			}
			_, err = d.ReadToken()
			if err != nil {
				return false
			}
			continue
		}
		value, err := d.ReadValue()
		if err != nil {
			return false
		}
		full := !hollow(value)
		switch {
		case name == "error":
			found = full || value.Kind() == '{' || value.Kind() == '['
		case strong && (full || ownError && value.Kind() != 'n'):
			return false
		case full && (name == "success" || o.known && has) && string(value) != `"error"`:
			some = true
		case full && slices.Contains(complaints, name):
			complained = true
		}
	}
	return found || complained && o.known && !some
}

// hollow reports values that say nothing.
func hollow(v jsontext.Value) bool {
	switch v.Kind() {
	case 'n', 'f':
		return true
	case '"':
		return string(v) == `""`
	case '{', '[':
		return len(bytes.TrimSpace(v[1:len(v)-1])) == 0
	}
	return false
}

// isEmpty reports a body that has nothing, for a result that cannot be without something.
func isEmpty(body []byte, result any) bool {
	const longest = 1 << 10 // of what is mostly space
	if len(body) > longest {
		return false
	}
	v := jsontext.Value(bytes.TrimSpace(body))
	if k := v.Kind(); k != 'n' && k != '{' || !hollow(v) || !v.IsValid(decoding) {
		return false
	}
	t := reflect.TypeOf(result)
	return t != nil && t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct && outlineOf(t).needed
}

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
