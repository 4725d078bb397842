// Letting wallets in by their sign-in.

package venicetest

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer/siwx"
)

// signedIn reports whether a request has a wallet's sign-in, under either name of the header.
func signedIn(header http.Header) bool {
	return header.Get("SIGN-IN-WITH-X") != "" || header.Get("X-Sign-In-With-X") != ""
}

// letWalletIn returns nil for a wallet that may make the call, and remembers it until the answer is written; else the
// refusal. The nonce is used up as soon as the signature was found good, whatever comes after.
func (h *Handler) letWalletIn(r *request) *answer {
	verifier := siwx.Verifier{
		Domains:  []string{"api.venice.ai", "venice.ai", r.Host}, // the last is how the client knows this fake
		Now:      h.now,
		Remember: h.firstUse,
		Contract: func(_ context.Context, address, message, signature string) (bool, error) {
			accepts := h.contracts[address]
			return accepts != nil && accepts(message, signature), nil
		},
	}
	m, err := verifier.Verify(r.Context(), r.Header)
	need := operations()[r.operation].Access
	if err != nil && need == venice.AccessWallet {
		return new(refuse(http.StatusUnauthorized, "Invalid Sign-in-with-x signature"))
	}
	if err != nil {
		a := refuse(http.StatusUnauthorized, err.Error())
		if e := (*siwx.Error)(nil); errors.As(err, &e) {
			a.body["error"], a.body["code"] = "Invalid Sign-in-with-x: "+e.Reason, e.Code
		}
		return &a
	}
	w := h.wallet(m.Address)
	r.wallet = w
	h.takeJobs(w)
	if need == venice.AccessWallet {
		return nil
	}
	if w.inFlight >= maxInFlight {
		a := refuse(http.StatusTooManyRequests, "Too many requests of this wallet are in flight. At most 5 are let in.")
		a.body["code"] = "X402_CONCURRENCY_LIMIT"
		return &a
	}
	w.inFlight++
	r.inFlight = true
	r.credit, r.diem = w.credit, w.diem
	if !w.canConsume() {
		return new(h.lowBalance(w))
	}
	return nil
}

// leave gives up the place of a wallet's request once its answer was written, or could not be.
func (h *Handler) leave(r *request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.inFlight {
		r.wallet.inFlight--
	}
}

// firstUse notes a wallet's nonce and reports whether it was new. It is called with the mutex held.
func (h *Handler) firstUse(_ context.Context, wallet, nonce string, until time.Time) (bool, error) {
	if len(h.nonces) >= h.noncesFull { // now and then
		maps.DeleteFunc(h.nonces, func(_ [2]string, end time.Time) bool { return !h.now().Before(end) })
		h.noncesFull = 2*len(h.nonces) + 100
	}
	key := [2]string{wallet, nonce}
	if end, used := h.nonces[key]; used && h.now().Before(end) {
		return false, nil
	}
	h.nonces[key] = until
	return true, nil
}
