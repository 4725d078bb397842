// Attestations: what was found out about a model's enclave, by what, until when.

package e2ee

import (
	"slices"
	"time"

	"github.com/venice-go/venice/gen"
)

// An Attestation is what one answer of the service was found to show. It is made by [Attester.Attest] and [Policy.Check],
// which fail for anything that does not hold, so that there is none of an enclave that is not to be trusted. It is shared:
// do not change it.
type Attestation struct {
	Model    string `json:"model"`          // that was asked for
	Upstream string `json:"upstream_model"` // its name at the operator's, who is Provider: the service's word
	Provider string `json:"provider"`
	Layout   string `json:"layout"` // of the answer: "" for the older one, "aci/1" for the newer

	Key       string `json:"public_key"` // to encrypt for, hex as the service wrote it
	Address   string `json:"address"`    // of that key, EIP-55, as the quote has it
	Algorithm string `json:"algorithm"`  // of that key, "ecdsa" on secp256k1
	Nonce     string `json:"nonce"`      // 64 hex digits, made for this attestation

	Measurements Measurements `json:"measurements"` // as the quote has them
	TCB          string       `json:"tcb"`          // TEE_TCB_SVN of the quote: 16 bytes as hex, versions of Intel's module

	Verified bool      `json:"verified"` // whether a verifier took the quote for genuine
	Encrypts bool      `json:"encrypts"` // whether the service lists the model as one for encrypted chats; Policy.Check does not ask
	Findings []Finding `json:"findings"`
	At       time.Time `json:"at"`    // when it was checked
	Until    time.Time `json:"until"` // until when it may be used

	keyset *gen.WorkloadKeyset // of the newer layout
	digest string              // of it
}

// Verdict is "verified", or "bound, quote not verified".
func (a *Attestation) Verdict() string {
	if a.Verified {
		return "verified"
	}
	return "bound, quote not verified"
}

// A Finding is one thing that was looked at, or was not.
type Finding struct {
	What     string   `json:"what"`
	Standing Standing `json:"standing"`
	By       string   `json:"by,omitempty"`  // what it rests on
	Why      string   `json:"why,omitempty"` // why it is not proven
}

// A Standing is how well something is founded.
type Standing string

// From best to worst. What is Bound is proven once the quote is: [Attestation.Findings] never have Proven for what rests on a
// quote that was not verified.
const (
	Proven    Standing = "proven"
	Bound     Standing = "bound"     // it fits the quote, which nobody verified
	Claimed   Standing = "claimed"   // the service's word
	Unchecked Standing = "unchecked" // nobody looked
)

// found adds a finding that rests on the quote.
func (a *Attestation) found(what, by string) {
	f := Finding{What: what, Standing: Proven, By: by}
	if !a.Verified {
		f.Standing, f.Why = Bound, "the quote is not verified"
	}
	a.Findings = append(a.Findings, f)
}

// receiptKey is a key of the keyset that signs answers, by its id, or nil.
func (a *Attestation) receiptKey(is func(gen.WorkloadKey) bool) *gen.WorkloadKey {
	if a.keyset == nil {
		return nil
	}
	i := slices.IndexFunc(a.keyset.ReceiptSigningKeys, is)
	if i < 0 {
		return nil
	}
	return &a.keyset.ReceiptSigningKeys[i]
}
