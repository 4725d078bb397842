// Open decoding: what a service of tomorrow adds to its answers does no harm to clients of today.

package tests

import (
	"maps"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/venice-go/venice/tests/venicetest"
)

// samples is how many values of a schema are looked through for its places, at most.
const samples = 400

// testOpen changes answers in every place that can have something new: a field in an object, a value in an enum, a form
// in a union.
func testOpen(t *testing.T, tab *table) {
	for _, m := range methods() {
		for _, r := range replies(m.op, true) {
			if !m.reads(r.mediaType) || isMedia(r.mediaType) {
				continue
			}
			t.Run(m.name+" "+r.String(), func(t *testing.T) {
				t.Parallel()
				p := newDirect(t)
				request := newRequest(t, m, 1)
				left := map[string]bool{}
				for path, parts := range places(r.schema) {
					for kind := range novelties(place{parts: parts}) {
						left[kind+" at "+path] = true
					}
				}
				for seed := uint64(0); seed < samples && len(left) > 0; seed++ {
					answer := small(t, r.schema, seed)
					visit(answer, r.schema, func(at place) {
						for kind, novelty := range novelties(at) {
							if what := kind + " at " + at.path; left[what] {
								delete(left, what)
								tab.count(m.op, anOpen, what)
								body := r.written(t, put(answer, at.at, novelty))
								p.Respond(m.op.Name, venicetest.Answer{Status: r.status, ContentType: r.mediaType, Body: body, Unchecked: true})
								if fault := r.harm(t, request.send(t, p.Client), answer, at, kind, novelty); fault != "" {
									t.Errorf("%s: %s", what, fault)
								}
							}
						}
					})
				}
				for what := range left {
					t.Errorf("%s: no sample has that place", what)
				}
			})
		}
	}
}

// harm says what the novelty at a place of an answer did to what the method returned, or "".
func (r reply) harm(t *testing.T, got result, answer any, at place, kind string, novelty any) string {
	t.Helper()
	if got.err != nil {
		return got.err.Error() + " for " + short(novelty)
	}
	decoded := got.json
	if r.mediaType == streamType {
		decoded = got.events[0]
	}
	after := toJSON(t, decoded)
	if kind == newForm {
		form := uninvented(get(after, at.at), novelty)
		if where := lost(novelty, form); where != "" {
			return where
		}
		after = put(after, at.at, form)
	}
	return lost(put(answer, at.at, novelty), after, r.schema)
}

// uninvented is a form that is not known yet as it came back, without the texts that all known forms must have: a Go
// struct has them, empty.
func uninvented(after, before any) any {
	fields, isObject := after.(map[string]any)
	was, _ := before.(map[string]any)
	if !isObject {
		return after
	}
	fields = maps.Clone(fields)
	maps.DeleteFunc(fields, func(name string, value any) bool { return value == "" && was[name] == nil })
	return fields
}

// The kinds of novelty.
const newField, newValue, newForm = "new field", "new value", "new form"

// novelties returns what a place may have one day, by kind.
func novelties(p place) map[string]any {
	all := map[string]any{}
	if has(p.parts, isObject) && !has(p.parts, func(s *openapi3.Schema) bool { return rest(s) != nil }) {
		fields, _ := p.value.(map[string]any)
		if fields = maps.Clone(fields); fields == nil {
			fields = map[string]any{}
		}
		fields["zz_new"] = map[string]any{"deep": []any{nil, 1.5, "x", map[string]any{}}}
		all[newField] = fields
	}
	if i := slices.IndexFunc(p.parts, isEnum); i >= 0 {
		switch known := p.parts[i].Enum[0].(type) {
		case bool:
			all[newValue] = !known
		case float64:
			all[newValue] = known + 4711
		default:
			all[newValue] = "zz-new"
		}
	}
	if i := slices.IndexFunc(p.parts, isUnion); i >= 0 && !scalar(p.parts[i]) {
		all[newForm] = map[string]any{"type": "zz-new", "zz_new": []any{1.0, map[string]any{"deep": true}}}
	}
	return all
}

// scalar reports whether all forms of a union are of one simple type: a further form would be a further value.
func scalar(s *openapi3.Schema) bool {
	types := map[string]bool{}
	for _, leaf := range leaves(s) {
		for _, name := range leaf.Type.Slice() {
			types[name] = true
		}
	}
	return len(types) == 1 && !types["object"] && !types["array"]
}

// written is a value as the body of an answer.
func (r reply) written(t *testing.T, v any) []byte {
	t.Helper()
	body := encode(t, v)
	if r.mediaType == streamType {
		return []byte("data: " + string(body) + "\n\ndata: [DONE]\n\n")
	}
	return body
}
