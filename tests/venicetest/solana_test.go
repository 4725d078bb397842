// Tests of payments on Solana: transactions put together here, good ones and such as break one rule each.

package venicetest_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

const (
	classicToken = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
	token2022    = "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"
	memoProgram  = "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"
	budget       = "ComputeBudget111111111111111111111111111111"
	accounts     = "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL"
	guard        = "L2TExMFKdjpN9kozasaurPirfHy9P8sbXoAN1qA3S95"
	usdcMint     = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
)

// A draft is a transaction before it is signed.
type draft struct {
	legacy              bool
	feePayer, blockhash string
	signers, writable   []string // of the accounts, besides the fee payer
	steps               []step
	tables              int
	unsigned            bool // by the payer
	first               byte // of the fee payer's signature
	trailing            []byte
	twice               bool // the last account is listed
}

type step struct {
	program  string
	accounts []string
	data     []byte
}

func little64(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }

func transferOf(units uint64, from, to, mint, program string) step {
	classic := program == classicToken
	return step{program, []string{
		venicetest.TokenAccount(from, mint, classic), mint, venicetest.TokenAccount(to, mint, classic), from,
	}, append(append([]byte{12}, little64(units)...), 6)}
}

func memo(text string, accounts ...string) step { return step{memoProgram, accounts, []byte(text)} }

// goodDraft pays 5 USD as an ordinary client does.
func goodDraft(blockhash string) *draft {
	pay := transferOf(5_000_000, testSol, venicetest.PayToSolana, venicetest.USDCMint, classicToken)
	return &draft{
		feePayer: venicetest.FeePayer, blockhash: blockhash, signers: []string{testSol},
		writable: []string{pay.accounts[0], pay.accounts[2]},
		steps: []step{
			{budget, nil, []byte{2, 0x20, 0x4e, 0, 0}}, {budget, nil, append([]byte{3}, little64(1)...)}, pay, memo("0011223344556677"),
		},
	}
}

// encode lays the transaction out and signs it.
func (d *draft) encode() string {
	var list []string
	add := func(all ...string) {
		for _, a := range all {
			if !slices.Contains(list, a) {
				list = append(list, a)
			}
		}
	}
	add(d.feePayer)
	add(d.signers...)
	signers := len(list)
	add(d.writable...)
	written := len(list)
	for _, s := range d.steps {
		add(s.accounts...)
		add(s.program)
	}
	if d.twice {
		list = append(list, list[len(list)-1])
	}
	var m bytes.Buffer
	if !d.legacy {
		m.WriteByte(0x80)
	}
	m.Write([]byte{byte(signers), byte(signers - 1), byte(len(list) - written), byte(len(list))})
	put := func(address string) {
		key := venicetest.Key(address)
		m.Write(key[:])
	}
	for _, a := range list {
		put(a)
	}
	put(d.blockhash)
	m.WriteByte(byte(len(d.steps)))
	for _, s := range d.steps {
		m.Write([]byte{byte(slices.Index(list, s.program)), byte(len(s.accounts))})
		for _, a := range s.accounts {
			m.WriteByte(byte(slices.Index(list, a)))
		}
		m.WriteByte(byte(len(s.data)))
		m.Write(s.data)
	}
	if !d.legacy {
		m.WriteByte(byte(d.tables))
		for range d.tables {
			put(testSol)
			m.Write([]byte{1, 0, 0})
		}
	}
	raw := append([]byte{byte(signers)}, make([]byte, 64*signers)...)
	raw[1] = d.first
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(i + 1)
	}
	key := ed25519.NewKeyFromSeed(seed[:])
	if !d.unsigned && signers > 1 {
		copy(raw[65:], ed25519.Sign(key, m.Bytes()))
	}
	return base64.StdEncoding.EncodeToString(append(append(raw, m.Bytes()...), d.trailing...))
}

func (c caller) blockhash() string {
	return c.rpc(c.srv.SolanaRPC, "getLatestBlockhash").(map[string]any)["value"].(map[string]any)["blockhash"].(string)
}

func onChain(tx string) map[string]any { return map[string]any{"transaction": tx} }

