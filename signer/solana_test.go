// Tests of Solana wallets: which keys they are made of, what they sign, and that nothing prints a key.

package signer

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/checked"
	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/internal/vectors"
)

func ExampleParseSolana() {
	wallet, err := ParseSolana("4wBqpZM9xaSheZzJSMawUKKwhdpChKbZ5eu5ky4Vigw") // a published test key
	fmt.Println(wallet, err)
	fmt.Println(wallet.PrivateKey())
	// Output:
	// 9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj <nil>
	// [redacted]
}

func ExampleGenerateSolana() {
	wallet, err := GenerateSolana()
	if err != nil {
		fmt.Println(err)
		return
	}
	again, err := ParseSolana(wallet.PrivateKey().Reveal()) // Reveal is what you store
	fmt.Println(again.Address() == wallet.Address(), err)
	// Output: true <nil>
}

func testSolana(t testing.TB) *Solana {
	w, err := ParseSolana(vectors.Solana.Keys.Seed32)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestParseSolana(t *testing.T) {
	keys := vectors.Solana.Keys
	seed, _ := hex.DecodeString(keys.SeedHex)
	for _, in := range []string{keys.Secret64, keys.Seed32, keys.File, " " + keys.File + "\n", strings.ReplaceAll(keys.File, ",", ",\n  ")} {
		w, err := ParseSolana(in)
		if err != nil {
			t.Fatalf("%q: %v", in, err)
		}
		if w.Address() != keys.Address || w.Chain() != "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp" ||
			w.PrivateKey().Reveal() != keys.Secret64 || !bytes.Equal(w.key().Seed(), seed) {
			t.Errorf("%q gives %s on %s", in, w.Address(), w.Chain())
		}
	}
	refused := []string{
		"", " ", "[]", "[", "[1]", "null", "{}", keys.Address + keys.Address, "1", keys.Secret64 + "1", keys.Seed32 + "\n", " " + keys.Secret64,
		"0x" + keys.SeedHex, keys.SeedHex, strings.Replace(keys.File, "[1,", "[1.5,", 1), strings.Replace(keys.File, "[1,", "[-255,", 1), strings.Replace(keys.File, "[1,", "[257,", 1),
		strings.Replace(keys.File, "[1,", `["1",`, 1), keys.File + keys.File, strings.Replace(keys.File, ",100]", ",100,0]", 1),
	}
	for _, v := range keys.Invalid {
		refused = append(refused, v.Base58+v.JSON+v.Secret64)
	}
	for _, in := range refused {
		w, err := ParseSolana(in)
		if err == nil || w != nil {
			t.Errorf("ParseSolana accepts %q", in)
		} else if len(in) > 8 && strings.Contains(err.Error(), in[:8]) {
			t.Errorf("the error shows the key: %v", err)
		}
	}
	if len(keys.Invalid) < 7 {
		t.Error("vectors are missing")
	}
}

func TestGenerateSolana(t *testing.T) {
	seed, _ := hex.DecodeString(vectors.Solana.Keys.SeedHex)
	if w, err := generateSolana(bytes.NewReader(seed)); err != nil || w.Address() != vectors.Solana.Keys.Address {
		t.Errorf("got %v, %v", w, err)
	}
	if _, err := generateSolana(bytes.NewReader(seed[:31])); err == nil {
		t.Error("made a key of too little randomness")
	}
	a, errA := GenerateSolana()
	b, errB := GenerateSolana()
	if errA != nil || errB != nil || a.Address() == b.Address() {
		t.Errorf("%v, %v, %v, %v", a, b, errA, errB)
	}
}

func TestZeroSolana(t *testing.T) {
	if sig, err := new(Solana).SignChecked(t.Context(), checked.New([]byte{1})); sig != "" || err == nil {
		t.Errorf("the zero wallet signed: %q", sig)
	}
	var w Solana
	if sig, err := w.SignMessage(t.Context(), nil); err == nil || sig != "" || w.PrivateKey().Reveal() != "" {
		t.Errorf("the zero wallet signed: %q", sig)
	}
}

func TestSolanaSigns(t *testing.T) {
	w := testSolana(t)
	for _, v := range vectors.Solana.SignIns {
		if got, err := w.SignMessage(t.Context(), []byte(v.Message)); got != v.Signature58 || err != nil {
			t.Errorf("%s: %s, %v, want %s", v.Name, got, err, v.Signature58)
		}
		if !verified(w, []byte(v.Message), v.Signature58) {
			t.Errorf("%s: %s is not taken for the wallet's", v.Name, v.Signature58)
		}
	}
	if len(vectors.Solana.SignIns) < 2 {
		t.Error("vectors are missing")
	}
}

func TestNoFormShowsASolanaKey(t *testing.T) {
	w := testSolana(t)
	type holder struct {
		Exported Solana
		value    Solana
		pointer  *Solana
		auth     any
	}
	h := holder{*w, *w, w, SignIn(w)}
	seed := w.key().Seed()
	dump := fmt.Sprint([]byte(seed)) // [1 2 3 ...
	full := fmt.Sprint([]byte(w.key()))
	forms := []string{vectors.Solana.Keys.Seed32, vectors.Solana.Keys.Secret64, vectors.Solana.Keys.SeedHex, dump[1 : len(dump)-1], full[1:60]}
	for _, v := range []any{*w, w, h, &h, []any{h}, SignIn(w), &Transport{Auth: SignIn(w)}} {
		var out []string
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			out = append(out, fmt.Sprintf(verb, v))
		}
		j, _ := json.Marshal(v)
		var text bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Info("m", "v", v)
		for i, s := range append(out, string(j), text.String()) {
			for _, form := range forms {
				if strings.Contains(strings.ToLower(s), strings.ToLower(form)) {
					t.Errorf("form %d of %T shows the key: %s", i, v, s)
				}
			}
		}
	}
	if got := fmt.Sprintf("%v %+v %s", w, *w, w); got != strings.Repeat(" "+w.Address(), 3)[1:] {
		t.Errorf("a wallet prints as %s", got)
	}
}

func FuzzParseSolana(f *testing.F) {
	keys := vectors.Solana.Keys
	f.Add(keys.Secret64)
	f.Add(keys.Seed32)
	f.Add(keys.File)
	for _, v := range keys.Invalid {
		f.Add(v.Base58 + v.JSON + v.Secret64)
	}
	f.Fuzz(func(t *testing.T, key string) {
		w, err := ParseSolana(key)
		if err != nil {
			return
		}
		again, err := ParseSolana(w.PrivateKey().Reveal())
		if err != nil || again.Address() != w.Address() {
			t.Fatalf("%q came back as %v, %v", key, again, err)
		}
		public, _ := solana.Decode(w.Address())
		if raw, err := solana.Decode(key); err == nil && len(raw) == 64 && !bytes.Equal(raw[32:], public) {
			t.Fatalf("%q: the public half does not match", key)
		}
		if !ed25519.Verify(public, []byte("m"), ed25519.Sign(w.key(), []byte("m"))) {
			t.Fatalf("%q: no key", key)
		}
	})
}
