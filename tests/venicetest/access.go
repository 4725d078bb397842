// Who may call what, and the keys that let callers in.

package venicetest

import (
	"net/http"
	"strings"
	"sync"

	"github.com/venice-go/venice/gen"
)

// accesses is the table of operations by method and path.
var accesses = sync.OnceValue(func() map[string]gen.Access {
	table := map[string]gen.Access{}
	for _, op := range gen.Operations() {
		table[op.Method+" "+op.Path] = op.Access
	}
	return table
})

// adminOnly reports whether an INFERENCE key is refused: the management of keys, and billing.
func adminOnly(operation string) bool {
	_, path, _ := strings.Cut(operation, " ")
	return strings.HasPrefix(path, "/api_keys") && path != "/api_keys/rate_limits" || strings.HasPrefix(path, "/billing/")
}

// letIn returns nil for a caller with the right credentials, and remembers the key; else the refusal.
func (h *Handler) letIn(r *request) *answer {
	need := accesses()[r.operation]
	if need == gen.AccessOpen || need == gen.AccessPayment {
		return nil
	}
	authorization := r.Header.Get("Authorization")
	signIn := r.Header.Get("SIGN-IN-WITH-X") + r.Header.Get("X-Sign-In-With-X")
	switch {
	case authorization == "" && signIn == "":
		return new(paymentRequired(r))
	case signIn != "" && need != gen.AccessKey:
		return new(notEmulated("a wallet's sign-in"))
	}
	secret, _ := strings.CutPrefix(authorization, "Bearer ")
	k := h.find(func(k *key) bool { return k.secret == secret })
	switch {
	case k == nil || need == gen.AccessWallet:
		return new(refuse(http.StatusUnauthorized, "Authentication failed"))
	case k.kind != adminKey && adminOnly(r.operation):
		return new(refuse(http.StatusUnauthorized, "Admin API key required"))
	}
	k.used = h.now()
	r.key = k
	return nil
}
