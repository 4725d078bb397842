// Wallet: what the rest of the package needs of a wallet, and the adapters for keys that live elsewhere.

package signer

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/patience"
)

// A Wallet signs messages in the name of an address. Its methods may be called from several goroutines at once.
//
// An implementation may wait for a person or a network, and gives up when ctx ends. One that does not is left waiting: no
// longer than what it is to sign is good for, a token or a sign-in, does anybody wait for it.
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
		return w.SignDigest(ctx, [32]byte(evm.HashMessage(message)))
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
	return evm.Canonical(digest[:], sig, w.Address())
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
func (w *remote) Chain() string   { return evm.Base }
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

// signText has a wallet sign a text. It waits no longer than the text is good for, whatever the wallet makes of its context.
func signText(ctx context.Context, wallet Wallet, text []byte, most time.Duration) (string, error) {
	switch wallet.(type) {
	case *EVM, *Solana: // they answer at once
		return wallet.SignMessage(ctx, text)
	}
	return patience.Call(ctx, most, 0, func(ctx context.Context) (string, error) { return wallet.SignMessage(ctx, text) })
}
