// Bent answers: what the description does not allow is found, in every place where it says something, and told from what
// is merely new.

package tests

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/tests/internal/reading"
)

// testBent reads answers that are valid but for one place, and sees each of them found. A schema that several answers share
// is bent everywhere once, and in one place for each other answer. Errors have no say in this: they pass in any shape.
func testBent(t *testing.T, tab *table) {
	var begun sync.Map // by schema
	for _, m := range methods() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			b := bender{table: tab, op: m.op}
			for _, r := range replies(m.op, true) {
				if !isMedia(r.mediaType) && m.reads(r.mediaType) {
					_, shared := begun.LoadOrStore(r.schema, true)
					b.bend(t, r, shared)
				}
			}
		})
	}
}

// A bender bends the answers of one operation.
type bender struct {
	table *table
	op    *venice.Operation
}

func (b *bender) bend(t *testing.T, r reply, once bool) {
	t.Helper()
	answer := reading.Embedded().Named(b.op.Method+" "+b.op.Path).Answer(r.status, r.mediaType)
	read := answer.Body
	if r.mediaType == streamType {
		read = answer.Event
	}
	unseen, done, excused := places(r.schema), map[string]bool{}, map[string]bool{}
	for seed := uint64(0); seed < samples && len(unseen) > 0 && !(once && len(done) > 0); seed++ {
		sent := small(t, r.schema, seed)
		visit(sent, r.schema, func(at place) {
			delete(unseen, at.path)
			for kind, value := range bends(at) {
				what := kind + " at " + at.path
				if done[what] || once && len(done) > 0 {
					continue
				}
				body := put(sent, at.at, value)
				if at.excused(body) {
					excused[what] = true
					if at.takes(value) {
						t.Errorf("%s: the form itself takes %s: %s", r, what, short(value))
					}
					continue
				}
				done[what] = true
				b.table.count(b.op, aBent, r.String())
				found := read(encode(t, body))
				if level := reading.Worst(found); level < at.levelOf(kind, found) || level == reading.Break && isNew(kind) {
					t.Errorf("%s: %s: %s is of level %d: %v", r, what, short(value), level, found)
				}
			}
		})
	}
	if once {
		return
	}
	maps.DeleteFunc(excused, func(what string, _ bool) bool { return done[what] })
	if len(excused) > 0 {
		t.Logf("%s: %d bends are good in another form of a union", r, len(excused))
	}
	for path := range unseen {
		t.Errorf("%s: no sample has the place %s", r, path)
	}
	for path, parts := range places(r.schema) {
		if saysNothing(place{parts: parts}) {
			t.Logf("%s: any value will do at %s", r, path)
		}
	}
}

// isNew reports bends that leave an answer readable: what is new, or out of its range.
func isNew(kind string) bool {
	return slices.Contains([]string{"an unknown field", "an unknown value", "a number for integer"}, kind) ||
		strings.HasPrefix(kind, "too ") || strings.HasPrefix(kind, "at the ")
}

// levelOf is what a bend is found as, at least. Another type is misread, but for what the service was seen to send, for a
// fraction of what is whole, and in a choice of forms that nothing tells apart, where another may fit it.
func (p place) levelOf(kind string, found []reading.Finding) reading.Level {
	passes := func(f reading.Finding) bool {
		return strings.Contains(f.What, "seen before") || strings.Contains(f.What, "with a fraction")
	}
	switch {
	case kind == "null" && saysNothing(p): // which is a value like any other
		return reading.Fine
	case isNew(kind) || !strings.HasPrefix(kind, "a ") || len(p.not) > 0 || slices.ContainsFunc(found, passes):
		return reading.Drift
	}
	return reading.Break
}

// saysNothing reports whether any value will do at a place.
func saysNothing(p place) bool {
	return !has(p.parts, func(s *openapi3.Schema) bool {
		return s.Type != nil || isEnum(s) || isUnion(s) || len(s.Properties) > 0
	})
}

// excused reports whether the bent answer is a good one, in another form of a union.
func (p place) excused(answer any) bool {
	return slices.ContainsFunc(p.not, func(other sibling) bool { return other.form.IsMatching(get(answer, p.at[:other.depth])) })
}

// takes reports whether all that holds at a place accepts a value.
func (p place) takes(value any) bool {
	return !has(p.parts, func(s *openapi3.Schema) bool { return !s.IsMatching(value) })
}

// bends returns values that must not be at a place, by what is wrong with them.
func bends(p place) map[string]any {
	all := map[string]any{}
	if !strings.HasSuffix(strings.TrimRight(p.path, "0123456789"), "|") && !takesNull(p.parts[0]) {
		all["null"] = nil
	}
	for _, s := range p.parts {
		bendType(s, all)
		switch v := p.value.(type) {
		case map[string]any:
			for _, name := range s.Required {
				without := maps.Clone(v)
				delete(without, name)
				all["no "+name] = without
			}
			if closed(s) {
				more := maps.Clone(v)
				more["zz_unknown"] = true
				all["an unknown field"] = more
			}
		case []any:
			bendLength(s, v, all)
		case string:
			bendText(s, all)
		case float64:
			bendNumber(s, all)
		}
	}
	return all
}

func bendType(s *openapi3.Schema, all map[string]any) {
	if s.Type == nil {
		return
	}
	for name, value := range map[string]any{
		"string": "text", "number": 7.5, "boolean": true, "array": []any{}, "object": map[string]any{},
	} {
		if !s.Type.Permits(name) { // a fraction is no integer, and neither is anything else
			all["a "+name+" for "+strings.Join(s.Type.Slice(), ", ")] = value
		}
	}
	if isEnum(s) && s.Type.Is("string") {
		all["an unknown value"] = "zz-unknown"
	}
}

func bendLength(s *openapi3.Schema, v []any, all map[string]any) {
	if n := int(s.MinItems); n > 0 {
		all["too few items"] = v[:n-1]
	}
	if s.MaxItems != nil && len(v) > 0 {
		all["too many items"] = slices.Repeat(v, int(*s.MaxItems)/len(v)+1)
	}
}

func bendText(s *openapi3.Schema, all map[string]any) {
	if n := int(s.MinLength); n > 0 {
		all["too short"] = strings.Repeat("x", n-1)
	}
	if s.MaxLength != nil {
		all["too long"] = strings.Repeat("x", int(*s.MaxLength)+1)
	}
	if s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString("~") {
		all["another pattern"] = "~"
	}
	if s.Format == "date-time" || s.Format == "date" {
		all["no "+s.Format] = "next Tuesday"
	}
}

func bendNumber(s *openapi3.Schema, all map[string]any) {
	if s.Min != nil {
		all["too small"] = *s.Min - 1
		if exclusive(s.ExclusiveMin) {
			all["at the excluded minimum"] = *s.Min
		}
	}
	if s.Max != nil {
		all["too large"] = *s.Max + 1
		if exclusive(s.ExclusiveMax) {
			all["at the excluded maximum"] = *s.Max
		}
	}
}

func exclusive(b openapi3.ExclusiveBound) bool { return b.Bool != nil && *b.Bool }
