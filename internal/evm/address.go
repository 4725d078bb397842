// Package evm has what wallets on EVM chains are made of: addresses, hashes and signatures.
package evm

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"golang.org/x/crypto/sha3"
)

// Base is the CAIP-2 name of the chain that the service looks at.
const Base = "eip155:8453"

// ErrAddress says that a text is no EVM address.
var ErrAddress = errors.New("invalid wallet address")

// Account returns the EIP-55 form of an address, 0x and 40 hex digits. Digits all in lower or all in upper case carry no
// checksum and are accepted; mixed case must be the right one.
func Account(address string) (string, error) {
	digits, ok := strings.CutPrefix(address, "0x")
	var raw [20]byte
	if ok = ok && len(digits) == 2*len(raw); ok {
		_, err := hex.Decode(raw[:], []byte(digits))
		ok = err == nil
	}
	if !ok {
		return "", fmt.Errorf("%w: want 0x and 40 hex digits", ErrAddress)
	}
	sum := Checksum(raw[:])
	if address != sum && digits != strings.ToLower(digits) && digits != strings.ToUpper(digits) {
		return "", fmt.Errorf("%w: mixed case that is not its EIP-55 checksum", ErrAddress)
	}
	return sum, nil
}

// Checksum writes an address of 20 bytes in EIP-55 form: a letter is upper case where the digit at its place in the hash
// of the lower-case digits is 8 or more.
func Checksum(raw []byte) string {
	text := hex.AppendEncode(append(make([]byte, 0, 42), "0x"...), raw)
	digits := text[len("0x"):]
	hash := Keccak256(digits)
	for i, c := range digits {
		nibble := hash[i/2] >> (4 * (1 - i%2)) & 15
		if c >= 'a' && nibble >= 8 {
			digits[i] = c - 'a' + 'A'
		}
	}
	return string(text)
}

// AddressOf is the address of a public key: the last 20 bytes of the hash of its two coordinates.
func AddressOf(key *secp256k1.PublicKey) string {
	hash := Keccak256(key.SerializeUncompressed()[1:])
	return Checksum(hash[12:])
}

// Keccak256 is Ethereum's hash, the original Keccak rather than the SHA-3 of the standard library.
func Keccak256(parts ...[]byte) []byte {
	h := sha3.NewLegacyKeccak256()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}
