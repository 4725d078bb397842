// Payers that end at any moment, lose their caller, or cannot pay.

package x402

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal"
)

// A caller that leaves does not end the payment, and whoever comes next does not pay in its place.
func TestCallerLeaves(t *testing.T) {
	s, client := newTill(t, "paid")
	arrived, leave := make(chan bool), make(chan bool)
	s.onPay = func() { arrived <- true; <-leave }
	wallet := &spy{TransferSigner: testWallet(t)}
	p := s.payer(wallet, nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	if _, err := p.TopUp(ctx, client, 5*USD); !errors.Is(err, ErrUnknown) || !errors.Is(err, context.Canceled) {
		t.Errorf("left: %v", err)
	}
	close(leave)
	if err := p.Settle(t.Context(), client); err != nil {
		t.Error(err)
	}
	if got := states(t, p); got != "settled1" || wallet.asked != 1 {
		t.Errorf("%s, %d signatures", got, wallet.asked)
	}
	// Before anything is signed, ctx ends it.
	if _, err := p.TopUp(ctx, client, 5*USD); !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnknown) || wallet.asked != 1 {
		t.Errorf("never begun: %v", err)
	}
}

// A crash at any step of the journal leaves a book from which the next payer goes on with the same signature.
func TestCrashes(t *testing.T) {
	for script, steps := range map[string]int{"paid": 4, "lost paid": 5, "lost lost 500 paid": 7} {
		for after := range steps {
			for _, written := range []bool{false, true} { // whether the step that fails was carried out
				s, client := newTill(t, strings.Fields(script)...)
				wallet := &spy{TransferSigner: testWallet(t)}
				journal := &failing{after: after, written: written}
				receipt, err := s.payer(wallet, journal).TopUp(t.Context(), client, 5*USD)
				if err == nil {
					t.Fatalf("%s: step %d did not fail", script, after)
				}
				journal.after = 1000
				p := s.payer(wallet, journal)
				err = p.Settle(t.Context(), client)
				intents, _ := p.Intents(t.Context())
				reserved := slices.ContainsFunc(intents, func(i Intent) bool { return i.State == IntentReserved })
				open := slices.ContainsFunc(intents, func(i Intent) bool { return i.State != IntentSettled })
				if (err != nil) != reserved && err != nil || open && !reserved {
					t.Errorf("%s, crash at %d, written %v: %v, %s", script, after, written, err, states(t, p))
				}
				if s.different() > 1 || wallet.asked > 1 || receipt != nil && len(s.payments) == 0 {
					t.Errorf("%s, crash at %d: %d payloads, %d signatures", script, after, s.different(), wallet.asked)
				}
			}
		}
	}
}

func TestPayersThatCannotPay(t *testing.T) {
	s, client := newTill(t, "paid")
	wallet := testWallet(t)
	for name, p := range map[string]*Payer{
		"zero":           {},
		"no budget":      {Wallet: wallet},
		"no window":      {Wallet: wallet, Budget: Budget{PerPayment: USD, Total: USD, PerWindow: USD}},
		"no total":       {Wallet: wallet, Budget: Budget{PerPayment: USD, PerWindow: USD, Window: time.Hour}},
		"long life":      {Wallet: wallet, Budget: wideBudget, Life: 2 * time.Hour},
		"short life":     {Wallet: wallet, Budget: wideBudget, Life: time.Second},
		"USDC for tests": {Wallet: wallet, Budget: wideBudget, TestAsset: strings.ToLower(baseUSDC)},
		"no asset":       {Wallet: wallet, Budget: wideBudget, TestAsset: "USDC"},
		"bad option":     {Wallet: wallet, Budget: wideBudget, AllowOrigins: []string{"x"}},
		"bad endpoint":   {Wallet: wallet, Budget: wideBudget, RPC: "http://example.com"},
	} {
		if _, err := p.TopUp(t.Context(), client, 5*USD); err == nil || len(s.payments) != 0 {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := p.Intents(t.Context()); err == nil {
			t.Errorf("%s: has a book", name)
		}
	}
	p := s.payer(wallet, nil)
	for _, amount := range []Amount{-5 * USD, 0, 1, 5*USD - 1, 10_000*USD + 1} {
		if _, err := p.TopUp(t.Context(), client, amount); err == nil || len(s.payments) != 0 {
			t.Errorf("%v: %v", amount, err)
		}
	}
	if _, err := p.TopUp(t.Context(), nil, 5*USD); err == nil {
		t.Error("no client: no error")
	}
}

// A failing journal fails once some records were added, with or without what it was to add.
type failing struct {
	journal.Memory
	after   int
	written bool
}

func (j *failing) Update(ctx context.Context, account string, step func([]gen.Secret) ([]gen.Secret, error)) error {
	var adds bool
	err := j.Memory.Update(ctx, account, func(records []gen.Secret) ([]gen.Secret, error) {
		add, err := step(records)
		if adds = len(add) > 0; adds && j.after == 0 && !j.written {
			return nil, errors.New("disk full")
		}
		return add, err
	})
	if adds {
		if j.after--; j.after < 0 {
			return errors.New("disk full")
		}
	}
	return err
}
