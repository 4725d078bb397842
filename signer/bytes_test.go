// What tests need of other encodings.

package signer

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/hex"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

func encode64(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }

// withHighS is the other signature that the same key could have made, which is not accepted.
func withHighS(signature Secret) string {
	raw, _ := hex.DecodeString(signature.Reveal()[2:])
	var s secp256k1.ModNScalar
	s.SetByteSlice(raw[32:64])
	s.Negate().PutBytesUnchecked(raw[32:64])
	raw[64] ^= 27 ^ 28
	return "0x" + hex.EncodeToString(raw)
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
