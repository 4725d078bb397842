// Schemas, compiled once into what a walk needs.

package reading

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// A kind is one of JSON's, as a bit.
type kind uint8

const (
	null kind = 1 << iota
	boolean
	integer // a number without a fraction
	number
	text
	list
	object

	anything = null | boolean | integer | number | text | list | object
)

var kindNames = []struct {
	kind kind
	name string
}{{object, "object"}, {list, "array"}, {text, "string"}, {number, "number"}, {integer, "integer"}, {boolean, "boolean"}, {null, "null"}}

var described = map[string]kind{
	"boolean": boolean, "integer": integer, "number": number | integer, "string": text, "array": list, "object": object, "null": null,
}

// A node is what a schema says of a value, allOf merged into it.
type node struct {
	kinds    kind
	enum     []any
	members  map[string]*node
	required []string
	closed   bool  // members beside these are not described
	rest     *node // schema of the other members, or nil
	items    *node
	unions   []*union
	bounds   *openapi3.Schema // lengths, ranges, patterns; nil if there are none

	loose  kind     // kinds that were seen and are not described; what they hold is not looked at
	absent []string // members that are described as required, and were seen to be missing

	words map[string]bool // the texts of enum
	need  map[string]int  // a number for each member of required and absent
}

// A union is a choice of forms. With a tag, a member of each form whose values tell them apart, the tag chooses.
type union struct {
	forms []*node
	tag   string
	by    map[string]*node // value of the tag -> form
}

// A compiler remembers what it has compiled. Nodes that are done never change.
type compiler struct {
	done map[*openapi3.Schema]*node
	seen map[*openapi3.Schema]map[string]sight // by member; "" for the schema itself
}

// node compiles a schema. What refers to itself gets the node that is under way.
func (c compiler) node(s *openapi3.Schema) *node {
	if n := c.done[s]; n != nil {
		return n
	}
	n := &node{kinds: anything}
	c.done[s] = n
	if s.Type == nil && s.Nullable && s.Title == "null" { // how the service writes a form that is null
		n.kinds = null
		return n
	}
	c.merge(n, s)
	if s.Nullable {
		n.kinds |= null
	}
	n.words, n.need = map[string]bool{}, map[string]int{}
	for _, v := range n.enum {
		if word, isText := v.(string); isText {
			n.words[word] = true
		}
	}
	for i, name := range append(slices.Clone(n.required), n.absent...) {
		n.need[name] = i
	}
	return n
}

// merge adds to a node what a schema says.
func (c compiler) merge(n *node, s *openapi3.Schema) {
	if s.Type != nil {
		var kinds kind
		for _, name := range s.Type.Slice() {
			kinds |= described[name]
		}
		if s.Nullable {
			kinds |= null
		}
		n.kinds &= kinds
	}
	for _, ref := range s.AllOf {
		c.merge(n, ref.Value)
	}
	if len(s.Enum) > 0 {
		n.enum = s.Enum
	}
	for name, ref := range s.Properties {
		if n.members == nil {
			n.members = map[string]*node{}
		}
		n.members[name] = c.node(ref.Value)
		if more := c.seen[s][name].also; more != 0 {
			loose := *n.members[name] // its schema may stand elsewhere too
			loose.kinds, loose.loose = loose.kinds|more, more
			n.members[name] = &loose
		}
	}
	absent := c.seen[s][""].without
	n.absent = append(n.absent, absent...)
	n.required = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(n.required), s.Required...))))
	n.required = slices.DeleteFunc(n.required, func(name string) bool { return slices.Contains(absent, name) })
	if ref := s.AdditionalProperties.Schema; ref != nil {
		n.rest = c.node(ref.Value)
	} else if has := s.AdditionalProperties.Has; has != nil && !*has {
		n.closed = true
	}
	if s.Items != nil {
		n.items = c.node(s.Items.Value)
	}
	for _, refs := range []openapi3.SchemaRefs{s.AnyOf, s.OneOf} {
		if len(refs) > 0 {
			u := c.union(refs)
			n.kinds &= u.kinds() | n.kinds&null&nullIf(s.Nullable)
			n.unions = append(n.unions, u)
		}
	}
	if b := boundsOf(s); b != nil {
		n.bounds = b
	}
}

func nullIf(is bool) kind {
	if is {
		return null
	}
	return 0
}

func (c compiler) union(refs openapi3.SchemaRefs) *union {
	u := &union{}
	for _, ref := range refs {
		u.forms = append(u.forms, c.node(ref.Value))
	}
	u.findTag()
	return u
}

func (u *union) kinds() (all kind) {
	for _, f := range u.forms {
		all |= f.kinds
	}
	return all
}

// findTag looks for a member with an enum of texts in every form that is an object, no value in two of them.
func (u *union) findTag() {
	forms := slices.DeleteFunc(slices.Clone(u.forms), func(f *node) bool { return f.kinds&object == 0 })
	if len(forms) < 2 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(forms[0].members)) {
		by := map[string]*node{}
		for _, f := range forms {
			m := f.members[name]
			if m == nil || len(m.enum) == 0 {
				by = nil
				break
			}
			for _, v := range m.enum {
				if s, isText := v.(string); isText && by[s] == nil {
					by[s] = f
				} else {
					by = nil
					break
				}
			}
			if by == nil {
				break
			}
		}
		if by != nil {
			u.tag, u.by = name, by
			return
		}
	}
}

// boundsOf is the part of a schema that limits values of the right kind.
func boundsOf(s *openapi3.Schema) *openapi3.Schema {
	b := &openapi3.Schema{
		Min: s.Min, Max: s.Max, ExclusiveMin: s.ExclusiveMin, ExclusiveMax: s.ExclusiveMax, MultipleOf: s.MultipleOf,
		MinLength: s.MinLength, MaxLength: s.MaxLength, Pattern: s.Pattern, Format: s.Format,
		MinItems: s.MinItems, MaxItems: s.MaxItems, UniqueItems: s.UniqueItems, MinProps: s.MinProps, MaxProps: s.MaxProps,
	}
	if b.IsEmpty() {
		return nil
	}
	return b
}
