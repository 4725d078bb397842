// Bits and bytes, to write small files by hand.

// Package bits writes binary formats.
package bits

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Pack turns binary digits into bytes, the first digit the highest; spaces are for the reader, and zeros fill the last
// byte.
func Pack(digits ...string) []byte {
	text := strings.ReplaceAll(strings.Join(digits, ""), " ", "")
	out := make([]byte, (len(text)+7)/8)
	for i, d := range text {
		out[i/8] |= byte(d-'0') << (7 - i%8)
	}
	return out
}

// Field is a number in n binary digits.
func Field(x uint64, n int) string { return fmt.Sprintf("%0*b", n, x) }

// join writes texts, bytes and numbers of fixed size one after the other.
func join(order binary.ByteOrder, parts ...any) (out []byte) {
	for _, p := range parts {
		if text, plain := p.(string); plain {
			p = []byte(text)
		}
		var err error
		if out, err = binary.Append(out, order, p); err != nil {
			panic(err) // a part of no fixed size, which the first test meets
		}
	}
	return out
}

// BigEndian joins with the highest byte of a number first.
func BigEndian(parts ...any) []byte { return join(binary.BigEndian, parts...) }

// LittleEndian joins with the lowest byte of a number first.
func LittleEndian(parts ...any) []byte { return join(binary.LittleEndian, parts...) }

// Checksum is a cyclic redundancy check as FLAC and Ogg have it: highest bit first, from zero, over width bits.
func Checksum(data []byte, width int, polynomial uint32) (sum uint32) {
	top := uint32(1) << (width - 1)
	for _, b := range data {
		sum ^= uint32(b) << (width - 8)
		for range 8 {
			carry := sum&top != 0
			sum <<= 1
			if carry {
				sum ^= polynomial
			}
		}
	}
	return sum & (top<<1 - 1)
}
