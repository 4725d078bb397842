// Package seal encrypts texts for a public key and decrypts them, byte for byte as enclaves do it.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

// A sealed text is the lower-case hex of an ephemeral public key, a nonce, the cipher text and its tag.
const (
	keyBytes   = 65 // uncompressed, 04 first
	nonceBytes = 12
	tagBytes   = 16
	headBytes  = keyBytes + nonceBytes
	least      = 2 * (headBytes + tagBytes) // digits of a sealed empty text
	info       = "ecdsa_encryption"         // of the key derivation
)

// HeadDigits is how many digits of a sealed text are its own: two texts that share them are one text sent twice.
const HeadDigits = 2 * headBytes

// ErrSealed says that a text does not open. It never says more: why would help whoever made it.
var ErrSealed = errors.New("the cipher text does not open with this key")

// Looks reports whether a text has the form of a sealed one, as far as its head tells: whether the rest is hex is found when
// it is opened.
func Looks(text string) bool {
	if len(text) < least || len(text)%2 != 0 || text[:2] != "04" {
		return false
	}
	for i := range HeadDigits {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// A Recipient is a public key to encrypt for.
type Recipient struct{ key *secp256k1.PublicKey }

// ParseRecipient reads an uncompressed public key: 130 hex digits that begin with 04, or the 128 after these.
func ParseRecipient(digits string) (Recipient, error) {
	if len(digits) == 2*(keyBytes-1) {
		digits = "04" + digits
	}
	raw, err := hex.DecodeString(digits)
	if err != nil || len(raw) != keyBytes || raw[0] != 4 {
		return Recipient{}, errors.New("want 130 hex digits that begin with 04, or the 128 after these")
	}
	key, err := secp256k1.ParsePubKey(raw)
	if err != nil {
		return Recipient{}, errors.New("the point is not on the curve secp256k1")
	}
	return Recipient{key}, nil
}

// Key is the public key itself.
func (r Recipient) Key() *secp256k1.PublicKey { return r.key }

// Seal encrypts a text with an ephemeral key and a nonce that are used for nothing else.
func (r Recipient) Seal(text []byte) (string, error) {
	ephemeral, err := secp256k1.GeneratePrivateKey()
	if err != nil {
		return "", err
	}
	defer ephemeral.Zero()
	var nonce [nonceBytes]byte
	rand.Read(nonce[:])
	return r.seal(text, ephemeral, nonce[:])
}

func (r Recipient) seal(text []byte, ephemeral *secp256k1.PrivateKey, nonce []byte) (string, error) {
	gcm, err := shared(ephemeral, r.key)
	if err != nil {
		return "", err
	}
	sealed := make([]byte, 0, headBytes+len(text)+tagBytes)
	sealed = append(append(sealed, ephemeral.PubKey().SerializeUncompressed()...), nonce...)
	return hex.EncodeToString(gcm.Seal(sealed, nonce, text, nil)), nil
}

// A Key is a key pair to decrypt with.
type Key struct{ private *secp256k1.PrivateKey }

// NewKey makes one.
func NewKey() (*Key, error) {
	private, err := secp256k1.GeneratePrivateKey()
	if err != nil {
		return nil, err
	}
	return &Key{private}, nil
}

// Public is the public key as 130 hex digits.
func (k *Key) Public() string { return hex.EncodeToString(k.private.PubKey().SerializeUncompressed()) }

// Erase overwrites the private key, after which nothing opens. What Go copied elsewhere, as its cipher does with keys that are
// derived, is out of reach.
func (k *Key) Erase() { k.private.Zero() }

// Open decrypts a sealed text.
func (k *Key) Open(text string) ([]byte, error) {
	if !Looks(text) || k.private.Key.IsZero() {
		return nil, ErrSealed
	}
	raw, err := hex.DecodeString(text)
	if err != nil {
		return nil, ErrSealed
	}
	ephemeral, err := secp256k1.ParsePubKey(raw[:keyBytes])
	if err != nil {
		return nil, ErrSealed
	}
	gcm, err := shared(k.private, ephemeral)
	if err != nil {
		return nil, ErrSealed
	}
	sealed := raw[headBytes:]
	plain, err := gcm.Open(sealed[:0], raw[keyBytes:headBytes], sealed, nil)
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// shared is the cipher that both sides derive from one's private and the other's public key.
func shared(private *secp256k1.PrivateKey, public *secp256k1.PublicKey) (cipher.AEAD, error) {
	x := secp256k1.GenerateSharedSecret(private, public)
	defer clear(x)
	key, err := hkdf.Key(sha256.New, x, nil, info, 32)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
