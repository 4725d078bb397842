// Tests of transfers on Base.

package x402

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/signer"
)

// The third case pays the most that may be paid, the fourth the most that 256 bits hold, which is hashed but not signed.
func TestPublishedAuthorizations(t *testing.T) {
	w := testEVM(t)
	if len(published.EIP3009.Cases) != 4 {
		t.Fatal("vectors are missing")
	}
	for i, v := range published.EIP3009.Cases {
		a := v.Authorization
		words := make([]word, 5)
		for i, text := range []string{a.From[2:], a.To[2:], a.Value, a.ValidAfter, a.ValidBefore} {
			n, ok := new(big.Int).SetString(text, map[bool]int{true: 16, false: 10}[i < 2])
			if !ok {
				t.Fatal(text)
			}
			n.FillBytes(words[i][:])
		}
		nonce := word(unhex(a.Nonce))
		hash := authorizationHash(words[0], words[1], words[2], words[3], words[4], nonce)
		if got := "0x" + hex.EncodeToString(hash); got != v.StructHash {
			t.Errorf("%d: hash %s, want %s", i, got, v.StructHash)
		}
		message := append(append([]byte{0x19, 1}, unhex(published.EIP3009.DomainSeparator)...), hash...)
		value, after, before := new(big.Int).SetBytes(words[2][:]), new(big.Int).SetBytes(words[3][:]), new(big.Int).SetBytes(words[4][:])
		if !value.IsInt64() {
			if _, err := ParseAmount(a.Value); err == nil {
				t.Errorf("%d: an amount of %s", i, a.Value)
			}
		} else {
			transfer := Transfer{
				Network: evm.Base, Asset: baseUSDC, From: a.From, To: a.To, Amount: Amount(value.Int64()),
				ValidAfter: after.Int64(), ValidBefore: before.Int64(), Nonce: nonce,
			}
			if got, err := transfer.Message(); !bytes.Equal(got, message) || err != nil {
				t.Errorf("%d: message %x, %v; want %x", i, got, err, message)
			}
			if _, err := transfer.payload(v.Signature); err != nil {
				t.Errorf("%d: %v", i, err)
			}
			got, err := w.SignTransfer(t.Context(), transfer)
			if transfer.ValidAfter == 0 && (got != v.Signature || err != nil) {
				t.Errorf("%d: signature %s, %v; want %s", i, got, err, v.Signature)
			}
			if transfer.ValidAfter != 0 && (got != "" || err == nil || !strings.Contains(err.Error(), "ValidAfter is 1699999400, want 0")) {
				t.Errorf("%d: %q, %v", i, got, err)
			}
		}
		digest := evm.Keccak256(message)
		if got := "0x" + hex.EncodeToString(digest); got != v.Digest {
			t.Errorf("%d: digest %s, want %s", i, got, v.Digest)
		}
		if got := "0x" + hex.EncodeToString(evm.Sign(testKey(), digest)); got != v.Signature {
			t.Errorf("%d: signature %s, want %s", i, got, v.Signature)
		}
	}
}

func TestPublishedPayload(t *testing.T) {
	transfer := baseTransfer()
	sig, err := testEVM(t).SignTransfer(t.Context(), transfer)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := transfer.payload(sig)
	var got, want any
	if err != nil || json.Unmarshal(payload, &got) != nil || json.Unmarshal(published.Payload, &want) != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s, %v; want %s", payload, err, published.Payload)
	}
}

// Whoever signed one of these would have signed for another chain, another token, or something else than a transfer. A
// Transfer has no field that leads there: its message carries the one domain and the one type.
func TestNothingElseIsHashed(t *testing.T) {
	if got := "0x" + hex.EncodeToString(domainType); got != published.EIP3009.DomainTypeHash {
		t.Errorf("type of the domain %s", got)
	}
	if got := "0x" + hex.EncodeToString(authorizationType); got != published.EIP3009.TypeHash {
		t.Errorf("type %s, want %s", got, published.EIP3009.TypeHash)
	}
	if len(published.EIP3009.NeverSigned) < 4 || len(published.EIP3009.WrongDomains) < 3 {
		t.Fatal("vectors are missing")
	}
	for _, v := range published.EIP3009.NeverSigned {
		if got := "0x" + hex.EncodeToString(evm.Keccak256([]byte(v.Type))); got != v.TypeHash || got == published.EIP3009.TypeHash {
			t.Errorf("%s: %s", v.Type, got)
		}
	}

	asset := word{}
	copy(asset[12:], unhex(baseUSDC))
	separator := func(name, version string, chain int64) string {
		return "0x" + hex.EncodeToString(domainSeparator(evm.Keccak256([]byte(name)), evm.Keccak256([]byte(version)), number(chain), asset))
	}
	wrong := map[string]string{
		"chainId 84532": separator("USD Coin", "2", 84532),
		`name "USDC"`:   separator("USDC", "2", 8453),
		`version "1"`:   separator("USD Coin", "1", 8453),
	}
	transfer := baseTransfer()
	message, err := transfer.Message()
	if err != nil {
		t.Fatal(err)
	}
	if got := "0x" + hex.EncodeToString(message[2:34]); got != published.EIP3009.DomainSeparator || len(message) != 66 {
		t.Errorf("domain %s, want %s", got, published.EIP3009.DomainSeparator)
	}
	for _, v := range published.EIP3009.WrongDomains {
		if wrong[v.Change] != v.DomainSeparator || v.DomainSeparator == published.EIP3009.DomainSeparator {
			t.Errorf("%s: %s, want %s", v.Change, wrong[v.Change], v.DomainSeparator)
		}
	}
}

