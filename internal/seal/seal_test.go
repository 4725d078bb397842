// Tests of sealing: published vectors in both directions, what must not open, and what no text may break.

package seal

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

//go:embed testdata/vectors.json
var vectorsFile []byte

type vector struct {
	Plaintext        text
	Nonce, Wire      string
	RecipientPrivate string `json:"recipient_private"`
	RecipientPublic  string `json:"recipient_public"`
	EphemeralPrivate string `json:"ephemeral_private"`
	SHA256           string `json:"wire_sha256"` // of a long wire's bytes, in its place
}

// A text is written out, or said to be repeated.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	var long struct {
		Repeat string
		Times  int
	}
	if json.Unmarshal(b, &long) == nil {
		*t = text(strings.Repeat(long.Repeat, long.Times))
		return nil
	}
	return json.Unmarshal(b, (*string)(t))
}

var vectors = func() []vector {
	var v struct{ Cases []vector }
	if err := json.Unmarshal(vectorsFile, &v); err != nil {
		panic(err)
	}
	return v.Cases
}()

func private(t testing.TB, digits string) *secp256k1.PrivateKey {
	t.Helper()
	raw, err := hex.DecodeString(digits)
	if err != nil {
		t.Fatal(err)
	}
	return secp256k1.PrivKeyFromBytes(raw)
}

func TestVectors(t *testing.T) {
	if len(vectors) < 5 {
		t.Fatalf("%d cases", len(vectors))
	}
	for _, c := range vectors {
		to, err := ParseRecipient(c.RecipientPublic)
		if err != nil {
			t.Fatal(err)
		}
		nonce, _ := hex.DecodeString(c.Nonce)
		wire, err := to.seal([]byte(c.Plaintext), private(t, c.EphemeralPrivate), nonce)
		raw, _ := hex.DecodeString(wire)
		if sum := sha256.Sum256(raw); err != nil || wire != c.Wire && hex.EncodeToString(sum[:]) != c.SHA256 {
			t.Errorf("%.20q: sealed %.80s, %v, want %.80s", c.Plaintext, wire, err, c.Wire)
		}
		key := &Key{private(t, c.RecipientPrivate)}
		if key.Public() != c.RecipientPublic {
			t.Errorf("public key %s", key.Public())
		}
		plain, err := key.Open(wire) // which the vector's is, as was seen above
		if string(plain) != string(c.Plaintext) || err != nil {
			t.Errorf("opened %.20q, %v, want %.20q", plain, err, c.Plaintext)
		}
	}
}

// No digit of a sealed text can change, and none can be missing.
func TestTamperedTextsStayShut(t *testing.T) {
	key, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	to, err := ParseRecipient(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	wire, err := to.Seal([]byte("Grüße"))
	if err != nil {
		t.Fatal(err)
	}
	refused := func(why, text string) {
		t.Helper()
		if plain, err := key.Open(text); plain != nil || !errors.Is(err, ErrSealed) {
			t.Errorf("%s: %q, %v", why, plain, err)
		}
	}
	for i := range wire {
		digit := "0"
		if wire[i] == '0' {
			digit = "8"
		}
		refused("flipped", wire[:i]+digit+wire[i+1:])
		refused("cut", wire[:i])
	}
	refused("prose behind the head", wire[:HeadDigits]+strings.Repeat("z", len(wire)-HeadDigits))
	refused("longer", wire+"00")
	refused("upper case", strings.ToUpper(wire))
	other, _ := to.Seal([]byte("Grüße"))
	refused("another's head", other[:HeadDigits]+wire[HeadDigits:])
	if other == wire || other[:130] == wire[:130] || other[130:HeadDigits] == wire[130:HeadDigits] {
		t.Error("two texts share a key or a nonce")
	}
	if plain, err := key.Open(wire); string(plain) != "Grüße" || err != nil {
		t.Fatalf("%q, %v", plain, err)
	}
	key.Erase()
	refused("erased key", wire)
}

func TestRecipients(t *testing.T) {
	good := vectors[0].RecipientPublic
	for _, c := range []struct {
		digits string
		ok     bool
	}{
		{good, true},
		{good[2:], true},
		{strings.ToUpper(good), true},
		{"", false},
		{good[:128] + "00", false},
		{"06" + good[2:], false},
		{"07" + good[2:], false},
		{"02" + good[2:66], false},
		{good + "00", false},
		{"0x" + good, false},
		{"04" + strings.Repeat("0", 128), false},
		{"04" + strings.Repeat("f", 128), false},
	} {
		to, err := ParseRecipient(c.digits)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.digits, err)
		}
		if err == nil && hex.EncodeToString(to.Key().SerializeUncompressed()) != good {
			t.Errorf("%s: another key", c.digits)
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, c := range vectors {
		f.Add(c.Wire)
	}
	f.Add("04")
	key := &Key{private(f, vectors[0].RecipientPrivate)}
	to, err := ParseRecipient(key.Public())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if plain, err := key.Open(text); err == nil && !Looks(text) {
			t.Errorf("%q opened as %q", text, plain)
		}
		wire, err := to.Seal([]byte(text))
		if err != nil || !Looks(wire) {
			t.Fatalf("%q, %v", wire, err)
		}
		if plain, err := key.Open(wire); !bytes.Equal(plain, []byte(text)) || err != nil {
			t.Errorf("%q came back as %q, %v", text, plain, err)
		}
	})
}
