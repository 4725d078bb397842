// Models in enclaves: their attestations and signatures, and the root that vouches for them here.

package venicetest

import (
	"context"
	"crypto/x509"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/venice-go/venice/tests/venicetest/internal/enclave"
)

// attestationsPerMinute is how often an address may ask.
const attestationsPerMinute = 10

// enclaves are those of one fake: one for each model, and one root for all.
type enclaves struct {
	chain    *enclave.Chain
	machines map[string]*enclave.Enclave
	signed   map[string]map[string]any // signatures by the id of the answer
	standing enclave.Standing
}

func (h *Handler) tdxChain() *enclave.Chain {
	if h.enclaves.chain == nil {
		h.enclaves.chain = enclave.NewChain()
	}
	return h.enclaves.chain
}

// olderModel shows its attestations in the older layout, all others in the newer.
const olderModel = "e2ee-gemma-3-27b-p"

// machine is the enclave that a model runs in, or nil if it runs in none.
func (h *Handler) machine(model string) *enclave.Enclave {
	if !strings.HasPrefix(model, "e2ee-") {
		return nil
	}
	known := h.enclaves.machines[model]
	if known == nil {
		random := func() enclave.Key { raw, _ := hex.DecodeString(h.randomHex(32)); return enclave.NewKey(raw) }
		known = &enclave.Enclave{Chain: h.tdxChain(), Key: random(), Receipt: random(), Newer: model != olderModel}
		if h.enclaves.machines == nil {
			h.enclaves.machines, h.enclaves.signed = map[string]*enclave.Enclave{}, map[string]map[string]any{}
		}
		h.enclaves.machines[model] = known
	}
	return known
}

// attest answers with the attestation of a model.
func (h *Handler) attest(r *request) answer {
	if refusal := h.tooFast("attestation "+callerAddress(r), attestationsPerMinute); refusal != nil {
		refusal.body["error"], refusal.outside = "Rate limit exceeded.", true
		return *refusal
	}
	query := r.URL.Query()
	m := h.machine(query.Get("model"))
	if m == nil {
		return refuse(http.StatusBadRequest, "Model does not support TEE attestation")
	}
	return ok(m.Attest(query.Get("model"), strings.ToLower(query.Get("nonce")), h.now()))
}

// showSignature answers with the signature of an earlier answer.
func (h *Handler) showSignature(r *request) answer {
	if s := h.enclaves.signed[r.URL.Query().Get("request_id")]; s != nil {
		return ok(s)
	}
	return refuse(http.StatusNotFound, "Signature not found")
}

// An Enclave is what the private models of a fake run in: models whose id begins with "e2ee-". They answer who encrypts
// as to anybody else, and attest themselves with quotes in Intel's layout under a root of the fake's own: e2ee-gemma-3-27b-p in
// the older layout, the others in the newer.
type Enclave struct{ h *Handler }

// Enclave returns that of the fake.
func (h *Handler) Enclave() *Enclave { return &Enclave{h} }

// Roots are what a verifier has to trust in place of Intel's root. The quotes of another fake have another one.
func (e *Enclave) Roots() *x509.CertPool {
	e.h.mu.Lock()
	defer e.h.mu.Unlock()
	pool := x509.NewCertPool()
	pool.AddCert(e.h.tdxChain().Root())
	return pool
}

// Get answers requests for collateral as Intel's service does: lists of what was revoked, and which versions are up to date.
func (e *Enclave) Get(_ context.Context, address string) (header map[string][]string, body []byte, err error) {
	e.h.mu.Lock()
	defer e.h.mu.Unlock()
	return e.h.tdxChain().Collateral(address, e.h.now(), e.h.enclaves.standing)
}

// SetPlatform says how collateral speaks of the machines: with which status of their TCB, such as "OutOfDate" ("" is
// "UpToDate"), and whether their certificate was revoked.
func (e *Enclave) SetPlatform(status string, revoked bool) {
	e.h.mu.Lock()
	defer e.h.mu.Unlock()
	e.h.enclaves.standing = enclave.Standing{Status: status, Revoked: revoked}
}

// SetDebug has the machine of a model in debug mode from now on, in which its host can read it.
func (e *Enclave) SetDebug(model string) {
	e.h.mu.Lock()
	defer e.h.mu.Unlock()
	if m := e.h.machine(model); m != nil {
		m.Debug = true
	}
}

// Restart gives a model's machine another key. Who encrypts for the former one is told so.
func (e *Enclave) Restart(model string) {
	e.h.mu.Lock()
	defer e.h.mu.Unlock()
	delete(e.h.enclaves.machines, model)
}
