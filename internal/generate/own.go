package main

// What the description leaves out and the service does: event streams, error statuses, and their schemas.

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

func addOwn(doc *openapi3.T, t *tables) error {
	for _, name := range sorted(t.Components) {
		b, err := json.Marshal(t.Components[name])
		if err != nil {
			return fmt.Errorf("own.yaml components: %s: %w", name, err)
		}
		var s openapi3.SchemaRef
		if err := json.Unmarshal(b, &s); err != nil {
			return fmt.Errorf("own.yaml components: %s: %w", name, err)
		}
		doc.Components.Schemas[name] = &s
	}
	for key, op := range operations(doc) {
		if event := t.Streams[key]; event != "" {
			if ok := op.Responses.Value("200"); ok != nil {
				ok.Value.Content["text/event-stream"] = &openapi3.MediaType{Schema: refTo(event, nil)}
			}
		}
		for _, add := range t.Errors {
			if !slices.ContainsFunc(add.Operations, func(p string) bool { return t.matches(p, key, op, doc) }) {
				continue
			}
			for status, component := range add.Statuses {
				if op.Responses.Value(status) == nil {
					r := openapi3.NewResponse().WithDescription(statusText(status))
					r.Content = openapi3.NewContentWithJSONSchemaRef(refTo(component, nil))
					op.Responses.Set(status, &openapi3.ResponseRef{Value: r})
				}
			}
		}
	}
	return nil
}

// matches reports whether a pattern of the table of errors means an operation: "*", "input" (a body or parameters),
// "path" (a path with values in it), "access:KIND" or itself.
func (t *tables) matches(pattern, key string, op *openapi3.Operation, doc *openapi3.T) bool {
	if kind, ok := strings.CutPrefix(pattern, "access:"); ok {
		return t.access(key, op, doc) == kind
	}
	switch pattern {
	case "*", key:
		return true
	case "input":
		return op.RequestBody != nil || len(op.Parameters) > 0
	case "path":
		return strings.Contains(key, "{")
	}
	return false
}

// access is what the service wants for an operation: the table's word, else what the security of the description
// says.
func (t *tables) access(key string, op *openapi3.Operation, doc *openapi3.T) string {
	for kind, keys := range t.Access {
		if slices.Contains(keys, key) {
			return kind
		}
	}
	security := doc.Security
	if op.Security != nil {
		security = *op.Security
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
	case bearer:
		return "key"
	case siwx:
		return "wallet"
	}
	return "open"
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
