// Faults: which fields of a request the service found fault with, and why.

package venice

import (
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxFaults     = 300 // characters of text; who fixes the first of many sees the next
	maxFaultDepth = 16  // each level is read anew, and no request is as deep as that
)

// faults says it in one line, or "" if v is none of the forms that the service and what stands behind it use: a list of
// issues with a path and a message each, a tree of the request's members with texts at its ends, or a text.
func faults(v jsontext.Value) string {
	f := faultList{room: maxFaults}
	f.walk(v, "", 0)
	return line(strings.Join(f.texts, "; "), maxFaults)
}

type faultList struct {
	texts []string
	room  int
}

func (f *faultList) add(path, text string) {
	text = joined(": ", path, line(text, maxFaults))
	if !slices.Contains(f.texts, text) {
		f.texts = append(f.texts, text)
		f.room -= len(text)
	}
}

// Members of a tree that stand between a member of the request and its texts.
var faultNodes = []string{"_errors", "errors", "error", "message", "formErrors", "fieldErrors", "properties", "issues"}

func (f *faultList) walk(v jsontext.Value, path string, depth int) {
	if f.room <= 0 || depth > maxFaultDepth {
		return
	}
	switch v.Kind() {
	case '"':
		if s := text(v); s != "" {
			f.add(path, s)
		}
	case '[':
		for _, e := range elements(v) {
			f.walk(e, path, depth+1)
		}
	case '{':
		m := members(v)
		at := joined(".", path, first(dotted(m["path"]), dotted(m["loc"]), text(m["field"]), text(m["param"])))
		if said := first(text(m["message"]), text(m["msg"]), text(m["detail"])); said != "" || m["path"] != nil || m["loc"] != nil {
			for _, key := range elements(m["keys"]) { // those that nobody asked for
				if k := text(key); !strings.Contains(said, k) {
					said = joined(" ", said, k)
				}
			}
			f.add(at, first(said, text(m["code"]), text(m["type"]), "not valid"))
			return
		}
		for _, name := range slices.Sorted(maps.Keys(m)) {
			at := path
			if !slices.Contains(faultNodes, name) {
				at = joined(".", path, line(name, 100))
			}
			f.walk(m[name], at, depth+1)
		}
	}
}

// dotted is a path such as messages.0.content, whether it came as a text or as a list.
func dotted(v jsontext.Value) string {
	steps := []string{text(v)}
	for _, step := range elements(v) {
		steps = append(steps, text(step))
	}
	return line(joined(".", steps...), 100)
}

func elements(list jsontext.Value) (values []jsontext.Value) {
	if list.Kind() == '[' {
		_ = json.Unmarshal(list, &values, decoding) // of half a list nothing is read
	}
	return values
}

// joined leaves out what is empty.
func joined(by string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), by)
}
