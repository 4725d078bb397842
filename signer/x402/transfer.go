// Transfer: a payment of USDC as a wallet is asked to sign it, and how it is sent once it is signed.

package x402

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/checked"
	"github.com/venice-go/venice/signer"
)

// A Transfer is a transfer of USDC that a wallet is asked to sign: on Base by EIP-3009, a transferWithAuthorization that
// anybody may submit for the payer, on Solana by the exact scheme of x402, a transaction whose fee somebody else pays. A
// signature over anything else, an allowance or a withdrawal say, cannot be asked for with it.
type Transfer struct {
	Network string `json:"network"` // CAIP-2 name: "eip155:8453" (Base) or "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
	Asset   string `json:"asset"`   // USDC: its contract in EIP-55 form on Base, its mint in base58 on Solana
	From    string `json:"from"`    // account that pays: EIP-55 form on Base; on Solana base58 of the owner, not of its token account
	To      string `json:"to"`      // account that is paid, in the same form
	Amount  Amount `json:"amount"`  // above zero, at most 10,000 USD

	// On Base alone: when it is good for, in Unix seconds, and 32 random bytes that make it one of a kind.
	ValidAfter  int64    `json:"validAfter,omitzero"`
	ValidBefore int64    `json:"validBefore,omitzero"`
	Nonce       [32]byte `json:"nonce,omitzero"`

	// On Solana alone: who pays the fee, in base58; the recent block that starts its time, about a minute, in base58;
	// and a text of at most 256 bytes that makes it one of a kind.
	FeePayer  string `json:"feePayer,omitzero"`
	Blockhash string `json:"blockhash,omitzero"`
	Memo      string `json:"memo,omitzero"`
}

// rail is what a recipient is remembered by.
func (t *Transfer) rail() string { return t.Network + "/" + t.Asset }

// A TransferSigner is a wallet of your own that can pay: a wallet app, say. It is asked for transfers by their fields
// rather than their digests, so that it, or the person behind it, knows what it signs.
type TransferSigner interface {
	signer.Wallet
	// SignTransfer signs [Transfer.Message] and returns the signature as text: on Base "0x" and hex of 65 bytes r||s||v
	// over the message's Keccak-256 hash, on Solana base58 of 64 bytes. An error counts as a signature that may exist,
	// and with it the money as spent, unless it wraps [ErrDeclined].
	SignTransfer(ctx context.Context, t Transfer) (signature string, err error)
}

// checkedSigner is what wallets are whose key this process holds.
type checkedSigner interface {
	signer.Wallet
	SignChecked(ctx context.Context, m checked.Message) (string, error)
}

// SignTransfer has a wallet sign a transfer of its own: [signer.EVM], [signer.Solana] or a [TransferSigner]. The former two
// refuse any transfer but their own, always give the same signature for the same one, and whenever they fail there is none,
// which the error says by wrapping [ErrDeclined]. The signature is text, as [TransferSigner] has it.
func SignTransfer(ctx context.Context, wallet signer.Wallet, t Transfer) (string, error) {
	if own, ok := wallet.(TransferSigner); ok {
		return own.SignTransfer(ctx, t)
	}
	own, ok := wallet.(checkedSigner)
	if !ok {
		return "", fmt.Errorf("%w: %T is no wallet that can pay", ErrDeclined, wallet)
	}
	message, err := t.messageFor(ctx, wallet)
	if err != nil {
		return "", err
	}
	signature, err := own.SignChecked(ctx, checked.New(message))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrDeclined, err)
	}
	return signature, nil
}

// ErrDeclined is wrapped by the errors of a [TransferSigner] that certainly made no signature.
var ErrDeclined = errors.New("x402: transfer not signed")

// Message returns what a wallet signs: on Base the 66 bytes of EIP-712, a prefix, the hash of USDC's domain and that of
// the authorization, on Solana the message of a version 0 transaction. Each field is checked; what is left to the caller
// is whether From is to pay To this amount at all. It does not ask whether Asset is USDC.
func (t *Transfer) Message() ([]byte, error) {
	message, err := t.message()
	if err != nil {
		return nil, fmt.Errorf("x402: transfer: %w", err)
	}
	return message, nil
}

func (t *Transfer) message() ([]byte, error) {
	if t.Amount <= 0 || t.Amount > maxAmount {
		return nil, fmt.Errorf("Amount is %v, want more than 0 and at most %v", t.Amount, maxAmount)
	}
	r, err := railOf(t.Network)
	if err != nil {
		return nil, err
	}
	return r.message(t)
}

// messageFor is the message, if it is one for this wallet. Its errors wrap ErrDeclined.
func (t *Transfer) messageFor(ctx context.Context, w signer.Wallet) ([]byte, error) {
	message, err := t.message()
	switch {
	case err != nil:
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case w.Address() == "":
		err = errors.New("the wallet has no key")
	case t.Network != w.Chain():
		err = fmt.Errorf("Network is %q, the wallet's is %q", t.Network, w.Chain())
	case t.ValidAfter != 0:
		err = fmt.Errorf("ValidAfter is %d, want 0", t.ValidAfter)
	case t.From != w.Address():
		err = fmt.Errorf("From is %q, the wallet is %s", t.From, w.Address())
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDeclined, err)
	}
	return message, nil
}

// payload is x402's payload of a payment, if signature is the payer's over this transfer and no other.
func (t *Transfer) payload(signature string) (jsontext.Value, error) {
	message, err := t.Message()
	if err != nil {
		return nil, err
	}
	r, err := railOf(t.Network)
	if err != nil {
		return nil, err
	}
	payload, err := r.payload(t, message, signature)
	if err != nil {
		return nil, fmt.Errorf("x402: transfer: signature: %w", err)
	}
	return payload, nil
}
