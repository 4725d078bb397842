// The answer to a caller without credentials: what can be paid, and how to get in.

package venicetest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// paymentRequired is the 402 of every route that wants credentials. The offers are those of the service: 10 USD in
// base units of USDC, on Base and on Solana.
func paymentRequired(r *request) answer {
	offer := func(network, asset, payTo string, extra map[string]any) any {
		return map[string]any{
			"scheme": "exact", "network": network, "amount": "10000000", "asset": asset, "payTo": payTo,
			"maxTimeoutSeconds": 300, "extra": extra,
		}
	}
	a := answer{status: http.StatusPaymentRequired, body: map[string]any{
		"x402Version": 2,
		"error":       "Authentication required",
		"resource": map[string]any{
			"url": "https://api.venice.ai" + r.URL.Path, "description": "Venice API", "mimeType": "application/json",
		},
		"accepts": []any{
			offer("eip155:8453", "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "0x2670B922ef37C7Df47158725C0CC407b5382293F",
				map[string]any{"name": "USD Coin", "version": "2"}),
			offer("solana", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", "8qUL23aSj7mDWdoLMXGHFvnVCT9wd7jXcysiekroADEL",
				map[string]any{"name": "USD Coin", "version": "2", "feePayer": "BFK9TLC3edb13K6v4YyH3DwPb5DSUpkWvb7XnqCL9b4F"}),
		},
	}}
	// The header has the part that the x402 protocol knows, and so goes without the ways to sign in.
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
