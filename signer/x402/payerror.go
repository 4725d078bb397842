// Errors of paying: what was offered and not accepted, and payments of which it is not known what became of them.

package x402

import (
	"errors"
	"fmt"
	"time"
)

// The kinds of errors of a [Payer], for [errors.Is], beside [ErrBudget].
var (
	// ErrOffer is what every [*OfferError] is. Nothing was signed.
	ErrOffer = errors.New("offer not accepted")
	// ErrFailed says that a payment was signed and not made: the service refused it when it was sent for the only
	// time, or the chain says so. What the service refused counts as spent until the chain, or the user, says the same.
	// The error in hand is a [*Error], and matches the service's [*venice.Error] if there is one.
	ErrFailed = errors.New("the payment was not made")
	// ErrUnknown says that a payment was signed and that it is not known whether it was made. It counts as spent.
	// The error in hand is a [*Error].
	ErrUnknown = errors.New("the payment may have been made")
	// ErrOutstanding says that an earlier payment can still settle, so that nothing new was signed. The error in
	// hand is a [*Error] about the earlier one; its Until says when the way is free.
	ErrOutstanding = errors.New("an earlier payment can still settle")
	// ErrCreditDiffers says that the service took the payment and credited another amount than was signed. It comes
	// together with the receipt.
	ErrCreditDiffers = errors.New("the amount credited is not the amount paid")
)

// An OfferError says why what the service offered was not signed. Rule is one of
//
//	json        not one JSON document whose member names are unique, whatever their case
//	header      body and PAYMENT-REQUIRED disagree
//	x402Version another than 2
//	network     no offer for the wallet's chain, or several
//	scheme      another than exact
//	asset       another than USDC, or USDC to an origin that may not have it
//	amount      not a whole number of base units above zero, or more than was asked for
//	payTo       malformed, zero, the payer, the asset or a program
//	recipient   not in the allow-list, or another than before
//	timeout     maxTimeoutSeconds missing, or too short to pay in
//	extra       another EIP-712 name or version, transfer method or payment flow; a fee payer that cannot be one
//	extensions  one that asks for more than a transfer
type OfferError struct {
	Rule    string
	Offered string // up to 200 characters of what was offered
	Allowed string // what would have been accepted
}

// Error names the rule, what was offered and what is allowed.
func (e *OfferError) Error() string {
	return fmt.Sprintf("x402: %v: %s: offered %s, allowed %s; nothing was signed", ErrOffer, e.Rule, e.Offered, e.Allowed)
}

// Unwrap returns [ErrOffer].
func (e *OfferError) Unwrap() error { return ErrOffer }

func refuseOffer(rule, offered, format string, args ...any) error {
	if r := []rune(offered); len(r) > 200 {
		offered = string(r[:199]) + "…"
	}
	return &OfferError{rule, fmt.Sprintf("%q", offered), fmt.Sprintf(format, args...)}
}

// An Error is about a payment that was signed. Its text shows no signature; Intent.Payload has it.
type Error struct {
	Kind   error  // ErrFailed, ErrUnknown or ErrOutstanding
	Intent Intent // as the journal has it
	Err    error  // what happened, or nil
}

// Error says what kind it is, which payment it is about and what happened.
func (e *Error) Error() string {
	text := fmt.Sprintf("x402: %v: %s", e.Kind, e.Intent.text())
	if e.Intent.unproven() {
		text += ", until " + e.Intent.Until.UTC().Format(time.RFC3339)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the kind and the cause.
func (e *Error) Unwrap() []error { return []error{e.Kind, e.Err} }
