// Budget: how much a payer may spend.

package x402

import (
	"errors"
	"fmt"
	"time"
)

// A Budget bounds what a [Payer] signs for. All of it is required: the zero Budget pays nothing. It is held against the
// journal, so that a restart, or another process with the same journal, has no budget of its own.
//
// Every signature counts in full from the moment it is asked for until it is proven that it can never be used; see
// [Payer] for what proves that.
type Budget struct {
	PerPayment Amount        // most for one payment
	Total      Amount        // most for all payments that the journal knows
	PerWindow  Amount        // most for the payments of the last Window
	Window     time.Duration // how long that is, such as 24 hours
}

// ErrBudget is what every [*BudgetError] is, for [errors.Is].
var ErrBudget = errors.New("over the budget")

// A BudgetError says that a payment was not signed because of the [Budget].
type BudgetError struct {
	Limit   string // the field of the budget: "PerPayment", "Total" or "PerWindow"
	Allowed Amount // that field
	Spent   Amount // what counts against it already, payments of unknown outcome included
	Asked   Amount // the payment
}

// Error names the limit and the amounts.
func (e *BudgetError) Error() string {
	return fmt.Sprintf("x402: %v: %s allows %v, %v of it are spent, and %v were asked for; nothing was signed",
		ErrBudget, e.Limit, e.Allowed, e.Spent, e.Asked)
}

// Unwrap returns [ErrBudget].
func (e *BudgetError) Unwrap() error { return ErrBudget }

// check returns why a payment does not fit beside those of the book, if it does not.
func (b Budget) check(asked Amount, book *book, now time.Time) error {
	var total, window Amount
	for _, i := range book.intents {
		if i.State == IntentDead {
			continue
		}
		total += i.Transfer.Amount
		// Not "between then and now": a clock that went back must not hide what was spent after it.
		if i.Reserved.After(now.Add(-b.Window)) {
			window += i.Transfer.Amount
		}
	}
	for _, l := range []struct {
		name           string
		allowed, spent Amount
	}{{"PerPayment", b.PerPayment, 0}, {"Total", b.Total, total}, {"PerWindow", b.PerWindow, window}} {
		if asked > l.allowed-l.spent {
			return &BudgetError{l.name, l.allowed, l.spent, asked}
		}
	}
	return nil
}

// whole returns what is missing in a budget. It is an error for its own sake: a limit that was left out is not "none".
func (b Budget) whole() error {
	if b.PerPayment > 0 && b.Total > 0 && b.PerWindow > 0 && b.Window > 0 {
		return nil
	}
	return fmt.Errorf("x402: Payer: %w: Budget needs PerPayment, Total, PerWindow and Window, all above zero", ErrBudget)
}
