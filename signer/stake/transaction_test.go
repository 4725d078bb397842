// Transactions as viem makes them, byte for byte.

package stake

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"github.com/venice-go/venice/signer"
)

// A vector is a transaction that viem made. Its keys are published ones of tests.
type vector struct {
	PrivateKey string `json:"private_key"`
	From, What string
	Chain      uint64 `json:"chain_id"`
	Nonce      uint64
	Tip        string `json:"max_priority_fee_per_gas"`
	Fee        string `json:"max_fee_per_gas"`
	Gas        uint64 `json:",string"`
	To, Data   string
	Raw, Hash  string
}

func vectors(t testing.TB) []vector {
	t.Helper()
	var file struct{ Cases []vector }
	raw, err := os.ReadFile("testdata/eip1559.json")
	if err == nil {
		err = json.Unmarshal(raw, &file)
	}
	if err != nil || len(file.Cases) < 3 {
		t.Fatal(len(file.Cases), err)
	}
	return file.Cases
}

func (v *vector) transaction(t testing.TB) (*transaction, *signer.EVM) {
	t.Helper()
	wallet, err := signer.ParseEVM(v.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	from, err := parseAddress(wallet.Address())
	if err != nil {
		t.Fatal(err)
	}
	amount, _ := new(big.Int).SetString("1500000000000000000", 10)
	units, err := NewAmount(amount)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPlace(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := stakeFor.on(p.staking, "stake", from.word(), units.units)
	if v.What == "approve" {
		c = approve.on(p.vvv, "approve", p.staking.word(), units.units)
	}
	// What is called is made by us, and held against the vector's.
	if c.to.String() != v.To || !strings.HasSuffix(v.Data, hex.EncodeToString(c.data[:36])+v.Data[74:]) {
		t.Errorf("%s calls %s with %x, want %s", v.What, c.to, c.data, v.Data)
	}
	data, _ := hex.DecodeString(v.Data[2:])
	tip, _ := new(big.Int).SetString(v.Tip, 10)
	fee, _ := new(big.Int).SetString(v.Fee, 10)
	return &transaction{v.Chain, v.Nonce, v.Gas, tip, fee, c.to, data}, wallet
}

func TestVectors(t *testing.T) {
	for _, v := range vectors(t) {
		tx, wallet := v.transaction(t)
		sign, err := signerOf(wallet)
		if err != nil {
			t.Fatal(err)
		}
		from, _ := parseAddress(v.From)
		got, err := tx.sign(t.Context(), from, sign)
		if err != nil || got.raw != v.Raw || got.hash != v.Hash {
			t.Errorf("%s: %v\n got %s\nwant %s", v.What, err, got.raw, v.Raw)
		}
	}
}

// keeper is a wallet whose key another keeps.
type keeper struct {
	signer.Wallet
	sign signDigest
}

func (k *keeper) SignDigest(ctx context.Context, digest [32]byte) ([]byte, error) {
	return k.sign(ctx, digest)
}

func TestSignatures(t *testing.T) {
	v := vectors(t)[1]
	tx, wallet := v.transaction(t)
	from, _ := parseAddress(v.From)
	genuine, err := signerOf(wallet)
	if err != nil {
		t.Fatal(err)
	}
	other, err := signer.ParseEVM(strings.Repeat("02", 32))
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := signerOf(other)
	if err != nil {
		t.Fatal(err)
	}
	altered := func(alter func(sig []byte) []byte) signDigest {
		return func(ctx context.Context, digest [32]byte) ([]byte, error) {
			sig, err := genuine(ctx, digest)
			return alter(sig), err
		}
	}
	high := func(sig []byte) []byte {
		var s secp256k1.ModNScalar
		s.SetByteSlice(sig[32:64])
		s.Negate().PutBytesUnchecked(sig[32:64])
		sig[64] ^= 27 ^ 28
		return sig
	}
	for name, c := range map[string]struct {
		sign signDigest
		err  string
	}{
		"v 27":      {altered(func(sig []byte) []byte { return sig }), ""},
		"v 0":       {altered(func(sig []byte) []byte { sig[64] -= 27; return sig }), ""},
		"v 29":      {altered(func(sig []byte) []byte { sig[64] = 29; return sig }), "v 0, 1"},
		"wrong v":   {altered(func(sig []byte) []byte { sig[64] ^= 27 ^ 28; return sig }), "not by the key"},
		"high s":    {altered(high), "lower half"},
		"zero":      {altered(func([]byte) []byte { return make([]byte, 65) }), "not by the key"},
		"short":     {altered(func(sig []byte) []byte { return sig[:64] }), "64 bytes"},
		"none":      {altered(func([]byte) []byte { return nil }), "0 bytes"},
		"another's": {stranger, "not by the key"},
		"declined":  {func(context.Context, [32]byte) ([]byte, error) { return nil, errors.New("not today") }, "not today"},
	} {
		sign, err := signerOf(&keeper{wallet, c.sign})
		if err != nil {
			t.Fatal(err)
		}
		got, err := tx.sign(t.Context(), from, sign)
		if c.err == "" && (err != nil || got.raw != v.Raw) || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err) || got.raw != "") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Who cannot sign a digest is told so, and what would do.
func TestWallets(t *testing.T) {
	wallet, err := signer.ParseEVM(strings.Repeat("01", 32))
	if err != nil {
		t.Fatal(err)
	}
	app, err := signer.NewMessageWallet(wallet.Address(), func(context.Context, []byte) ([]byte, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	solana, err := signer.GenerateSolana()
	if err != nil {
		t.Fatal(err)
	}
	for want, w := range map[string]signer.Wallet{
		"there is none":            nil,
		"signs messages only":      app,
		"with a wallet on Base":    solana,
		"a method SignDigest":      struct{ signer.Wallet }{wallet},
		"0x1a642f0E3c3aF545E7AcBD": app,
	} {
		if _, err := signerOf(w); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	// A key management service signs digests, in forms of its own.
	v := vectors(t)[1]
	tx, _ := v.transaction(t)
	from, _ := parseAddress(v.From)
	genuine, err := signerOf(wallet)
	if err != nil {
		t.Fatal(err)
	}
	kms, err := signer.NewDangerousDigestWallet(wallet.Address(), func(ctx context.Context, digest [32]byte) ([]byte, error) {
		sig, err := genuine(ctx, digest)
		return sig[:64], err
	})
	if err != nil {
		t.Fatal(err)
	}
	sign, err := signerOf(kms)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := tx.sign(t.Context(), from, sign); err != nil || got.raw != v.Raw {
		t.Error(err)
	}
	sign, err = signerOf(new(signer.EVM))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sign(t.Context(), [32]byte{}); err == nil || !strings.Contains(err.Error(), "no key") {
		t.Error(err)
	}
}
