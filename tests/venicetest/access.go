// Who may call what, and the keys that let callers in.

package venicetest

import (
	"net/http"
	"strings"
	"sync"

	"github.com/venice-go/venice"
)

// operations is the table of operations by method and path.
var operations = sync.OnceValue(func() map[string]venice.Operation {
	table := map[string]venice.Operation{}
	for _, op := range venice.Operations() {
		table[op.Method+" "+op.Path] = op
	}
	return table
})

// adminOnly reports whether an INFERENCE key is refused: the management of keys, and billing.
func adminOnly(operation string) bool {
	_, path, _ := strings.Cut(operation, " ")
	return strings.HasPrefix(path, "/api_keys") && path != "/api_keys/rate_limits" || strings.HasPrefix(path, "/billing/")
}

// letIn returns nil for a caller with the right credentials, and remembers the key or the wallet; else the refusal.
func (h *Handler) letIn(r *request) *answer {
	need := operations()[r.operation].Access
	if need != venice.AccessPayment && paymentHeader(r.Header) != "" {
		a := refuse(http.StatusBadRequest, "Payments are taken at POST /x402/top-up only")
		a.body["code"], a.outside = "PAYMENT_HEADER_NOT_ACCEPTED", true
		return &a
	}
	if need == venice.AccessOpen || need == venice.AccessPayment {
		return nil
	}
	authorization, signIn := r.Header.Get("Authorization"), signedIn(r.Header)
	switch {
	case signIn && need != venice.AccessKey: // it wins over a key
		return h.letWalletIn(r)
	case authorization == "" && !signIn:
		return new(h.paymentRequired(r))
	}
	k := h.presented(r)
	switch {
	case k == nil || need == venice.AccessWallet:
		return new(refuse(http.StatusUnauthorized, "Authentication failed"))
	case k.kind != adminKey && adminOnly(r.operation):
		return new(refuse(http.StatusUnauthorized, "Admin API key required"))
	}
	k.used = h.now()
	r.key = k
	r.credit = h.left(k)
	if need == venice.AccessAny {
		return h.callsModel(k)
	}
	return nil
}

// presented is the key that came along where none is needed, or nil.
func (h *Handler) presented(r *request) *key {
	secret, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return h.find(func(k *key) bool { return k.secret == secret })
}
