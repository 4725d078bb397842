// Keys: what an enclave is known by, decrypts with and signs with.

package enclave

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/sha3"
)

// A Key is a private key on secp256k1.
type Key struct{ secret *big.Int }

// NewKey makes one of random bytes, of which it needs 32.
func NewKey(random []byte) Key {
	n := new(big.Int).SetBytes(random)
	return Key{n.Mod(n, new(big.Int).Sub(order, big.NewInt(1))).Add(n, big.NewInt(1))}
}

// Public is the public key, 65 bytes.
func (k Key) Public() []byte { return public(k.secret).encode() }

// Address is the Ethereum address of the key, 20 bytes.
func (k Key) Address() []byte { return keccak(k.Public()[1:])[12:] }

func keccak(b []byte) []byte {
	h := sha3.NewLegacyKeccak256()
	h.Write(b)
	return h.Sum(nil)
}

// What the service says about texts that it cannot decrypt.
var (
	ErrNotHex  = errors.New("Encrypted field is not valid hex")
	ErrPublic  = errors.New("Invalid public key")
	ErrDecrypt = errors.New("Failed to decrypt field")
)

// Decrypt opens a text: hex of public key, nonce, cipher text and tag.
func (k Key) Decrypt(text string) (string, error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) < 65+12+16 {
		return "", ErrNotHex
	}
	theirs, ok := decode(b[:65])
	if !ok {
		return "", ErrPublic
	}
	plain, err := gcm(theirs, k.secret).Open(nil, b[65:77], b[77:], nil)
	if err != nil {
		return "", ErrDecrypt
	}
	return string(plain), nil
}

// Encrypt makes such a text for a public key of 65 bytes.
func Encrypt(public []byte, plain string) (string, error) {
	theirs, ok := decode(public)
	if !ok {
		return "", ErrPublic
	}
	random := make([]byte, 32+12)
	rand.Read(random)
	once := NewKey(random[:32])
	b := append(once.Public(), random[32:]...)
	return hex.EncodeToString(gcm(theirs, once.secret).Seal(b, random[32:], []byte(plain), nil)), nil
}

func gcm(theirs point, secret *big.Int) cipher.AEAD {
	x, _ := theirs.multiply(secret).affine()
	mac := func(key, message []byte) []byte {
		h := hmac.New(sha256.New, key)
		h.Write(message)
		return h.Sum(nil)
	}
	extracted := mac(make([]byte, sha256.Size), x.FillBytes(make([]byte, sideLen))) // RFC 5869, without salt
	block, err := aes.NewCipher(mac(extracted, []byte("ecdsa_encryption\x01")))
	if err != nil {
		panic(err) // the key has 32 bytes
	}
	sealer, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return sealer
}

// SignMessage is the EIP-191 signature of a text, 65 bytes with v 27 or 28.
func (k Key) SignMessage(text string) []byte {
	digest := new(big.Int).SetBytes(keccak(fmt.Appendf(nil, "\x19Ethereum Signed Message:\n%d%s", len(text), text)))
	return k.sign(digest)
}

// sign is ECDSA with a nonce that is the hash of key and digest.
func (k Key) sign(digest *big.Int) []byte {
	seed := sha256.Sum256(append(k.secret.Bytes(), digest.Bytes()...))
	nonce := NewKey(seed[:]).secret
	x, y := public(nonce).affine()
	r := new(big.Int).Mod(x, order)
	s := new(big.Int).Mul(r, k.secret)
	s.Add(s, digest).Mul(s, new(big.Int).ModInverse(nonce, order)).Mod(s, order)
	v := byte(27 + y.Bit(0))
	if half := new(big.Int).Rsh(order, 1); s.Cmp(half) > 0 {
		s.Sub(order, s)
		v ^= 27 ^ 28
	}
	sig := make([]byte, 65)
	r.FillBytes(sig[:32])
	s.FillBytes(sig[32:64])
	sig[64] = v
	return sig
}

// SignDigest is the ECDSA signature of SHA-256 of a message, 64 bytes.
func (k Key) SignDigest(message []byte) []byte {
	sum := sha256.Sum256(message)
	return k.sign(new(big.Int).SetBytes(sum[:]))[:64]
}
