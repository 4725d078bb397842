// Tests of transfers on Solana, with a reader of transactions of their own.

package x402

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"filippo.io/edwards25519"

	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/signer"
)

// An instruction names its accounts, rather than their places.
type instruction struct {
	Program  string
	Accounts []string
	DataHex  string
}

// A decoded transaction.
type decoded struct {
	signatures   [][]byte
	message      []byte
	roles        [3]byte // signers, read-only signers, other accounts that are read only
	accounts     []string
	blockhash    string
	instructions []instruction
}

// decodeTransaction reads a version 0 transaction without lookup tables, strictly: lengths in their shortest form, places
// that exist, nothing after the end.
func decodeTransaction(raw []byte) (tx decoded, err error) {
	bad := errors.New("not a transaction")
	take := func(n uint64) []byte {
		if n > uint64(len(raw)) {
			err, raw = bad, nil
			return make([]byte, min(n, 64))
		}
		b := raw[:n]
		raw = raw[n:]
		return b
	}
	length := func() uint64 {
		n, size := binary.Uvarint(raw)
		if size <= 0 || size != len(binary.AppendUvarint(nil, n)) || n > 1232 {
			err, raw = bad, nil
			return 0
		}
		raw = raw[size:]
		return n
	}
	for range length() {
		tx.signatures = append(tx.signatures, take(64))
	}
	tx.message = raw
	if take(1)[0] != 0x80 {
		return tx, bad
	}
	copy(tx.roles[:], take(3))
	for range length() {
		tx.accounts = append(tx.accounts, solana.Encode(take(32)))
	}
	account := func(place byte) string {
		if int(place) >= len(tx.accounts) {
			err = bad
			return ""
		}
		return tx.accounts[place]
	}
	tx.blockhash = solana.Encode(take(32))
	for range length() {
		in := instruction{Program: account(take(1)[0]), Accounts: []string{}}
		for _, place := range take(length()) {
			in.Accounts = append(in.Accounts, account(place))
		}
		in.DataHex = hex.EncodeToString(take(length()))
		tx.instructions = append(tx.instructions, in)
	}
	if length() != 0 || len(raw) != 0 || int(tx.roles[0]) != len(tx.signatures) {
		err = bad
	}
	return tx, err
}

func ExampleSignTransfer_solana() {
	wallet, _ := signer.ParseSolana("4wBqpZM9xaSheZzJSMawUKKwhdpChKbZ5eu5ky4Vigw") // a published test key
	transfer := Transfer{
		Network:   wallet.Chain(),
		Asset:     "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
		From:      wallet.Address(),
		To:        "8qUL23aSj7mDWdoLMXGHFvnVCT9wd7jXcysiekroADEL",
		Amount:    5 * USD,
		FeePayer:  "BFK9TLC3edb13K6v4YyH3DwPb5DSUpkWvb7XnqCL9b4F",
		Blockhash: "EkSnNWid2cvwEVnVx9aBqawnmiCNiDgp3gUdkDPTKN1N",
		Memo:      "venice-vector-1",
	}
	fmt.Println(SignTransfer(context.Background(), wallet, transfer))

	transfer.Amount *= 1_000_000
	_, err := SignTransfer(context.Background(), wallet, transfer)
	fmt.Println(errors.Is(err, ErrDeclined), err)
	// Output:
	// 34Gpewqb1UTTEcNswdGzxuXm73rVKdf3PHCdWKbozyM5ozYfRmckb7AN96U2mXCJnUWKS3GKXHgw7149KzenRaZr <nil>
	// true x402: transfer not signed: Amount is 5000000.00 USD, want more than 0 and at most 10000.00 USD
}

func sameInstructions(a, b []instruction) bool {
	return slices.EqualFunc(a, b, func(a, b instruction) bool {
		return a.Program == b.Program && a.DataHex == b.DataHex && slices.Equal(a.Accounts, b.Accounts)
	})
}

// The published transactions are met to the byte, though the order of accounts in one role is anybody's choice.
func TestPublishedTransactions(t *testing.T) {
	w := publishedSolana(t)
	if len(published.Solana.Cases) != 2 {
		t.Fatal("vectors are missing")
	}
	for i, v := range published.Solana.Cases {
		memo := string(unhex(v.Instructions[3].DataHex))
		transfer := solanaTransfer()
		transfer.Memo, transfer.To, transfer.Asset = memo, v.Offer.PayTo, v.Offer.Asset
		message, err := transfer.Message()
		if hex.EncodeToString(message) != v.MessageHex || err != nil {
			t.Errorf("%d: %x, %v", i, message, err)
		}
		sig, err := w.SignTransfer(t.Context(), transfer)
		if sig != v.PayerSignature || err != nil {
			t.Errorf("%d: %s, %v; want %s", i, sig, err, v.PayerSignature)
		}
		payload, err := transfer.payload(sig)
		if want := `{"transaction":"` + v.Transaction + `"}`; string(payload) != want || err != nil {
			t.Errorf("%d: %s, %v; want %s", i, payload, err, want)
		}
		raw, _ := base64.StdEncoding.DecodeString(v.Transaction)
		tx, err := decodeTransaction(raw)
		if err != nil || !sameInstructions(tx.instructions, v.Instructions) || !slices.Equal(tx.accounts, v.StaticAccounts) {
			t.Errorf("%d: %+v, %v", i, tx, err)
		}
	}
}

