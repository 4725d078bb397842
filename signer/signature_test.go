// Tests of EIP-191 signatures and of their recovery.

package signer

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/vectors"
)

func ExampleRecoverEVM() {
	wallet, _ := ParseEVM("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80") // a published test key
	signature, _ := wallet.SignMessage(context.Background(), []byte("hello world"))
	fmt.Println(RecoverEVM([]byte("hello world"), signature))
	// Output: 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 <nil>
}

func TestPersonalSignVectors(t *testing.T) {
	wallet, err := ParseEVM(vectors.PersonalSign.Key)
	if err != nil {
		t.Fatal(err)
	}
	if len(vectors.PersonalSign.Cases) < 10 {
		t.Error("vectors are missing")
	}
	for _, v := range vectors.PersonalSign.Cases {
		message := []byte(v.Message)
		if v.MessageHex != "" {
			message, _ = hex.DecodeString(v.MessageHex)
		} else if v.RepeatA > 0 {
			message = bytes.Repeat([]byte("a"), v.RepeatA)
		}
		if got := "0x" + hex.EncodeToString(evm.HashMessage(message)); got != v.Hash {
			t.Errorf("%s: hash %s, want %s", v.Name, got, v.Hash)
		}
		if got, err := wallet.SignMessage(t.Context(), message); got != v.Signature || err != nil {
			t.Errorf("%s: signature %s, %v; want %s", v.Name, got, err, v.Signature)
		}
		if got, err := RecoverEVM(message, v.Signature); got != vectors.PersonalSign.Address || err != nil {
			t.Errorf("%s: recovered %q, %v", v.Name, got, err)
		}
	}
}

func TestRecoverEVMRefuses(t *testing.T) {
	good := vectors.PersonalSign.Cases[0]
	order := "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
	r, s := good.Signature[2:66], good.Signature[66:130]
	for name, sig := range map[string]string{
		"high s":    vectors.PersonalSign.HighS,
		"v 0":       vectors.PersonalSign.LowV,
		"v 29":      "0x" + r + s + "1d",
		"v 31":      "0x" + r + s + "1f", // the library's mark of a compressed key
		"no 0x":     good.Signature[2:],
		"0X":        "0X" + good.Signature[2:],
		"short":     good.Signature[:130],
		"long":      good.Signature + "00",
		"empty":     "",
		"not hex":   "0x" + strings.Repeat("g", 130),
		"space":     good.Signature + " ",
		"r zero":    "0x" + strings.Repeat("0", 64) + s + "1b",
		"s zero":    "0x" + r + strings.Repeat("0", 64) + "1b",
		"r = order": "0x" + order + s + "1b",
		"s = order": "0x" + r + order + "1b",
	} {
		if address, err := RecoverEVM([]byte(good.Message), sig); err == nil || address != "" {
			t.Errorf("%s: recovered %q, want an error", name, address)
		}
	}
	if address, err := RecoverEVM([]byte(good.Message+"."), good.Signature); err == nil && address == vectors.PersonalSign.Address {
		t.Error("another message recovers to the same address")
	}
}

// Whatever recovers has the one accepted form: no second text may stand for the same signature.
func FuzzRecoverEVM(f *testing.F) {
	for _, v := range vectors.PersonalSign.Cases[:3] {
		f.Add([]byte(v.Message), v.Signature)
	}
	f.Fuzz(func(t *testing.T, message []byte, signature string) {
		address, err := RecoverEVM(message, signature)
		if err != nil {
			if address != "" {
				t.Fatalf("address %q beside an error", address)
			}
			return
		}
		if sum, err := ChecksumAddress(address); sum != address || err != nil {
			t.Errorf("recovered %q: %v", address, err)
		}
		raw, err := hex.DecodeString(signature[2:])
		if err != nil || len(raw) != 65 || raw[64]|1 == raw[64] && raw[64] != 27 || raw[32] > 0x7f {
			t.Errorf("accepted %q", signature)
		}
		if again, err := evm.Canonical(evm.HashMessage(message), raw, address); !bytes.Equal(again, raw) || err != nil {
			t.Errorf("%q is not canonical: %x, %v", signature, again, err)
		}
	})
}
