// Tests of the enclave's keys against what others published.

package enclave

import (
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
)

// The key 7, its public key and its address, and a text that was encrypted for it: with noble, by whoever made the vectors.
func TestKey(t *testing.T) {
	k := Key{big.NewInt(7)}
	const public = "045cbdf0646e5db4eaa398f365f2ea7a0e3d419b7e0330e39ce92bddedcac4f9bc6aebca40ba255960a3178d6d861a54dba813d0b813fde7b5a5082628087264da"
	if got := hex.EncodeToString(k.Public()); got != public {
		t.Errorf("public key %s", got)
	}
	if got := hex.EncodeToString(k.Address()); got != "d41c057fd1c78805aac12b0a94a405c0461a6fbb" {
		t.Errorf("address %s", got)
	}
	const text = "044f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa385b6b1b8ead809ca67454d9683fcf2ba03456d6fe2c4abe2b07f0fbdbb2f1c1" +
		"000102030405060708090a0b" + "a0972e2c1b14ee1a97d4f2e274cc6c9a"
	if got, err := k.Decrypt(text); got != "" || err != nil {
		t.Errorf("decrypted %q, %v", got, err)
	}
	for _, words := range []string{"", "Grüße", strings.Repeat("x", 100_000)} {
		sealed, err := Encrypt(k.Public(), words)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := k.Decrypt(sealed); got != words || err != nil {
			t.Errorf("%.20q came back as %.20q, %v", words, got, err)
		}
	}
	for text, want := range map[string]error{"x": ErrNotHex, text[:184]: ErrNotHex, "05" + text[2:]: ErrPublic, text[:184] + "00": ErrDecrypt} {
		if _, err := k.Decrypt(text); err != want { //nolint:errorlint // they come as they are
			t.Errorf("%.10q: %v, want %v", text, err, want)
		}
	}
}
