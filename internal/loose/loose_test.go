// Tests of the second reading.

package loose

import (
	"testing"

	"github.com/go-json-experiment/json"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		`"a\u0041"`: "aA",
		`null`:      "",
		`[{"type":"text","text":"a"},{"type":"output_text","text":"<b>","new":1}]`: "a<b>",
		`{"big": 9007199254740993, "x":1.10}`:                                      `{"big": 9007199254740993, "x":1.10}`,
		`{"type":"text","text":"a"}`:                                               `{"type":"text","text":"a"}`,
	} {
		var got struct {
			S string  `json:"s"`
			P *string `json:"p"`
		}
		if err := json.Unmarshal([]byte(`{"s":`+in+`,"p":`+in+`}`), &got, Options); err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if got.S != want || in == "null" != (got.P == nil) || got.P != nil && *got.P != want {
			t.Errorf("%s: got %q, %v, want %q", in, got.S, got.P, want)
		}
	}
	for _, in := range []string{`1`, `true`, `["a"]`, `[]`, `[{"type":"text"}]`, `[{"type":"text","text":"a"},{"type":"image_url","text":"b"}]`} {
		var got string
		if err := json.Unmarshal([]byte(in), &got, Options); err == nil {
			t.Errorf("%s: got %q, want an error", in, got)
		}
	}
}
