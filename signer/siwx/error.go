// Error: why a sign-in was refused, in the service's own codes.

package siwx

import "fmt"

// An Error says why a sign-in is no good. Code is what the service answers in the same case, with status 401: one
// of
//
//	X402_SIGN_IN_PARSE_ERROR         the header is not base64 of JSON
//	X402_SIGN_IN_INVALID_PAYLOAD     address, message or signature is missing, or of another type
//	X402_SIGN_IN_INVALID_MESSAGE     the message is not in the form to sign in with
//	X402_SIGN_IN_MISSING_NONCE       the nonce is missing, or not of 8 letters and digits at least
//	X402_SIGN_IN_INVALID_WALLET      the address is none
//	X402_SIGN_IN_ADDRESS_MISMATCH    header and message name different accounts
//	X402_SIGN_IN_INVALID_CHAIN_ID    the chain is not named in a known way
//	X402_SIGN_IN_CHAIN_MISMATCH      header and message name different chains
//	X402_SIGN_IN_UNSUPPORTED_CHAIN   another chain than Base and Solana's main network
//	X402_SIGN_IN_DOMAIN_MISMATCH     meant for another service
//	X402_SIGN_IN_TIMESTAMP_MISMATCH  the header's time is not the message's
//	X402_SIGN_IN_EXPIRED             more than 5 minutes old, or past its own expiration
//	X402_SIGN_IN_FUTURE_TIMESTAMP    issued more than 30 seconds ahead
//	X402_SIGN_IN_NOT_BEFORE          not good yet by its own word
//	X402_SIGN_IN_INVALID_SIGNATURE   not the wallet's signature over the message
//	X402_SIGN_IN_NONCE_REUSED        used before
type Error struct {
	Code   string
	Reason string // what was wrong and what is accepted; nothing that the header held
}

// Error returns code and reason.
func (e *Error) Error() string { return "siwx: " + e.Code + ": " + e.Reason }

const codePrefix = "X402_SIGN_IN_"

const (
	codeParseError        = codePrefix + "PARSE_ERROR"
	codeInvalidPayload    = codePrefix + "INVALID_PAYLOAD"
	codeInvalidMessage    = codePrefix + "INVALID_MESSAGE"
	codeMissingNonce      = codePrefix + "MISSING_NONCE"
	codeInvalidWallet     = codePrefix + "INVALID_WALLET"
	codeAddressMismatch   = codePrefix + "ADDRESS_MISMATCH"
	codeInvalidChainID    = codePrefix + "INVALID_CHAIN_ID"
	codeChainMismatch     = codePrefix + "CHAIN_MISMATCH"
	codeUnsupportedChain  = codePrefix + "UNSUPPORTED_CHAIN"
	codeDomainMismatch    = codePrefix + "DOMAIN_MISMATCH"
	codeTimestampMismatch = codePrefix + "TIMESTAMP_MISMATCH"
	codeExpired           = codePrefix + "EXPIRED"
	codeFutureTimestamp   = codePrefix + "FUTURE_TIMESTAMP"
	codeNotBefore         = codePrefix + "NOT_BEFORE"
	codeInvalidSignature  = codePrefix + "INVALID_SIGNATURE"
	codeNonceReused       = codePrefix + "NONCE_REUSED"
)

func refuse(code, format string, args ...any) error {
	return &Error{code, fmt.Sprintf(format, args...)}
}

func invalidMessage(what string) error { return &Error{codeInvalidMessage, what} }
