// Words: texts of one error, none of them said twice.

package refusal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Merged is two texts of one error, or the one that says it all.
func Merged(a, b string) string {
	switch {
	case repeats(a, b):
		return a
	case repeats(b, a):
		return b
	}
	return a + ": " + b
}

// repeats reports whether a text begins or ends with what another says, punctuation apart.
func repeats(long, short string) bool {
	short = strings.TrimRight(short, " .:;!")
	if rest := len(long) - len(short); rest >= 0 && strings.EqualFold(long[:len(short)], short) {
		next, _ := utf8.DecodeRuneInString(long[len(short):])
		return short == "" || rest == 0 || next != '_' && !unicode.IsLetter(next) && !unicode.IsDigit(next)
	}
	end := ": " + short
	long = strings.TrimRight(long, " .:;!")
	return len(long) >= len(end) && strings.EqualFold(long[len(long)-len(end):], end)
}

// Without takes a word off the beginning of a text, if the text goes on behind a colon or has no more than the word.
func Without(s, word string) string {
	if word == "" || len(s) < len(word) || !strings.EqualFold(s[:len(word)], word) {
		return s
	}
	rest := s[len(word):]
	if after, more := strings.CutPrefix(rest, ": "); strings.Trim(rest, ".! ") == "" || more {
		return strings.TrimLeft(after, ".! ")
	}
	return s
}
