// Who may call what, and the keys that let callers in.

package venicetest

import (
	"net/http"
	"strings"
)

type access int

const (
	anyAccess     access = iota // an API key or a wallet's sign-in
	openAccess                  // nothing
	keyAccess                   // an API key; a sign-in is ignored
	walletAccess                // a wallet's sign-in
	paymentAccess               // a payment
)

// accessOf follows the service's documentation, which is newer than the security of its description.
func accessOf(operation string) access {
	_, path, _ := strings.Cut(operation, " ")
	switch {
	case strings.HasPrefix(path, "/models"), strings.HasSuffix(path, "/generate_web3_key"), strings.HasSuffix(path, "/quote"),
		path == "/image/styles", path == "/crypto/rpc/networks":
		return openAccess
	case strings.HasPrefix(path, "/api_keys"), strings.HasPrefix(path, "/billing/"), strings.HasPrefix(path, "/characters"):
		return keyAccess
	case path == "/x402/top-up":
		return paymentAccess
	case strings.HasPrefix(path, "/x402/"):
		return walletAccess
	}
	return anyAccess
}

// adminOnly reports whether an INFERENCE key is refused: the management of keys, and billing.
func adminOnly(operation string) bool {
	_, path, _ := strings.Cut(operation, " ")
	return strings.HasPrefix(path, "/api_keys") && path != "/api_keys/rate_limits" || strings.HasPrefix(path, "/billing/")
}

// letIn returns nil for a caller with the right credentials, and remembers the key; else the refusal.
func (h *Handler) letIn(r *request) *answer {
	need := accessOf(r.operation)
	if need == openAccess || need == paymentAccess {
		return nil
	}
	authorization := r.Header.Get("Authorization")
	signIn := r.Header.Get("SIGN-IN-WITH-X") + r.Header.Get("X-Sign-In-With-X")
	switch {
	case authorization == "" && signIn == "":
		return new(paymentRequired(r))
	case signIn != "" && need != keyAccess:
		return new(notEmulated("a wallet's sign-in"))
	}
	secret, _ := strings.CutPrefix(authorization, "Bearer ")
	k := h.find(func(k *key) bool { return k.secret == secret })
	switch {
	case k == nil || need == walletAccess:
		return new(refuse(http.StatusUnauthorized, "Authentication failed"))
	case k.kind != adminKey && adminOnly(r.operation):
		return new(refuse(http.StatusUnauthorized, "Admin API key required"))
	}
	k.used = h.now()
	r.key = k
	return nil
}
