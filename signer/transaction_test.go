// Tests that a wallet does not sign a transaction for a text.

package signer

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/internal/vectors"
)

// legacy is a transaction in the older form: one signer, one program, one instruction.
func legacy() []byte {
	m := []byte{1, 0, 1, 2}
	m = append(m, bytes.Repeat([]byte{7}, 64)...)
	m = append(m, bytes.Repeat([]byte{9}, 32)...)
	return append(m, 1, 1, 1, 0, 4, 2, 0, 0, 0)
}

func TestTransactionsAreNotSigned(t *testing.T) {
	w := testSolana(t)
	cases := map[string][]byte{
		"legacy":               legacy(),
		"legacy, and more":     append(legacy(), "wants you to sign in"...),
		"no instructions":      append(legacy()[:100:100], 0),
		"a later version":      {0x81, 1},
		"the version alone":    {0x80},
		"long instruction":     append(append(legacy()[:101:101], 1, 1, 0, 0x80, 0x01), make([]byte, 128)...),
		"long form of lengths": append([]byte{1, 0, 1, 0x82, 0x80, 0x00}, legacy()[4:]...),
	}
	for _, v := range vectors.Solana.Transactions {
		message, err := hex.DecodeString(v)
		if err != nil {
			t.Fatal(err)
		}
		cases["v0 "+v[:20]] = message
		// The same without its version and lookup tables is one in the older form.
		cases["legacy of "+v[:20]] = message[1 : len(message)-1]
	}
	if len(vectors.Solana.Transactions) < 2 {
		t.Error("vectors are missing")
	}
	for name, message := range cases {
		if sig, err := w.SignMessage(t.Context(), message); err == nil || sig != "" || !strings.Contains(err.Error(), "transaction") {
			t.Errorf("%s: %q, %v", name, sig, err)
		}
	}
}

func TestTextsAreSigned(t *testing.T) {
	w := testSolana(t)
	whole := legacy()
	cases := map[string][]byte{
		"empty":                  nil,
		"a sign-in":              []byte(vectors.Solana.SignIns[0].Message),
		"a long text":            []byte(strings.Repeat("hello world ", 1000)),
		"line feeds":             []byte(strings.Repeat("\n", 5000)),
		"not ASCII":              []byte("Ünïcode"),
		"Japanese":               []byte("こんにちは"),
		"binary, no transaction": {0, 1, 2, 3},
		"more roles than keys":   append([]byte{2, 0, 1}, whole[3:]...),
		"nobody pays":            append([]byte{1, 1, 1}, whole[3:]...),
		"no signer":              append([]byte{0, 0, 1}, whole[3:]...),
		"length of four bytes":   append([]byte{1, 0, 1, 0x82, 0x80, 0x80, 0}, whole[4:]...),
	}
	for n := range whole {
		cases["cut to "+string(rune('0'+n%10))+hex.EncodeToString([]byte{byte(n)})] = whole[:n]
	}
	for name, message := range cases {
		if sig, err := w.SignMessage(t.Context(), message); err != nil || !verified(w, message, sig) {
			t.Errorf("%s: %q, %v", name, sig, err)
		}
	}
}

// No text of printable characters is ever taken for a transaction, and nothing makes the check fail.
func FuzzIsTransaction(f *testing.F) {
	f.Add(legacy())
	for _, v := range vectors.Solana.Transactions {
		message, _ := hex.DecodeString(v)
		f.Add(message)
	}
	f.Add([]byte(vectors.Solana.SignIns[0].Message))
	f.Fuzz(func(t *testing.T, message []byte) {
		got := solana.IsTransaction(message)
		if got && strings.Trim(string(message), printable) == "" {
			t.Errorf("the text %q is taken for a transaction", message)
		}
		if got && !solana.IsTransaction(append(bytes.Clone(message), 0)) {
			t.Errorf("%x is none with a byte more", message)
		}
	})
}

const printable = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._~!$&'()*+,;=:@/?#[] "

func verified(w *Solana, message []byte, signature string) bool {
	raw, err := solana.Decode(signature)
	return err == nil && solana.Verify(w.Address(), message, raw)
}
