// Wallets of tests.

package x402

import (
	"context"
	"encoding/hex"
	"net/http"
	"testing"
	"time"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"github.com/venice-go/venice/internal/vectors"
	"github.com/venice-go/venice/signer"
)

var noon = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

// paying is a wallet of package signer as a TransferSigner.
type paying struct{ signer.Wallet }

func (w paying) SignTransfer(ctx context.Context, t Transfer) (string, error) {
	return SignTransfer(ctx, w.Wallet, t)
}

// testWallet is the one of the vectors.
func testWallet(t testing.TB) paying {
	w, err := signer.ParseEVM(vectors.PersonalSign.Key)
	if err != nil {
		t.Fatal(err)
	}
	return paying{w}
}

func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

// withHighS is the other signature that the same key could have made, which is not accepted.
func withHighS(signature string) string {
	raw, _ := hex.DecodeString(signature[2:])
	var s secp256k1.ModNScalar
	s.SetByteSlice(raw[32:64])
	s.Negate().PutBytesUnchecked(raw[32:64])
	raw[64] ^= 27 ^ 28
	return "0x" + hex.EncodeToString(raw)
}
