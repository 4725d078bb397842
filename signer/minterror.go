// Errors of minting: the service's answers by name.

package signer

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/venice-go/venice"
)

// Errors that the service answers a mint request with, beside [ErrInvalidAddress], [ErrTokenExpired] and
// [ErrTokenInvalid]. The error in hand also matches the [*venice.Error] by [errors.As]. None of them minted a key.
var (
	// ErrSignatureMismatch says that the signature is not the address's over this token: a signing function that
	// signs something else, or a contract wallet that does not accept it. Trying again does not help.
	ErrSignatureMismatch = errors.New("wallet signature does not match")
	// ErrVerifyUnavailable says that the service could not check the signature just now. [MintAPIKey] has already
	// tried several times when it returns this.
	ErrVerifyUnavailable = errors.New("wallet signature could not be verified at the moment")
	// ErrNoStake says that the wallet holds no staked VVV (sVVV) on Base. Stake first.
	ErrNoStake = errors.New("wallet has no staked VVV on Base")
)

// mintErrors is the service's table: part of the text of a 400, and what it means.
var mintErrors = []struct {
	text string
	err  error
}{
	{"Invalid wallet address", ErrInvalidAddress},
	{"JWT has expired", ErrTokenExpired},
	{"JWT signature is invalid", ErrTokenInvalid},
	{"JWT claims are invalid", ErrTokenInvalid},
	{"JWT is malformed", ErrTokenInvalid},
	{"Wallet signature does not match", ErrSignatureMismatch},
	{"Could not verify wallet signature", ErrVerifyUnavailable},
	{"no staked VVV on Base", ErrNoStake}, // newer answers put the address before it
}

// refusal returns the error under which nothing was minted, or nil if err leaves that open. Only two things prove it:
// an answer of the service that says the request was at fault (4xx), and a connection that never came about.
func refusal(err error) error {
	if api, ok := errors.AsType[*venice.Error](err); ok && api.Status >= 400 && api.Status < 500 {
		for _, m := range mintErrors {
			if api.Status == http.StatusBadRequest && strings.Contains(api.Message, m.text) {
				return fmt.Errorf("signer: %w: %w", m.err, err)
			}
		}
		return fmt.Errorf("signer: mint: %w", err)
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "dial" {
		return fmt.Errorf("signer: mint: %w", err)
	}
	return nil
}
