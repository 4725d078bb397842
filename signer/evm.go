// EVM: a wallet whose secp256k1 key this process holds.

package signer

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"github.com/venice-go/venice/internal/checked"
	"github.com/venice-go/venice/internal/evm"
)

// EVM is a wallet on Base made of a private key in memory. It prints as its address, never as its key. Make one with
// [ParseEVM] or [GenerateEVM]; the zero EVM has no address and refuses to sign.
type EVM struct {
	address string
	key     func() *secp256k1.PrivateKey // a function for the reason that Secret gives
}

// ParseEVM reads a private key: 64 hex digits, with or without 0x before them. A key that is zero or not below the
// curve order is refused rather than reduced, since it would not be the wallet that it was meant to be. White space is
// refused too: trim what comes from a file. No error shows any part of the text.
func ParseEVM(key string) (*EVM, error) {
	raw, err := hex.DecodeString(strings.TrimPrefix(key, "0x"))
	if err != nil || len(raw) != 32 {
		return nil, errors.New("signer: private key: want 64 hex digits, with or without 0x, and nothing around them")
	}
	var scalar secp256k1.ModNScalar
	if overflow := scalar.SetByteSlice(raw); overflow || scalar.IsZero() {
		return nil, errors.New("signer: private key: zero, or not below the order of secp256k1")
	}
	return newEVM(secp256k1.NewPrivateKey(&scalar)), nil
}

// GenerateEVM makes a new random wallet. Store what [EVM.PrivateKey] returns: nothing else can bring the wallet back.
func GenerateEVM() (*EVM, error) { return generateEVM(rand.Reader) }

func generateEVM(random io.Reader) (*EVM, error) {
	key, err := secp256k1.GeneratePrivateKeyFromRand(random)
	if err != nil {
		return nil, fmt.Errorf("signer: generate private key: %w", err)
	}
	return newEVM(key), nil
}

func newEVM(key *secp256k1.PrivateKey) *EVM {
	return &EVM{evm.AddressOf(key.PubKey()), func() *secp256k1.PrivateKey { return key }}
}

// Address returns the wallet's address in EIP-55 form.
func (w *EVM) Address() string { return w.address }

// Chain returns "eip155:8453", Base.
func (w *EVM) Chain() string { return evm.Base }

// SignMessage signs message by EIP-191 and returns "0x" and 130 hex digits: r, s and v, with low s and v 27 or 28. The
// same message always gives the same signature (RFC 6979).
func (w *EVM) SignMessage(_ context.Context, message []byte) (string, error) {
	return w.sign(evm.HashMessage(message))
}

// SignChecked signs what another package of this module has made and checked, such as a payment of package x402, and
// returns the signature as SignMessage does. Nobody else can make its argument.
func (w *EVM) SignChecked(_ context.Context, m checked.Message) (string, error) {
	return w.sign(evm.Keccak256(m.Bytes()))
}

func (w *EVM) sign(digest []byte) (string, error) {
	if w.key == nil {
		return "", errors.New("signer: EVM wallet has no key: make it with ParseEVM or GenerateEVM")
	}
	text := append(make([]byte, 0, 132), "0x"...)
	return string(hex.AppendEncode(text, evm.Sign(w.key(), digest))), nil
}

// PrivateKey returns the key as [ParseEVM] reads it: 0x and 64 hex digits. It is empty for the zero EVM.
func (w *EVM) PrivateKey() Secret {
	if w.key == nil {
		return Secret{}
	}
	return NewSecret("0x" + hex.EncodeToString(w.key().Serialize()))
}

// String returns the address.
func (w EVM) String() string { return w.address }

// MarshalText returns the address, which is so what JSON and slog show.
func (w EVM) MarshalText() ([]byte, error) { return []byte(w.address), nil }