func TestPayOnSolana(t *testing.T) {
	for name, change := range map[string]func(*draft){
		"ordinary":                   func(*draft) {},
		"no memo":                    func(d *draft) { d.steps = d.steps[:3] },
		"legacy":                     func(d *draft) { d.legacy = true },
		"the highest price":          func(d *draft) { d.steps[1].data = append([]byte{3}, little64(5_000_000)...) },
		"two memos":                  func(d *draft) { d.steps = append(d.steps, memo("more")) },
		"memo of the payer":          func(d *draft) { d.steps[3] = memo("mine", testSol) },
		"memo of the fee payer":      func(d *draft) { d.steps[3] = memo("ours", venicetest.FeePayer) },
		"a guard and a memo":         func(d *draft) { d.steps = append(d.steps, step{program: guard}) },
		"as many steps as there are": func(d *draft) { d.steps = append(d.steps, memo("5"), memo("6"), memo("7")) },
	} {
		t.Run(name, func(t *testing.T) {
			c, clk := newPayer(t)
			d := goodDraft(c.blockhash())
			change(d)
			payload := onChain(d.encode())
			r := c.pay("PAYMENT-SIGNATURE", envelope(c.offer(onSolana), "5000000", payload)).want(t, 200, `"walletAddress":"`+testSol+`"`)
			c.pay("X-402-Payment", flat("solana", payload)).want(t, 200, r.data(t)["paymentId"].(string))
			s := c.srv.Settlements()
			if len(s) != 1 || s[0].Network != onSolana || s[0].Payer != testSol || s[0].Amount != 5_000_000 || s[0].Nonce != "" || !s[0].At.Equal(clk.read()) {
				t.Fatalf("%+v", s)
			}
			var memos []string
			for _, s := range d.steps[3:] {
				if s.program == memoProgram {
					memos = append(memos, string(s.data))
				}
			}
			if s[0].Memo != strings.Join(memos, "\n") || c.srv.USDC(testSol) != 95_000_000 || c.srv.Credit(testSol) != 5 {
				t.Errorf("%+v", s[0])
			}
		})
	}
}

func TestSolanaRefusals(t *testing.T) {
	const someone = "8cqVUr9BB9ttY5ZxTZineECef2AgsitwHb8vjuAkxZuT"
	for name, test := range map[string]struct {
		change     func(*draft)
		code, text string
	}{
		"price too high": {func(d *draft) { d.steps[1].data = append([]byte{3}, little64(5_000_001)...) }, "", "compute_price_instruction_too_high"},
		"price first":    {func(d *draft) { d.steps[0], d.steps[1] = d.steps[1], d.steps[0] }, "", "compute_limit_instruction"},
		"no limit":       {func(d *draft) { d.steps = d.steps[1:] }, "", "compute_limit_instruction"},
		"no price":       {func(d *draft) { d.steps = slices.Delete(d.steps, 1, 2) }, "", "compute_price_instruction"},
		"two steps":      {func(d *draft) { d.steps = d.steps[:2] }, "", "instructions_length"},
		"eight steps":    {func(d *draft) { d.steps = append(d.steps, memo("5"), memo("6"), memo("7"), memo("8")) }, "", "instructions_length"},
		"amount":         {func(d *draft) { copy(d.steps[2].data[1:], little64(5_000_001)) }, "", "amount_mismatch"},
		"to the owner":   {func(d *draft) { d.steps[2].accounts[2] = venicetest.PayToSolana }, "INVALID_PAYMENT_RECIPIENT", "recipient_mismatch"},
		"to somebody":    {func(d *draft) { d.steps[2].accounts[2] = venicetest.TokenAccount(testSol, venicetest.USDCMint, true) }, "INVALID_PAYMENT_RECIPIENT", "recipient_mismatch"},
		"real USDC": {func(d *draft) {
			d.steps[2] = transferOf(5_000_000, testSol, venicetest.PayToSolana, usdcMint, classicToken)
		}, "UNSUPPORTED_TOKEN", "mint_mismatch"},
		"from elsewhere":    {func(d *draft) { d.steps[2].accounts[0] = someone }, "INVALID_PAYMENT_PAYER", "source_mismatch"},
		"account third":     {func(d *draft) { d.steps = slices.Insert(d.steps, 2, step{program: accounts, data: []byte{1}}) }, "", "no_transfer_instruction"},
		"plain transfer":    {func(d *draft) { d.steps[2].data = append([]byte{3}, little64(5_000_000)...) }, "", "no_transfer_instruction"},
		"account fourth":    {func(d *draft) { d.steps = slices.Insert(d.steps, 3, step{program: accounts, data: []byte{1}}) }, "", "unknown_fourth_instruction"},
		"unknown fifth":     {func(d *draft) { d.steps = append(d.steps, step{program: classicToken}) }, "", "unknown_fifth_instruction"},
		"other fee payer":   {func(d *draft) { d.feePayer = usdcMint }, "", "fee_payer_mismatch"},
		"pays its own fees": {func(d *draft) { d.feePayer, d.signers = testSol, nil }, "", "fee_payer_mismatch"},
		"fee payer's money": {func(d *draft) { d.steps[2].accounts[3] = venicetest.FeePayer }, "", "fee_payer_transferring_funds"},
		"fee payer's place": {func(d *draft) { d.first = 1 }, "", "fee_payer_signature"},
		"not signed":        {func(d *draft) { d.unsigned = true }, "", "signature_invalid"},
		"not to be signed":  {func(d *draft) { d.signers = nil }, "", "signature_invalid"},
		"another signer":    {func(d *draft) { d.signers = append(d.signers, someone) }, "", "signature_invalid"},
		"trailing byte":     {func(d *draft) { d.trailing = []byte{0} }, "", "signature_invalid"},
		"lookup table":      {func(d *draft) { d.tables = 1 }, "", "alt_resolution_not_available"},
		"unknown blockhash": {func(d *draft) { d.blockhash = someone }, "", "blockhash_not_found"},
		"Token-2022": {func(d *draft) {
			d.steps[2] = transferOf(5_000_000, testSol, venicetest.PayToSolana, venicetest.USDCMint, token2022)
			d.writable = []string{d.steps[2].accounts[0], d.steps[2].accounts[2]}
		}, "", "simulation_failed: the mint"},
		"limit of 2 bytes":   {func(d *draft) { d.steps[0].data = d.steps[0].data[:3] }, "", "compute_limit_instruction"},
		"price of 4 bytes":   {func(d *draft) { d.steps[1].data = d.steps[1].data[:5] }, "", "compute_price_instruction"},
		"read-only source":   {func(d *draft) { d.writable = d.writable[1:] }, "", "simulation_failed: want both token accounts"},
		"read-only goal":     {func(d *draft) { d.writable = d.writable[:1] }, "", "simulation_failed: want both token accounts"},
		"listed twice":       {func(d *draft) { d.twice = true }, "", "simulation_failed: an account is listed twice"},
		"5 decimals":         {func(d *draft) { d.steps[2].data[9] = 5 }, "", "simulation_failed: want 6 decimals"},
		"memo of a stranger": {func(d *draft) { d.steps[3] = memo("x", someone) }, "", "simulation_failed: an account of a memo"},
		"memo in no UTF-8":   {func(d *draft) { d.steps[3] = memo("\xff") }, "", "simulation_failed: want UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := newPayer(t)
			d := goodDraft(c.blockhash())
			test.change(d)
			code := test.code
			if code == "" {
				code = "PAYMENT_VERIFICATION_FAILED"
			}
			c.pay("PAYMENT-SIGNATURE", envelope(c.offer(onSolana), "5000000", onChain(d.encode()))).
				want(t, 400, `{"error":"`+code+`","message":"`+test.text)
			if c.srv.USDC(testSol) != 100_000_000 || len(c.srv.Settlements()) != 0 {
				t.Error("it moved USDC")
			}
		})
	}
}

