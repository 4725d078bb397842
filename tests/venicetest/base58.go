// Base58, and the 32 bytes that are an address on Solana. The fake reads and derives them by itself, so that it does not
// share a mistake with the signer.

package venicetest

import (
	"crypto/sha256"
	"errors"
	"math/big"
	"slices"
	"strings"

	"filippo.io/edwards25519"
)

const alphabet58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// A pubkey is an address on Solana.
type pubkey [32]byte

func (k pubkey) String() string { return to58(k[:]) }

func to58(b []byte) string {
	var digits []byte
	rest, base, digit := new(big.Int).SetBytes(b), big.NewInt(58), new(big.Int)
	for rest.Sign() > 0 {
		rest.DivMod(rest, base, digit)
		digits = append(digits, alphabet58[digit.Int64()])
	}
	for i := 0; i < len(b) && b[i] == 0; i++ {
		digits = append(digits, alphabet58[0])
	}
	slices.Reverse(digits)
	return string(digits)
}

// readKey reads base58 of 32 bytes.
func readKey(text string) (key pubkey, err error) {
	bad := errors.New("want base58 of 32 bytes")
	if len(text) < len(key) || len(text) > 44 {
		return key, bad
	}
	sum := new(big.Int)
	for _, c := range []byte(text) {
		digit := strings.IndexByte(alphabet58, c)
		if digit < 0 {
			return key, bad
		}
		sum.Add(sum.Mul(sum, big.NewInt(58)), big.NewInt(int64(digit)))
	}
	if sum.BitLen() > 256 {
		return key, bad
	}
	sum.FillBytes(key[:])
	if to58(key[:]) != text { // the number of leading zeros
		return key, bad
	}
	return key, nil
}

func fixedKey(text string) pubkey {
	key, err := readKey(text)
	if err != nil {
		panic(err) // a constant
	}
	return key
}

// tokenAccount is the associated account in which an owner holds a mint's tokens: the first hash off the curve.
func tokenAccount(owner, mint, tokenProgram pubkey) pubkey {
	for bump := 255; bump > 0; bump-- {
		seeds := slices.Concat(owner[:], tokenProgram[:], mint[:], []byte{byte(bump)}, accountProgram[:], []byte("ProgramDerivedAddress"))
		sum := sha256.Sum256(seeds)
		if _, err := new(edwards25519.Point).SetBytes(sum[:]); err != nil {
			return sum
		}
	}
	panic("no address off the curve") // one case in 2^255
}
