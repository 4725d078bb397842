package tests

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice/gen"
)

// Answers that were seen, and what has to be there after they went through their types, whatever the description at hand
// says of it.
func TestRecordedAnswers(t *testing.T) {
	text, err := os.ReadFile("testdata/answers.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name      string   `json:"name"`
		Operation string   `json:"operation"`
		Body      gen.JSON `json:"body"`
		Keep      []string `json:"keep"`
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		i := slices.IndexFunc(methods(), func(m method) bool { return m.name == c.Operation })
		if i < 0 {
			t.Logf("%s: the description at hand has no %s", c.Name, c.Operation)
			continue
		}
		v := reflect.New(methods()[i].answerType())
		if err := gen.Unmarshal(c.Body, v.Interface()); err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		before, after := parse(c.Body), parse(encode(t, v.Interface()))
		for _, pointer := range c.Keep {
			want, was := at(before, pointer)
			if have, is := at(after, pointer); !was || !is || !reflect.DeepEqual(want, have) {
				t.Errorf("%s: %s: %v became %v", c.Name, pointer, want, have)
			}
		}
	}
}

// at follows a JSON Pointer without escapes, and with one digit for a place in a list.
func at(v any, pointer string) (any, bool) {
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			n := int(step[0] - '0')
			if n >= len(in) {
				return nil, false
			}
			v = in[n]
		}
	}
	return v, v != nil
}
