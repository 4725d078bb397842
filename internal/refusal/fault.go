// Faults: which fields of a request the service found fault with, and why.

package refusal

import (
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/loose"
)

const (
	maxFaults     = 300 // characters of text; who fixes the first of many sees the next
	maxFaultDepth = 16  // each level is read anew, and no request is as deep as that
)

// Faults says in one line which fields are wrong and why. It knows the forms that the service and what stands behind it use:
// a list of issues with a path and a message each, a tree of the request's members with texts at its ends, or a text. Of
// any other v it says "".
func Faults(v jsontext.Value) string {
	f := faultList{room: maxFaults}
	f.walk(v, "", 0)
	return loose.Line(strings.Join(f.texts, "; "), maxFaults)
}

type faultList struct {
	texts []string
	room  int
}

func (f *faultList) add(path, text string) {
	text = loose.Joined(": ", path, loose.Line(text, maxFaults))
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
		if s := loose.Text(v); s != "" {
			f.add(path, s)
		}
	case '[':
		for _, e := range loose.Elements(v) {
			f.walk(e, path, depth+1)
		}
	case '{':
		m := loose.Members(v)
		at := loose.Joined(".", path, loose.First(dotted(m["path"]), dotted(m["loc"]), loose.Text(m["field"]), loose.Text(m["param"])))
		if said := loose.First(loose.Text(m["message"]), loose.Text(m["msg"]), loose.Text(m["detail"])); said != "" || m["path"] != nil || m["loc"] != nil {
			for _, key := range loose.Elements(m["keys"]) { // those that nobody asked for
				if k := loose.Text(key); !strings.Contains(said, k) {
					said = loose.Joined(" ", said, k)
				}
			}
			f.add(at, loose.First(said, loose.Text(m["code"]), loose.Text(m["type"]), "not valid"))
			return
		}
		for _, name := range slices.Sorted(maps.Keys(m)) {
			at := path
			if !slices.Contains(faultNodes, name) {
				at = loose.Joined(".", path, loose.Line(name, 100))
			}
			f.walk(m[name], at, depth+1)
		}
	}
}

// dotted is a path such as messages.0.content, whether it came as a text or as a list.
func dotted(v jsontext.Value) string {
	steps := []string{loose.Text(v)}
	for _, step := range loose.Elements(v) {
		steps = append(steps, loose.Text(step))
	}
	return loose.Line(loose.Joined(".", steps...), 100)
}
