// The fake's Base: blocks every two seconds, and the token contract's memory of used nonces.

package venicetest

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	firstBlock = 1686789347 // Unix time of the first block of Base
	blockTime  = 2          // seconds
)

var baseMethods = map[string]chainMethod{
	"eth_chainId":          func(*Handler, []json.RawMessage) (any, *chainError) { return quantity(baseChain), nil },
	"eth_blockNumber":      func(h *Handler, _ []json.RawMessage) (any, *chainError) { return quantity(h.block("latest")), nil },
	"eth_getBlockByNumber": (*Handler).getBlock,
	"eth_call":             (*Handler).ethCall,
}

func quantity(n int64) string { return "0x" + strconv.FormatInt(n, 16) }

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
	return max(0, (at.Unix()-firstBlock)/blockTime)
}

func blockStart(n int64) time.Time { return time.Unix(firstBlock+n*blockTime, 0) }

func (h *Handler) getBlock(params []json.RawMessage) (any, *chainError) {
	tag := "latest"
	if err := param(params, 0, &tag); err != nil {
		return nil, badParams("want a block number or tag")
	}
	n := h.block(tag)
	if n < 0 {
		return nil, nil
	}
	hash := func(n int64) string {
		return "0x" + hex.EncodeToString(keccak(fmt.Appendf(nil, "%d %d", h.seed, n)))
	}
	return map[string]any{
		"number": quantity(n), "timestamp": quantity(blockStart(n).Unix()), "hash": hash(n), "parentHash": hash(n - 1),
		"transactions": []any{},
	}, nil
}

// authorizationState is the call of authorizationState(address,bytes32): its selector, and the two arguments.
var authorizationState = regexp.MustCompile(`^0xe94a01020{24}([0-9a-f]{40})([0-9a-f]{64})$`)

// ethCall answers whether a nonce was used by the end of a block. There is nothing else on this chain to be called.
func (h *Handler) ethCall(params []json.RawMessage) (any, *chainError) {
	var call struct{ To, Data, Input string }
	tag := "latest"
	if param(params, 0, &call) != nil || param(params, 1, &tag) != nil {
		return nil, badParams("want {to, data} and a block number or tag")
	}
	n := h.block(tag)
	if n < 0 {
		return nil, &chainError{-32000, "header not found"}
	}
	data := call.Input
	if data == "" {
		data = call.Data
	}
	if !strings.EqualFold(call.To, USDC) {
		return "0x", nil // no contract there
	}
	args := authorizationState.FindStringSubmatch(strings.ToLower(data))
	if args == nil {
		return nil, &chainError{3, "execution reverted"}
	}
	payer, err := walletAddress("0x" + args[1])
	if err != nil {
		return nil, badParams(err.Error())
	}
	if h.authorized(payer, "0x"+args[2], blockStart(n+1)) {
		return fmt.Sprintf("0x%064d", 1), nil
	}
	return fmt.Sprintf("0x%064d", 0), nil
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
