// JSON that is still being written, closed so that it can be read.

package schema

import (
	"bytes"
	"unicode/utf8"
)

// Closed returns the longest beginning of a JSON text that says something, with what is open in it closed: a text ends
// where it got to, a number, literal or name that may go on is left out. The result is null if nothing is left.
func Closed(text []byte) []byte {
	var open []byte // the brackets that would close what is open
	good := 0       // up to where values are whole; no bracket stands behind it
	for i := 0; i < len(text); {
		switch c := text[i]; c {
		case '{', '[':
			open = append(open, c+2) // } and ] stand two behind in ASCII
			i++
			good = i
		case '}', ']':
			if len(open) == 0 {
				return []byte("null")
			}
			open = open[:len(open)-1]
			i++
			good = i
		case '"':
			end, ended := stringEnd(text, i)
			isName := len(open) > 0 && open[len(open)-1] == '}' && !afterColon(text[:i])
			switch {
			case !ended && !isName:
				return closing(append(bytes.Clone(text[:end]), '"'), open)
			case ended && !isName:
				good = end
			case !ended:
				end = len(text)
			}
			i = end
		case ' ', '\t', '\n', '\r', ',', ':':
			i++
		default: // a number or literal is whole once something stands behind it
			end := i
			for end < len(text) && !bytes.ContainsRune([]byte(" \t\n\r,:]}"), rune(text[end])) {
				end++
			}
			if end < len(text) {
				good = end
			}
			i = end
		}
	}
	if good == 0 {
		return []byte("null")
	}
	return closing(bytes.Clone(text[:good]), open)
}

func closing(text, open []byte) []byte {
	for i := len(open) - 1; i >= 0; i-- {
		text = append(text, open[i])
	}
	return text
}

func afterColon(text []byte) bool {
	text = bytes.TrimRight(text, " \t\n\r")
	return len(text) > 0 && text[len(text)-1] == ':'
}

// stringEnd returns where a text that begins at i ends. If it does not, that is how much of it can be kept: no half of an
// escape or of a character.
func stringEnd(text []byte, i int) (end int, ended bool) {
	keep := i + 1
	for i++; i < len(text); {
		switch c := text[i]; {
		case c == '"':
			return i + 1, true
		case c == '\\':
			size := 2
			if i+1 < len(text) && text[i+1] == 'u' {
				size = 6
				if rest := text[min(i+6, len(text)):]; isHalf(text[i:]) && bytes.HasPrefix([]byte(`\u`), rest[:min(2, len(rest))]) {
					size = 12
				}
			}
			if i+size > len(text) {
				return keep, false
			}
			i += size
		case c < 0x80:
			i++
		default:
			if !utf8.FullRune(text[i:]) {
				return keep, false
			}
			_, size := utf8.DecodeRune(text[i:])
			i += size
		}
		keep = i
	}
	return keep, false
}

// isHalf reports whether a text begins with an escape that is the first half of a character beyond the first 65,536.
func isHalf(text []byte) bool {
	return len(text) > 3 && (text[2] == 'd' || text[2] == 'D') && bytes.IndexByte([]byte("89abAB"), text[3]) >= 0
}
