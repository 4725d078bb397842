// Tokens: texts cut as a model might cut them.

// Package tokens cuts texts into the tokens that the fake counts, bills and streams. They are no model's, but as many as
// one would make of English: a word and the space after it, and long words in pieces.
package tokens

import (
	"hash/maphash"
	"unicode"
	"unicode/utf8"
)

// longest is how many bytes a token has at most, but for spaces.
const longest = 10

// Split cuts a text and loses nothing: the tokens joined are the text. No token ends within a character.
func Split(text string) (list []string) {
	for len(text) > 0 {
		n := next(text)
		list = append(list, text[:n])
		text = text[n:]
	}
	return list
}

// Count is how many tokens Split makes.
func Count(text string) (n int) {
	for ; len(text) > 0; n++ {
		text = text[next(text):]
	}
	return n
}

// next is the length of the first token: up to longest bytes of a word, and one space or line feed behind it. Of spaces
// without a word there are as many.
func next(text string) int {
	n := 0
	for n < len(text) {
		c, size := utf8.DecodeRuneInString(text[n:])
		if n > 0 && n+size > longest {
			return n
		}
		n += size
		if unicode.IsSpace(c) {
			return n
		}
	}
	return n
}

// A Cache knows the beginnings of the prompts that it saw, in blocks, as an inference server does. It is not safe for
// concurrent use. The zero value is empty and ready.
type Cache struct {
	seed   maphash.Seed
	blocks map[uint64]struct{}
}

const (
	block     = 16      // tokens
	maxBlocks = 1 << 18 // after which all is forgotten
)

// Add takes a prompt, which is another one in each space, and returns how many of its tokens are at the beginning of one
// that came before: whole blocks only, and never all, since a model has to read something.
func (c *Cache) Add(space string, prompt []string) (cached int) {
	if c.blocks == nil || len(c.blocks) > maxBlocks {
		c.seed, c.blocks = maphash.MakeSeed(), map[uint64]struct{}{}
	}
	var h maphash.Hash
	h.SetSeed(c.seed)
	_, _ = h.WriteString(space)
	known := true
	for i, token := range prompt {
		_ = h.WriteByte(0)
		_, _ = h.WriteString(token)
		if (i+1)%block != 0 {
			continue
		}
		sum := h.Sum64()
		if _, there := c.blocks[sum]; known && there && i+1 < len(prompt) {
			cached = i + 1
		} else {
			known = false
		}
		c.blocks[sum] = struct{}{}
	}
	return cached
}
