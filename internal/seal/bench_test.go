// What sealing and opening cost, as a ratio of the primitives that they are made of.

package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

// bareSeal and bareOpen are the primitives in a row, with nothing looked at.
func bareSeal(to *secp256k1.PublicKey, text []byte) string {
	once, _ := secp256k1.GeneratePrivateKey()
	public := once.PubKey().SerializeUncompressed()
	nonce := make([]byte, nonceBytes)
	rand.Read(nonce)
	return hex.EncodeToString(bareGCM(once, to).Seal(append(public, nonce...), nonce, text, nil))
}

func bareOpen(key *secp256k1.PrivateKey, text string) []byte {
	raw, _ := hex.DecodeString(text)
	public, _ := secp256k1.ParsePubKey(raw[:keyBytes])
	plain, _ := bareGCM(key, public).Open(nil, raw[keyBytes:headBytes], raw[headBytes:], nil)
	return plain
}

func bareGCM(key *secp256k1.PrivateKey, public *secp256k1.PublicKey) cipher.AEAD {
	derived, _ := hkdf.Key(sha256.New, secp256k1.GenerateSharedSecret(key, public), nil, info, 32)
	block, _ := aes.NewCipher(derived)
	gcm, _ := cipher.NewGCM(block)
	return gcm
}

// The two take turns, so that both meet the same machine.
func benchmarkRatio(b *testing.B, ours, bare func()) {
	var spent [2]time.Duration
	for b.Loop() {
		for i, f := range []func(){ours, bare} {
			began := time.Now()
			f()
			spent[i] += time.Since(began)
		}
	}
	b.ReportMetric(float64(spent[0])/float64(spent[1]), "ratio")
	b.ReportMetric(float64(spent[0].Microseconds())/float64(b.N), "µs/text")
}

func BenchmarkSeal(b *testing.B) {
	key, _ := NewKey()
	to, _ := ParseRecipient(key.Public())
	for _, size := range []int{5, 1 << 10, 64 << 10, 1 << 20} {
		text := make([]byte, size)
		b.Run(fmt.Sprintf("%d bytes", size), func(b *testing.B) {
			benchmarkRatio(b, func() { _, _ = to.Seal(text) }, func() { bareSeal(to.key, text) })
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	key, _ := NewKey()
	to, _ := ParseRecipient(key.Public())
	for _, size := range []int{5, 1 << 10, 64 << 10, 1 << 20} {
		wire, _ := to.Seal(make([]byte, size))
		b.Run(fmt.Sprintf("%d bytes", size), func(b *testing.B) {
			benchmarkRatio(b, func() { _, _ = key.Open(wire) }, func() { bareOpen(key.private, wire) })
		})
	}
}
