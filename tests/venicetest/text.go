// Text of samples: many scripts, formats, and lengths up to the limit.

package venicetest

import (
	"encoding/base64"
	"fmt"
	"time"
	"unicode/utf16"

	"github.com/getkin/kin-openapi/openapi3"
)

const (
	maxText = 5000    // UTF-16 units of a text without a limit
	longest = 1 << 16 // of one with a limit further off
)

func (s *sampler) text(schema *openapi3.Schema) (any, error) {
	if schema.Pattern != "" {
		return s.matching(schema.Pattern)
	}
	if form := formats[schema.Format]; form != nil {
		return form(s), nil
	}
	most := maxText
	if schema.MaxLength != nil {
		most = int(*schema.MaxLength)
	}
	return s.words(int(schema.MinLength), most), nil
}

// formats has the texts of the formats that a validator checks or a client parses. Any text has any other format.
var formats = map[string]func(*sampler) string{
	"date": func(s *sampler) string { return s.time().Format(time.DateOnly) },
	"date-time": func(s *sampler) string {
		return s.time().Format(pick(s, []string{
			time.RFC3339, time.RFC3339Nano, wireTime, "2006-01-02T15:04:05.000000Z", "2006-01-02T15:04:05.000-07:00",
		}))
	},
	"uri": func(s *sampler) string {
		return pick(s, []string{
			"https://example.com", "https://example.com:8443/a/b.png?x=1&y=%20#top", "http://[2001:db8::1]/", "https://例え.jp/パス",
			"https://user@example.com/?q=" + fmt.Sprint(s.rand.Uint32()), "urn:isbn:0451450523", "data:image/png;base64,iVBORw0KGgo=",
		})
	},
	"uuid": func(s *sampler) string {
		a, b := s.rand.Uint64(), s.rand.Uint64()
		return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>52, b&0xffffffffffff)
	},
	"byte": func(s *sampler) string { return base64.StdEncoding.EncodeToString([]byte(s.words(0, 40))) },
}

// time is in a year of four digits, to the microsecond, and not always in UTC.
func (s *sampler) time() time.Time {
	t := time.UnixMicro(pick(s, []int64{0, 1782907200e6, 253402300799e6, 1709210096789012, s.rand.Int64N(4e15)})).UTC()
	if s.chance(4) && t.Year() < 9999 {
		t = t.In(time.FixedZone("", 5*3600+1800))
	}
	return t
}

// scripts are what texts are made of. None has the NUL character or half a surrogate pair.
var scripts = [][]rune{
	[]rune("abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 .,;:-_"),
	[]rune("abcdefghijklmnopqrstuvwxyz "),
	[]rune("\"\\/<>&'`{}[]()=+%$#@!?|~^*"),
	[]rune("äöüßéèñçøåłžřÀÕ \u0301\u0308\u200d"),
	[]rune("漢字仮名交じり文한국어中文、。"),
	[]rune("مرحبا שלום \u200f\u202e\u202c"),
	[]rune("😀👍🏽👩🚀🇫🇷𝄞𐐷\U0010FFFD"),
	[]rune("\t\n\r\b\f\v\x01\x1b\x1f\x7f\u0085\u2028\u2029\ufeff\ufffd a"),
}

// oddTexts are whole texts that careless code takes for something else.
var oddTexts = []string{"", " ", "null", "true", "0", "-1", "1e3", "[]", "{}", "[DONE]", "data: x\n\n", "<html>", "%s%d", "\\u0000", "../.."}

// words returns a text whose length lies between least and most, counted in characters and in UTF-16 units alike.
func (s *sampler) words(least, most int) string {
	most = max(most, least)
	if odd := pick(s, oddTexts); s.chance(12) && least <= len(odd) && len(odd) <= most {
		return odd
	}
	n := s.rand.IntN(30)
	if s.chance(20) {
		n = longest
	}
	n = min(max(n, least), most)
	script := pick(s, scripts)
	text, units := make([]rune, 0, n), 0
	for units < n || len(text) < least {
		r := pick(s, script)
		if utf16.RuneLen(r) > most-units || len(text) < least && most < 2*least {
			r = 'x' // one unit, where two do not fit
		}
		text = append(text, r)
		units += utf16.RuneLen(r)
	}
	return string(text)
}
