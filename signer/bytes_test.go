// What tests need of other encodings.

package signer

import (
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
