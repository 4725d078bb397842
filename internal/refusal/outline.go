// Outline: whether the body of a good status is an error after all, told by what the result's type has room for.

package refusal

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
)

// Members that come with an error and do not make an answer of it.
var besideError = []string{"error", "success", "code", "type", "message", "param", "detail", "details", "issues", "errors", "request_id"}

// Members that many answers begin or end with, whatever comes of them.
var preamble = []string{"id", "object", "created", "model", "usage"}

// Members that an error has in place of "error".
var complaints = []string{"detail", "details", "message", "issues", "errors"}

var complaining = append([]string{"error"}, complaints...)

// IsError reports whether the body of a good status is an error and not an answer: {"error": ...}, or another complaint,
// also as the one element of a list, with nothing in it that the result is about. An error beside such a thing belongs to
// the answer, such as that of a response which failed halfway.
func IsError(body []byte, result any) bool {
	if !Complains(body) {
		return false
	}
	o := outlineOf(reflect.TypeOf(result))
	if o.answers != nil && bytes.Contains(body, o.answers) && !bytes.Contains(body, quotedError) {
		return false // as a rule
	}
	if body = bytes.TrimLeft(body, " \t\r\n"); bytes.HasPrefix(body, []byte("[")) {
		list := loose.Elements(body)
		if len(list) != 1 || !o.known && result != nil { // the errors of a batch are its answer
			return false
		}
		body = list[0]
	}
	return o.isError(body)
}

// Complains is a quick look for a name of a complaint in quotes, after which most answers need no other. Quotes inside of
// strings are escaped.
func Complains(body []byte) bool {
	for i := 0; i+1 < len(body); i++ {
		if body[i] != '"' {
			continue
		}
		switch body[i+1] {
		case 'd', 'e', 'i', 'm': // as they all begin
			for _, name := range complaining {
				if rest := body[i+1:]; len(rest) > len(name) && rest[len(name)] == '"' && string(rest[:len(name)]) == name {
					return true
				}
			}
		}
	}
	return false
}

var quotedError = []byte(`"error"`)

// An outline is what can be told by a type of the members of an object.
type outline struct {
	known   bool   // false for unions, and for what takes any JSON
	fold    bool   // names fit in any case
	more    bool   // there are members that are not of the preamble
	needed  bool   // there are members that it cannot be without
	answers []byte // the beginning of one that is a list or an object, which no error has
	names   []string
}

// GenPath is the path of package gen.
var GenPath = reflect.TypeFor[gen.Members]().PkgPath()

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
	if o.fold = t.PkgPath() != GenPath; o.fold && (p.Implements(reflect.TypeFor[json.Unmarshaler]()) || p.Implements(reflect.TypeFor[jsonv2.UnmarshalerFrom]())) {
		return o
	}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() || name == "-" || name == "" && (f.Anonymous || !o.fold):
		case name == "" && (strings.Contains(options, "embed") || strings.Contains(options, "inline") || strings.Contains(options, "unknown")):
			return outline{}
		default:
			o.names = append(o.names, loose.First(name, f.Name))
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

// has reports whether the type has such a member. A type of which that cannot be told is taken to have any.
func (o outline) has(name string) bool {
	return !o.known || slices.ContainsFunc(o.names, func(n string) bool { return n == name || o.fold && strings.EqualFold(n, name) })
}

// isError goes through an object until there is something that makes an answer of it.
func (o outline) isError(object []byte) bool {
	d := jsontext.NewDecoder(bytes.NewBuffer(object), loose.Decoding)
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
		full := !loose.Hollow(value)
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

// Complaint reports whether an object is an error, for whoever expects nothing else of it.
func Complaint(object []byte) bool { return (outline{known: true}).isError(object) }

// IsEmpty reports a body that has nothing, for a result that cannot be without something.
func IsEmpty(body []byte, result any) bool {
	const longest = 1 << 10 // of what is mostly space
	if len(body) > longest {
		return false
	}
	v := jsontext.Value(bytes.TrimSpace(body))
	if k := v.Kind(); k != 'n' && k != '{' || !loose.Hollow(v) || !v.IsValid(loose.Decoding) {
		return false
	}
	t := reflect.TypeOf(result)
	return t != nil && t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct && outlineOf(t).needed
}
