// Tests of the tokens: nothing is lost, and prompts that begin alike are known.

package tokens_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/venice-go/venice/tests/venicetest/internal/tokens"
)

func TestSplit(t *testing.T) {
	for text, want := range map[string]string{
		"":                     `[]`,
		"Hello":                `["Hello"]`,
		"You said: Hello":      `["You " "said: " "Hello"]`,
		"héllo  world":         `["héllo " " " "world"]`,
		"incomprehensibly so":  `["incomprehe" "nsibly " "so"]`,
		"天気はどうですか":             `["天気は" "どうで" "すか"]`,
		"a\nb":                 `["a\n" "b"]`,
		"\xff\xfe":             `["\xff\xfe"]`,
		"👩‍👩‍👧‍👦":              `["👩\u200d" "👩\u200d" "👧\u200d" "👦"]`,
		"0123456789012345 678": `["0123456789" "012345 " "678"]`,
	} {
		if got := fmt.Sprintf("%q", tokens.Split(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, text := range []string{"", "Why is the sky blue?", "☂️ x\r\n\t", "\xc3", strings.Repeat("é", 99)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list := tokens.Split(text)
		if got := strings.Join(list, ""); got != text || len(list) != tokens.Count(text) || 2*len(list) > len(text)+2+3*strings.Count(text, " ")+len(text) {
			t.Errorf("%q: %q, count %d", text, list, tokens.Count(text))
		}
		for _, token := range list {
			if token == "" || utf8.ValidString(text) && !utf8.ValidString(token) {
				t.Errorf("%q: the token %q", text, token)
			}
		}
	})
}

func TestCache(t *testing.T) {
	words := func(n int, last string) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprint(i))
		}
		return append(list, last)
	}
	var c tokens.Cache
	for i, step := range []struct {
		space  string
		prompt []string
		want   int
	}{
		{"a", words(40, "x"), 0},
		{"a", words(40, "y"), 32},
		{"a", words(40, "x")[1:], 0},
		{"b", words(40, "x"), 0},
		{"a", words(15, "z"), 0},
		{"a", words(15, "z"), 0}, // a block, but all of it
		{"a", words(47, "x"), 32},
		{"a", words(99, "x"), 32},
		{"a", words(99, "x"), 96},
		{"a", nil, 0},
	} {
		if got := c.Add(step.space, step.prompt); got != step.want {
			t.Errorf("step %d: %d cached, want %d", i, got, step.want)
		}
	}
}
