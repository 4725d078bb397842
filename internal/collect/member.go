// Members of deltas in the making: what no type knows may come in pieces too.

package collect

import (
	"slices"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
)

// deltaMembers are the members that the type of a delta does not know, and those of what is within it. They are joined by
// what they are, as other clients do it: texts and lists are appended to what came before under their name, and objects
// are merged by the same rule, member by member. Of numbers and booleans the latest stays, of what changes its kind too,
// and of a text named type or id, which says what a thing is. null changes nothing.
type deltaMembers map[string]deltaMember

// A deltaMember is one of them: its pieces, which are all of a kind, and one alone if they cannot be joined.
type deltaMember []jsontext.Value

func (m *deltaMembers) add(from map[string]jsontext.Value) {
	for name, raw := range from {
		if *m == nil {
			*m = deltaMembers{}
		}
		known := (*m)[name]
		switch kind := raw.Kind(); {
		case known == nil:
			(*m)[name] = deltaMember{raw}
		case kind == jsontext.KindNull:
		case kind == known[0].Kind() && (kind == jsontext.KindBeginArray || kind == jsontext.KindBeginObject ||
			kind == jsontext.KindString && name != "type" && name != "id"):
			(*m)[name] = append(known, raw)
		default:
			(*m)[name] = deltaMember{raw}
		}
	}
}

func (m deltaMembers) members() (all gen.Members) {
	for name, member := range m {
		if all.Unknown == nil {
			all.Unknown = map[string]jsontext.Value{}
		}
		all.Unknown[name] = member.joined()
	}
	return all
}

func (m deltaMember) joined() jsontext.Value {
	if len(m) == 1 { // to the digit, and in its order
		return m[0]
	}
	var whole any
	switch m[0].Kind() {
	case jsontext.KindString:
		whole = strings.Join(piecesAs[string](m), "")
	case jsontext.KindBeginArray:
		whole = slices.Concat(piecesAs[[]jsontext.Value](m)...)
	default:
		var all deltaMembers
		for _, piece := range piecesAs[map[string]jsontext.Value](m) {
			all.add(piece)
		}
		whole = all.members().Unknown
	}
	b, _ := jsonv2.Marshal(whole, jsonv2.Deterministic(true), loose.Decoding)
	return b
}

// piecesAs are pieces that are JSON, since they were decoded before, and of T's kind.
func piecesAs[T any](m deltaMember) []T {
	all := make([]T, len(m))
	for i, piece := range m {
		_ = jsonv2.Unmarshal(piece, &all[i], loose.Decoding)
	}
	return all
}
