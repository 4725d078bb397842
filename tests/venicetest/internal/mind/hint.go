// What of a text goes into arguments and objects: its names and numbers.

package mind

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/tests/venicetest/internal/instance"
)

var (
	numerals = regexp.MustCompile(`-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,6})?`)
	quoted   = regexp.MustCompile(`"([^"\n]{1,100})"|“([^”\n]{1,100})”`)
)

// longestText is how much of a text is looked at.
const longestText = 4000 // bytes

// hints finds the numbers, and what is quoted, else the names, of which those side by side are one.
func hints(text string) instance.Hints {
	if len(text) > longestText {
		text = strings.ToValidUTF8(text[:longestText], "")
	}
	h := instance.Hints{Text: text}
	for _, at := range numerals.FindAllStringIndex(text, 100) {
		if alone(text, at[0], at[1]) {
			h.Numbers = append(h.Numbers, text[at[0]:at[1]])
		}
	}
	for _, q := range quoted.FindAllStringSubmatch(text, 20) {
		h.Names = append(h.Names, q[1]+q[2])
	}
	if h.Names != nil {
		return h
	}
	h.Names = names(strings.Fields(text))
	return h
}

// names finds words with a capital. One that begins a sentence is a name only if something is said about it.
func names(words []string) (list []string) {
	name, first := "", true
	for i, word := range words {
		bare := strings.TrimFunc(word, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsNumber(c) })
		subject := i+1 < len(words) && slices.Contains(verbs, words[i+1]) && !slices.Contains(pronouns, bare)
		if is := capital(bare) && (!first || subject); is && name != "" {
			name += " " + bare
		} else if is {
			name = bare
		}
		last := i+1 == len(words) || !strings.HasSuffix(word, bare) || !capital(words[i+1])
		if name != "" && last {
			list, name = append(list, name), ""
		}
		first = strings.ContainsAny(word[len(word)-1:], ".!?:")
	}
	return list
}

var (
	verbs    = strings.Fields("is was has lives works wants likes and")
	pronouns = strings.Fields("What Who Where When Why How Which This That It He She There Here My Your His Her Their Our The")
)

func capital(word string) bool {
	c, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(c) && word != "I" && !strings.HasPrefix(word, "I'")
}

// alone reports whether what is between two places is a number and no part of a word or date.
func alone(text string, from, to int) bool {
	part := func(b byte) bool {
		return b == '_' || b == '-' || b == ':' || b == '/' || unicode.IsLetter(rune(b)) || b >= '0' && b <= '9' || b >= 0x80
	}
	return (from == 0 || !part(text[from-1])) && (to == len(text) || !part(text[to]) || text[to] >= 0x80)
}

func quote(text string) string {
	b, _ := jsontext.AppendQuote(nil, strings.ToValidUTF8(text, "?"))
	return string(b)
}
