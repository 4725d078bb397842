// Reading back raw transactions, as a node does.

package stake

import (
	"encoding/hex"
	"math/big"
	"strings"
)

// A sentTransaction is one that the fake was given, read back from its bytes.
type sentTransaction struct {
	nonce, gas uint64
	tip, fee   *big.Int
	to         string
	data       []byte
	hash       string
}

// decode reads a raw transaction, and makes sure that what does not change is as it should be.
func (f *fakeChain) decode(raw string) sentTransaction {
	b, err := hex.DecodeString(strings.TrimPrefix(raw, "0x"))
	if err != nil || b[0] != 2 {
		f.t.Fatal(raw)
	}
	hash := keccak256(b)
	fields, rest := unlist(b[1:])
	if len(fields) != 12 || len(rest) != 0 {
		f.t.Fatalf("%d fields, %x left", len(fields), rest)
	}
	n := func(i int) *big.Int { return new(big.Int).SetBytes(fields[i]) }
	if n(0).Int64() != f.id || len(fields[6]) != 0 || len(fields[8]) != 0 {
		f.t.Errorf("chain, value, access list: %x, %x, %x", fields[0], fields[6], fields[8])
	}
	return sentTransaction{n(1).Uint64(), n(4).Uint64(), n(2), n(3), address(fields[5]).String(), fields[7], "0x" + hex.EncodeToString(hash[:])}
}

// unlist reads RLP: the fields of the list that b begins with.
func unlist(b []byte) (fields [][]byte, rest []byte) {
	body, rest := unitem(b)
	for len(body) > 0 {
		var field []byte
		field, body = unitem(body)
		fields = append(fields, field)
	}
	return fields, rest
}

func unitem(b []byte) (body, rest []byte) {
	switch k := int(b[0]); {
	case k < 0x80:
		return b[:1], b[1:]
	case k < 0xb8:
		return b[1 : 1+k-0x80], b[1+k-0x80:]
	case k < 0xc0:
		return long(b, k-0xb7)
	case k < 0xf8:
		return b[1 : 1+k-0xc0], b[1+k-0xc0:]
	default:
		return long(b, k-0xf7)
	}
}

func long(b []byte, size int) (body, rest []byte) {
	n := int(new(big.Int).SetBytes(b[1 : 1+size]).Int64())
	return b[1+size : 1+size+n], b[1+size+n:]
}
