// Tests of keystore files: the published ones, and those that must not be opened.

package keystore

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/vectors"
)

// light is a keystore file that opens fast: one round of PBKDF2, of a published test key.
const light = `{"version":3,"address":"f39fd6e51aad88f6f4ce6ab8827279cfffb92266","crypto":{` +
	`"cipher":"aes-128-ctr","ciphertext":"%s","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},` +
	`"kdf":"pbkdf2","kdfparams":{"c":1,"dklen":32,"prf":"hmac-sha256","salt":"00"},"mac":"%s"}}`

func ExampleParse() {
	file := []byte(lightFile()) // from os.ReadFile
	wallet, err := Parse(file, "correct horse")
	fmt.Println(wallet, err)
	_, err = Parse(file, "battery staple")
	fmt.Println(err, errors.Is(err, ErrWrongPassword))
	// Output:
	// 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 <nil>
	// keystore: wrong password, or an altered keystore file true
}

// lightFile fills in what depends on key and password.
func lightFile() string {
	p := kdfParams{C: 1, DKLen: 32, PRF: "hmac-sha256", Salt: []byte{0}}
	derived, _ := p.derive("pbkdf2", "correct horse")
	key, _ := hex.DecodeString("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
	iv, _ := hex.DecodeString("6087dab2f9fdbbfaddc31a909735c1e6")
	sealed := crypt(derived, iv, key)
	return fmt.Sprintf(light, hex.EncodeToString(sealed), hex.EncodeToString(evm.Keccak256(derived[16:], sealed)))
}

func TestPublishedKeystores(t *testing.T) {
	for name, v := range vectors.Keystores {
		w, err := Parse(v.JSON, v.Password)
		if err != nil || w.PrivateKey().Reveal() != "0x"+v.Priv {
			t.Errorf("%s: %v, %v", name, w, err)
		}
	}
	if len(vectors.Keystores) != 2 {
		t.Error("vectors are missing")
	}
}

func TestKeystoreRefuses(t *testing.T) {
	good := lightFile()
	for _, form := range [][2]string{{"", ""}, {`"f39f`, `"0xF39F`}, {`"address":"f39fd6e51aad88f6f4ce6ab8827279cfffb92266",`, ""}, {`{"version"`, `{"id":"x","Version"`}, {`"crypto"`, `"Crypto"`}, {`"salt":"00"`, `"salt":"0x00"`}} {
		if w, err := Parse([]byte(strings.Replace(good, form[0], form[1], 1)), "correct horse"); err != nil || w.Address() != vectors.PersonalSign.Address {
			t.Errorf("with %s: %v, %v", form[1], w, err)
		}
	}
	for _, c := range []struct{ old, new, why string }{
		{`"version":3`, `"version":1`, "version 1"},
		{`"version":3,`, ``, "version 0"},
		{`"version":3`, `"version":"3"`, "not a keystore"},
		{`"version":3`, `"version":3,"Version":3`, "not a keystore"},
		{`}}`, `}`, "not a keystore"},
		{`"f39f`, `"f39e`, "another address"},
		{`"aes-128-ctr"`, `"aes-128-cbc"`, "cipher"},
		{`"iv":"60`, `"iv":"`, "iv"},
		{`"ciphertext":"`, `"ciphertext":"00`, "33 bytes"},
		{`"ciphertext":"`, `"ciphertext":"x`, "not a keystore"},
		{`"dklen":32`, `"dklen":64`, "dklen"},
		{`"dklen":32`, `"dklen":-1`, "dklen"},
		{`"pbkdf2"`, `"argon2"`, "kdf"},
		{`sha256`, `sha512`, "sha256"},
		{`"c":1`, `"c":0`, "c from 1"},
		{`"c":1`, `"c":-1`, "not a keystore"},
		{`"c":1`, `"c":10000001`, "c from 1"},
		{`"c":1`, `"c":4294967297`, "not a keystore"},
		{`"c":1`, `"c":2`, "wrong password"},
		{`"mac":"`, `"mac":"00`, "wrong password"},
		{`"salt":"00"`, `"salt":"01"`, "wrong password"},
		{`{"version"`, strings.Repeat(" ", maxKeystore) + `{"version"`, "bytes"},
	} {
		file := strings.Replace(good, c.old, c.new, 1)
		w, err := Parse([]byte(file), "correct horse")
		if w != nil || err == nil || !strings.Contains(err.Error(), c.why) || file == good {
			t.Errorf("%s for %s: %v, %v", c.new, c.old, w, err)
		}
	}
	for _, file := range []string{"", "null", "[]", "{}", good + good} {
		if w, err := Parse([]byte(file), "correct horse"); w != nil || err == nil {
			t.Errorf("%q: %v", file, w)
		}
	}
	// A file that opens and holds no key.
	sealed := strings.Replace(lightFile(), "f39fd6e51aad88f6f4ce6ab8827279cfffb92266", "", 1)
	var f keystoreFile
	if err := jsonv2.Unmarshal([]byte(sealed), &f, jsonv2.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	derived, _ := f.Crypto.KDFParams.derive("pbkdf2", "correct horse")
	zero := crypt(derived, f.Crypto.CipherParams.IV, make([]byte, 32))
	file := fmt.Sprintf(light, hex.EncodeToString(zero), hex.EncodeToString(evm.Keccak256(derived[16:], zero)))
	if w, err := Parse([]byte(file), "correct horse"); w != nil || err == nil || !strings.Contains(err.Error(), "zero") {
		t.Errorf("no key: %v, %v", w, err)
	}
}

// What a file may ask for is refused before it is spent, whatever the numbers multiply to.
func TestKeystoreCosts(t *testing.T) {
	start := time.Now()
	for _, p := range []kdfParams{
		{N: 0, R: 8, P: 1}, {N: 1, R: 8, P: 1}, {N: 3, R: 8, P: 1}, {N: 1 << 18, R: 0, P: 1}, {N: 1 << 18, R: 8, P: 0},
		{N: 1 << 19, R: 8, P: 1}, {N: 1 << 18, R: 9, P: 1}, {N: 1 << 18, R: 8, P: 5}, {N: 1 << 31, R: 1 << 31, P: 1}, {N: 1 << 31, R: 1<<32 - 1, P: 1<<32 - 1},
		{N: 2, R: 1 << 20, P: 4}, {N: 2, R: 1, P: 1 << 20}, {N: 1 << 31, R: 1 << 31, P: 1 << 31},
	} {
		p.DKLen = 32
		if _, err := p.derive("scrypt", "p"); err == nil {
			t.Errorf("%+v is allowed", p)
		}
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("refusals took %v", took)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(lightFile()), "correct horse")
	for _, v := range vectors.Keystores { // cheaper, and so with another key
		f.Add([]byte(strings.Replace(string(v.JSON), "262144", "2", 1)), v.Password)
	}
	f.Fuzz(func(t *testing.T, file []byte, password string) {
		// What takes long is left out.
		var k keystoreFile
		_ = jsonv2.Unmarshal(file, &k, jsonv2.MatchCaseInsensitiveNames(true))
		if p := k.Crypto.KDFParams; p.C > 100 || p.N > 64 || p.R > 64 || p.P > 64 {
			t.Skip()
		}
		w, err := Parse(file, password)
		if (w == nil) == (err == nil) {
			t.Fatalf("%q: %v, %v", file, w, err)
		}
		if err == nil && k.Address != "" && !strings.Contains(strings.ToLower(w.Address()), strings.ToLower(k.Address)) {
			t.Fatalf("%q: the key of %s", file, w)
		}
		if err == nil && !json.Valid(file) {
			t.Fatalf("accepted %q", file)
		}
	})
}

// crypt is AES-128-CTR, the same in both directions.
func crypt(key, iv, text []byte) []byte {
	block, err := aes.NewCipher(key[:16])
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(text))
	cipher.NewCTR(block, iv).XORKeyStream(out, text)
	return out
}
