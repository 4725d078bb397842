// Transaction: an EIP-1559 transaction that calls a contract, and its signature.

package stake

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"github.com/venice-go/venice/internal/evm"
	waiting "github.com/venice-go/venice/internal/patience"
	"github.com/venice-go/venice/signer"
)

// dynamicFee is the type of EIP-1559 transactions: the byte before what is signed and sent.
const dynamicFee = 0x02

type transaction struct {
	chain, nonce, gas uint64
	tip, fee          *big.Int // most per gas, in wei: for who makes the block, and in all
	to                address
	data              []byte
}

// A signed is a transaction as it is sent, and the name that the chain has for it.
type signed struct {
	*transaction
	raw, hash string // 0x and hex
}

// encode is the transaction with what was signed or, without, as it is signed. It moves no ETH and names no storage
// ahead, so that value and access list are empty.
func (t *transaction) encode(signature ...*big.Int) []byte {
	n := func(v uint64) *big.Int { return new(big.Int).SetUint64(v) }
	items := [][]byte{number(n(t.chain)), number(n(t.nonce)), number(t.tip), number(t.fee), number(n(t.gas)), item(t.to[:]), item(nil), item(t.data), list()}
	for _, part := range signature {
		items = append(items, number(part))
	}
	return append([]byte{dynamicFee}, list(items...)...)
}

// cost is the most that the transaction can cost on Base, without the fee for the data that Base puts on Ethereum.
func (t *transaction) cost() *big.Int {
	return new(big.Int).Mul(t.fee, new(big.Int).SetUint64(t.gas))
}

// A signature that is not the wallet's would be sent in the name of another account: it is held against the address.
func (t *transaction) sign(ctx context.Context, from address, sign signDigest) (signed, error) {
	digest := keccak256(t.encode())
	sig, err := sign(ctx, digest)
	if err != nil {
		return signed{}, fmt.Errorf("stake: sign the transaction: %w", err)
	}
	if len(sig) != 65 {
		return signed{}, fmt.Errorf("stake: sign the transaction: the wallet's signature has %d bytes, want 65: r, s and v", len(sig))
	}
	parity := sig[64]
	if parity >= 27 {
		parity -= 27
	}
	var s secp256k1.ModNScalar
	if parity > 1 || s.SetByteSlice(sig[32:64]) || s.IsOverHalfOrder() {
		return signed{}, errors.New("stake: sign the transaction: want v 0, 1, 27 or 28, and s in the lower half of the curve order")
	}
	key, _, err := ecdsa.RecoverCompact(append([]byte{parity + 27}, sig[:64]...), digest[:])
	if err != nil || evm.AddressOf(key) != from.String() {
		return signed{}, errors.New("stake: sign the transaction: the signature is not by the key of the wallet's address")
	}
	n := func(b []byte) *big.Int { return new(big.Int).SetBytes(b) }
	raw := t.encode(n([]byte{parity}), n(sig[:32]), n(sig[32:64]))
	hash := keccak256(raw)
	return signed{t, "0x" + hex.EncodeToString(raw), "0x" + hex.EncodeToString(hash[:])}, nil
}

// signDigest returns r, s and v, 65 bytes.
type signDigest = func(ctx context.Context, digest [32]byte) ([]byte, error)

// signerOf finds out how a wallet signs a digest. Most do not let anybody have one signed: a digest does not say what it
// stands for.
func signerOf(wallet signer.Wallet) (signDigest, error) {
	if wallet == nil {
		return nil, errors.New("stake: Wallet: there is none")
	}
	if !strings.HasPrefix(wallet.Chain(), "eip155:") {
		return nil, fmt.Errorf("stake: Wallet: it is on %s; VVV is staked with a wallet on Base", wallet.Chain())
	}
	switch w := wallet.(type) {
	case interface {
		SignDigest(context.Context, [32]byte) ([]byte, error)
	}:
		return func(ctx context.Context, digest [32]byte) ([]byte, error) { // a wallet may ignore its context
			return waiting.Call(ctx, 4*time.Minute, 0, func(ctx context.Context) ([]byte, error) { return w.SignDigest(ctx, digest) })
		}, nil
	case *signer.EVM:
		return func(_ context.Context, digest [32]byte) ([]byte, error) {
			raw, err := hex.DecodeString(strings.TrimPrefix(w.PrivateKey().Reveal(), "0x"))
			if err != nil || len(raw) != 32 {
				return nil, errors.New("the wallet has no key")
			}
			compact := ecdsa.SignCompact(secp256k1.PrivKeyFromBytes(raw), digest[:], false)
			return append(compact[1:], compact[0]), nil
		}, nil
	}
	return nil, fmt.Errorf("stake: Wallet: %s %w, and a transaction is no message: want a private key, or a wallet with a method SignDigest", wallet.Address(), errDigest)
}

// errDigest is of wallets that are good to read with.
var errDigest = errors.New("signs messages only")

// keccak256 is the hash of Ethereum, as an array.
func keccak256(text []byte) [32]byte { return [32]byte(evm.Keccak256(text)) }
