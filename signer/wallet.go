// Wallet: what the rest of the package needs of a wallet, and the adapters for keys that live elsewhere.

package signer

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

// The chains that the service looks at, by their CAIP-2 names.
const (
	base   = "eip155:8453"
	solana = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
)

// A Wallet signs messages in the name of an address. Its methods may be called from several goroutines at once.
//
// An implementation may wait for a person or a network, and gives up when ctx ends.
type Wallet interface {
	// Address is the account as the service writes it: EIP-55 form on an EVM chain, base58 on Solana.
	Address() string
	// Chain is the CAIP-2 name of the account's chain: "eip155:8453" for Base,
	// "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp" for Solana.
	Chain() string
	// SignMessage signs message as the chain's wallets do and returns the signature in the chain's own text form. On
	// an EVM chain that is EIP-191 and "0x" with lower-case hex, of 65 bytes unless the account is a contract; on Solana
	// it is Ed25519 and base58 of 64 bytes.
	SignMessage(ctx context.Context, message []byte) (string, error)
}

// NewMessageWallet returns a wallet on Base whose signatures sign makes: a wallet app, a remote signer, a contract
// account. The function gets the message itself, so it can show or judge what it signs, and applies EIP-191. What it
// returns is passed on as it is, since the signature of a contract account (EIP-1271) has any length and only its chain
// can judge it; an empty one is refused. An address that is malformed gives [ErrInvalidAddress].
func NewMessageWallet(address string, sign func(ctx context.Context, message []byte) (signature []byte, err error)) (Wallet, error) {
	return newRemote(address, sign)
}

// NewDangerousDigestWallet returns a wallet on Base whose key lives where only digests can be signed: a KMS or HSM.
//
// It is dangerous because a digest says nothing about what it stands for. Whoever can call sign can have anything
// signed, a transfer of all funds included, and neither the key's keeper nor its log can tell a login from a payment.
// Use a key that holds nothing beyond what this program needs, and prefer [NewMessageWallet] where there is a choice.
//
// The function may return a signature in ASN.1 DER, as 64 bytes r||s, or as 65 bytes r||s||v. Whatever came back is
// brought into the one accepted form (low s, v 27 or 28) and must recover to address, or SignMessage fails. An address
// that is malformed gives [ErrInvalidAddress].
//
// The wallet has a method SignDigest(ctx, digest [32]byte) ([]byte, error) as well, by which transactions are signed
// (signer/stake).
func NewDangerousDigestWallet(address string, sign func(ctx context.Context, digest [32]byte) (signature []byte, err error)) (Wallet, error) {
	if sign == nil {
		return newRemote(address, nil)
	}
	w := &digestWallet{}
	inner, err := newRemote(address, func(ctx context.Context, message []byte) ([]byte, error) {
		return w.SignDigest(ctx, [32]byte(hashMessage(message)))
	})
	if err != nil {
		return nil, err
	}
	*w = digestWallet{inner, sign}
	return w, nil
}

// digestWallet is a wallet whose key signs digests.
type digestWallet struct {
	Wallet
	sign func(ctx context.Context, digest [32]byte) ([]byte, error)
}

// SignDigest returns r, s and v, 65 bytes: low s, v 27 or 28.
func (w *digestWallet) SignDigest(ctx context.Context, digest [32]byte) ([]byte, error) {
	sig, err := w.sign(ctx, digest)
	if err != nil {
		return nil, err
	}
	return canonical(digest[:], sig, w.Address())
}

func (w *digestWallet) String() string { return w.Address() }

// remote is a wallet whose key lives elsewhere.
type remote struct {
	address string
	sign    func(ctx context.Context, message []byte) ([]byte, error)
}

func newRemote(address string, sign func(context.Context, []byte) ([]byte, error)) (Wallet, error) {
	address, err := ChecksumAddress(address)
	if err != nil {
		return nil, err
	}
	if sign == nil {
		return nil, errors.New("signer: wallet: no function to sign with")
	}
	return &remote{address, sign}, nil
}

func (w *remote) Address() string { return w.address }
func (w *remote) Chain() string   { return base }
func (w *remote) String() string  { return w.address }

func (w *remote) SignMessage(ctx context.Context, message []byte) (string, error) {
	// The copy keeps a function that works in place from changing what the caller holds to be signed.
	sig, err := w.sign(ctx, bytes.Clone(message))
	if err != nil {
		return "", fmt.Errorf("signer: wallet %s: %w", w.address, err)
	}
	if len(sig) == 0 {
		return "", fmt.Errorf("signer: wallet %s: empty signature", w.address)
	}
	return "0x" + hex.EncodeToString(sig), nil
}

// canonical brings a signature over digest into the form r||s||v, s low and v such that it recovers to address. The
// maker's own v is not believed: hardware counts it from 0, from 27 or by chain.
func canonical(digest, sig []byte, address string) ([]byte, error) {
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
		if key, err := recoverKey(digest, out); err == nil && strings.EqualFold(addressOf(key), address) {
			return out, nil
		}
	}
	return nil, errors.New("signature is not by the key of this address")
}
