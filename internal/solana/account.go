// Package solana has what wallets on Solana are made of: the text form of keys, token accounts, signatures, and which bytes
// are a transaction.
package solana

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"

	"filippo.io/edwards25519"
)

// Network is the CAIP-2 name of the main network.
const Network = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"

// A Key is an address on Solana, of a person, a program or an account that a program keeps.
type Key = [32]byte

// The programs that a transfer calls, or whose rules it follows.
var (
	TokenProgram         = MustKey("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
	TokenAccountProgram  = MustKey("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
	MemoProgram          = MustKey("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
	ComputeBudgetProgram = MustKey("ComputeBudget111111111111111111111111111111")
	SystemProgram        = Key{}
)

// ParseKey reads an address: base58 of 32 bytes. It may be off the curve, as the service's own is.
func ParseKey(address string) (Key, error) {
	raw, err := Decode(address)
	if err == nil && len(raw) != len(Key{}) {
		err = fmt.Errorf("base58 of %d bytes, want 32", len(raw))
	}
	if err != nil {
		return Key{}, err
	}
	return Key(raw), nil
}

// MustKey is for addresses that are known to be good.
func MustKey(address string) Key {
	key, err := ParseKey(address)
	if err != nil {
		panic(err)
	}
	return key
}

// TokenAccount is the owner's associated account of a mint under the classic token program, USDC's.
func TokenAccount(owner, mint Key) (Key, error) {
	return derive(TokenAccountProgram, owner[:], TokenProgram[:], mint[:])
}

// derive finds the address that a program keeps for the seeds: the first hash, counting a last seed down from 255, that
// is not on the curve.
func derive(program Key, seeds ...[]byte) (Key, error) {
	for bump := 255; bump >= 0; bump-- {
		h := sha256.New()
		for _, seed := range seeds {
			h.Write(seed)
		}
		h.Write([]byte{byte(bump)})
		h.Write(program[:])
		h.Write([]byte("ProgramDerivedAddress"))
		key := Key(h.Sum(nil))
		if !onCurve(key) {
			return key, nil
		}
	}
	return Key{}, errors.New("no address off the curve") // one case in 2^256
}

// onCurve reports whether key can be somebody's public key. Encodings that are not canonical count, as they do for
// Solana's validators.
func onCurve(key Key) bool {
	_, err := new(edwards25519.Point).SetBytes(key[:])
	return err == nil
}

// Verify reports whether signature, of 64 bytes, is the address's over message.
func Verify(address string, message, signature []byte) bool {
	public, err := ParseKey(address)
	return err == nil && ed25519.Verify(public[:], message, signature)
}
