// Signing: a wallet's signature of a mint token, against the bare operation on the curve.

package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"github.com/venice-go/venice/signer"
)

func signing(ctx context.Context, out io.Writer, e effort) error {
	raw := [32]byte{31: 7}
	key := secp256k1.PrivKeyFromBytes(raw[:])
	wallet, err := signer.ParseEVM(fmt.Sprintf("%x", raw))
	if err != nil {
		return err
	}
	token := []byte(strings.Repeat("eyJhbGciOiJIUzI1NiJ9.", 15)) // as long as a token
	results, err := rounds(ctx, []task{
		{"curve", 1, func(context.Context) error { ecdsa.SignCompact(key, raw[:], false); return nil }},
		{"wallet", 1, func(ctx context.Context) error { _, err := wallet.SignMessage(ctx, token); return err }},
	}, e.rounds, e.batch)
	if err != nil {
		return err
	}
	var rows [][]string
	for i, name := range []string{"ecdsa.SignCompact", "EVM.SignMessage, a token"} {
		r := results[i]
		rows = append(rows, []string{name, r.ratio(results[0]).String(), fmt.Sprintf("%.1f", r.allocs()), fmt.Sprintf("%.0f", r.bytes())})
	}
	return table(out, []string{"one signature", "time / curve", "allocations", "bytes"}, rows)
}
