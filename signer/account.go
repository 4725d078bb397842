// Token accounts on Solana: where an owner's USDC lies. Their addresses are derived, so that no key can own them.

package signer

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"filippo.io/edwards25519"
)

// publicKey is an address on Solana, of a person, a program or an account that a program keeps.
type publicKey = [32]byte

// The programs that a transfer calls, or whose rules it follows.
var (
	tokenProgram         = mustKey("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
	tokenAccountProgram  = mustKey("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
	memoProgram          = mustKey("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
	computeBudgetProgram = mustKey("ComputeBudget111111111111111111111111111111")
	systemProgram        = publicKey{}
)

// parseKey reads an address: base58 of 32 bytes. It may be off the curve, as the service's own is.
func parseKey(address string) (publicKey, error) {
	raw, err := decode58(address)
	if err == nil && len(raw) != len(publicKey{}) {
		err = fmt.Errorf("base58 of %d bytes, want 32", len(raw))
	}
	if err != nil {
		return publicKey{}, err
	}
	return publicKey(raw), nil
}

func mustKey(address string) publicKey {
	key, err := parseKey(address)
	if err != nil {
		panic(err)
	}
	return key
}

// tokenAccount is the owner's associated account of a mint under the classic token program, USDC's.
func tokenAccount(owner, mint publicKey) (publicKey, error) {
	return derive(tokenAccountProgram, owner[:], tokenProgram[:], mint[:])
}

// derive finds the address that a program keeps for the seeds: the first hash, counting a last seed down from 255, that
// is not on the curve.
func derive(program publicKey, seeds ...[]byte) (publicKey, error) {
	for bump := 255; bump >= 0; bump-- {
		h := sha256.New()
		for _, seed := range seeds {
			h.Write(seed)
		}
		h.Write([]byte{byte(bump)})
		h.Write(program[:])
		h.Write([]byte("ProgramDerivedAddress"))
		key := publicKey(h.Sum(nil))
		if !onCurve(key) {
			return key, nil
		}
	}
	return publicKey{}, errors.New("no address off the curve") // one case in 2^256
}

// onCurve reports whether key can be somebody's public key. Encodings that are not canonical count, as they do for
// Solana's validators.
func onCurve(key publicKey) bool {
	_, err := new(edwards25519.Point).SetBytes(key[:])
	return err == nil
}
