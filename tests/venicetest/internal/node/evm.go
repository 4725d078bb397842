// An EVM chain: accounts with a balance and without code, and empty blocks.

package node

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const gwei = 1_000_000_000

var address, word = regexp.MustCompile(`^0x[0-9a-fA-F]{40}$`), regexp.MustCompile(`^0x[0-9a-fA-F]{64}$`)

var evm = map[string]method{
	"eth_chainId":              func(c call) (any, *Error) { return quantity(c.net.Chain), nil },
	"net_version":              func(c call) (any, *Error) { return strconv.FormatInt(c.net.Chain, 10), nil },
	"web3_clientVersion":       fixed("venicetest/v1"),
	"net_listening":            fixed(true),
	"eth_syncing":              fixed(false),
	"eth_accounts":             fixed([]any{}),
	"eth_blockNumber":          func(c call) (any, *Error) { return quantity(c.height()), nil },
	"eth_gasPrice":             fixed(quantity(gwei)),
	"eth_maxPriorityFeePerGas": fixed(quantity(gwei / 10)),
	"eth_blobBaseFee":          fixed(quantity(1)),
	"eth_estimateGas":          ofTransaction(quantity(21000)),
	"eth_call":                 ofTransaction("0x"),
	// One to nine units of the chain's coin, as the address says.
	"eth_getBalance":                       ofAddress(func(a string) any { return quantity(int64(place(a, 8*gwei)+gwei) * gwei) }),
	"eth_getTransactionCount":              ofAddress(func(a string) any { return quantity(int64(place(a+"n", 100))) }),
	"eth_getCode":                          ofAddress(func(string) any { return "0x" }),
	"eth_getStorageAt":                     ofAddress(func(string) any { return "0x" + strings.Repeat("0", 64) }),
	"eth_getLogs":                          fixed([]any{}),
	"eth_getBlockByNumber":                 blockByNumber,
	"eth_getBlockByHash":                   ofHash,
	"eth_getTransactionByHash":             ofHash,
	"eth_getTransactionReceipt":            ofHash,
	"eth_getBlockReceipts":                 fixed([]any{}),
	"eth_getBlockTransactionCountByNumber": fixed("0x0"),
	"eth_feeHistory":                       feeHistory,
	"eth_sendRawTransaction":               sendRaw,
	"trace_block":                          fixed([]any{}),
	"trace_filter":                         fixed([]any{}),
	"trace_replayBlockTransactions":        fixed([]any{}),
	"debug_traceBlockByNumber":             fixed([]any{}),
}

// ofAddress is what a method says of an account, at any block up to the newest.
func ofAddress(say func(address string) any) method {
	return func(c call) (any, *Error) {
		a, bad := c.text(0, "an address")
		if bad == nil && !address.MatchString(a) {
			bad = &Error{-32602, "invalid argument 0: want an address of 20 bytes in hex"}
		}
		if bad != nil {
			return nil, bad
		}
		return say(a), nil
	}
}

// ofTransaction is what a method says of a transaction that only is tried.
func ofTransaction(v any) method {
	return func(c call) (any, *Error) {
		if len(c.params) == 0 || !strings.HasPrefix(strings.TrimSpace(string(c.params[0])), "{") {
			return nil, &Error{-32602, "missing value for required argument 0"}
		}
		return v, nil
	}
}

// ofHash finds nothing: no transaction was ever sent.
func ofHash(c call) (any, *Error) {
	h, bad := c.text(0, "a hash")
	if bad == nil && !word.MatchString(h) {
		bad = &Error{-32602, "invalid argument 0: want 32 bytes in hex"}
	}
	return nil, bad
}

// blockByNumber is an empty block, or null for one that is still to come.
func blockByNumber(c call) (any, *Error) {
	tag, bad := c.text(0, "a block number or tag")
	if bad != nil {
		return nil, bad
	}
	n := c.height()
	switch tag {
	case "latest", "pending", "safe", "finalized":
	case "earliest":
		n = 0
	default:
		digits, isHex := strings.CutPrefix(tag, "0x")
		x, err := strconv.ParseInt(digits, 16, 64)
		if !isHex || err != nil {
			return nil, &Error{-32602, "invalid argument 0: want a block number in hex, or a tag"}
		}
		if x > n {
			return nil, nil
		}
		n = x
	}
	id := func(n int64) string { return hash(fmt.Append(nil, "block ", c.net.Chain, " ", n)) }
	zeros := func(digits int) string { return "0x" + strings.Repeat("0", digits) }
	return map[string]any{
		"number": quantity(n), "hash": id(n), "parentHash": id(n - 1), "timestamp": quantity(start.Add(time.Duration(n) * c.net.Block).Unix()),
		"transactions": []any{}, "uncles": []any{}, "withdrawals": []any{}, "gasLimit": quantity(30_000_000), "gasUsed": "0x0",
		"baseFeePerGas": quantity(gwei), "difficulty": "0x0", "totalDifficulty": "0x0", "size": "0x220", "extraData": "0x",
		"miner": zeros(40), "nonce": zeros(16), "mixHash": zeros(64), "logsBloom": zeros(512),
		"sha3Uncles": hash([]byte{0xc0}), "stateRoot": hash([]byte{0x80}), "transactionsRoot": hash([]byte{0x80}), "receiptsRoot": hash([]byte{0x80}),
	}, nil
}

func feeHistory(c call) (any, *Error) {
	return map[string]any{
		"oldestBlock": quantity(c.height()), "baseFeePerGas": []any{quantity(gwei), quantity(gwei)}, "gasUsedRatio": []any{0.5},
	}, nil
}

// sendRaw tells the hash of what was sent, which is forgotten.
func sendRaw(c call) (any, *Error) {
	raw, bad := c.text(0, "a signed transaction")
	if bad != nil {
		return nil, bad
	}
	digits, isHex := strings.CutPrefix(raw, "0x")
	b, err := hex.DecodeString(digits)
	if !isHex || err != nil || len(b) == 0 {
		return nil, &Error{-32602, "invalid argument 0: want bytes in hex"}
	}
	return hash(b), nil
}
