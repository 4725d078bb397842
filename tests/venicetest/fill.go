// Completion: what the description requires of an answer and the behaviour of the fake does not know yet.

package venicetest

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// fill adds to an answer of the fake's own the required properties that it lacks, at every depth, each with a valid
// value that is the same in every answer. What the behaviour has set stays as it is, right or wrong.
func (c *contract) fill(r *request, a answer) answer {
	ref := r.route.Operation.Responses.Status(a.status)
	if ref == nil || a.raw != nil || a.outside {
		return a
	}
	media := ref.Value.Content.Get(a.contentType())
	if media == nil || media.Schema == nil {
		return a
	}
	for i := range a.events {
		a.events[i] = fill(media.Schema.Value, a.events[i])
	}
	if a.events == nil && a.body != nil {
		a.body = fill(media.Schema.Value, a.body).(map[string]any)
	}
	return a
}

// trim takes out of an answer, at every depth, what the description has no place for: what models can do is revised more
// often than the fake is.
func (c *contract) trim(r *request, body map[string]any) map[string]any {
	media := r.route.Operation.Responses.Status(http.StatusOK).Value.Content.Get("application/json")
	return trim(media.Schema.Value, body).(map[string]any)
}

func trim(schema *openapi3.Schema, v any) any {
	switch v := v.(type) {
	case map[string]any:
		closed := len(schema.Properties) > 0 && schema.AdditionalProperties.Schema == nil && len(schema.AllOf)+len(schema.AnyOf)+len(schema.OneOf) == 0
		out := map[string]any{}
		for name, member := range v {
			if p := schema.Properties[name]; p != nil {
				out[name] = trim(p.Value, member)
			} else if !closed {
				out[name] = member
			}
		}
		return out
	case []any:
		out := slices.Clone(v)
		for i := range out {
			if schema.Items != nil {
				out[i] = trim(schema.Items.Value, out[i])
			}
		}
		return out
	}
	return v
}

// fill returns v, or a copy of what of it had to change: behaviours may hold on to their maps.
func fill(schema *openapi3.Schema, v any) any {
	switch v := v.(type) {
	case map[string]any:
		return fillObject(schema, v)
	case []any:
		if schema.Items == nil {
			return v
		}
		out := slices.Clone(v)
		for i := range out {
			out[i] = fill(schema.Items.Value, out[i])
		}
		return out
	}
	return v
}

func fillObject(schema *openapi3.Schema, object map[string]any) any {
	out := maps.Clone(object)
	for name, v := range object {
		if p := schema.Properties[name]; p != nil {
			out[name] = fill(p.Value, v)
		} else if more := schema.AdditionalProperties.Schema; more != nil {
			out[name] = fill(more.Value, v)
		}
	}
	for _, name := range schema.Required {
		if _, there := out[name]; !there && schema.Properties[name] != nil {
			if v, err := quietValue(schema.Properties[name].Value, name, 0); err == nil {
				out[name] = v
			}
		}
	}
	for _, part := range schema.AllOf {
		out = fillObject(part.Value, out).(map[string]any)
	}
	for _, union := range []openapi3.SchemaRefs{schema.AnyOf, schema.OneOf} {
		if len(union) == 0 || slices.ContainsFunc(union, func(m *openapi3.SchemaRef) bool { return accepts(m.Value, out) }) {
			continue
		}
		for _, member := range union { // the first form that it becomes
			if whole := fillObject(member.Value, out).(map[string]any); accepts(member.Value, whole) {
				out = whole
				break
			}
		}
	}
	return out
}

// accepts judges a value as a client would decode it.
func accepts(schema *openapi3.Schema, v any) bool {
	b, err := json.Marshal(v)
	var plain any
	return err == nil && json.Unmarshal(b, &plain) == nil && schema.VisitJSON(plain) == nil
}
