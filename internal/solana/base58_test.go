// Tests of base58.

package solana

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/vectors"
)

func TestBase58(t *testing.T) {
	for _, v := range vectors.Solana.Base58 {
		raw, _ := hex.DecodeString(v.Hex)
		if got := Encode(raw); got != v.Base58 {
			t.Errorf("%s: encoded %q, want %q", v.Hex, got, v.Base58)
		}
		if got, err := Decode(v.Base58); !bytes.Equal(got, raw) || err != nil {
			t.Errorf("%s: decoded %x, %v, want %s", v.Base58, got, err, v.Hex)
		}
	}
	for _, text := range []string{"0", "O", "I", "l", "+1", "-1", "1 ", " 1", "1_1", "é", "1\n", "\xff", strings.Repeat("1", 129)} {
		if raw, err := Decode(text); err == nil {
			t.Errorf("decoded %q to %x", text, raw)
		}
	}
	if len(vectors.Solana.Base58) < 9 {
		t.Error("vectors are missing")
	}
}

// By hand: digit by digit, as the definition has it.
func by58(raw []byte) string {
	n, digits := new(big.Int).SetBytes(raw), ""
	for n.Sign() > 0 {
		var digit big.Int
		n.DivMod(n, big.NewInt(58), &digit)
		digits = base58[digit.Int64():][:1] + digits
	}
	for _, b := range raw {
		if b != 0 {
			break
		}
		digits = "1" + digits
	}
	return digits
}

func FuzzBase58(f *testing.F) {
	for _, v := range vectors.Solana.Base58 {
		raw, _ := hex.DecodeString(v.Hex)
		f.Add(raw, v.Base58)
	}
	f.Fuzz(func(t *testing.T, raw []byte, text string) {
		if raw = raw[:min(len(raw), 64)]; Encode(raw) != by58(raw) {
			t.Errorf("%x gives %s, want %s", raw, Encode(raw), by58(raw))
		}
		if again, err := Decode(Encode(raw)); !bytes.Equal(again, raw) || err != nil {
			t.Errorf("%x came back as %x, %v", raw, again, err)
		}
		if decoded, err := Decode(text); err == nil && Encode(decoded) != text {
			t.Errorf("%q is another text for %s", text, Encode(decoded))
		}
	})
}
