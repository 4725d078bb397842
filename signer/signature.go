// EVM message signatures: the EIP-191 hash, the 65 bytes r||s||v, and who made them.

package signer

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

// RecoverEVM returns the address, in EIP-55 form, whose key signed message by EIP-191 ("personal_sign"). The signature
// is "0x" and 130 hex digits: r, s and v. There is one accepted form for each signature: v is 27 or 28, and s lies in
// the lower half of the curve order, so that a signature cannot be altered into another that verifies as well.
//
// Any well-formed signature recovers to some address: compare it with the one that you expect. Signatures of contract
// wallets (EIP-1271) can only be checked on chain.
func RecoverEVM(message []byte, signature string) (address string, err error) {
	sig, err := parseSignature(signature)
	if err != nil {
		return "", fmt.Errorf("signer: signature: %w", err)
	}
	key, err := recoverKey(hashMessage(message), sig)
	if err != nil {
		return "", fmt.Errorf("signer: signature: %w", err)
	}
	return addressOf(key), nil
}

// parseSignature reads "0x" and hex of 65 bytes.
func parseSignature(text string) ([]byte, error) {
	digits, ok := strings.CutPrefix(text, "0x")
	sig, err := hex.DecodeString(digits)
	if !ok || err != nil || len(sig) != 65 {
		return nil, errors.New("want 0x and 130 hex digits") // err quotes what it stumbled over
	}
	return sig, nil
}

// hashMessage is the EIP-191 hash. The prefix keeps a signed message from being a transaction.
func hashMessage(message []byte) []byte {
	return keccak256([]byte("\x19Ethereum Signed Message:\n"+strconv.Itoa(len(message))), message)
}

// recoverKey returns the public key under which sig, 65 bytes r||s||v, signs the digest.
func recoverKey(digest, sig []byte) (*secp256k1.PublicKey, error) {
	var s secp256k1.ModNScalar
	if s.SetByteSlice(sig[32:64]) || s.IsOverHalfOrder() {
		return nil, errors.New("s is above half the curve order")
	}
	if v := sig[64]; v != 27 && v != 28 {
		return nil, fmt.Errorf("v is %d, want 27 or 28", v)
	}
	key, _, err := ecdsa.RecoverCompact(append([]byte{sig[64]}, sig[:64]...), digest)
	return key, err
}

// signDigest signs with RFC 6979's deterministic nonce, which needs no randomness that could fail. The result is
// r||s||v with low s and v 27 or 28.
func signDigest(key *secp256k1.PrivateKey, digest []byte) []byte {
	c := ecdsa.SignCompact(key, digest, false)
	return append(c[1:], c[0])
}
