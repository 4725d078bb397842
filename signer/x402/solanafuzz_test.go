// Transactions as anybody may write them, and what is in a payment on Solana.

package x402

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/signer"
)

func TestPayloadOnSolana(t *testing.T) {
	w := publishedSolana(t)
	transfer := solanaTransfer()
	sig, err := w.SignTransfer(t.Context(), transfer)
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := solana.Decode(sig)
	other, _ := signer.GenerateSolana()
	key, _ := solana.Decode(other.PrivateKey().Reveal())
	for why, bad := range map[string]string{
		"empty": "", "cut": sig[:80], "no base58": "0" + sig[1:], "base64": base64.StdEncoding.EncodeToString(raw),
		"zero":      solana.Encode(make([]byte, 64)),
		"another's": solana.Encode(ed25519.Sign(key, must(transfer.Message()))),
	} {
		if payload, err := transfer.payload(bad); payload != nil || err == nil {
			t.Errorf("%s: %s", why, payload)
		}
	}
	for why, change := range map[string]func(*Transfer){
		"To":        func(t *Transfer) { t.To = other.Address() },
		"From":      func(t *Transfer) { t.From = other.Address() },
		"Asset":     func(t *Transfer) { t.Asset = other.Address() },
		"Amount":    func(t *Transfer) { t.Amount++ },
		"FeePayer":  func(t *Transfer) { t.FeePayer = other.Address() },
		"Blockhash": func(t *Transfer) { t.Blockhash = other.Address() },
		"Memo":      func(t *Transfer) { t.Memo += "x" },
	} {
		changed := transfer
		change(&changed)
		if payload, err := changed.payload(sig); payload != nil || err == nil {
			t.Errorf("with another %s: %s", why, payload)
		}
	}
}

// Whatever the fields, a transaction that is made says exactly them.
func FuzzTransaction(f *testing.F) {
	f.Add([]byte("to"), []byte("fee payer"), []byte("block"), []byte("mint"), int64(5*USD), "memo")
	f.Add([]byte{31: 1}, []byte{31: 2}, []byte{31: 3}, []byte{31: 4}, int64(1), strings.Repeat("m", 256))
	f.Add([]byte{1}, []byte{1}, []byte{1}, []byte{1}, int64(maxAmount), strings.Repeat("m", 128))
	w := publishedSolana(f)
	f.Fuzz(func(t *testing.T, to, feePayer, block, mint []byte, amount int64, memo string) {
		text := func(raw []byte) string {
			var key solana.Key
			copy(key[:], raw)
			return solana.Encode(key[:])
		}
		transfer := Transfer{
			Network: solana.Network, Asset: text(mint), From: w.Address(), To: text(to), Amount: Amount(amount),
			FeePayer: text(feePayer), Blockhash: text(block), Memo: memo,
		}
		sig, err := w.SignTransfer(t.Context(), transfer)
		if err != nil {
			return
		}
		payload, err := transfer.payload(sig)
		if err != nil {
			t.Fatal(err)
		}
		var wire struct{ Transaction []byte }
		if err := json.Unmarshal(payload, &wire); err != nil || len(wire.Transaction) > 1232 {
			t.Fatalf("%d bytes, %v", len(wire.Transaction), err)
		}
		tx, err := decodeTransaction(wire.Transaction)
		if err != nil {
			t.Fatal(err)
		}
		key := func(k solana.Key, err error) string { return solana.Encode(k[:]) }
		source := key(solana.TokenAccount(solana.MustKey(transfer.From), solana.MustKey(transfer.Asset)))
		destination := key(solana.TokenAccount(solana.MustKey(transfer.To), solana.MustKey(transfer.Asset)))
		little := binary.LittleEndian
		want := []instruction{
			{solana.Encode(solana.ComputeBudgetProgram[:]), nil, "02204e0000"},
			{solana.Encode(solana.ComputeBudgetProgram[:]), nil, "030100000000000000"},
			{
				solana.Encode(solana.TokenProgram[:]),
				[]string{source, transfer.Asset, destination, transfer.From},
				"0c" + hex.EncodeToString(little.AppendUint64(nil, uint64(amount))) + "06",
			},
			{solana.Encode(solana.MemoProgram[:]), nil, hex.EncodeToString([]byte(memo))},
		}
		if !sameInstructions(tx.instructions, want) {
			t.Errorf("%+v, want %+v", tx.instructions, want)
		}
		if tx.roles != [3]byte{2, 1, 4} || tx.blockhash != transfer.Blockhash || tx.accounts[0] != transfer.FeePayer || tx.accounts[1] != transfer.From {
			t.Errorf("%+v", tx)
		}
		if slices.Sort(tx.accounts); len(slices.Compact(tx.accounts)) != 8 {
			t.Errorf("an account stands twice: %v", tx.accounts)
		}
		if !bytes.Equal(tx.signatures[0], make([]byte, 64)) || !ed25519.Verify(mustBytes(w.Address()), tx.message, tx.signatures[1]) {
			t.Errorf("signatures %x", tx.signatures)
		}
		if !solana.IsTransaction(tx.message) {
			t.Error("could be signed for a text")
		}
	})
}
