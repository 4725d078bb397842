// Tests of wallets in memory: which keys they are made of, and that nothing prints a key.

package signer

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/vectors"
)

func ExampleParseEVM() {
	wallet, err := ParseEVM("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80") // a published test key
	fmt.Println(wallet, err)
	fmt.Println(wallet.PrivateKey())
	// Output:
	// 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 <nil>
	// [redacted]
}

func ExampleGenerateEVM() {
	wallet, err := GenerateEVM()
	if err != nil {
		fmt.Println(err)
		return
	}
	again, err := ParseEVM(wallet.PrivateKey().Reveal()) // Reveal is what you store
	fmt.Println(again.Address() == wallet.Address(), err)
	// Output: true <nil>
}

func TestParseEVM(t *testing.T) {
	for _, v := range vectors.Keys.Valid {
		for _, in := range []string{v.Key, v.Key[2:], strings.ToUpper(v.Key[2:])} {
			w, err := ParseEVM(in)
			if err != nil {
				t.Fatal(err)
			}
			if w.Address() != v.Address || w.Chain() != "eip155:8453" || w.PrivateKey().Reveal() != v.Key {
				t.Errorf("key of %s gives %s on %s", v.Address, w.Address(), w.Chain())
			}
		}
	}
	key := vectors.Keys.Valid[0].Key
	for _, in := range append(vectors.Keys.Invalid, "0X"+key[2:], "0x"+key, key+" ", "\t"+key[2:], "0x 0"+key[3:]) {
		w, err := ParseEVM(in)
		if err == nil || w != nil {
			t.Errorf("ParseEVM accepts %q", in)
		} else if digits := strings.Trim(in, "0x \n\t"); len(digits) > 4 && strings.Contains(err.Error(), digits[:4]) {
			t.Errorf("the error shows the key: %v", err)
		}
	}
	if len(vectors.Keys.Valid) < 6 || len(vectors.Keys.Invalid) < 11 {
		t.Error("vectors are missing")
	}
}

func TestGenerateEVM(t *testing.T) {
	// The first 32 bytes are no key, the next are: refused, not reduced.
	key := bytes.Repeat([]byte{0x11}, 32)
	w, err := generateEVM(bytes.NewReader(append(bytes.Repeat([]byte{0xff}, 32), key...)))
	if err != nil || w.PrivateKey().Reveal() != "0x"+strings.Repeat("11", 32) {
		t.Errorf("got %v, %v", w, err)
	}
	if _, err := generateEVM(bytes.NewReader(key[:31])); err == nil {
		t.Error("made a key of too little randomness")
	}
	a, errA := GenerateEVM()
	b, errB := GenerateEVM()
	if errA != nil || errB != nil || a.Address() == b.Address() {
		t.Errorf("%v, %v, %v, %v", a, b, errA, errB)
	}
}

func TestZeroEVM(t *testing.T) {
	var w EVM
	if sig, err := w.SignMessage(t.Context(), nil); err == nil || sig != "" || w.PrivateKey().Reveal() != "" {
		t.Errorf("the zero wallet signed: %q", sig)
	}
}

// holder is somebody else's struct, whose unexported fields fmt prints without asking their methods.
type holder struct {
	Exported EVM
	value    EVM
	pointer  *EVM
	wallet   Wallet
	secret   Secret
	proof    Proof
	Secrets  map[string]Secret
	any      any
}

func TestNoFormShowsASecret(t *testing.T) {
	const key = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
	w, err := ParseEVM(key)
	if err != nil {
		t.Fatal(err)
	}
	secret := NewSecret(key)
	proof := Proof{Address: w.Address(), Token: secret, Signature: secret}
	minted := Key{APIKey: secret, ID: "id"}
	lost := &LostKeyError{Answer: secret, Err: errors.New("cut")}
	h := holder{*w, *w, w, w, secret, proof, map[string]Secret{"a": secret}, *w}
	raw, _ := new(big.Int).SetString(key, 16)
	dump := fmt.Sprintf("%v", raw.Bytes()) // as a slice of decimal bytes: [172 9 ...
	forms := []string{key, dump[1 : len(dump)-1], fmt.Sprintf("%x", key), raw.String()}
	// As machine words, the way the curve library keeps it in memory.
	for _, b := range []int{32, 64} {
		word := new(big.Int).And(raw, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(b)), big.NewInt(1)))
		forms = append(forms, word.String(), word.Text(16))
	}

	for _, v := range []any{*w, w, secret, &secret, proof, &proof, minted, &minted, lost, h, &h, []any{h, w}, map[EVMKey]holder{{}: h}} {
		var out []string
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b", "%o", "%U", "%t", "%e", "%c", "%T", "%w", "% x"} {
			out = append(out, fmt.Sprintf(verb, v))
		}
		j, _ := json.Marshal(v)
		var text, structured, g bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Info("m", "v", v)
		slog.New(slog.NewJSONHandler(&structured, nil)).Info("m", "v", v)
		_ = gob.NewEncoder(&g).Encode(v)
		out = append(out, string(j), text.String(), structured.String(), g.String(), fmt.Sprint(v), fmt.Sprintln(v))
		for i, s := range out {
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
	if !new(EVM).PrivateKey().IsZero() || secret.IsZero() || NewSecret("").IsZero() {
		t.Error("only the zero Secret is zero")
	}
	if got := fmt.Sprintf("%v %s %+v", secret, &secret, proof); strings.Count(got, redacted) != 4 {
		t.Errorf("secrets print as %s", got)
	}
}

// EVMKey makes a map whose printing walks a struct.
type EVMKey struct{}

// What parses is 64 hex digits of a number in range, and comes back as it was.
func FuzzParseEVM(f *testing.F) {
	for _, v := range vectors.Keys.Valid {
		f.Add(v.Key)
	}
	for _, k := range vectors.Keys.Invalid {
		f.Add(k)
	}
	order, _ := new(big.Int).SetString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16)
	f.Fuzz(func(t *testing.T, key string) {
		digits := strings.TrimPrefix(key, "0x")
		n, isHex := new(big.Int).SetString(digits, 16)
		want := isHex && len(digits) == 64 && !strings.ContainsAny(digits, "+-_") && n.Sign() > 0 && n.Cmp(order) < 0
		w, err := ParseEVM(key)
		if (err == nil) != want {
			t.Fatalf("ParseEVM(%q): %v, want accepted %v", key, err, want)
		}
		if err == nil && w.PrivateKey().Reveal() != "0x"+strings.ToLower(digits) {
			t.Fatalf("%q came back as another key", key)
		}
	})
}
