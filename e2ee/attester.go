// The attester: asks for attestations, checks them by a policy, and remembers those that hold.

package e2ee

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/memory"
)

// A Policy says which attestations are good enough. The zero value binds attestations and verifies none of their quotes: it
// tells what a model shows, and encrypts nothing for it.
type Policy struct {
	// Verifier tells whether a quote is Intel's. Without one nothing is verified.
	Verifier QuoteVerifier
	// AcceptUnverified has chats encrypted although no quote was verified. Then they are safe from who only reads along, and
	// not from a service that makes quotes up.
	AcceptUnverified bool
	// Allowed are the measurements of software that the user knows. A quote has to match one of them; with none, any will do.
	Allowed []Measurements
	// LeastTCB is the least TEE_TCB_SVN of a quote, 32 hex digits, each byte for itself. Empty allows any; whether Intel
	// takes one for up to date is the Verifier's to say.
	LeastTCB string
	// MaxAge is how long an attestation is used before a new one is asked for. An hour is the most, and the default for 0.
	MaxAge time.Duration
	// Signed has each encrypted chat end with a look at the enclave's signature, which must be by the attested key (or by one of
	// the receipt keys that came with it, see [Signature]) over the very words or bytes of the answer: else the answer ends with [ErrSignature]. Only this
	// shows that no piece of it was left out or moved. It costs a call, and fails for all answers where the
	// service signs digests of what it does not show.
	Signed bool
	// Now is the clock; nil is [time.Now].
	Now func() time.Time
}

func (p Policy) maxAge() time.Duration {
	if p.MaxAge == 0 {
		return time.Hour
	}
	return p.MaxAge
}

func (p Policy) now() time.Time {
	if p.Now == nil {
		return time.Now()
	}
	return p.Now()
}

// An Attester attests models. It is safe for concurrent use: those who need the same attestation at the same time share one
// call, of which the service allows 10 a minute.
type Attester struct {
	client *venice.Client
	policy Policy
	memory memory.Of[string, *Attestation]
}

// NewAttester returns an attester that asks client, which needs no credentials for it. It refuses a policy that makes no
// sense.
func NewAttester(client *venice.Client, policy Policy) (*Attester, error) {
	least, err := hex.DecodeString(policy.LeastTCB)
	switch {
	case client == nil:
		return nil, errors.New("e2ee: the client is nil")
	case policy.MaxAge < 0 || policy.MaxAge > time.Hour:
		return nil, fmt.Errorf("e2ee: Policy.MaxAge is %v, want up to an hour", policy.MaxAge)
	case err != nil || len(least) != 0 && len(least) != 16:
		return nil, errors.New("e2ee: Policy.LeastTCB: want 32 hex digits")
	}
	for _, m := range policy.Allowed {
		if m == (Measurements{}) {
			return nil, errors.New("e2ee: Policy.Allowed has measurements that match anything")
		}
		for _, f := range m.fields() {
			if raw, err := hex.DecodeString(*f); err != nil || len(raw) != 0 && len(raw) != registerSize {
				return nil, errors.New("e2ee: Policy.Allowed: want 96 hex digits of each measurement")
			}
		}
	}
	policy.Allowed = slices.Clone(policy.Allowed)
	a := &Attester{client: client, policy: policy}
	a.memory = memory.Of[string, *Attestation]{Ask: a.ask, Now: policy.now, Until: func(a *Attestation) time.Time { return a.Until }}
	return a, nil
}

// Attest returns the attestation of a model, an earlier one while it may be used. Errors are of the kinds [ErrNoEncryption],
// for a model that runs in no enclave or does not exist, and [ErrAttestation]; others are of the call.
func (a *Attester) Attest(ctx context.Context, model string) (*Attestation, error) {
	return a.memory.Get(ctx, model)
}

// renew returns an attestation that is not the given one.
func (a *Attester) renew(ctx context.Context, old *Attestation) (*Attestation, error) {
	if err := a.memory.Forget(ctx, old.Model, func(known *Attestation) bool { return known == old }); err != nil {
		return nil, err
	}
	return a.Attest(ctx, old.Model)
}

func (a *Attester) ask(ctx context.Context, model string) (*Attestation, error) {
	var raw [32]byte
	rand.Read(raw[:])
	nonce := hex.EncodeToString(raw[:])
	came := venice.Response{KeepRaw: true}
	_, err := a.client.GetAttestation(ctx, &gen.GetAttestationParams{Model: model, Nonce: nonce}, venice.WithResponse(&came))
	if refused, ok := errors.AsType[*venice.Error](err); ok {
		switch {
		case errors.Is(err, venice.ErrMisfit): // read below, as strictly as it takes
		case refused.Status == http.StatusBadRequest || refused.Status == http.StatusNotFound:
			return nil, fmt.Errorf("%w: %w", ErrNoEncryption, err)
		case refused.Status == http.StatusOK || refused.Status == http.StatusBadGateway:
			return nil, fmt.Errorf("%w: %w", ErrAttestation, err)
		default:
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	found, err := a.policy.Check(ctx, came.Raw, model, nonce, a.policy.now())
	if err != nil {
		return nil, err
	}
	found.Encrypts, err = a.listed(ctx, model)
	return found, err
}

// listed reports whether the service lists the model as one for encrypted chats.
func (a *Attester) listed(ctx context.Context, model string) (bool, error) {
	list, err := a.client.ListModels(ctx, &gen.ListModelsParams{Type: "text"})
	if list == nil {
		return false, err
	}
	for _, m := range list.Data {
		if m.ID == model {
			can := m.ModelSpec.Capabilities
			return can != nil && can.SupportsE2EE, nil
		}
	}
	return false, nil
}
