// Verifier: the service's judgement of a sign-in, for servers.

package siwx

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/solana"
)

// The service's limits on a sign-in.
const (
	maxAge      = 5 * time.Minute  // since it was issued
	maxAhead    = 30 * time.Second // until it is issued, for clocks that differ
	nonceMemory = 5*time.Minute + 30*time.Second
)

// A Verifier checks sign-ins by the rules of the service, for servers that let wallets in. Its fields are set before
// its first use; it is then safe for use by several goroutines at once, and must not be copied. The zero Verifier lets
// nobody in.
type Verifier struct {
	// Domains are those that a message may name, such as "example.org". One without a port stands for any port.
	Domains []string
	// Now is the clock; [time.Now] if nil.
	Now func() time.Time
	// Remember notes that a wallet has used a nonce and reports whether that was its first use. The note is needed until
	// the time given, 5.5 minutes ahead. If nil, this process remembers by itself; servers that share their wallets need
	// a common memory. After an error of it nobody is let in, and the error is returned as it is.
	Remember func(ctx context.Context, wallet, nonce string, until time.Time) (first bool, err error)
	// Contract is asked about a signature on an EVM chain that is not by the address's own key, such as those of smart
	// accounts (EIP-1271): whether the contract at address, if it is one, accepts it. If nil, no contract is let in. An
	// error is returned as it is.
	Contract func(ctx context.Context, address, message, signature string) (bool, error)

	nonces nonces
}

// Verify checks the sign-in among the headers of a request, under either of its names, and returns the message that the
// wallet signed: Address is who is calling. A refusal is a [*Error]; see there for what is checked.
//
// The nonce is used up as soon as the signature was found to be good, so the same header is not accepted twice.
func (v *Verifier) Verify(ctx context.Context, header http.Header) (*Message, error) {
	value := header.Get(HeaderName)
	if value == "" {
		value = header.Get(oldHeaderName)
	}
	if value == "" {
		return nil, refuse(codeInvalidPayload, "no header "+HeaderName)
	}
	h, err := parseHeader(value)
	if err != nil {
		return nil, err
	}
	m, err := ParseMessage(h.Message)
	if err != nil {
		return nil, err
	}
	if err := match(h, m); err != nil {
		return nil, err
	}
	if !v.domain(strings.ToLower(m.Domain)) {
		return nil, refuse(codeDomainMismatch, "want one of %v", v.Domains)
	}
	now := time.Now
	if v.Now != nil {
		now = v.Now
	}
	at := now()
	if err := inTime(h, m, at); err != nil {
		return nil, err
	}
	if err := v.signature(ctx, h, m); err != nil {
		return nil, err
	}
	remember := v.nonces.remember
	if v.Remember != nil {
		remember = v.Remember
	}
	first, err := remember(ctx, m.Address, m.Nonce, at.Add(nonceMemory))
	if err != nil {
		return nil, err
	}
	if !first {
		return nil, refuse(codeNonceReused, "every request needs a sign-in of its own")
	}
	return m, nil
}

// match compares what header and message both say.
func match(h *header, m *Message) error {
	same, kind := h.Address == m.Address, "ed25519"
	if m.evm() {
		same, kind = strings.EqualFold(h.Address, m.Address), ""
	}
	chain := m.Chain()
	switch {
	case !isWallet(h.Address):
		return refuse(codeInvalidWallet, "want 0x and 40 hex digits, or base58 of 32 bytes")
	case !same:
		return refuse(codeAddressMismatch, "want the message's address in the header")
	case h.Chain != "" && h.Chain != chain, h.Type != "" && h.Type != kind:
		return refuse(codeChainMismatch, "want the message's chain in the header, and on Solana the type ed25519")
	case chain != evm.Base && chain != solana.Network:
		return refuse(codeUnsupportedChain, "want %s or %s", evm.Base, solana.Network)
	}
	return nil
}

// isWallet is about an address in a header, where an EVM one may be written in any case.
func isWallet(address string) bool {
	if strings.HasPrefix(address, "0x") {
		_, err := evm.Account(strings.ToLower(address))
		return err == nil
	}
	return isAddress(address)
}

func (v *Verifier) domain(domain string) bool {
	host := domain
	if i := strings.LastIndexByte(domain, ':'); i > strings.LastIndexByte(domain, ']') {
		host = domain[:i]
	}
	return slices.ContainsFunc(v.Domains, func(d string) bool {
		return strings.EqualFold(d, domain) || strings.EqualFold(d, host)
	})
}

// inTime judges the times of a message that was parsed, so that they can be read.
func inTime(h *header, m *Message, now time.Time) error {
	issued, _ := readTime(m.IssuedAt)
	expires, _ := readTime(m.ExpirationTime)
	from, _ := readTime(m.NotBefore)
	switch {
	case h.Timestamp != 0 && issued.Sub(time.UnixMilli(h.Timestamp)).Abs() > maxAhead:
		return refuse(codeTimestampMismatch, "want the header's timestamp within %v of the message's", maxAhead)
	case issued.Sub(now) > maxAhead:
		return refuse(codeFutureTimestamp, "issued more than %v ahead", maxAhead)
	case now.Sub(issued) > maxAge:
		return refuse(codeExpired, "issued more than %v ago", maxAge)
	case m.ExpirationTime != "" && !now.Before(expires):
		return refuse(codeExpired, "past its expiration time")
	case m.NotBefore != "" && now.Before(from):
		return refuse(codeNotBefore, "before the time that it is good from")
	}
	return nil
}

func (v *Verifier) signature(ctx context.Context, h *header, m *Message) error {
	good := false
	if !m.evm() {
		good = solanaSigned(h)
	} else if evmSigned(h, m.Address) {
		good = true
	} else if v.Contract != nil {
		accepted, err := v.Contract(ctx, m.Address, h.Message, h.Signature)
		if err != nil {
			return err
		}
		good = accepted
	}
	if !good {
		return refuse(codeInvalidSignature, "not by the wallet that the message names")
	}
	return nil
}

// evmSigned reports whether the signature is by the key of an account.
func evmSigned(h *header, account string) bool {
	sig, err := evm.ParseSignature(h.Signature)
	if err != nil {
		return false
	}
	by, err := evm.Recover(evm.HashMessage([]byte(h.Message)), sig)
	return err == nil && by == account
}

// solanaSigned takes the signature in base58 or base64.
func solanaSigned(h *header) bool {
	sig, err := solana.Decode(h.Signature)
	if err != nil {
		sig, err = decode64(h.Signature)
	}
	return err == nil && solana.Verify(h.Address, []byte(h.Message), sig)
}
