// The short way: a value that is as described in all that is said of it is known to be while it is read. Most values of
// most streams are; any other takes the walk, which finds out what is wrong.

package reading

import (
	"bytes"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

type plainReader struct {
	jsontext.Decoder
	text bytes.Buffer
}

var plainReaders = sync.Pool{New: func() any { return new(plainReader) }}

// plain reports whether a text is one value that the walk would find nothing in.
func (n *node) plain(text []byte) bool {
	r := plainReaders.Get().(*plainReader)
	defer plainReaders.Put(r)
	r.text = *bytes.NewBuffer(text) // which the decoder reads in place
	r.Reset(&r.text, decoding)
	fine := r.value(n)
	rest, err := r.ReadToken()
	r.text = bytes.Buffer{}
	return fine && err != nil && rest.Kind() == 0
}

// value reads a value. What it says no to may be fine all the same.
func (r *plainReader) value(n *node) bool {
	if n.loose != 0 || n.bounds != nil || len(n.unions) > 0 {
		return r.walked(n)
	}
	switch r.PeekKind() {
	case '{':
		return n.kinds&object != 0 && r.object(n)
	case '[':
		return n.kinds&list != 0 && r.list(n)
	case '"':
		raw, err := r.ReadValue()
		return err == nil && n.kinds&text != 0 && (len(n.enum) == 0 || n.words[string(unquoted(raw))])
	case '0':
		raw, err := r.ReadValue()
		whole := !bytes.ContainsAny(raw, ".eE")
		return err == nil && len(n.enum) == 0 && (n.kinds&number != 0 || whole && n.kinds&integer != 0)
	case 't', 'f':
		return r.SkipValue() == nil && n.kinds&boolean != 0 && len(n.enum) == 0
	case 'n':
		return r.SkipValue() == nil && n.kinds&null != 0
	}
	return false
}

// walked has the walk look at a value whose schema says more than what kinds there are.
func (r *plainReader) walked(n *node) bool {
	raw, err := r.ReadValue()
	if err != nil {
		return false
	}
	for _, u := range n.unions { // most often null, a text or the one form that fits
		for _, form := range u.forms {
			if n.loose == 0 && n.bounds == nil && len(n.unions) == 1 && n.members == nil && len(n.enum) == 0 && form.plain(raw) {
				return true
			}
		}
	}
	var v any
	w := walker{}
	if json.Unmarshal(raw, &v, decoding) != nil {
		return false
	}
	w.value(v, n, true)
	return len(w.found) == 0
}

func (r *plainReader) list(n *node) bool {
	if n.items == nil {
		return r.SkipValue() == nil
	}
	if _, err := r.ReadToken(); err != nil {
		return false
	}
	for r.PeekKind() != ']' {
		if !r.value(n.items) {
			return false
		}
	}
	_, err := r.ReadToken()
	return err == nil
}

func (r *plainReader) object(n *node) bool {
	if n.members == nil && n.rest == nil && !n.closed && len(n.required) == 0 {
		return r.SkipValue() == nil
	}
	if _, err := r.ReadToken(); err != nil || len(n.need) > 64 {
		return false
	}
	var has uint64
	for r.PeekKind() != '}' {
		raw, err := r.ReadValue()
		if err != nil {
			return false
		}
		name := unquoted(raw)
		m := n.members[string(name)]
		if m == nil {
			m = n.rest
		}
		if i, needed := n.need[string(name)]; needed {
			has |= 1 << i
		}
		if m == nil || !r.value(m) {
			return false
		}
	}
	_, err := r.ReadToken()
	return err == nil && has == 1<<len(n.need)-1
}

// unquoted is a text without its quotes. One with escapes is none that is described, and so takes the walk.
func unquoted(raw []byte) []byte { return raw[1 : len(raw)-1] }
