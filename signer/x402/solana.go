// Solana: the one transaction that is made and signed of a transfer, by the exact scheme of x402.

package x402

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/jsonrpc"
	"github.com/venice-go/venice/internal/solana"
)

// solanaUSDC is USDC's mint on Solana.
const solanaUSDC = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"

// What the transaction asks for. Fee payers refuse more than 5,000,000 micro-lamports a unit, and the limit is their
// bound on the rest of what a transaction can cost them.
const (
	unitLimit     = 20_000
	unitPrice     = 1 // micro-lamport
	usdcDecimals  = 6
	maxMemo       = 256 // bytes
	signatureSize = ed25519.SignatureSize
)

// The instructions' numbers in their programs.
const (
	setComputeUnitLimit = 2
	setComputeUnitPrice = 3
	transferChecked     = 12
)

// solanaRail is Solana: transactions whose fee somebody else pays, and a history of the account that paid.
type solanaRail struct{}

func (solanaRail) facts() facts {
	return facts{network: solana.Network, alias: "solana", usdc: solanaUSDC, form: "base58 of 32 bytes",
		life: 3 * time.Minute} // well after a blockhash is too old
}

// account takes any key: one that is paid may lie off the curve, as the service's does.
func (solanaRail) account(address string) (string, error) {
	_, err := solana.ParseKey(address)
	return address, err
}

func (solanaRail) check(t *terms, o *offer, to string) error {
	x := o.Extra
	feePayer, err := solana.ParseKey(x.FeePayer)
	switch {
	case x.Name != "" && x.Name != domainName || x.Version != "" && x.Version != domainVersion:
		return refuseOffer("extra", x.Name+", "+x.Version, "name %s, version %s", domainName, domainVersion)
	case err != nil || x.FeePayer == t.payer:
		return refuseOffer("extra", x.FeePayer, "a feePayer: base58 of 32 bytes, and not the payer")
	}
	key := solana.MustKey(to)
	if slices.Contains([]solana.Key{feePayer, solana.SystemProgram, solana.TokenProgram, solana.TokenAccountProgram, solana.MemoProgram, solana.ComputeBudgetProgram}, key) {
		return refuseOffer("payTo", to, "neither the fee payer nor a program")
	}
	return nil
}

func (solanaRail) fill(t *Transfer, o *offer, _ time.Time, random [32]byte) {
	t.FeePayer, t.Memo = o.Extra.FeePayer, o.Extra.Memo
	if t.Memo == "" {
		t.Memo = hex.EncodeToString(random[:16])
	}
}

func (solanaRail) payload(t *Transfer, message []byte, signature string) (jsontext.Value, error) {
	sig, err := solana.Decode(signature)
	if err != nil || len(sig) != signatureSize || !solana.Verify(t.From, message, sig) {
		return nil, fmt.Errorf("want base58 of 64 bytes, by %s over this transfer", t.From)
	}
	return jsontext.Value(`{"transaction":"` + base64.StdEncoding.EncodeToString(envelope(sig, message)) + `"}`), nil
}

func (solanaRail) chain(node *jsonrpc.Node) chain { return &solanaNode{node} }

// message checks the transfer and returns the message that is signed, laid out as the runtime wants it:
//
//	0x80               version 0
//	2 1 4              signers, of which read only, and others that are read only
//	accounts           in the order of their roles: the fee payer, who signs and pays; the payer, who signs; the two
//	                   token accounts, which are written to; the mint and the programs
//	recent blockhash
//	instructions       program, accounts and data, accounts by their places in the list
//	0                  lookup tables
//
// The fee payer is in no instruction, so the payer's signature cannot cost it more than the fee.
func (solanaRail) message(t *Transfer) ([]byte, error) {
	var mint, from, to, feePayer, blockhash solana.Key
	for _, f := range []struct {
		name, text string
		key        *solana.Key
	}{
		{"Asset", t.Asset, &mint}, {"From", t.From, &from}, {"To", t.To, &to},
		{"FeePayer", t.FeePayer, &feePayer}, {"Blockhash", t.Blockhash, &blockhash},
	} {
		key, err := solana.ParseKey(f.text)
		if err != nil || key == (solana.Key{}) {
			return nil, fmt.Errorf("%s is %.64q, want base58 of 32 bytes that are not all zero", f.name, f.text)
		}
		*f.key = key
	}
	source, err := solana.TokenAccount(from, mint)
	if err != nil {
		return nil, err
	}
	destination, err := solana.TokenAccount(to, mint)
	if err != nil {
		return nil, err
	}
	accounts := []solana.Key{feePayer, from, source, destination, solana.ComputeBudgetProgram, mint, solana.MemoProgram, solana.TokenProgram}
	taken := append(slices.Clone(accounts), solana.TokenAccountProgram)
	switch {
	case to == from:
		return nil, errors.New("To is the payer")
	case slices.Contains(taken, to):
		return nil, errors.New("To is the asset, a program, the fee payer or the payer's token account, want another's account")
	case slices.Contains(taken[1:], feePayer):
		return nil, errors.New("FeePayer is the payer, a token account, the asset or a program, want an account with no part in the transfer")
	case slices.Contains(taken[2:], from):
		return nil, errors.New("From is the asset, a program or a token account, want an owner")
	case t.Memo == "" || len(t.Memo) > maxMemo || !utf8.ValidString(t.Memo):
		return nil, fmt.Errorf("Memo has %d bytes, want text in UTF-8 of 1 to %d", len(t.Memo), maxMemo)
	case t.ValidAfter != 0 || t.ValidBefore != 0 || t.Nonce != [32]byte{}:
		return nil, errors.New("ValidAfter, ValidBefore and Nonce are for Base alone")
	}

	m := append(make([]byte, 0, 512), 0x80, 2, 1, 4)
	m = appendLength(m, len(accounts))
	for _, key := range accounts {
		m = append(m, key[:]...)
	}
	m = append(m, blockhash[:]...)
	little := binary.LittleEndian
	m = append(m, 4)
	m = appendInstruction(m, 4, nil, little.AppendUint32([]byte{setComputeUnitLimit}, unitLimit))
	m = appendInstruction(m, 4, nil, little.AppendUint64([]byte{setComputeUnitPrice}, unitPrice))
	m = appendInstruction(m, 7, []byte{2, 5, 3, 1}, append(little.AppendUint64([]byte{transferChecked}, uint64(t.Amount)), usdcDecimals)) //nolint:gosec // checked to be above 0
	m = appendInstruction(m, 6, nil, []byte(t.Memo))
	return append(m, 0), nil
}

func appendInstruction(m []byte, program byte, accounts, data []byte) []byte {
	m = append(appendLength(append(m, program), len(accounts)), accounts...)
	return append(appendLength(m, len(data)), data...)
}

// appendLength packs the length of a list: 7 bits a byte, the lowest first, at most three bytes.
func appendLength(m []byte, n int) []byte { return binary.AppendUvarint(m, uint64(n)) } //nolint:gosec // a length

// envelope is the transaction as it is sent: signatures in the order of the signers, the fee payer's left to be filled
// in, and the message.
func envelope(sig, message []byte) []byte {
	return slices.Concat([]byte{2}, make([]byte, signatureSize), sig, message)
}
