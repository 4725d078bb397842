// Tests of the text in samples.

package venicetest

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// texts returns many samples of a schema of text.
func texts(t *testing.T, schemaText string) (list []string) {
	t.Helper()
	s := schema(t, schemaText)
	for seed := range uint64(1000) {
		v, err := Sample(s, seed)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, v.(string))
	}
	return list
}

// Text is of many kinds, but always text that JSON can carry.
func TestText(t *testing.T) {
	list := texts(t, `{"type":"string"}`)
	for what, has := range map[string]func(string) bool{
		"nothing":              func(s string) bool { return s == "" },
		"thousands of letters": func(s string) bool { return utf8.RuneCountInString(s) >= 1000 },
		"surrogate pairs":      func(s string) bool { return strings.ContainsFunc(s, func(r rune) bool { return r > 0xffff }) },
		"right to left": func(s string) bool {
			return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
		},
		"control characters":  func(s string) bool { return strings.ContainsRune(s, 1) },
		"line separators":     func(s string) bool { return strings.ContainsRune(s, '\u2028') },
		"quotes":              func(s string) bool { return strings.ContainsAny(s, `"\`) },
		"the end of a stream": func(s string) bool { return s == "[DONE]" },
	} {
		n := 0
		for _, s := range list {
			if has(s) {
				n++
			}
		}
		if n == 0 {
			t.Errorf("no text with %s", what)
		}
	}
	for _, s := range list {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			t.Errorf("%q is no text", s)
		}
	}
}

// Limits hold in characters, as kin-openapi counts, and in UTF-16 units, as the service counts; both ends are met.
func TestTextLimits(t *testing.T) {
	for _, test := range []struct {
		schema      string
		least, most int
	}{
		{`{"type":"string","minLength":5,"maxLength":9}`, 5, 9},
		{`{"type":"string","minLength":1,"maxLength":1}`, 1, 1},
		{`{"type":"string","maxLength":3}`, 0, 3},
		{`{"type":"string","minLength":200,"maxLength":10000}`, 200, 10000},
	} {
		seen, pairs := map[int]bool{}, false
		for _, s := range texts(t, test.schema) {
			n, units := utf8.RuneCountInString(s), len(utf16.Encode([]rune(s)))
			if n < test.least || units > test.most {
				t.Errorf("%s: %q has %d characters and %d units", test.schema, s, n, units)
			}
			seen[n], seen[units], pairs = true, true, pairs || n != units
		}
		if !seen[test.least] || !seen[test.most] {
			t.Errorf("%s: a limit is not met", test.schema)
		}
		if test.most > 1 && !pairs {
			t.Errorf("%s: no surrogate pairs", test.schema)
		}
	}
}

func TestFormats(t *testing.T) {
	parse := func(layout string) func(string) bool {
		return func(s string) bool { _, err := time.Parse(layout, s); return err == nil }
	}
	for format, good := range map[string]func(string) bool{
		"date":      parse(time.DateOnly),
		"date-time": parse(time.RFC3339),
		"uri":       func(s string) bool { u, err := url.Parse(s); return err == nil && u.IsAbs() },
		"uuid":      regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString,
		"byte":      func(s string) bool { _, err := base64.StdEncoding.DecodeString(s); return err == nil },
	} {
		different := map[string]bool{}
		for _, s := range texts(t, `{"type":"string","format":"`+format+`"}`) {
			if different[s] = true; !good(s) {
				t.Errorf("%s: %q", format, s)
			}
		}
		if len(different) < 5 {
			t.Errorf("%s: only %d different", format, len(different))
		}
	}
}

// Every text matches its pattern, and the pattern's own limits of length are met.
func TestPatterns(t *testing.T) {
	for pattern, lengths := range map[string][]int{
		`^\d{4}-\d{2}-\d{2}$`:       {10},
		`^[A-Za-z0-9_-]{1,255}$`:    {1, 255},
		`^(0x[a-f]{4}|[1-9]{3,5})$`: {3, 5, 6},
		`^a?b*c+(\.\d{3})?Z$`:       {2, 3},
		`^[^a-z]$`:                  {1},
		`^x{2,}$`:                   {2, 2 + maxRepeat},
		`free`:                      {4},
		`^(?i)key$`:                 {3},
		`^(?:)$`:                    {0},
	} {
		re, seen := regexp.MustCompile(pattern), map[int]bool{}
		for seed := range uint64(500) {
			s, err := newSampler(seed).matching(pattern)
			if err != nil || !re.MatchString(s) {
				t.Fatalf("%s: %q, %v", pattern, s, err)
			}
			seen[utf8.RuneCountInString(s)] = true
		}
		for _, n := range lengths {
			if !seen[n] {
				t.Errorf("%s: no text of length %d", pattern, n)
			}
		}
	}
}
