// Tests of what the rails have in common, and of what only offers for Solana have.

package x402

import (
	"errors"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/signer"
)

func TestRails(t *testing.T) {
	for _, r := range rails {
		chain := r.facts()
		found, err := railOf(chain.network)
		if err != nil || found != r || chain.alias == "" || chain.form == "" {
			t.Errorf("%+v: %v, %v", chain, found, err)
		}
		if account, err := r.account(chain.usdc); err != nil || account != chain.usdc {
			t.Errorf("%s: USDC is %q, %v", chain.network, account, err)
		}
	}
	if r, err := railOf("eip155:137"); r != nil || err == nil || !strings.Contains(err.Error(), evm.Base+" or "+solana.Network) {
		t.Errorf("%v, %v", r, err)
	}
	// What a journal has of a chain that this version does not know counts as alive.
	i := Intent{State: IntentOpen, Transfer: Transfer{Network: "eip155:137"}}
	if !i.alive(noon) {
		t.Error("a payment on an unknown chain counts as dead")
	}
}

// A transfer is over once no block to come can have it.
func TestOver(t *testing.T) {
	transfer := baseTransfer()
	for _, c := range []struct {
		network string
		answers answers
		over    bool
		err     string
	}{
		{evm.Base, baseAnswers(t, transfer.ValidBefore-1, nil), false, ""},
		{evm.Base, baseAnswers(t, transfer.ValidBefore, nil), true, ""},
		{evm.Base, baseAnswers(t, transfer.ValidBefore, nil).with("eth_chainId", "0x1"), false, "chain 1"},
		{evm.Base, baseAnswers(t, transfer.ValidBefore, nil).with("eth_getBlockByNumber", errors.New("x")), false, "no: x"},
		{solana.Network, (&ledger{height: lastValid + settling}).answers(t), false, ""},
		{solana.Network, (&ledger{height: lastValid + settling + 1}).answers(t), true, ""},
		{solana.Network, (&ledger{height: lastValid + 5000}).answers(t).with("getGenesisHash", "another"), false, "genesis hash"},
		{solana.Network, (&ledger{height: lastValid + 5000}).answers(t).with("getLatestBlockhash", errors.New("x")), false, "no: x"},
	} {
		endpoint, _ := node(t, c.answers)
		chain, err := newNode(c.network, endpoint, nil)
		if err != nil {
			t.Fatal(err)
		}
		over, err := chain.over(t.Context(), &transfer, lastValid)
		if over != c.over || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: over %t, %v; want %t, %q", c.network, over, err, c.over, c.err)
		}
	}
}

func TestHostileOffersOnSolana(t *testing.T) {
	const feePayer = "BFK9TLC3edb13K6v4YyH3DwPb5DSUpkWvb7XnqCL9b4F"
	key := func(k solana.Key) string { return solana.Encode(k[:]) }
	terms := &terms{rail: solanaRail{}, payer: solanaPayer, asset: solanaUSDC, amount: 5 * USD}
	good := offer{Scheme: "exact", Network: solana.Network, Amount: "5000000", Asset: solanaUSDC, PayTo: testPayToSolana, MaxTimeoutSeconds: 60}
	good.Extra.FeePayer = feePayer
	if o, err := terms.choose([]offer{good}); err != nil || o.PayTo != testPayToSolana {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		rule string
		bend func(*offer)
	}{
		"no fee payer":           {"extra", func(o *offer) { o.Extra.FeePayer = "" }},
		"an odd fee payer":       {"extra", func(o *offer) { o.Extra.FeePayer = "0x1" }},
		"the payer pays the fee": {"extra", func(o *offer) { o.Extra.FeePayer = terms.payer }},
		"another name":           {"extra", func(o *offer) { o.Extra.Name = "USDT" }},
		"another version":        {"extra", func(o *offer) { o.Extra.Version = "1" }},
		"to the fee payer":       {"payTo", func(o *offer) { o.PayTo = feePayer }},
		"to the payer":           {"payTo", func(o *offer) { o.PayTo = terms.payer }},
		"to the asset":           {"payTo", func(o *offer) { o.PayTo = solanaUSDC }},
		"to nobody":              {"payTo", func(o *offer) { o.PayTo = key(solana.SystemProgram) }},
		"to a program":           {"payTo", func(o *offer) { o.PayTo = key(solana.TokenProgram) }},
		"to an address of Base":  {"payTo", func(o *offer) { o.PayTo = testPayTo }},
	} {
		o := good
		c.bend(&o)
		_, err := terms.choose([]offer{o})
		if refusal, ok := errors.AsType[*OfferError](err); !ok || refusal.Rule != c.rule {
			t.Errorf("%s: %v, want the rule %s", name, err, c.rule)
		}
	}
}

const solanaPayer = "9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj" // any 32 bytes

// What is wrong with an AutoTopUp is said where it is asked, and nothing is paid.
func TestAutoTopUpWithoutPayer(t *testing.T) {
	if again, err := new(AutoTopUp).Retry(t.Context(), nil, nil, nil); again || err == nil {
		t.Errorf("%t, %v", again, err)
	}
	if _, err := SignTransfer(t.Context(), new(signer.Solana), solanaTransfer()); !errors.Is(err, ErrDeclined) {
		t.Error(err)
	}
}
