// Tests of JSON that is still being written.

package schema_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/venice-go/venice/internal/schema"
)

func TestClosed(t *testing.T) {
	for text, want := range map[string]string{
		``: `null`, `{`: `{}`, `{"a`: `{}`, `{"a"`: `{}`, `{"a":`: `{}`, `{"a":"x`: `{"a":"x"}`, `{"a":1`: `{}`, `{"a":1,`: `{"a":1}`,
		`{"a":1,"b`: `{"a":1}`, `{"a":[tru`: `{"a":[]}`, `{"a":[true,`: `{"a":[true]}`, `[{"a":"x"},{"b":"\`: `[{"a":"x"},{"b":""}]`,
		`["\u00e`: `[""]`, `["a\ud83d\ude0`: `["a"]`, `["a\ud83d\ude00`: `["a😀"]`, "[\"a\xc3": `["a"]`, `12`: `null`, `"ab`: `"ab"`,
		`{"a":{"b":["c","d`: `{"a":{"b":["c","d"]}}`, ` {"a" : "b" } `: `{"a":"b"}`, `]`: `null`,
	} {
		got := schema.Closed([]byte(text))
		var a, b any
		if err := json.Unmarshal(got, &a); err != nil {
			t.Errorf("%s: %s is no JSON: %v", text, got, err)
		}
		_ = json.Unmarshal([]byte(want), &b)
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// Every beginning of JSON can be closed, and none brings more than the whole.
func FuzzClosed(f *testing.F) {
	for _, text := range []string{`{"a":[1,"x\n",{"b":null}],"c":true}`, `"\ud83d\ude00é"`, `[[],{},-1.5e3]`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			schema.Closed([]byte(text)) // must not panic
			return
		}
		for i := range len(text) + 1 {
			if got := schema.Closed([]byte(text[:i])); !json.Valid(got) {
				t.Fatalf("%q: %q is no JSON", text[:i], got)
			}
		}
		var a, b any
		_ = json.Unmarshal(schema.Closed([]byte(text+" ")), &a)
		if _ = json.Unmarshal([]byte(text), &b); !reflect.DeepEqual(a, b) && utf8.ValidString(text) {
			t.Fatalf("%q became %v", text, a)
		}
	})
}

// Whatever a model writes, what is taken fits.
func FuzzDecode(f *testing.F) {
	s, err := schema.Of(reflect.TypeFor[node]())
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{`{"name":"a","children":[{"name":"b","children":[],"next":null}],"next":null}`, "```json\n{}\n```", `{"name":1}`, ``, `null`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var n, again node
		if s.Decode([]byte(text), &n) != nil {
			_ = s.Partial([]byte(text), &n) // must not panic
			return
		}
		b, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Decode(b, &again); err != nil {
			t.Fatalf("%s was taken, and what it means is not: %v", text, err)
		}
	})
}
