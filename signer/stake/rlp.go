// RLP: how Ethereum writes lists of numbers and bytes (the yellow paper's appendix B).

package stake

import (
	"encoding/binary"
	"math/big"
)

// item is one element of a list.
func item(raw []byte) []byte {
	if len(raw) == 1 && raw[0] < 0x80 {
		return raw
	}
	return append(head(0x80, len(raw)), raw...)
}

// number is a number as an element: big-endian, without leading zeros, so that zero is no byte at all.
func number(n *big.Int) []byte { return item(n.Bytes()) }

func list(items ...[]byte) []byte {
	var body []byte
	for _, i := range items {
		body = append(body, i...)
	}
	return append(head(0xc0, len(body)), body...)
}

// head says what follows, and how long it is: up to 55 bytes in itself, above by the bytes of the length.
func head(kind byte, length int) []byte {
	if length < 56 {
		return []byte{kind + byte(length)} //nolint:gosec // below 56
	}
	size := binary.BigEndian.AppendUint64(nil, uint64(length))
	for size[0] == 0 {
		size = size[1:]
	}
	return append([]byte{kind + 55 + byte(len(size))}, size...) //nolint:gosec // 8 at most
}
