// Payments on Solana: a transaction that the payer signed and the fee payer has yet to. The rules and their names are
// those of the exact scheme's facilitator, as it judges them.

package venicetest

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
)

var (
	tokenProgram   = fixedKey("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
	token2022      = fixedKey("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
	accountProgram = fixedKey("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
	memoProgram    = fixedKey("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
	guardProgram   = fixedKey("L2TExMFKdjpN9kozasaurPirfHy9P8sbXoAN1qA3S95") // Lighthouse, which wallets add
	budgetProgram  = fixedKey("ComputeBudget111111111111111111111111111111")
)

const (
	maxUnitPrice  = 5_000_000 // micro-lamports
	tokenDecimals = 6
)

// solanaOffer is what a transaction must pay, to whom, and who pays its fees.
type solanaOffer struct {
	mint, payTo, feePayer pubkey
	memo                  string // "" for any
}

// A solanaTransfer is what was found in a transaction.
type solanaTransfer struct {
	*transaction
	payer, source, destination, program pubkey
	amount                              uint64
	memos                               []string
}

func unverified(name, why string) *badPayment {
	return &badPayment{"PAYMENT_VERIFICATION_FAILED", name + ": " + why}
}

// judge holds a transaction in base64 against the offer. The amount is checked if it is above 0.
func (o solanaOffer) judge(text string, amount uint64) (*solanaTransfer, *badPayment) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || base64.StdEncoding.EncodeToString(raw) != text {
		return nil, &badPayment{"INVALID_PAYMENT", "could_not_be_decoded: want standard base64 with padding"}
	}
	t, err := readTransaction(raw)
	if err != nil {
		return nil, &badPayment{"INVALID_PAYMENT", "could_not_be_decoded: want a legacy transaction or one of version 0"}
	}
	switch {
	case t.tables > 0:
		return nil, unverified("alt_resolution_not_available", "address lookup tables are not taken")
	case len(t.steps) < 3 || len(t.steps) > 7:
		return nil, unverified("instructions_length", "want 3 to 7 instructions")
	case t.account(0) != o.feePayer:
		return nil, unverified("fee_payer_mismatch", "want the fee payer "+o.feePayer.String()+" first of all accounts")
	}
	if bad := o.judgeBudget(t); bad != nil {
		return nil, bad
	}
	found, bad := o.judgeTransfer(t, amount)
	if bad != nil {
		return nil, bad
	}
	if bad := o.judgeMemos(found); bad != nil {
		return nil, bad
	}
	for i := 1; i < t.signers; i++ {
		if !t.signed(i) {
			return nil, unverified("signature_invalid", "the signature of "+t.accounts[i].String()+" is missing or wrong")
		}
	}
	if slices.ContainsFunc(t.signatures[0], func(b byte) bool { return b != 0 }) {
		return nil, unverified("fee_payer_signature", "want 64 zero bytes in the fee payer's place")
	}
	return found, found.simulate(o)
}

// judgeBudget wants the limit of compute units first, then their price.
func (o solanaOffer) judgeBudget(t *transaction) *badPayment {
	limit, price := t.steps[0], t.steps[1]
	switch {
	case t.program(0) != budgetProgram || len(limit.data) != 5 || limit.data[0] != 2:
		return unverified("compute_limit_instruction", "want SetComputeUnitLimit first")
	case t.program(1) != budgetProgram || len(price.data) != 9 || price.data[0] != 3:
		return unverified("compute_price_instruction", "want SetComputeUnitPrice second")
	case binary.LittleEndian.Uint64(price.data[1:]) > maxUnitPrice:
		return unverified("compute_price_instruction_too_high", "want 5000000 micro-lamports at most")
	}
	return nil
}

// judgeTransfer wants the transfer third: TransferChecked(source, mint, destination, authority).
func (o solanaOffer) judgeTransfer(t *transaction, amount uint64) (*solanaTransfer, *badPayment) {
	step, program := t.steps[2], t.program(2)
	if program != tokenProgram && program != token2022 || len(step.data) != 10 || step.data[0] != 12 || len(step.accounts) < 4 {
		return nil, unverified("no_transfer_instruction", "want TransferChecked third")
	}
	at := func(i int) pubkey { return t.account(int(step.accounts[i])) }
	f := &solanaTransfer{
		transaction: t, source: at(0), destination: at(2), payer: at(3), program: program,
		amount: binary.LittleEndian.Uint64(step.data[1:]),
	}
	switch {
	case slices.Contains(step.accounts, 0):
		return nil, unverified("fee_payer_transferring_funds", "want the fee payer in no account of the transfer")
	case at(1) != o.mint:
		return nil, &badPayment{"UNSUPPORTED_TOKEN", "mint_mismatch: want " + o.mint.String()}
	case f.destination != tokenAccount(o.payTo, o.mint, program):
		return nil, &badPayment{"INVALID_PAYMENT_RECIPIENT", "recipient_mismatch: want the associated token account of " + o.payTo.String()}
	case f.source != tokenAccount(f.payer, o.mint, program):
		return nil, &badPayment{"INVALID_PAYMENT_PAYER", "source_mismatch: want the associated token account of the authority"}
	case amount > 0 && f.amount != amount:
		return nil, unverified("amount_mismatch", "want the amount that was accepted")
	case int(step.accounts[3]) >= t.signers:
		return nil, unverified("signature_invalid", "the authority of the transfer does not sign")
	}
	return f, nil
}

// judgeMemos allows memos and guards after the transfer, and wants the one memo that the offer has, if any.
func (o solanaOffer) judgeMemos(f *solanaTransfer) *badPayment {
	for i := 3; i < len(f.steps); i++ {
		switch f.account(f.steps[i].program) {
		case memoProgram:
			f.memos = append(f.memos, string(f.steps[i].data))
		case guardProgram:
		default:
			place := []string{"fourth", "fifth", "sixth", "seventh"}[i-3]
			return unverified("unknown_"+place+"_instruction", "want a memo after the transfer")
		}
	}
	switch {
	case o.memo != "" && len(f.memos) != 1:
		return unverified("memo_count", "want one memo")
	case o.memo != "" && f.memos[0] != o.memo:
		return unverified("memo_mismatch", "want the memo of the offer")
	}
	return nil
}

// simulate finds what the chain would not carry out, though all rules are kept.
func (f *solanaTransfer) simulate(o solanaOffer) *badPayment {
	step := f.steps[2]
	no := func(why string) *badPayment { return unverified("simulation_failed", why) }
	seen := map[pubkey]bool{}
	for _, k := range f.accounts {
		if seen[k] {
			return no("an account is listed twice")
		}
		seen[k] = true
	}
	for _, s := range f.steps {
		if s.program >= len(f.accounts) || s.program == 0 || slices.ContainsFunc(s.accounts, func(i byte) bool { return int(i) >= len(f.accounts) }) {
			return no("an instruction names an account that is not listed, or the fee payer as program")
		}
		for _, i := range s.accounts {
			if f.account(s.program) == memoProgram && int(i) >= f.signers {
				return no("an account of a memo does not sign")
			}
		}
	}
	switch {
	case f.program != tokenProgram:
		return no("the mint is of another token program")
	case step.data[9] != tokenDecimals:
		return no("want 6 decimals")
	case !f.writable(int(step.accounts[0])) || !f.writable(int(step.accounts[2])):
		return no("want both token accounts writable")
	case slices.ContainsFunc(f.memos, func(m string) bool { return !utf8.ValidString(m) }):
		return no("want UTF-8 in the memo")
	}
	return nil
}

// readSolana judges a payment on Solana, but for what changes with time.
func (h *Handler) readSolana(e *envelope) (*payment, *badPayment) {
	var wire struct {
		Transaction string `json:"transaction"`
	}
	if err := json.Unmarshal(e.payload, &wire); err != nil || wire.Transaction == "" {
		return nil, &badPayment{"INVALID_PAYMENT", "payload.transaction: want a transaction in base64"}
	}
	amount := int64(0)
	if e.amount != "" {
		amount, _ = readAmount(e.amount) // read before
	}
	offer := solanaOffer{fixedKey(USDCMint), fixedKey(PayToSolana), fixedKey(FeePayer), h.memo}
	f, bad := offer.judge(wire.Transaction, uint64(amount))
	if bad != nil {
		return nil, bad
	}
	units, bad := readAmount(strconv.FormatUint(f.amount, 10))
	if bad != nil {
		return nil, bad
	}
	blockhash, signature := f.blockhash.String(), ed25519.Sign(feePayerKey(), f.message)
	p := &payment{
		network: solanaNetwork, payer: f.payer.String(), units: units, id: hex.EncodeToString(keccak(f.message)),
		memos: f.memos, signature: to58(signature), wire: f.wire(signature),
		accepts: func(at time.Time) string { return h.blockhashGood(blockhash, at) },
	}
	for _, k := range f.accounts {
		p.accounts = append(p.accounts, k.String())
	}
	return p, nil
}
