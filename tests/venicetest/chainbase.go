// The fake's Base: blocks every two seconds.

package venicetest

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"
)

const (
	firstBlock = 1686789347 // Unix time of the first block of Base
	blockTime  = 2          // seconds
)

// block is the number of a block by its tag, or -1.
func (h *Handler) block(tag string) int64 {
	at := h.now()
	switch tag {
	case "finalized", "safe":
		at = at.Add(-h.finality)
	case "latest", "pending":
	case "earliest":
		return 0
	default:
		n, ok := new(big.Int).SetString(strings.TrimPrefix(tag, "0x"), 16)
		if !strings.HasPrefix(tag, "0x") || !ok || !n.IsInt64() || n.Int64() > h.block("latest") {
			return -1
		}
		return n.Int64()
	}
	return blockAt(at)
}

func blockAt(at time.Time) int64 { return max(0, (at.Unix()-firstBlock)/blockTime) }

func blockStart(n int64) time.Time { return time.Unix(firstBlock+n*blockTime, 0) }

func (h *Handler) getBlock(params []json.RawMessage) (any, *chainError) {
	full := false
	n, bad := h.blockParam(params, 0)
	if bad != nil || param(params, 1, &full) != nil {
		return nil, badParams("want a block number or tag, and whether to show transactions whole")
	}
	if n < 0 {
		return nil, nil
	}
	used, transactions := uint64(0), []any{}
	for _, t := range h.inBlock(n) {
		used += t.used
		if full {
			transactions = append(transactions, h.transactionView(t))
		} else {
			transactions = append(transactions, t.hash)
		}
	}
	root := keccak(fmt.Appendf(nil, "transactions %d %d", h.seed, n))
	if len(transactions) == 0 {
		root = keccak([]byte{0x80}) // of an empty tree
	}
	zeros := func(bytes int) string { return hexed(make([]byte, bytes)) }
	return map[string]any{
		"number": quantity(n), "timestamp": quantity(blockStart(n).Unix()), "hash": h.blockHash(n), "parentHash": h.blockHash(n - 1),
		"baseFeePerGas": quantity(baseFee), "gasLimit": quantity(blockGas), "gasUsed": quantity(int64(used)), "transactions": transactions,
		"transactionsRoot": hexed(root), "receiptsRoot": hexed(root), "stateRoot": h.blockHash(n), "sha3Uncles": hexed(keccak([]byte{0xc0})),
		"uncles": []any{}, "logsBloom": zeros(256), "miner": noAddress, "difficulty": "0x0", "extraData": "0x", "nonce": zeros(8),
		"mixHash": h.blockHash(n), "size": "0x400",
	}, nil
}

func (h *Handler) blockHash(n int64) string {
	return hexed(keccak(fmt.Appendf(nil, "%d %d", h.seed, n)))
}

func hexed(raw []byte) string { return "0x" + hex.EncodeToString(raw) }

// blockParam reads a block's number or tag: the newest if there is none, -1 for one that does not exist.
func (h *Handler) blockParam(params []json.RawMessage, n int) (int64, *chainError) {
	tag := "latest"
	if param(params, n, &tag) != nil {
		return 0, badParams("want a block number or tag")
	}
	return h.block(tag), nil
}

// authorized reports whether the token contract saw a payer's nonce before the given time, or ever for the zero time.
func (h *Handler) authorized(payer, nonce string, before time.Time) bool {
	for _, s := range h.settlements {
		if s.Payer == payer && s.Nonce == nonce && (before.IsZero() || s.At.Before(before)) {
			return true
		}
	}
	return false
}
