package node_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest/internal/node"
)

var now = time.Date(2026, time.June, 29, 12, 0, 0, 0, time.UTC)

func ask(t *testing.T, network, method, params string) (string, *node.Error) {
	t.Helper()
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(params), &list); err != nil {
		t.Fatal(err)
	}
	result, bad := node.Networks[network].Ask(now, method, list)
	text, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), bad
}

func TestAsk(t *testing.T) {
	const key = `"0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"`
	zeros := strings.Repeat("0", 64)
	for _, test := range []struct{ network, method, params, want string }{
		{"ethereum-mainnet", "eth_chainId", `[]`, `"0x1"`},
		{"base-mainnet", "eth_chainId", `[]`, `"0x2105"`},
		{"polygon-mainnet", "net_version", `[]`, `"137"`},
		{"ethereum-mainnet", "eth_blockNumber", `[]`, `"0x1048a70"`}, // 204897600 seconds by twelve
		{"ethereum-mainnet", "eth_getCode", `[` + key + `,"latest"]`, `"0x"`},
		{"ethereum-mainnet", "eth_getStorageAt", `[` + key + `,"0x0","latest"]`, `"0x` + zeros + `"`},
		{"ethereum-mainnet", "eth_getTransactionReceipt", `["0x` + zeros + `"]`, `null`},
		{"ethereum-mainnet", "eth_getBlockByNumber", `["0x1048a71",false]`, `null`},
		{"ethereum-mainnet", "eth_call", `[{"to":` + key + `},"latest"]`, `"0x"`},
		// Keccak-256 of nothing but a zero.
		{"ethereum-mainnet", "eth_sendRawTransaction", `["0x00"]`, `"0xbc36789e7a1e281436464229828f817d6612f7b477d66591ff96a9e064bcc98a"`},
		{"solana-devnet", "getHealth", `[]`, `"ok"`},
		{"solana-devnet", "getSlot", `[]`, `512244000`},
		{"solana-devnet", "getTransaction", `["1111111111111111111111111111111111111111111"]`, `null`},
		{"starknet-mainnet", "starknet_blockNumber", `[]`, `6829920`},
	} {
		if got, bad := ask(t, test.network, test.method, test.params); bad != nil || got != test.want {
			t.Errorf("%s %s%s: %s, %v; want %s", test.network, test.method, test.params, got, bad, test.want)
		}
	}
}

func TestAskRefuses(t *testing.T) {
	for _, test := range []struct {
		network, method, params string
		code                    int
	}{
		{"ethereum-mainnet", "eth_getBalance", `["0x12","latest"]`, -32602},
		{"ethereum-mainnet", "eth_getBalance", `[]`, -32602},
		{"ethereum-mainnet", "eth_getBlockByNumber", `["first",false]`, -32602},
		{"ethereum-mainnet", "eth_call", `[]`, -32602},
		{"ethereum-mainnet", "eth_sendRawTransaction", `["hello"]`, -32602},
		{"ethereum-mainnet", "getSlot", `[]`, -32601},
		{"solana-devnet", "getBalance", `["short"]`, -32602},
	} {
		if got, bad := ask(t, test.network, test.method, test.params); bad == nil || bad.Code != test.code {
			t.Errorf("%s%s: %s, %v", test.method, test.params, got, bad)
		}
	}
}

// Blocks follow each other: each names the hash of the one before, and comes a block's time after it.
func TestBlocks(t *testing.T) {
	type block struct{ Number, Hash, ParentHash, Timestamp string }
	read := func(tag string) (b block) {
		text, bad := ask(t, "optimism-mainnet", "eth_getBlockByNumber", `["`+tag+`",false]`)
		if bad != nil || json.Unmarshal([]byte(text), &b) != nil {
			t.Fatal(text, bad)
		}
		return b
	}
	last := read("latest")
	var n, at, before int64
	if _, err := fmt.Sscanf(last.Number+" "+last.Timestamp, "0x%x 0x%x", &n, &at); err != nil || now.Unix()-at > 2 {
		t.Fatalf("%+v, %v", last, err)
	}
	parent := read(fmt.Sprintf("0x%x", n-1))
	if _, err := fmt.Sscanf(parent.Timestamp, "0x%x", &before); err != nil || at-before != 2 || parent.Hash != last.ParentHash {
		t.Errorf("%+v after %+v", last, parent)
	}
}

// A balance is its account's, the same each time, and fits in 64 bits.
func TestBalances(t *testing.T) {
	seen := map[string]bool{}
	for i := range 50 {
		params := fmt.Sprintf(`["0x%040x","latest"]`, i)
		a, _ := ask(t, "base-mainnet", "eth_getBalance", params)
		b, _ := ask(t, "base-mainnet", "eth_getBalance", params)
		var n int64
		if _, err := fmt.Sscanf(a, `"0x%x"`, &n); err != nil || n < 1e18 || n > 9e18 || a != b {
			t.Errorf("%s then %s", a, b)
		}
		seen[a] = true
	}
	if len(seen) < 45 {
		t.Errorf("%d balances of 50 accounts", len(seen))
	}
}
