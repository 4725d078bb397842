// EVM addresses: parsing, and the EIP-55 checksum that their letters' case carries.

package signer

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"golang.org/x/crypto/sha3"
)

// ErrInvalidAddress says that a text is no EVM address. Both a check made here and the service's own answer match it.
var ErrInvalidAddress = errors.New("invalid wallet address")

// ChecksumAddress returns the EIP-55 form of an EVM address: "0x" and 40 hex digits. Digits all in lower case or all in
// upper case carry no checksum and are accepted; mixed case must be the right checksum, since anything else is a typing
// error. Whatever is refused gives [ErrInvalidAddress].
func ChecksumAddress(address string) (string, error) {
	digits, ok := strings.CutPrefix(address, "0x")
	raw, err := hex.DecodeString(digits)
	if !ok || err != nil || len(raw) != 20 {
		return "", fmt.Errorf("signer: %w: want 0x and 40 hex digits", ErrInvalidAddress)
	}
	sum := checksum(raw)
	if address != sum && digits != strings.ToLower(digits) && digits != strings.ToUpper(digits) {
		return "", fmt.Errorf("signer: %w: mixed case that is not its EIP-55 checksum", ErrInvalidAddress)
	}
	return sum, nil
}

// accountOn returns an account in the one spelling that its network has: EIP-55 on Base, base58 of 32 bytes on Solana.
func accountOn(network, address string) (string, error) {
	if network == base {
		return ChecksumAddress(address)
	}
	_, err := parseKey(address)
	return address, err
}

// checksum writes an address of 20 bytes in EIP-55 form: a letter is upper case where the digit at its place in the hash
// of the lower-case digits is 8 or more.
func checksum(raw []byte) string {
	digits := []byte(hex.EncodeToString(raw))
	hash := keccak256(digits)
	for i, c := range digits {
		nibble := hash[i/2] >> (4 * (1 - i%2)) & 15
		if c >= 'a' && nibble >= 8 {
			digits[i] = c - 'a' + 'A'
		}
	}
	return "0x" + string(digits)
}

// addressOf is the address of a public key: the last 20 bytes of the hash of its two coordinates.
func addressOf(key *secp256k1.PublicKey) string {
	hash := keccak256(key.SerializeUncompressed()[1:])
	return checksum(hash[12:])
}

// keccak256 is Ethereum's hash, the original Keccak rather than the SHA-3 of the standard library.
func keccak256(parts ...[]byte) []byte {
	h := sha3.NewLegacyKeccak256()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}
