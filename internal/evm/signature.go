// Signatures: the EIP-191 hash of a text, the 65 bytes r||s||v, and who made them.

package evm

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

// ParseSignature reads "0x" and hex of 65 bytes.
func ParseSignature(text string) ([]byte, error) {
	digits, ok := strings.CutPrefix(text, "0x")
	sig, err := hex.DecodeString(digits)
	if !ok || err != nil || len(sig) != 65 {
		return nil, errors.New("want 0x and 130 hex digits") // err quotes what it stumbled over
	}
	return sig, nil
}

// HashMessage is the EIP-191 hash. The prefix keeps a signed message from being a transaction.
func HashMessage(message []byte) []byte {
	return Keccak256([]byte("\x19Ethereum Signed Message:\n"+strconv.Itoa(len(message))), message)
}

// Recover returns the address, in EIP-55 form, whose key signed the digest with sig, 65 bytes r||s||v. There is one accepted
// form for each signature: s in the lower half of the curve order, v 27 or 28.
func Recover(digest, sig []byte) (string, error) {
	var s secp256k1.ModNScalar
	if s.SetByteSlice(sig[32:64]) || s.IsOverHalfOrder() {
		return "", errors.New("s is above half the curve order")
	}
	if v := sig[64]; v != 27 && v != 28 {
		return "", fmt.Errorf("v is %d, want 27 or 28", v)
	}
	key, _, err := ecdsa.RecoverCompact(append([]byte{sig[64]}, sig[:64]...), digest)
	if err != nil {
		return "", err
	}
	return AddressOf(key), nil
}

// Sign signs with RFC 6979's deterministic nonce, which needs no randomness that could fail. The result is
// r||s||v with low s and v 27 or 28.
func Sign(key *secp256k1.PrivateKey, digest []byte) []byte {
	c := ecdsa.SignCompact(key, digest, false)
	return append(c[1:], c[0])
}

// Canonical brings a signature over digest into the form r||s||v, s low and v such that it recovers to address. The
// maker's own v is not believed: hardware counts it from 0, from 27 or by chain.
func Canonical(digest, sig []byte, address string) ([]byte, error) {
	var r, s secp256k1.ModNScalar
	if n := len(sig); n == 64 || n == 65 {
		r.SetByteSlice(sig[:32])
		s.SetByteSlice(sig[32:64])
	} else {
		der, err := ecdsa.ParseDERSignature(sig)
		if err != nil {
			return nil, errors.New("signature: want DER, 64 bytes r||s or 65 bytes r||s||v")
		}
		r, s = der.R(), der.S()
	}
	if s.IsOverHalfOrder() {
		s.Negate()
	}
	out := make([]byte, 65)
	r.PutBytesUnchecked(out[:32])
	s.PutBytesUnchecked(out[32:64])
	for v := byte(27); v <= 28; v++ {
		out[64] = v
		if by, err := Recover(digest, out); err == nil && strings.EqualFold(by, address) {
			return out, nil
		}
	}
	return nil, errors.New("signature is not by the key of this address")
}
