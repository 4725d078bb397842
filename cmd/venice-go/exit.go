// Exit codes, and which error has which.

package main

import (
	"context"
	"errors"
	"flag"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
)

// The exit codes, as the help lists them; those of tee verify are in package teeverify. Scripts branch on them: they do not
// change.
const (
	exitOK          = 0 // mint: the key is on stdout
	exitFailure     = 1 // anything that has no code of its own
	exitUsage       = 2 // flags, environment or key file are not as they should be; nothing was sent
	exitNoStake     = 3 // the wallet has no staked VVV
	exitRefused     = 4 // the request was refused; the same again will be, too
	exitUnavailable = 5 // no answer, or none that decides; trying again later may help
	exitMaybe       = 6 // the outcome is not known, or a key could not be handed over; stake: a transaction may yet be carried out
	exitDrift       = 7 // answers have what is not described
	exitBreak       = 8 // a client would misread an answer
)

// A failure is an error with an exit code of its own; any other exits with exitFailure.
type failure struct {
	code int
	err  error
}

func (f failure) Error() string { return f.err.Error() }
func (f failure) Unwrap() error { return f.err }

func exitCode(err error) int {
	f, ok := errors.AsType[failure](err)
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return exitOK
	case ok:
		return f.code
	}
	return exitFailure
}

// mintCode is the exit code of an error of signer.MintAPIKey that came without a key.
func mintCode(err error) int {
	api, answered := errors.AsType[*venice.Error](err)
	switch {
	case errors.Is(err, signer.ErrKeyMayExist):
		return exitMaybe
	case errors.Is(err, signer.ErrKeyRequest):
		return exitUsage
	case errors.Is(err, signer.ErrNoStake):
		return exitNoStake
	case errors.Is(err, signer.ErrVerifyUnavailable), errors.Is(err, signer.ErrTokenExpired), errors.Is(err, venice.ErrRateLimited):
		return exitUnavailable
	case answered && 400 <= api.Status && api.Status < 500, errors.Is(err, signer.ErrTokenInvalid):
		return exitRefused
	case errors.Is(err, context.Canceled):
		return exitFailure
	}
	return exitUnavailable
}
