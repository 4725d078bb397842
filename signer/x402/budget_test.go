// Tests of the budget, and of the user's word for what became of payments.

package x402

import (
	"errors"
	"testing"
	"time"
)

func TestBudget(t *testing.T) {
	s, client := newTill(t, "paid")
	p := s.payer(testWallet(t), nil)
	p.Budget = Budget{PerPayment: 10 * USD, Total: 40 * USD, PerWindow: 15 * USD, Window: time.Hour}
	for n, c := range []struct {
		later time.Duration
		pay   Amount
		limit string // "" if it fits
	}{
		{0, 10*USD + 1, "PerPayment"},
		{0, 10 * USD, ""},
		{time.Minute, 5 * USD, ""},
		{time.Minute, 5 * USD, "PerWindow"},
		{-48 * time.Hour, 5 * USD, "PerWindow"}, // the clock went back
		{48*time.Hour + 57*time.Minute, 5 * USD, "PerWindow"},
		{2 * time.Minute, 10 * USD, ""},
		{2 * time.Hour, 10 * USD, ""},
		{2 * time.Hour, 5*USD + 1, "Total"},
		{0, 5 * USD, ""},
		{1000 * time.Hour, 5 * USD, "Total"},
	} {
		if err := s.sleep(t.Context(), c.later); err != nil {
			t.Fatal(err)
		}
		_, err := p.TopUp(t.Context(), client, c.pay)
		e, over := errors.AsType[*BudgetError](err)
		if over != (c.limit != "") || over && e.Limit != c.limit || !over && err != nil && !errors.Is(err, ErrCreditDiffers) {
			t.Errorf("%d: %v, want %q", n, err, c.limit)
		}
	}
}

func TestResolve(t *testing.T) {
	for _, made := range []bool{false, true} {
		s, client := newTill(t, "400", "paid")
		p := s.payer(testWallet(t), nil)
		p.Budget.Total = 5 * USD
		_, err := p.TopUp(t.Context(), client, 5*USD)
		e, ok := errors.AsType[*Error](err)
		if !ok {
			t.Fatal(err)
		}
		if err := p.Resolve(t.Context(), client, "another", made); err == nil {
			t.Error("unknown payment: no error")
		}
		if err := p.Resolve(t.Context(), client, e.Intent.ID, made); (err == nil) != made {
			t.Errorf("made %v, while it can settle: %v", made, err)
		}
		if err := s.sleep(t.Context(), 3*time.Minute); err != nil {
			t.Fatal(err)
		}
		if err := p.Resolve(t.Context(), client, e.Intent.ID, made); (err == nil) != !made {
			t.Errorf("made %v, afterwards: %v", made, err)
		}
		want := map[bool]string{false: "dead1", true: "settled1"}[made]
		if got := states(t, p); got != want {
			t.Errorf("made %v: %s", made, got)
		}
		_, err = p.TopUp(t.Context(), client, 5*USD)
		if errors.Is(err, ErrBudget) != made || !made && err != nil {
			t.Errorf("made %v, the budget: %v", made, err)
		}
	}
}
