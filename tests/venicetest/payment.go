// The answers to a caller without credentials, and to a wallet without credit: what can be paid, and how to get in.

package venicetest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"
)

// paymentRequired is the 402 of every route that wants credentials. It offers more than the least that is taken, and has
// a short name for Solana.
func (h *Handler) paymentRequired(r *request) answer {
	a := answer{uncounted: true, status: http.StatusPaymentRequired, body: map[string]any{
		"x402Version": 2,
		"error":       "Authentication required",
		"resource": map[string]any{
			"url": "https://api.venice.ai" + r.URL.Path, "description": "Venice API", "mimeType": "application/json",
		},
		"accepts":    h.offers(suggestedUSD, baseNetwork, "solana"),
		"extensions": map[string]any{"sign-in-with-x": h.signInExtension(r)},
	}}
	// The header has the part that the x402 protocol knows, and so goes without authOptions.
	header, _ := json.Marshal(a.body) // strings and numbers only
	a.header = http.Header{"PAYMENT-REQUIRED": {base64.StdEncoding.EncodeToString(header)}}
	a.body["authOptions"] = map[string]any{
		"apiKey": map[string]any{
			"header": "Authorization: Bearer <key>",
			"getKey": "https://venice.ai/settings/api",
			"docs":   "https://docs.venice.ai/api-reference",
		},
		"x402Wallet": map[string]any{
			"header": "SIGN-IN-WITH-X", "legacyHeader": "X-Sign-In-With-X", "topUp": "POST /api/v1/x402/top-up",
			"docs": "https://docs.venice.ai/api-reference/endpoint/x402/top-up",
		},
	}
	return a
}

// lowBalance is the 402 of a wallet that signed in and has not enough credit to be let in.
func (h *Handler) lowBalance(w *wallet) answer {
	return answer{status: http.StatusPaymentRequired, body: map[string]any{
		"error": "Payment required", "code": "PAYMENT_REQUIRED", "reason": "insufficient_balance",
		"message":           "The balance of this wallet is too low.",
		"currentBalanceUsd": w.credit, "minimumBalanceUsd": floor,
		"suggestedTopUpUsd": suggestedUSD, "minimumTopUpUsd": minimumUSD,
		"supportedTokens": []any{"USDC"}, "supportedChains": []any{"base", "solana"},
		"topUpInstructions": map[string]any{
			"step1":          "POST /api/v1/x402/top-up without a payment tells what is payable",
			"step2":          "Sign a transfer of USDC for one of the offers",
			"step3":          "POST /api/v1/x402/top-up with the payment in the header PAYMENT-SIGNATURE",
			"receiverWallet": PayTo, "tokenAddress": USDC, "tokenDecimals": tokenDecimals, "network": "base",
			"minimumAmountUsd": minimumUSD,
		},
		"siwxChallenge": h.challenge(),
	}}
}

// signInExtension is the x402 extension of this name: another form of the challenge, for the host and the resource that
// were asked for, with the schema of the proof that its clients send.
func (h *Handler) signInExtension(r *request) map[string]any {
	scheme, texts := "http://", map[string]any{}
	if r.TLS != nil {
		scheme = "https://"
	}
	for _, name := range []string{"domain", "address", "statement", "version", "chainId", "type", "nonce", "requestId", "signature"} {
		texts[name] = map[string]any{"type": "string"}
	}
	uri := scheme + r.Host + r.URL.Path
	extension := h.challenge()
	info := extension["info"].(map[string]any)
	info["domain"], info["uri"], info["nonce"], info["resources"] = r.Host, uri, h.randomHex(16), []any{uri}
	extension["schema"] = map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": texts,
		"required": []any{"domain", "address", "uri", "version", "chainId", "type", "nonce", "issuedAt", "signature"},
	}
	return extension
}

// challenge is what clients must not sign: a sign-in of somebody else's making.
func (h *Handler) challenge() map[string]any {
	now := h.now()
	return map[string]any{
		"info": map[string]any{
			"domain": "api.venice.ai", "uri": "https://api.venice.ai", "version": "1", "nonce": h.randomHex(8),
			"issuedAt": timestamp(now), "expirationTime": timestamp(now.Add(5 * time.Minute)), "statement": "Sign in to Venice AI",
		},
		"supportedChains": []any{
			map[string]any{"chainId": baseNetwork, "type": "eip191"}, map[string]any{"chainId": solanaNetwork, "type": "ed25519"},
		},
	}
}
