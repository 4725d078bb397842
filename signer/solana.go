// Solana: a wallet whose Ed25519 key this process holds.

package signer

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/venice-go/venice/internal/checked"
	"github.com/venice-go/venice/internal/solana"
)

// Solana is a wallet on Solana made of a private key in memory. It prints as its address, never as its key. Make one
// with [ParseSolana] or [GenerateSolana]; the zero Solana has no address and refuses to sign.
type Solana struct {
	address string
	key     func() ed25519.PrivateKey // a function for the reason that Secret gives
}

var errNoSolanaKey = errors.New("signer: Solana wallet has no key: make it with ParseSolana or GenerateSolana")

// ParseSolana reads a private key in one of the forms that wallets export: base58 of 64 bytes (seed and public key),
// base58 of the 32 bytes of the seed alone, or the text of a keypair file, a JSON array of 64 bytes. A public key that
// is not the seed's is refused, and so is white space around base58: trim what comes from a file. No error shows any
// part of the text.
//
// Take care not to pass an address where a seed is meant: both are base58 of 32 bytes, and the wallet of a seed that is
// public belongs to everyone.
func ParseSolana(key string) (*Solana, error) {
	var raw []byte
	var err error
	if strings.HasPrefix(strings.TrimSpace(key), "[") {
		raw, err = parseKeypair(key)
	} else {
		raw, err = solana.Decode(key)
	}
	if err != nil {
		return nil, fmt.Errorf("signer: private key: %w", err)
	}
	if n := len(raw); n != ed25519.SeedSize && n != ed25519.PrivateKeySize {
		return nil, fmt.Errorf("signer: private key: base58 of %d bytes, want 64 (seed and public key) or 32 (seed)", n)
	}
	private := ed25519.NewKeyFromSeed(raw[:ed25519.SeedSize])
	if len(raw) == ed25519.PrivateKeySize && !private.Equal(ed25519.PrivateKey(raw)) {
		return nil, errors.New("signer: private key: its public half belongs to another seed")
	}
	return newSolana(private), nil
}

// parseKeypair reads the JSON array of a keypair file. Its own errors could quote what they stumble over.
func parseKeypair(text string) ([]byte, error) {
	var list []int
	err := json.Unmarshal([]byte(text), &list)
	if err != nil || len(list) != ed25519.PrivateKeySize || slices.Min(list) < 0 || slices.Max(list) > 255 {
		return nil, errors.New("keypair file: want a JSON array of 64 numbers from 0 to 255")
	}
	raw := make([]byte, len(list))
	for i, n := range list {
		raw[i] = byte(n) //nolint:gosec // 0 to 255, as checked
	}
	return raw, nil
}

// GenerateSolana makes a new random wallet. Store what [Solana.PrivateKey] returns: nothing else can bring the wallet
// back.
func GenerateSolana() (*Solana, error) { return generateSolana(rand.Reader) }

func generateSolana(random io.Reader) (*Solana, error) {
	// Not ed25519.GenerateKey, which may leave the reader that it is given aside.
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, fmt.Errorf("signer: generate private key: %w", err)
	}
	return newSolana(ed25519.NewKeyFromSeed(seed)), nil
}

func newSolana(key ed25519.PrivateKey) *Solana {
	return &Solana{solana.Encode(key.Public().(ed25519.PublicKey)), func() ed25519.PrivateKey { return key }}
}

// Address returns the wallet's address, base58 of its public key.
func (w *Solana) Address() string { return w.address }

// Chain returns "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", Solana's main network.
func (w *Solana) Chain() string { return solana.Network }

// SignMessage signs message by Ed25519 and returns the signature in base58. The same message always gives the same
// signature.
//
// A signature over the bytes of a transaction is a signature of the transaction, as nothing on Solana sets messages
// apart. So a message that reads as a transaction is refused.
func (w *Solana) SignMessage(_ context.Context, message []byte) (string, error) {
	if w.key == nil {
		return "", errNoSolanaKey
	}
	if solana.IsTransaction(message) {
		return "", errors.New("signer: Solana wallet: the message is a transaction, or could pass for one; only texts are signed")
	}
	return solana.Encode(ed25519.Sign(w.key(), message)), nil
}

// SignChecked signs what another package of this module has made and checked, such as a payment of package x402, and
// returns the signature as SignMessage does. Nobody else can make its argument.
func (w *Solana) SignChecked(_ context.Context, m checked.Message) (string, error) {
	if w.key == nil {
		return "", errNoSolanaKey
	}
	return solana.Encode(ed25519.Sign(w.key(), m.Bytes())), nil
}

// PrivateKey returns the key as [ParseSolana] reads it: base58 of seed and public key. It is empty for the zero Solana.
func (w *Solana) PrivateKey() Secret {
	if w.key == nil {
		return Secret{}
	}
	return NewSecret(solana.Encode(w.key()))
}

// String returns the address.
func (w Solana) String() string { return w.address }

// MarshalText returns the address, which is so what JSON and slog show.
func (w Solana) MarshalText() ([]byte, error) { return []byte(w.address), nil }
