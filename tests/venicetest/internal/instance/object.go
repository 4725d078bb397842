// JSON whose members keep their order, which a model keeps too.

package instance

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

type object struct {
	names   []string
	members map[string]any
}

// A number is one as JSON has it, to the digit.
type number string

func newObject() *object { return &object{members: map[string]any{}} }

func (o *object) set(name string, v any) {
	if _, there := o.members[name]; !there {
		o.names = append(o.names, name)
	}
	o.members[name] = v
}

func (o *object) drop(name string) {
	delete(o.members, name)
	o.names = slices.DeleteFunc(o.names, func(n string) bool { return n == name })
}

func (o *object) clone() *object {
	c := newObject()
	for _, name := range o.names {
		c.set(name, o.members[name])
	}
	return c
}

// object, list, text and strings return a member, or a zero value if it is absent or of another type.

func (o *object) object(name string) *object {
	if v, ok := o.members[name].(*object); ok {
		return v
	}
	return newObject()
}

func (o *object) list(name string) []any {
	v, _ := o.members[name].([]any)
	return v
}

func (o *object) text(name string) string {
	v, _ := o.members[name].(string)
	return v
}

func (o *object) strings(name string) (list []string) {
	for _, v := range o.list(name) {
		if text, ok := v.(string); ok {
			list = append(list, text)
		}
	}
	return list
}

func (o *object) has(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { _, there := o.members[n]; return there })
}

func parse(data []byte) (any, error) {
	d := jsontext.NewDecoder(bytes.NewReader(data))
	v, err := parseValue(d)
	if err != nil {
		return nil, fmt.Errorf("no JSON: %w", err)
	}
	return v, nil
}

func parseValue(d *jsontext.Decoder) (any, error) {
	t, err := d.ReadToken()
	if err != nil {
		return nil, err
	}
	switch t.Kind() {
	case 'n':
		return nil, nil
	case 't', 'f':
		return t.Bool(), nil
	case '"':
		return t.String(), nil
	case '0':
		return number(t.String()), nil
	case '[':
		list := []any{}
		for d.PeekKind() != ']' {
			v, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.ReadToken()
		return list, err
	}
	o := newObject()
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, err
		}
		key := name.String() // before the next token takes its place
		v, err := parseValue(d)
		if err != nil {
			return nil, err
		}
		o.set(key, v)
	}
	_, err = d.ReadToken()
	return o, err
}
