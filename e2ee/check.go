// Checks: the parts of an attestation against each other, against the quote and against the policy.

package e2ee

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/seal"
)

// Check says what an answer of GET /tee/attestation shows, given as its JSON, that was asked for with this model and this
// nonce, 64 hex digits. It looks at everything that can be looked at without the service, by the rules of at, and asks the
// Verifier, if there is one. Errors are of the kind [ErrAttestation] and say what does not hold.
func (p Policy) Check(ctx context.Context, answer []byte, model, nonce string, at time.Time) (*Attestation, error) {
	c := checking{policy: p, answer: answer, model: model, nonce: nonce, at: at}
	for _, step := range []func(context.Context) error{
		c.read, c.echoes, c.readQuote, c.key, c.verify, c.events, c.application, c.workload, c.cards, c.allowed,
	} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrAttestation, err)
		}
	}
	c.out.Findings = append(c.out.Findings,
		Finding{"which model the enclave runs", Claimed, "", "the quote names software by its measurements, and no model"})
	return c.out, nil
}

// A checking is one check under way. Its steps come in the order of Check.
type checking struct {
	policy       Policy
	answer       []byte
	model, nonce string
	at           time.Time

	said  gen.Attestation
	raw   []byte // of the nonce
	quote quote
	bytes []byte // of the quote
	out   *Attestation
}

func (c *checking) read(context.Context) error {
	if !jsontext.Value(c.answer).IsValid() { // by the strict rules: no name may stand twice
		return errors.New("it is no JSON that all read alike")
	}
	if err := gen.Unmarshal(c.answer, &c.said); err != nil {
		return fmt.Errorf("it cannot be read: %w", err)
	}
	s := &c.said
	c.out = &Attestation{Model: s.Model, Upstream: s.UpstreamModel, Provider: s.TEEProvider, Algorithm: s.SigningAlgo,
		Nonce: strings.ToLower(c.nonce), At: c.at, Until: c.at.Add(c.policy.maxAge())}
	if s.APIVersion != nil {
		c.out.Layout = *s.APIVersion
	}
	return nil
}

// echoes holds what the service says of itself against what was asked for. It proves nothing, and a service that contradicts
// itself is not to be trusted.
func (c *checking) echoes(context.Context) (err error) {
	s := &c.said
	if c.raw, err = hex.DecodeString(c.nonce); err != nil || len(c.raw) != 32 {
		return errors.New("the nonce is to be 64 hex digits")
	}
	for _, echo := range []*string{&s.Nonce, s.RequestNonce} {
		if echo != nil && !strings.EqualFold(*echo, c.nonce) {
			return errors.New("it is an answer to another nonce")
		}
	}
	switch {
	case !s.Verified:
		return errors.New("the service itself does not take it for verified")
	case s.Model != c.model:
		return fmt.Errorf("it is of the model %.80q, not %.80q", s.Model, c.model)
	case s.NonceSource != "client":
		return fmt.Errorf("the nonce is by %.40q, not by the client", s.NonceSource)
	case s.TEEHardware != "intel-tdx":
		return fmt.Errorf("the hardware is %.40q, want intel-tdx", s.TEEHardware)
	case s.SigningAlgo != "ecdsa":
		return fmt.Errorf("the key's algorithm is %.40q, want ecdsa", s.SigningAlgo)
	case s.Attestation != nil && s.Attestation.TEEType != nil && *s.Attestation.TEEType != "tdx":
		return fmt.Errorf("the workload's hardware is %.40q, want tdx", *s.Attestation.TEEType)
	}
	return nil
}

func (c *checking) readQuote(context.Context) (err error) {
	copies := []*string{&c.said.IntelQuote, c.said.Quote}
	if a := c.said.Attestation; a != nil && a.Evidence != nil {
		copies = append(copies, a.Evidence.Quote)
	}
	for _, text := range copies {
		switch raw, err := unhex(text); {
		case text == nil:
		case err != nil:
			return errors.New("the quote is not hex")
		case c.bytes != nil && !bytes.Equal(raw, c.bytes):
			return errors.New("it has two quotes that differ")
		default:
			c.bytes = raw
		}
	}
	if c.quote, err = parseQuote(c.bytes); err != nil {
		return err
	}
	switch q := c.quote; {
	case q.debug():
		return errors.New("the machine is in debug mode, so that its host can read it")
	case !q.holds(c.raw):
		return errors.New("the quote's report data do not hold the nonce: it is of another time")
	}
	data := []*string{}
	if a := c.said.Attestation; a != nil {
		if data = append(data, a.ReportData); a.Evidence != nil {
			data = append(data, a.Evidence.QuoteReportData)
		}
	}
	for _, text := range data {
		if raw, err := unhex(text); text != nil && (err != nil || !bytes.Equal(raw, c.quote.reportData())) {
			return errors.New("the report data beside the quote are not the quote's")
		}
	}
	c.out.Measurements, c.out.TCB = c.quote.measurements(), hex.EncodeToString(c.quote.tcb())
	return nil
}

