// The fake's Solana: a slot every 0.4 seconds, blockhashes that are good for 150 blocks, and the payments' transactions.

package venicetest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	genesisHash     = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"
	genesisTime     = 1584368940 // Unix time of Solana's first block
	slotTime        = 400 * time.Millisecond
	skippedSlots    = 21_000_000 // slots that have no block, so that height and slot differ
	finalizedBehind = 32         // slots
	blockhashLife   = 150        // blocks
	nodeVersion     = "2.3.0"
)

var solanaMethods = map[string]chainMethod{
	"getGenesisHash":          fixed(genesisHash),
	"getLatestBlockhash":      (*Handler).latestBlockhash,
	"getBlockHeight":          (*Handler).blockHeight,
	"getSignaturesForAddress": (*Handler).signaturesFor,
	"getTransaction":          (*Handler).getTransaction,
	"getBlock":                (*Handler).solanaBlock,
	"getFirstAvailableBlock":  fixed(0), // all history is there
	"getHealth":               fixed("ok"),
	"getVersion":              fixed(map[string]any{"solana-core": nodeVersion, "feature-set": 1}),
	"getSlot": func(h *Handler, params []json.RawMessage) (any, *chainError) {
		s, bad := h.slot(params, 0)
		return s, bad
	},
	"isBlockhashValid": (*Handler).blockhashValid,

	"getAccountInfo":                    ofSolanaAccount((*Handler).accountInfo),
	"getBalance":                        ofSolanaAccount((*Handler).lamportsOf),
	"getTokenAccountBalance":            ofSolanaAccount((*Handler).tokensIn),
	"getMultipleAccounts":               (*Handler).accountInfos,
	"getMinimumBalanceForRentExemption": rentFor,
	"simulateTransaction":               (*Handler).simulateTransaction,
	"getFeeForMessage":                  (*Handler).feeFor,
	"getSignatureStatuses":              (*Handler).statusesOf,
}

func slotAt(at time.Time) int64 {
	return at.Sub(time.Unix(genesisTime, 0)).Nanoseconds() / int64(slotTime)
}

func heightAt(at time.Time) int64 { return slotAt(at) - skippedSlots }

// slot is the last one of a commitment: finalized if a request names none.
func (h *Handler) slot(options []json.RawMessage, n int) (int64, *chainError) {
	config := struct {
		Commitment     string
		MinContextSlot int64
	}{Commitment: "finalized"}
	if param(options, n, &config) != nil {
		return 0, badParams("want an object of options")
	}
	slot := slotAt(h.now())
	switch config.Commitment {
	case "finalized":
		slot -= finalizedBehind
	case "confirmed", "processed":
	default:
		return 0, badParams("want the commitment finalized, confirmed or processed")
	}
	if slot < config.MinContextSlot {
		return 0, chainFailure(-32016, "Minimum context slot has not been reached")
	}
	return slot, nil
}

func (h *Handler) latestBlockhash(params []json.RawMessage) (any, *chainError) {
	slot, bad := h.slot(params, 0)
	if bad != nil {
		return nil, bad
	}
	return inContext(slot, h.giveBlockhash(slot)), nil
}

// giveBlockhash remembers the blockhash that it gives, which is good from now on.
func (h *Handler) giveBlockhash(slot int64) map[string]any {
	hash, last := h.blockhash(slot), slot-skippedSlots+blockhashLife
	h.blockhashes[hash] = last
	return map[string]any{"blockhash": hash, "lastValidBlockHeight": last}
}

func inContext(slot int64, value any) any {
	return map[string]any{"context": map[string]any{"slot": slot, "apiVersion": nodeVersion}, "value": value}
}

func (h *Handler) blockHeight(params []json.RawMessage) (any, *chainError) {
	slot, bad := h.slot(params, 0)
	return slot - skippedSlots, bad
}

func (h *Handler) blockhashValid(params []json.RawMessage) (any, *chainError) {
	slot, bad := h.slot(params, 1)
	hash := ""
	if bad != nil || param(params, 0, &hash) != nil {
		return nil, badParams("want a blockhash and an object of options")
	}
	return inContext(slot, h.blockhashGood(hash, h.now()) == ""), nil
}

