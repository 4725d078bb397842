// Nodes of blockchains that nothing happens on.

// Package node answers the calls that read a chain: the same each time for the same place and time. Nothing is kept of
// what is sent.
package node

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/sha3"
)

// A Network is a chain that can be asked.
type Network struct {
	Kind  string // "evm", "solana" or "starknet"
	Chain int64  // id of an EVM chain
	Block time.Duration
}

// Networks are those that the service passes calls to, by name.
var Networks = map[string]Network{
	"arbitrum-mainnet": {"evm", 42161, time.Second / 4}, "arbitrum-sepolia": {"evm", 421614, time.Second / 4},
	"avalanche-fuji": {"evm", 43113, 2 * time.Second}, "avalanche-mainnet": {"evm", 43114, 2 * time.Second},
	"base-mainnet": {"evm", 8453, 2 * time.Second}, "base-sepolia": {"evm", 84532, 2 * time.Second},
	"bsc-mainnet": {"evm", 56, 3 * time.Second}, "bsc-testnet": {"evm", 97, 3 * time.Second},
	"ethereum-holesky": {"evm", 17000, 12 * time.Second}, "ethereum-mainnet": {"evm", 1, 12 * time.Second},
	"ethereum-sepolia": {"evm", 11155111, 12 * time.Second},
	"linea-mainnet":    {"evm", 59144, 2 * time.Second}, "linea-sepolia": {"evm", 59141, 2 * time.Second},
	"optimism-mainnet": {"evm", 10, 2 * time.Second}, "optimism-sepolia": {"evm", 11155420, 2 * time.Second},
	"polygon-amoy": {"evm", 80002, 2 * time.Second}, "polygon-mainnet": {"evm", 137, 2 * time.Second},
	"solana-devnet": {"solana", 0, 400 * time.Millisecond}, "solana-mainnet": {"solana", 0, 400 * time.Millisecond},
	"starknet-mainnet": {"starknet", 0, 30 * time.Second}, "starknet-sepolia": {"starknet", 0, 30 * time.Second},
	"zksync-mainnet": {"evm", 324, time.Second}, "zksync-sepolia": {"evm", 300, time.Second},
}

// Names lists the networks.
func Names() []string { return slices.Sorted(maps.Keys(Networks)) }

// An Error is that of a JSON-RPC answer.
type Error struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// A Call is what a method is asked for.
type call struct {
	net    Network
	now    time.Time
	params []json.RawMessage
}

type method func(call) (any, *Error)

// Has reports whether a network knows a method.
func (n Network) Has(name string) bool { return methods[n.Kind][name] != nil }

// Ask answers a method that the network has.
func (n Network) Ask(now time.Time, name string, params []json.RawMessage) (any, *Error) {
	if !n.Has(name) {
		return nil, &Error{-32601, "the method " + name + " does not exist/is not available"}
	}
	return methods[n.Kind][name](call{n, now, params})
}

var methods = map[string]map[string]method{"evm": evm, "solana": solana, "starknet": starknet}

// start is when every chain here began.
var start = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)

// height is the newest block.
func (c call) height() int64 { return max(0, int64(c.now.Sub(start)/c.net.Block)) }

func fixed(v any) method { return func(call) (any, *Error) { return v, nil } }

func quantity(n int64) string { return "0x" + strconv.FormatInt(n, 16) }

// text is the nth parameter, which must be a text.
func (c call) text(n int, what string) (string, *Error) {
	var s string
	if n >= len(c.params) || json.Unmarshal(c.params[n], &s) != nil {
		return "", &Error{-32602, fmt.Sprintf("invalid params: argument %d must be %s", n, what)}
	}
	return s, nil
}

// place makes a number of a text, below a limit.
func place(text string, limit uint64) uint64 {
	h := fnv.New64a()
	h.Write([]byte(strings.ToLower(text)))
	return h.Sum64() % limit
}

// hash is Keccak-256 in hex.
func hash(data []byte) string {
	h := sha3.NewLegacyKeccak256()
	h.Write(data)
	return "0x" + hex.EncodeToString(h.Sum(nil))
}
