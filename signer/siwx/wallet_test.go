// Wallets of tests: package signer has the real ones, and stands above this one.

package siwx

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/internal/vectors"
)

type wallet struct {
	address, chain string
	sign           func(message []byte) string
}

func (w wallet) Address() string { return w.address }
func (w wallet) Chain() string   { return w.chain }
func (w wallet) SignMessage(_ context.Context, message []byte) (string, error) {
	return w.sign(message), nil
}

// evmWallet is the one of the vectors, or another.
func evmWallet(t *testing.T, n int) wallet {
	raw, err := hex.DecodeString(vectors.PersonalSign.Key[2:])
	if err != nil {
		t.Fatal(err)
	}
	raw[0] += byte(n - 1)
	key := secp256k1.PrivKeyFromBytes(raw)
	return wallet{evm.AddressOf(key.PubKey()), evm.Base, func(message []byte) string {
		return "0x" + hex.EncodeToString(evm.Sign(key, evm.HashMessage(message)))
	}}
}

func solanaWallet() wallet {
	raw, _ := solana.Decode(vectors.Solana.Keys.Secret64)
	key := ed25519.PrivateKey(raw)
	return wallet{vectors.Solana.Keys.Address, solana.Network, func(message []byte) string {
		return solana.Encode(ed25519.Sign(key, message))
	}}
}

// withHighS is the other signature that the same key could have made, which is not accepted.
func withHighS(signature string) string {
	raw, _ := hex.DecodeString(signature[2:])
	var s secp256k1.ModNScalar
	s.SetByteSlice(raw[32:64])
	s.Negate().PutBytesUnchecked(raw[32:64])
	raw[64] ^= 27 ^ 28
	return "0x" + hex.EncodeToString(raw)
}

// A signature of Solana's may be written in base58 and in base64, each in the one usual way.
func TestSolanaSignatures(t *testing.T) {
	address := vectors.Solana.Keys.Address
	for _, v := range vectors.Solana.SignIns {
		for _, signature := range []string{v.Signature58, v.Signature64} {
			if !solanaSigned(&header{Address: address, Message: v.Message, Signature: signature}) {
				t.Errorf("%s: %s is not taken for the wallet's", v.Name, signature)
			}
		}
		for name, bad := range map[string]header{
			"another message": {Address: address, Message: v.Message + ".", Signature: v.Signature58},
			"cut":             {Address: address, Message: v.Message, Signature: v.Signature58[1:]},
			"empty":           {Address: address, Message: v.Message},
			"unpadded":        {Address: address, Message: v.Message, Signature: v.Signature64[:86]},
			"line feed":       {Address: address, Message: v.Message, Signature: v.Signature64 + "\n"},
			"hex":             {Address: address, Message: v.Message, Signature: hex.EncodeToString(make([]byte, 64))},
			"another wallet":  {Address: "So11111111111111111111111111111111111111112", Message: v.Message, Signature: v.Signature58},
		} {
			if solanaSigned(&bad) {
				t.Errorf("%s: %s is taken for the wallet's", v.Name, name)
			}
		}
	}
}