func TestTokenAccounts(t *testing.T) {
	mint := solana.MustKey(published.TokenAccounts.Mint)
	if len(published.TokenAccounts.Cases) < 14 {
		t.Fatal("vectors are missing")
	}
	for _, v := range published.TokenAccounts.Cases {
		account, err := solana.TokenAccount(solana.MustKey(v.Owner), mint)
		if got := solana.Encode(account[:]); got != v.ATA || err != nil {
			t.Errorf("%s: %s, %v; want %s", v.Owner, got, err, v.ATA)
		}
		if got := onCurve(solana.MustKey(v.Owner)); got != v.OwnerOnCurve {
			t.Errorf("%s: on the curve: %t", v.Owner, got)
		}
		if onCurve(account) {
			t.Errorf("%s: its account is on the curve", v.Owner)
		}
		if v.ATA == published.TokenAccounts.Token2022 {
			t.Error("the account is that of another token program")
		}
	}
}

func TestRefusedOnSolana(t *testing.T) {
	w := publishedSolana(t)
	source := published.Solana.Cases[0].StaticAccounts[2]
	destination := published.Solana.Cases[0].StaticAccounts[3]
	key := func(k solana.Key) string { return solana.Encode(k[:]) }
	list := refusals{
		{"another's money", func(t *Transfer) { t.From = "BFK9TLC3edb13K6v4YyH3DwPb5DSUpkWvb7XnqCL9b4F" }, "F"},
		{"the other network", func(t *Transfer) { *t = baseTransfer() }, "Network"},
		{"system program as payee", func(t *Transfer) { t.To = key(solana.SystemProgram) }, "To"},
		{"payee is the fee payer", func(t *Transfer) { t.To = t.FeePayer }, "To"},
		{"payee is the payer's token account", func(t *Transfer) { t.To = source }, "To"},
		{"no fee payer", func(t *Transfer) { t.FeePayer = "" }, "FeePayer"},
		{"fee payer is the payer", func(t *Transfer) { t.FeePayer = t.From }, "FeePayer"},
		{"fee payer is the asset", func(t *Transfer) { t.FeePayer = t.Asset }, "FeePayer"},
		{"fee payer is the source", func(t *Transfer) { t.FeePayer = source }, "FeePayer"},
		{"fee payer is the destination", func(t *Transfer) { t.FeePayer = destination }, "FeePayer"},
		{"no blockhash", func(t *Transfer) { t.Blockhash = "" }, "Blockhash"},
		{"short blockhash", func(t *Transfer) { t.Blockhash = t.Blockhash[:40] }, "Blockhash"},
		{"zero blockhash", func(t *Transfer) { t.Blockhash = strings.Repeat("1", 32) }, "Blockhash"},
		{"no memo", func(t *Transfer) { t.Memo = "" }, "Memo"},
		{"long memo", func(t *Transfer) { t.Memo = strings.Repeat("m", 257) }, "Memo has 257 bytes"},
		{"memo that is no text", func(t *Transfer) { t.Memo = "\xff" }, "Memo"},
		{"good from later on", func(t *Transfer) { t.ValidAfter = 1 }, "ValidAfter"},
		{"good until", func(t *Transfer) { t.ValidBefore = 1 }, "ValidBefore"},
		{"a nonce", func(t *Transfer) { t.Nonce[0] = 1 }, "Nonce"},
	}
	for _, p := range []solana.Key{solana.TokenProgram, solana.TokenAccountProgram, solana.MemoProgram, solana.ComputeBudgetProgram} {
		list = append(list, refusals{
			{"a program as payee", func(t *Transfer) { t.To = key(p) }, "To"},
			{"a program as fee payer", func(t *Transfer) { t.FeePayer = key(p) }, "FeePayer"},
			{"a program as payer", func(t *Transfer) { t.From = key(p) }, "From is the asset, a program"},
		}...)
	}
	common.test(t, w, solanaTransfer)
	list.test(t, w, solanaTransfer)
	if sig, err := SignTransfer(t.Context(), new(signer.Solana), solanaTransfer()); sig != "" || err == nil || !strings.Contains(err.Error(), "no key") {
		t.Errorf("zero wallet: %q, %v", sig, err)
	}
}

// What pays is never signed for a text, though it is the same key and the same bytes.
func TestTransferIsNoMessage(t *testing.T) {
	transfer := solanaTransfer()
	sig, err := testSolana(t).SignMessage(t.Context(), must(transfer.Message()))
	if sig != "" || err == nil {
		t.Errorf("%q, %v", sig, err)
	}
}

func mustBytes(address string) []byte {
	key := solana.MustKey(address)
	return key[:]
}

// publishedSolana is the wallet of the published transactions.
func publishedSolana(t testing.TB) paying {
	w, err := signer.ParseSolana(solana.Encode(unhex(published.Solana.SeedHex)))
	if err != nil {
		t.Fatal(err)
	}
	return paying{w}
}

func onCurve(key solana.Key) bool {
	_, err := new(edwards25519.Point).SetBytes(key[:])
	return err == nil
}
