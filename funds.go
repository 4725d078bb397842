// Funds: which of the reasons for a 402 it was.

package venice

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// The kinds of [ErrPaymentRequired], for [errors.Is]. They go by what the service says, in part by its words; where
// these fit none of the kinds, the error is ErrPaymentRequired and no more.
var (
	// ErrNoCredentials means that none were sent to an operation that wants some.
	ErrNoCredentials = errors.New("venice: no credentials were sent (402)")
	// ErrLowBalance means that a wallet signed in and has less than the least that the service lets in.
	// [Error.LowBalance] tells how much less. Mind that a top-up does not help a wallet that spends DIEM first.
	ErrLowBalance = errors.New("venice: the wallet's balance is too low (402)")
	// ErrSpendLimit means that the API key has spent what its own limit allows; the account may have more.
	ErrSpendLimit = errors.New("venice: the key's own spend limit is reached (402)")
	// ErrOutOfFunds means that the account, or the wallet, has not enough for this call.
	ErrOutOfFunds = errors.New("venice: out of funds (402)")
)

var spendLimit = regexp.MustCompile(`(?i)\b(spend|spending|consumption) limit`)

// shortage is the kind of a 402, or nil.
func (e *Error) shortage() error {
	m := members(e.Raw)
	words := strings.ToLower(e.Message)
	lacking := strings.Contains(words, "insufficient") && (strings.Contains(words, "balance") || strings.Contains(words, "funds"))
	switch {
	case strings.EqualFold(text(m["reason"]), "insufficient_balance"),
		e.Code == "PAYMENT_REQUIRED" && (lacking || m["currentBalanceUsd"] != nil), lacking && strings.Contains(words, "x402"):
		return ErrLowBalance // only wallets are told a reason, or this code; older answers had no amounts
	case m["authOptions"] != nil && (e.Code == "" || e.Code == "PAYMENT_REQUIRED"):
		return ErrNoCredentials
	case spendLimit.MatchString(words):
		return ErrSpendLimit
	case lacking, e.Code == "INSUFFICIENT_BALANCE", e.Code == "insufficient_quota":
		return ErrOutOfFunds
	}
	return nil
}

// A LowBalance is what the service says about a wallet that is out of credit. Amounts are in USD, 0 if it did not say.
type LowBalance struct {
	CurrentUSD        float64 // what the wallet has
	MinimumUSD        float64 // what it must have to be let in
	SuggestedTopUpUSD float64
	MinimumTopUpUSD   float64
}

// LowBalance returns the amounts of an [ErrLowBalance], and false for any other error.
func (e *Error) LowBalance() (LowBalance, bool) {
	if !errors.Is(e, ErrLowBalance) {
		return LowBalance{}, false
	}
	m := members(e.Raw)
	usd := func(name string) float64 {
		n, _ := strconv.ParseFloat(text(m[name]), 64)
		return n
	}
	return LowBalance{usd("currentBalanceUsd"), usd("minimumBalanceUsd"), usd("suggestedTopUpUsd"), usd("minimumTopUpUsd")}, true
}
