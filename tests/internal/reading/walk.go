// The walk of a value along its schema, which finds what is not as described.

package reading

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// most is how many findings one body may have.
const most = 50

// A walker holds a value against a node. Its path is where it is.
type walker struct {
	path  []step
	found []Finding
	loose bool // what is missing is not misread
}

// A step is a member, or a place in a list if it has no name.
type step struct {
	name  string
	index int
	any   bool // one name among many of the same schema
}

func (w *walker) note(l Level, format string, args ...any) {
	if len(w.found) >= most {
		return
	}
	var at, place strings.Builder
	for _, s := range w.path {
		name := token(s.name)
		if s.name == "" {
			name = strconv.Itoa(s.index)
		}
		at.WriteString("/" + name)
		if s.name == "" || s.any {
			name = "*"
		}
		place.WriteString("/" + name)
	}
	w.found = append(w.found, Finding{l, at.String(), place.String(), fmt.Sprintf(format, args...)})
}

// noteAt is note for a member.
func (w *walker) noteAt(name string, l Level, format string, args ...any) {
	w.path = append(w.path, step{name: name})
	w.note(l, format, args...)
	w.path = w.path[:len(w.path)-1]
}

func (w *walker) in(s step, v any, n *node, needed bool) {
	w.path = append(w.path, s)
	w.value(v, n, needed)
	w.path = w.path[:len(w.path)-1]
}

func kindOf(v any) kind {
	switch v := v.(type) {
	case nil:
		return null
	case bool:
		return boolean
	case float64:
		if v == math.Trunc(v) {
			return integer
		}
		return number
	case string:
		return text
	case []any:
		return list
	}
	return object
}

func (k kind) String() string {
	var names []string
	for _, n := range kindNames {
		if k&n.kind != 0 && (n.kind != integer || k&number == 0) {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, " or ")
}

// value walks a value; needed says that the description requires it in its place.
func (w *walker) value(v any, n *node, needed bool) {
	is := kindOf(v)
	if is&n.kinds == 0 {
		w.wrongKind(is, n, needed)
		return
	}
	if is&n.loose != 0 {
		w.note(Drift, "%s, which is not described but was seen before", is)
		return
	}
	if is == null {
		return
	}
	if len(n.enum) > 0 && !slices.ContainsFunc(n.enum, func(known any) bool { return same(known, v) }) {
		if s, isText := v.(string); isText {
			w.note(Drift, "the value %s is none of the described ones", Word(s))
		} else {
			w.note(Drift, "the value is none of the described ones")
		}
	}
	for _, u := range n.unions {
		w.union(v, is, u)
	}
	switch v := v.(type) {
	case map[string]any:
		w.object(v, n)
	case []any:
		for i, item := range v {
			if n.items == nil {
				break
			}
			w.in(step{index: i}, item, n.items, true)
		}
	}
	if n.bounds != nil {
		if err := n.bounds.VisitJSON(v); err != nil {
			w.note(Drift, "the %s is outside of its described form or range", is)
		}
	}
}

func same(known, v any) bool {
	switch known := known.(type) {
	case int:
		return float64(known) == v
	case uint64:
		return float64(known) == v
	case int64:
		return float64(known) == v
	case map[string]any, []any:
		return false
	}
	return known == v
}

// wrongKind judges a value of a kind that is not described. Null is read as nothing, which is misread where a reader has
// to go on into it; and what is whole by the description may be a fraction, as times in seconds were seen to be.
func (w *walker) wrongKind(is kind, n *node, needed bool) {
	switch {
	case is == null && needed && n.kinds&(object|list) != 0 && n.kinds&^(object|list) == 0:
		w.note(Break, "null in place of %s", n.kinds)
	case is == null:
		w.note(Drift, "null in place of %s", n.kinds)
	case is == number && n.kinds&integer != 0:
		w.note(Drift, "a number with a fraction in place of integer")
	default:
		w.note(Break, "%s in place of %s", is, n.kinds&^null)
	}
}

func (w *walker) object(v map[string]any, n *node) {
	for _, name := range n.required {
		if _, is := v[name]; !is {
			w.missing(name, n.members[name])
		}
	}
	for _, name := range n.absent {
		if _, is := v[name]; !is {
			w.note(Drift, "the member %s is missing, as was seen before", Word(name))
		}
	}
	if n.members == nil && n.rest == nil && !n.closed {
		return
	}
	for name, value := range v {
		switch known := n.members[name]; {
		case known != nil:
			_, needed := slices.BinarySearch(n.required, name)
			w.in(step{name: name}, value, known, needed)
		case n.rest != nil:
			w.in(step{name: name, any: true}, value, n.rest, true)
		case len(n.unions) == 0:
			w.noteAt(name, Drift, "the member is not described")
		}
	}
}

// missing judges a member that is required and not there. A flag that is not there is read as false, and what may be null
// as null.
func (w *walker) missing(name string, n *node) {
	l := Break
	if w.loose || n != nil && (n.kinds&null != 0 || n.kinds == boolean) {
		l = Drift
	}
	w.note(l, "the member %s is missing", Word(name))
}

// union walks the form that is meant: the one that the tag names, or the one that fits best.
func (w *walker) union(v any, is kind, u *union) {
	if o, isObject := v.(map[string]any); isObject && u.by != nil {
		if tag, isText := o[u.tag].(string); isText {
			if form := u.by[tag]; form != nil {
				w.value(v, form, true)
				return
			}
			w.noteAt(u.tag, Drift, "the value %s names none of the described forms", Word(tag))
			return
		}
	}
	var best []Finding
	tried := false
	for _, form := range u.forms {
		if form.kinds&is == 0 {
			continue
		}
		try := walker{path: w.path, loose: w.loose}
		try.value(v, form, true)
		if !tried || worse(best, try.found) {
			best, tried = try.found, true
		}
		if len(best) == 0 {
			return
		}
	}
	if !tried { // such as a fraction where a form is whole
		w.note(Drift, "%s in place of %s", is, u.kinds()&^null)
	}
	w.found = append(w.found, best[:min(len(best), max(0, most-len(w.found)))]...)
}

// worse reports whether a is worse than b: by its worst finding, then by how many there are.
func worse(a, b []Finding) bool {
	x, y := Worst(a), Worst(b)
	return x > y || x == y && len(a) > len(b)
}
