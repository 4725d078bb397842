// Chains without an EVM: Solana and Starknet, as far as they are read.

package node

import (
	"strings"
	"time"
)

const slotsPerEpoch = 432_000

var solana = map[string]method{
	"getHealth":                         fixed("ok"),
	"getVersion":                        fixed(map[string]any{"solana-core": "2.0.0", "feature-set": 1}),
	"getSlot":                           func(c call) (any, *Error) { return c.height(), nil },
	"getBlockHeight":                    func(c call) (any, *Error) { return c.height(), nil },
	"getEpochInfo":                      epochInfo,
	"getGenesisHash":                    fixed("EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"),
	"getBlockTime":                      func(c call) (any, *Error) { return c.now.Unix(), nil },
	"getBalance":                        ofKey(func(c call, key string) any { return c.context(place(key, 10_000_000_000)) }),
	"getAccountInfo":                    ofKey(func(c call, _ string) any { return c.context(nil) }),
	"getTokenAccountsByOwner":           ofKey(func(c call, _ string) any { return c.context([]any{}) }),
	"getSignaturesForAddress":           ofKey(func(call, string) any { return []any{} }),
	"getTransaction":                    ofKey(func(call, string) any { return nil }),
	"getMinimumBalanceForRentExemption": fixed(890_880),
	"getLatestBlockhash": func(c call) (any, *Error) {
		return c.context(map[string]any{"blockhash": strings.Repeat("1", 31) + "2", "lastValidBlockHeight": c.height() + 150}), nil
	},
}

// context wraps a value in the slot that it was read at.
func (c call) context(v any) any {
	return map[string]any{"context": map[string]any{"slot": c.height(), "apiVersion": "2.0.0"}, "value": v}
}

func epochInfo(c call) (any, *Error) {
	n := c.height()
	return map[string]any{
		"absoluteSlot": n, "blockHeight": n, "epoch": n / slotsPerEpoch, "slotIndex": n % slotsPerEpoch, "slotsInEpoch": slotsPerEpoch,
		"transactionCount": n,
	}, nil
}

// ofKey is what a method says of a base58 key or signature.
func ofKey(say func(c call, key string) any) method {
	return func(c call) (any, *Error) {
		key, bad := c.text(0, "base58")
		if bad == nil && (len(key) < 32 || len(key) > 88 || strings.ContainsAny(key, "0OIl+/= ")) {
			bad = &Error{-32602, "Invalid param: Invalid"}
		}
		if bad != nil {
			return nil, bad
		}
		return say(c, key), nil
	}
}

var starknet = map[string]method{
	"starknet_chainId":     fixed("0x534e5f4d41494e"),
	"starknet_blockNumber": func(c call) (any, *Error) { return c.height(), nil },
	"starknet_specVersion": fixed("0.8.1"),
	"starknet_syncing":     fixed(false),
	"starknet_blockHashAndNumber": func(c call) (any, *Error) {
		return map[string]any{"block_number": c.height(), "block_hash": hash([]byte(c.now.Truncate(time.Minute).String()))}, nil
	},
}