// What is no transaction, or in no standard base64, is none of the above.
func TestSolanaNoTransaction(t *testing.T) {
	c, _ := newPayer(t)
	good := goodDraft(c.blockhash()).encode()
	raw, err := base64.StdEncoding.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	padded := func(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
	version1 := slices.Clone(raw)
	version1[1+2*64] = 0x81
	long := append([]byte{0x82, 0x00}, raw[1:]...) // the number of signatures in two bytes
	readonly := slices.Clone(raw)
	readonly[1+2*64+2] = 2 // both signers, the fee payer among them
	short := slices.Clone(raw)
	short[1+2*64+3] = 200                                       // read-only accounts, more than there are
	more := append(append([]byte{3}, raw[1:65]...), raw[1:]...) // signatures
	for _, tx := range map[string]string{
		"read-only fee payer": padded(readonly), "read-only": padded(short), "signatures": padded(more),
		"base64url": base64.URLEncoding.EncodeToString(append(raw, 0xff, 0xff, 0xff)), "line feed": good + "\n", "unpadded": base64.RawStdEncoding.EncodeToString(append(raw, make([]byte, 3-len(raw)%3+1)...)),
		"nothing": padded([]byte{0}), "version 1": padded(version1), "a long length": padded(long), "one": padded([]byte{1}),
	} {
		c.pay("PAYMENT-SIGNATURE", flat("solana", onChain(tx))).want(t, 400, `{"error":"INVALID_PAYMENT","message":"could_not_be_decoded`)
	}
	for n := range len(raw) - 1 { // cut short anywhere
		if r := c.pay("PAYMENT-SIGNATURE", flat("solana", onChain(padded(raw[:n+1])))); r.status != 400 {
			t.Fatalf("the first %d bytes: %d %s", n+1, r.status, r.raw)
		}
	}
	c.pay("PAYMENT-SIGNATURE", flat("solana", map[string]any{})).want(t, 400, "INVALID_PAYMENT")
	c.pay("PAYMENT-SIGNATURE", flat("solana", onChain(good))).want(t, 200, "")
}
