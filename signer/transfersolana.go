// Transfers on Solana: the one transaction that is made and signed, by the exact scheme of x402.

package signer

import (
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
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

// transaction checks the transfer and returns the message that is signed, laid out as the runtime wants it:
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
func (t *Transfer) transaction() ([]byte, error) {
	var mint, from, to, feePayer, blockhash publicKey
	for _, f := range []struct {
		name, text string
		key        *publicKey
	}{
		{"Asset", t.Asset, &mint}, {"From", t.From, &from}, {"To", t.To, &to},
		{"FeePayer", t.FeePayer, &feePayer}, {"Blockhash", t.Blockhash, &blockhash},
	} {
		key, err := parseKey(f.text)
		if err != nil || key == (publicKey{}) {
			return nil, fmt.Errorf("%s is %q, want base58 of 32 bytes that are not all zero", f.name, short(f.text))
		}
		*f.key = key
	}
	source, err := tokenAccount(from, mint)
	if err != nil {
		return nil, err
	}
	destination, err := tokenAccount(to, mint)
	if err != nil {
		return nil, err
	}
	accounts := []publicKey{feePayer, from, source, destination, computeBudgetProgram, mint, memoProgram, tokenProgram}
	taken := append(slices.Clone(accounts), tokenAccountProgram)
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