func TestRefusedOnBase(t *testing.T) {
	lower := func(s *string) { *s = strings.ToLower(*s) }
	w := testEVM(t)
	common.test(t, w, baseTransfer)
	refusals{
		{"another's money", func(t *Transfer) { t.From = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" }, "From"},
		{"the other network", func(t *Transfer) { *t = solanaTransfer() }, "Network"},
		{"zero payee", func(t *Transfer) { t.To = zeroAddress }, "To"},
		{"zero payer", func(t *Transfer) { t.From = zeroAddress }, "From"},
		{"zero asset", func(t *Transfer) { t.Asset = zeroAddress }, "Asset"},
		{"payee without checksum", func(t *Transfer) { lower(&t.To) }, "To"},
		{"payer without checksum", func(t *Transfer) { lower(&t.From) }, "From"},
		{"asset without checksum", func(t *Transfer) { lower(&t.Asset) }, "Asset"},
		{"payee with a quote", func(t *Transfer) { t.To = t.To[:41] + `"` }, "To"},
		{"good from later on", func(t *Transfer) { t.ValidAfter = 1 }, "ValidAfter is 1, want 0"},
		{"good from before the epoch", func(t *Transfer) { t.ValidAfter = -1 }, "ValidAfter is -1 and"},
		{"never good", func(t *Transfer) { t.ValidBefore = 0 }, "ValidBefore 0"},
		{"good until before the epoch", func(t *Transfer) { t.ValidBefore = -1 }, "ValidBefore -1"},
		{"no nonce", func(t *Transfer) { t.Nonce = [32]byte{} }, "Nonce"},
		{"a fee payer", func(t *Transfer) { t.FeePayer = "x" }, "FeePayer"},
		{"a blockhash", func(t *Transfer) { t.Blockhash = "x" }, "Blockhash"},
		{"a memo", func(t *Transfer) { t.Memo = "x" }, "Memo"},
	}.test(t, w, baseTransfer)
	if sig, err := SignTransfer(t.Context(), new(signer.EVM), baseTransfer()); sig != "" || err == nil || !strings.Contains(err.Error(), "no key") {
		t.Errorf("zero wallet: %q, %v", sig, err)
	}
}

// A payload goes out only with a signature by the payer over the very transfer.
func TestPayloadOnBase(t *testing.T) {
	w := testEVM(t)
	transfer := baseTransfer()
	sig, err := w.SignTransfer(t.Context(), transfer)
	if err != nil {
		t.Fatal(err)
	}
	other := secp256k1.PrivKeyFromBytes([]byte{1})
	theirs := "0x" + hex.EncodeToString(evm.Sign(other, evm.Keccak256(must(transfer.Message()))))
	personal, _ := w.SignMessage(t.Context(), must(transfer.Message()))
	for why, bad := range map[string]string{
		"empty": "", "no 0x": sig[2:], "cut": sig[:130], "longer": sig + "00", "no hex": sig[:130] + "zz", "high s": withHighS(sig),
		"v 0": sig[:130] + "00", "zero": "0x" + strings.Repeat("0", 128) + "1b", "another's": theirs, "as a message": personal,
	} {
		if payload, err := transfer.payload(bad); payload != nil || err == nil || (len(bad) > 100 && strings.Contains(err.Error(), bad[10:100])) {
			t.Errorf("%s: %s, %v", why, payload, err)
		}
	}
	for why, change := range map[string]func(*Transfer){
		"To":          func(t *Transfer) { t.To = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" },
		"From":        func(t *Transfer) { t.From = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" },
		"Asset":       func(t *Transfer) { t.Asset = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" },
		"Amount":      func(t *Transfer) { t.Amount++ },
		"ValidAfter":  func(t *Transfer) { t.ValidAfter++ },
		"ValidBefore": func(t *Transfer) { t.ValidBefore++ },
		"Nonce":       func(t *Transfer) { t.Nonce[31]++ },
		"Network":     func(t *Transfer) { t.Network = solana.Network },
	} {
		changed := transfer
		change(&changed)
		if payload, err := changed.payload(sig); payload != nil || err == nil {
			t.Errorf("with another %s: %s", why, payload)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func BenchmarkSignTransfer(b *testing.B) {
	w, transfer := testEVM(b), baseTransfer()
	b.Run("bare", func(b *testing.B) {
		digest, key := evm.Keccak256(nil), testKey()
		for b.Loop() {
			evm.Sign(key, digest)
		}
	})
	b.Run("transfer", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.SignTransfer(b.Context(), transfer); err != nil {
				b.Fatal(err)
			}
		}
	})
}