// key takes the key whose address the quote has. One under a name of its own has to be that key; a keyset has others too.
func (c *checking) key(context.Context) error {
	c.out.Address = evm.Checksum(c.quote.address())
	if !strings.EqualFold(c.said.SigningAddress, c.out.Address) {
		return errors.New("signing_address is not the one in the quote's report data")
	}
	for _, digits := range []*string{c.said.SigningKey, c.said.SigningPublicKey} {
		if digits == nil {
			continue
		}
		if err := c.take(*digits); err != nil {
			return err
		}
	}
	for _, k := range c.keyset().E2EEPublicKeys {
		if k.Algo != nil && k.PublicKey != nil && *k.Algo == keysetAlgorithm && c.take(*k.PublicKey) == nil {
			break
		}
	}
	if c.out.Key == "" {
		return errors.New("there is no key whose address the quote's report data hold")
	}
	return nil
}

// keysetAlgorithm is the one of a keyset's that this package speaks.
const keysetAlgorithm = "secp256k1-aes-256-gcm-hkdf-sha256"

func (c *checking) take(digits string) error {
	to, err := seal.ParseRecipient(digits)
	if err != nil {
		return fmt.Errorf("its public key: %w", err)
	}
	if evm.AddressOf(to.Key()) != c.out.Address {
		return errors.New("the address of its public key is not the one in the quote's report data")
	}
	if c.out.Key == "" {
		c.out.Key = digits
	}
	return nil
}

func (c *checking) keyset() gen.WorkloadKeyset {
	if a := c.said.Attestation; a != nil && a.WorkloadKeyset != nil {
		return *a.WorkloadKeyset
	}
	return gen.WorkloadKeyset{}
}

// verify asks the verifier, and says what the quote shows.
func (c *checking) verify(ctx context.Context) error {
	a := c.out
	if v := c.policy.Verifier; v == nil {
		a.Findings = []Finding{{"the quote's signature, up to Intel's root", Unchecked, "", "there is no verifier"}}
	} else {
		report, err := v.VerifyQuote(ctx, c.bytes, c.at)
		if err != nil {
			return fmt.Errorf("the quote: %w", err)
		}
		a.Verified = true
		a.Findings = append([]Finding{{"the quote's signature, up to Intel's root", Proven, report.By, ""}}, report.Findings...)
		a.ends(report.Until)
	}
	a.found("the nonce, made for this attestation", "the quote's report data")
	a.found("the key to encrypt for", "the quote's report data hold its address")
	a.found("the machine is not in debug mode", "the quote's attributes")
	return nil
}

// ends has the attestation end no later than at a time, if there is one.
func (a *Attestation) ends(at time.Time) {
	if !at.IsZero() && at.Before(a.Until) {
		a.Until = at
	}
}

// allowed holds the quote against what the user knows of the software.
func (c *checking) allowed(context.Context) error {
	p, a := &c.policy, c.out
	if p.LeastTCB != "" {
		least, err := hex.DecodeString(p.LeastTCB)
		if err != nil || len(least) != len(c.quote.tcb()) {
			return errors.New("Policy.LeastTCB is to be 32 hex digits")
		}
		for i, svn := range c.quote.tcb() {
			if svn < least[i] {
				return fmt.Errorf("the TCB is %s, which the policy takes for too old (%s)", a.TCB, p.LeastTCB)
			}
		}
		a.found("the TCB is not older than the policy wants", "the quote")
	}
	if len(p.Allowed) == 0 {
		a.Findings = append(a.Findings, Finding{"which software runs", Unchecked, "", "the policy allows any measurements"})
		return nil
	}
	for _, m := range p.Allowed {
		if a.Measurements.match(m) {
			a.found("the software is one that the policy allows", "the quote's measurements")
			return nil
		}
	}
	return errors.New("the policy allows none of its measurements")
}

func unhex(text *string) ([]byte, error) {
	if text == nil {
		return nil, nil
	}
	return hex.DecodeString(strings.TrimPrefix(*text, "0x"))
}
