// Signing: a wallet's signature of a mint token, its sign-in for an attempt and its signature of a payment, against the bare
// operation on the curve.

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
)

func signing(ctx context.Context, out io.Writer, e effort) error {
	raw := [32]byte{31: 7}
	key := secp256k1.PrivKeyFromBytes(raw[:])
	wallet, err := signer.ParseEVM(fmt.Sprintf("%x", raw))
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.venice.ai/api/v1/chat/completions", nil)
	if err != nil {
		return err
	}
	auth, op := signer.SignIn(wallet), &venice.Operation{Name: "op", Method: http.MethodPost, Path: "/chat/completions", Access: venice.AccessAny}
	transfer := x402.Transfer{
		Network: wallet.Chain(), Asset: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", From: wallet.Address(),
		To: "0x2670B922ef37C7Df47158725C0CC407b5382293F", Amount: 5 * x402.USD, ValidBefore: 1 << 32, Nonce: raw,
	}
	digest := make([]byte, 32)
	token := []byte(strings.Repeat("eyJhbGciOiJIUzI1NiJ9.", 15)) // as long as a token
	results, err := rounds(ctx, []task{
		{"curve", 1, func(context.Context) error { ecdsa.SignCompact(key, next(digest), false); return nil }},
		{"wallet", 1, func(ctx context.Context) error { _, err := wallet.SignMessage(ctx, next(token)); return err }},
		{"sign-in", 1, func(ctx context.Context) error { return auth.Authorize(ctx, req, op) }},
		{"transfer", 1, func(ctx context.Context) error {
			next(transfer.Nonce[:])
			_, err := x402.SignTransfer(ctx, wallet, transfer)
			return err
		}},
	}, e.rounds, e.batch)
	if err != nil {
		return err
	}
	e.judge("sign-in", results[2].cpu(results[0]).median)
	e.judge("payment", results[3].cpu(results[0]).median)
	var rows [][]string
	for i, name := range []string{"ecdsa.SignCompact", "EVM.SignMessage, a token", "SignIn, an attempt", "SignTransfer, EIP-3009"} {
		r := results[i]
		rows = append(rows, []string{name, r.ratio(results[0]).String(), fmt.Sprintf("%.1f", r.allocs()), fmt.Sprintf("%.0f", r.bytes())})
	}
	return table(out, []string{"one signature", "time / curve", "allocations", "bytes"}, rows)
}

// next changes what is signed: the same over and over takes less time, since the processor learns its way.
func next(b []byte) []byte {
	for i := range b {
		if b[i]++; b[i] != 0 {
			break
		}
	}
	return b
}
