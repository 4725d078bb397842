// What the fake offers to be paid in, and how a caller learns it.

package venicetest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// What the fake takes payments in and for whom. All of it is made up, so that nothing signed for it is worth anything
// anywhere else. The token contract's EIP-712 domain is "USD Coin", version "2", on chain 8453.
const (
	USDC        = "0x86Ef719bBa1681fE5AAba7f8861FFE4bfB0849C4" // token contract on Base
	USDCMint    = "H97Swx9rp1NWrFtxxMAgdzAHGrMQK3zZtd67PMrcjzvb"
	PayTo       = "0x8F6724a600F4CD1761847545AD3a59Fe2E8279a7"   // on Base
	PayToSolana = "8cqVUr9BB9ttY5ZxTZineECef2AgsitwHb8vjuAkxZuT" // no point of the curve, like the service's own
	FeePayer    = "AaHjvUBNFCTcnhPy2VTMciM27bbYiWuc5JMtbTn1K8Qi" // on Solana
)

const (
	baseNetwork   = "eip155:8453"
	solanaNetwork = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"

	minimumUSD   = 5 // of a payment
	maximumUSD   = 10_000
	suggestedUSD = 10

	maxTimeoutSeconds = 300
)

// feePayerKey signs what the fake settles on Solana.
func feePayerKey() ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("venicetest fee payer"))
	return ed25519.NewKeyFromSeed(seed[:])
}

// offers lists the ways to pay, one for each network.
func (h *Handler) offers(usd int, base, solana string) []any {
	offer := func(network, asset, payTo string, extra map[string]any) any {
		extra["name"], extra["version"] = tokenName, tokenVersion
		return map[string]any{
			"scheme": "exact", "network": network, "amount": strconv.Itoa(usd * 1e6), "asset": asset, "payTo": payTo,
			"maxTimeoutSeconds": maxTimeoutSeconds, "extra": extra,
		}
	}
	extra := map[string]any{"feePayer": FeePayer}
	if h.memo != "" {
		extra["memo"] = h.memo
	}
	return []any{
		// In lower case, as the service has them: who echoes the offer must not write them in another way.
		offer(base, strings.ToLower(USDC), strings.ToLower(PayTo), map[string]any{}),
		offer(solana, USDCMint, PayToSolana, extra),
	}
}

// discover answers a top-up without a payment: what is payable, in the body and again in a header.
func (h *Handler) discover() answer {
	body, _ := json.Marshal(map[string]any{"x402Version": 2, "accepts": h.offers(minimumUSD, baseNetwork, solanaNetwork)}) // plain values
	header := base64.StdEncoding.EncodeToString(body)
	a := answer{status: http.StatusPaymentRequired, raw: body, media: "application/json"}
	if rewrite := h.rewrite; rewrite != nil {
		h.unlocked(func() { a.raw, header = rewrite(bytes.Clone(body)) })
		a.outside = true
	}
	a.header = http.Header{"PAYMENT-REQUIRED": {header}}
	if header == "" {
		a.header = nil
	}
	return a
}

// OnDiscovery has rewrite called with the offer that is the answer to every top-up without a payment, as JSON. What it
// returns is sent in its place: the body, and the value of the header PAYMENT-REQUIRED, which goes missing if empty (the
// true one is base64 of the body). This is how a test makes a hostile offer. What payments are taken stays the same. Nil
// ends it.
func (h *Handler) OnDiscovery(rewrite func(offer []byte) (body []byte, header string)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rewrite = rewrite
}
