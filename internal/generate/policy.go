package main

// What the tables say of an operation: who may call it, what calling it twice would do, whether the service still
// carries it out.

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// access is what the service wants for an operation: the table's word, else what the security of the description
// says, else a key.
func (t *tables) access(key string, op *openapi3.Operation, doc *openapi3.T) string {
	for kind, keys := range t.Access {
		if slices.Contains(keys, key) {
			return kind
		}
	}
	security := doc.Security
	if op.Security != nil {
		security = *op.Security
		if len(security) == 0 {
			return "open" // said so
		}
	}
	var bearer, siwx bool
	for _, r := range security {
		if len(r) == 0 {
			return "open"
		}
		_, b := r["BearerAuth"]
		_, s := r["siwx"]
		bearer, siwx = bearer || b, siwx || s
	}
	switch {
	case bearer && siwx:
		return "any"
	case siwx:
		return "wallet"
	}
	return "key"
}

// effect is what a call changes: the table's word, else a guess that errs towards not sending twice.
func (t *tables) effect(key string) string {
	for kind, keys := range t.Effects {
		if slices.Contains(keys, key) {
			return kind
		}
	}
	switch {
	case strings.HasPrefix(key, "GET "):
		return "read"
	case strings.HasSuffix(key, "/queue"):
		return "queue"
	}
	return "write"
}

// decided reports whether somebody, or the operation's own form, says what sending it twice does.
func (t *tables) decided(key string) bool {
	if strings.HasPrefix(key, "GET ") || strings.HasSuffix(key, "/queue") {
		return true
	}
	for _, keys := range t.Effects {
		if slices.Contains(keys, key) {
			return true
		}
	}
	return false
}

// A retirement is the end of an operation that the client still has.
type retirement struct {
	Since string `yaml:"since"` // date, or "" if it is not known
	Use   string `yaml:"use"`   // what to call instead
}

// text is the paragraph of a doc comment that says so.
func (r retirement) text(over bool) string {
	text := "Deprecated: the service is phasing it out"
	if over || r.Use != "" {
		text = "Deprecated: the service refuses it"
	}
	if r.Since != "" {
		text += " since " + r.Since
	}
	text += "."
	if r.Use != "" {
		text += " Use " + r.Use + "."
	}
	return text
}

// sunset reports an operation whose only documented answers are refusals.
func sunset(op *openapi3.Operation) bool {
	refused := false
	for status := range op.Responses.Map() {
		if status < "4" || status == "default" {
			return false
		}
		refused = refused || status < "5"
	}
	return refused
}

// retired says how an operation ended, or is about to, and reports whether it did.
func (t *tables) retired(key string, op *openapi3.Operation) (end retirement, ok bool) {
	if r, ok := t.Retired[key]; ok {
		return r, true
	}
	if !op.Deprecated && !sunset(op) {
		return retirement{}, false
	}
	if since := t.lock.retired[key]; since != "" {
		end.Since = "revision " + since
	}
	return end, true
}

// judge reports what somebody has to decide on the operations: those whose effect nobody stated, and those that end.
func (t *tables) judge(doc *openapi3.T, r *report) {
	for key, op := range operations(doc) {
		if t.lock.methods[key] == "" && !t.decided(key) {
			r.add(undecided, "%s: access %s, effect write, so it is never sent twice", key, t.access(key, op, doc))
		}
		if op.Security == nil && len(doc.Security) == 0 && t.lock.methods[key] == "" {
			r.add(undecided, "%s: the description does not say who may call it: an API key", key)
		}
		if sunset(op) && t.Retired[key].Use == "" && t.lock.retired[key] == "" {
			t.lock.retired[key] = r.To
			r.add(retiring, "%s: only refusals are left", key)
		} else if op.Deprecated && t.Retired[key].Use == "" && t.lock.retired[key] == "" {
			t.lock.retired[key] = r.To
			r.add(retiring, "%s: deprecated", key)
		}
	}
}
