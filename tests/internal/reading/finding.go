// A finding: where traffic and description part, and what it means for who reads the traffic.

package reading

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/venice-go/venice/internal/secrets"
)

// A Level says what a finding means for a client.
type Level int

// The levels, in order.
const (
	Fine  Level = iota // as described
	Drift              // not as described, and a client reads it all the same
	Break              // a client would misread it
)

// A Finding is one place that is not as described. No value of the traffic is in it but names, where they are plain words.
type Finding struct {
	Level Level
	At    string // JSON Pointer into the body; "" for the whole
	Place string // At with * for places in lists and keys of maps
	What  string
}

// String is for people.
func (f Finding) String() string {
	if f.At == "" {
		return f.What
	}
	return f.At + ": " + f.What
}

// Worst is the highest level among findings.
func Worst(found []Finding) (l Level) {
	for _, f := range found {
		l = max(l, f.Level)
	}
	return l
}

// Only returns those of a level.
func Only(found []Finding, l Level) (list []Finding) {
	for _, f := range found {
		if f.Level == l {
			list = append(list, f)
		}
	}
	return list
}

// plainWord is what names of members and values of enums look like.
var plainWord = regexp.MustCompile(`^[\w.:/+-]{1,40}$`)

// isPlain reports whether a name or value can be shown: it looks like a word, and not like an id, somebody's text or a
// secret, of which the short ones are told by their digits.
func isPlain(text string) bool {
	if !plainWord.MatchString(text) || secrets.In(text) {
		return false
	}
	count := func(class func(rune) bool) (n int) {
		for _, r := range text {
			if class(r) {
				n++
			}
		}
		return n
	}
	digits := count(unicode.IsDigit)
	return digits <= 8 && (len(text) <= 16 || digits == 0 || count(unicode.IsUpper) == 0 || count(unicode.IsLower) == 0)
}

// Word is a name or value for people to read, or how long it is where it is none that can be shown.
func Word(text string) string {
	if isPlain(text) {
		return strconv.Quote(text)
	}
	return "a text of " + strconv.Itoa(len(text)) + " bytes"
}

// token is a part of a JSON Pointer.
func token(name string) string {
	if !isPlain(name) {
		return "?"
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
