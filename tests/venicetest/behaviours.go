// What the fake does for each operation.

package venicetest

// behaviours says what the fake does for each operation, once the request was found to be allowed and valid. They run
// one at a time.
var behaviours = map[string]func(*Handler, *request) answer{
	"GET /api_keys/generate_web3_key":   (*Handler).issueToken,
	"POST /api_keys/generate_web3_key":  (*Handler).mint,
	"GET /api_keys":                     (*Handler).listKeys,
	"POST /api_keys":                    (*Handler).createKey,
	"PATCH /api_keys":                   (*Handler).updateKey,
	"DELETE /api_keys":                  (*Handler).deleteKey,
	"GET /api_keys/{id}":                (*Handler).getKey,
	"GET /api_keys/rate_limits":         (*Handler).rateLimits,
	"GET /api_keys/rate_limits/log":     (*Handler).rateLimitLog,
	"GET /models":                       (*Handler).listModels,
	"GET /models/traits":                (*Handler).modelTraits,
	"GET /models/compatibility_mapping": (*Handler).modelAliases,

	"GET /image/styles":             (*Handler).listStyles,
	"POST /image/generate":          (*Handler).generateImage,
	"POST /images/generations":      (*Handler).createImage,
	"POST /image/edit":              (*Handler).editImage,
	"POST /image/multi-edit":        (*Handler).multiEditImage,
	"POST /image/upscale":           (*Handler).upscaleImage,
	"POST /image/background-remove": (*Handler).removeBackground,

	"POST /audio/speech":         (*Handler).speak,
	"POST /audio/voices":         (*Handler).cloneVoice,
	"POST /audio/transcriptions": (*Handler).transcribe,

	"POST /audio/quote":                  (*Handler).quoteAudio,
	"POST /audio/queue":                  (*Handler).queueAudio,
	"POST /audio/retrieve":               (*Handler).retrieveAudio,
	"POST /audio/complete":               (*Handler).completeAudio,
	"POST /audio/voice-changer/quote":    (*Handler).quoteVoiceChange,
	"POST /audio/voice-changer/queue":    (*Handler).queueVoiceChange,
	"POST /audio/voice-changer/retrieve": (*Handler).retrieveVoiceChange,
	"POST /audio/voice-changer/complete": (*Handler).completeVoiceChange,
	"POST /video/quote":                  (*Handler).quoteVideo,
	"POST /video/queue":                  (*Handler).queueVideo,
	"POST /video/retrieve":               (*Handler).retrieveVideo,
	"POST /video/complete":               (*Handler).completeVideo,

	"GET /billing/balance":         (*Handler).billingBalance,
	"GET /billing/usage-history":   (*Handler).usageHistory,
	"GET /billing/usage-analytics": (*Handler).usageAnalytics,

	"GET /crypto/rpc/networks":       (*Handler).rpcNetworks,
	"POST /crypto/rpc/{network}":     (*Handler).passRPC,
	"POST /decisions":                (*Handler).decide,
	"POST /systemone":                (*Handler).decide,
	"POST /augment/search":           (*Handler).search,
	"POST /augment/scrape":           (*Handler).scrape,
	"POST /augment/text-parser":      (*Handler).parseText,
	"GET /characters":                (*Handler).listCharacters,
	"GET /characters/{slug}":         (*Handler).getCharacter,
	"GET /characters/{slug}/reviews": (*Handler).listReviews,

	"GET /tee/attestation": (*Handler).attest,
	"GET /tee/signature":   (*Handler).showSignature,

	"POST /x402/top-up":                      (*Handler).topUp,
	"GET /x402/balance/{walletAddress}":      (*Handler).readBalance,
	"GET /x402/transactions/{walletAddress}": (*Handler).listTransactions,
}

// crowded are the behaviours that run many at a time: they take the lock themselves, for as short as they can.
var crowded = map[string]func(*Handler, *request) answer{
	"POST /chat/completions": (*Handler).privateChat,
	"POST /responses":        (*Handler).respond,
	"POST /embeddings":       (*Handler).embed,
}