// blockhashGood says why a transaction with a blockhash could not be carried out at a time.
func (h *Handler) blockhashGood(blockhash string, at time.Time) (why string) {
	last, known := h.blockhashes[blockhash]
	switch {
	case !known:
		return "blockhash_not_found: want one that this chain gave"
	case heightAt(at) > last:
		return "blockhash_expired: its last valid block height is past"
	}
	return ""
}

// signaturesFor lists the transactions that name an account, the newest first.
func (h *Handler) signaturesFor(params []json.RawMessage) (any, *chainError) {
	slot, bad := h.slot(params, 1)
	if bad != nil {
		return nil, bad
	}
	address, config := "", struct {
		Before, Until string
		Limit         int
	}{Limit: 1000}
	if param(params, 0, &address) != nil || param(params, 1, &config) != nil {
		return nil, badParams("want an address and an object of options")
	}
	if _, err := readKey(address); err != nil || config.Limit < 1 || config.Limit > 1000 {
		return nil, badParams("want an address in base58 and a limit of 1 to 1000")
	}
	list, past := []any{}, config.Before == ""
	for _, s := range slices.Backward(h.settlements) {
		if s.Transaction == config.Until && config.Until != "" || len(list) == config.Limit {
			break
		}
		if past && slices.Contains(s.accounts, address) && slotAt(s.At) <= slot {
			list = append(list, s.onSolana())
		}
		past = past || s.Transaction == config.Before
	}
	return list, nil
}

// onSolana is a settlement as a node lists it, with its memos as nodes write them.
func (s Settlement) onSolana() map[string]any {
	var memo any
	if s.memos != nil {
		var all []string
		for _, m := range s.memos {
			all = append(all, fmt.Sprintf("[%d] %s", len(m), m))
		}
		memo = strings.Join(all, "; ")
	}
	return map[string]any{
		"signature": s.Transaction, "slot": slotAt(s.At), "err": nil, "memo": memo, "blockTime": s.At.Unix(),
		"confirmationStatus": "finalized",
	}
}

// getTransaction answers with the transaction in base64, whatever the encoding that is asked for; null if there is none.
func (h *Handler) getTransaction(params []json.RawMessage) (any, *chainError) {
	slot, bad := h.slot(params, 1)
	if bad != nil {
		return nil, bad
	}
	signature := ""
	if param(params, 0, &signature) != nil || signature == "" {
		return nil, badParams("want a signature in base58")
	}
	for _, s := range h.settlements {
		if s.Transaction == signature && slotAt(s.At) <= slot {
			return map[string]any{
				"slot": slotAt(s.At), "blockTime": s.At.Unix(), "version": 0, "meta": map[string]any{"err": nil},
				"transaction": []any{base64.StdEncoding.EncodeToString(s.wire), "base64"},
			}, nil
		}
	}
	return nil, nil
}

// solanaBlock answers with the head of a block. All skipped slots lie at the chain's beginning.
func (h *Handler) solanaBlock(params []json.RawMessage) (any, *chainError) {
	last, bad := h.slot(params, 1)
	if bad != nil {
		return nil, bad
	}
	slot := int64(-1)
	if param(params, 0, &slot) != nil || slot < 0 {
		return nil, badParams("want a slot")
	}
	if slot < skippedSlots || slot > last {
		return nil, chainFailure(-32007, "Slot %d was skipped, or missing due to ledger jump to recent snapshot", slot)
	}
	return map[string]any{
		"blockHeight": slot - skippedSlots, "parentSlot": slot - 1, "blockhash": h.blockhash(slot), "previousBlockhash": h.blockhash(slot - 1),
		"blockTime": genesisTime + slot*int64(slotTime)/int64(time.Second),
	}, nil
}

func (h *Handler) blockhash(slot int64) string {
	return pubkey(sha256.Sum256(fmt.Appendf(nil, "blockhash %d %d", h.seed, slot))).String()
}
