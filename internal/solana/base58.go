// Base58: the text form of Solana's addresses, keys and signatures.

package solana

import (
	"errors"
	"math/big"
	"slices"
	"strings"
)

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// digits58 are the digits that math/big uses for the same base.
const digits58 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"

// max58 is how long a text is read: more than any 64 bytes need, and short, since the effort grows with its square.
const max58 = 128

// Encode writes one digit 1 for each leading zero byte and the rest as a number.
func Encode(raw []byte) string {
	zeros := 0
	for zeros < len(raw) && raw[zeros] == 0 {
		zeros++
	}
	text := []byte(strings.Repeat("1", zeros))
	if zeros == len(raw) {
		return string(text)
	}
	text = new(big.Int).SetBytes(raw).Append(text, len(base58))
	for i := zeros; i < len(text); i++ {
		text[i] = base58[strings.IndexByte(digits58, text[i])]
	}
	return string(text)
}

// Decode reads the one text that stands for some bytes.
func Decode(text string) ([]byte, error) {
	if len(text) > max58 {
		return nil, errors.New("too long for base58 of a key, an address or a signature")
	}
	digits := []byte(text)
	for i, c := range digits {
		value := strings.IndexByte(base58, c)
		if value < 0 {
			return nil, errors.New("not base58 (letters and digits without 0, O, I and l)")
		}
		digits[i] = digits58[value]
	}
	rest := strings.TrimLeft(string(digits), "0")
	raw := make([]byte, len(text)-len(rest))
	if rest == "" {
		return raw, nil
	}
	n, _ := new(big.Int).SetString(rest, len(base58))
	return slices.Concat(raw, n.Bytes()), nil
}
