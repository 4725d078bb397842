package client_test

import (
	"errors"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

func TestRPC(t *testing.T) {
	var answered string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { answer(200, "application/json", answered)(w, r) })
	answered = `{"jsonrpc":"2.0","id":1,"result":115792089237316195423570985008687907853269984665640564039457584007913129639935}`
	n, err := venice.RPC[*big.Int](t.Context(), client, "base-mainnet", "own_supply", []any{"0x1"})
	if err != nil || n.BitLen() != 256 {
		t.Error(n, err)
	}
	answered = `{"jsonrpc":"2.0","id":1,"result":{"rentEpoch":18446744073709551615,"deep":[{"x":0.10000000000000000001}]}}`
	raw, err := venice.RPC[gen.JSON](t.Context(), client, "solana", "getAccountInfo", nil)
	if err != nil || raw.String() != `{"rentEpoch":18446744073709551615,"deep":[{"x":0.10000000000000000001}]}` {
		t.Error(raw, err)
	}
	type account struct {
		RentEpoch uint64 `json:"rentEpoch"`
	}
	if got, err := venice.RPC[account](t.Context(), client, "solana", "getAccountInfo", nil); err != nil || got.RentEpoch != 18446744073709551615 {
		t.Error(got, err)
	}
	answered = `{"jsonrpc":"2.0","id":1,"result":null}`
	if raw, err = venice.RPC[gen.JSON](t.Context(), client, "base-mainnet", "eth_getBlock", nil); err != nil || raw.String() != "null" {
		t.Errorf("null is a result: %q, %v", raw, err)
	}
	for body, want := range map[string]string{
		`{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"execution\nreverted","data":"0x08c379a0"}}`: "RPC eth_call: -32000: execution",
		`{"jsonrpc":"2.0","id":1}`:               "neither a result nor an error",
		`{"jsonrpc":"2.0","id":1,"result":"0x"}`: "the result is no int64",
	} {
		answered = body
		if _, err := venice.RPC[int64](t.Context(), client, "base-mainnet", "eth_call", nil); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	for refusal, want := range map[string]string{
		`{"code":"-32000","message":"low"}`:        "-32000: low",
		`{"code":1e3,"message":"low"}`:             "1000: low",
		`{"code":-32000.0,"message":["low",1]}`:    "-32000: low",
		`{"code":"LIMIT","message":"low"}`:         "0: LIMIT: low",
		`{"code":null,"message":"low","data":{}}`:  "0: low",
		`{"reason":"low"}`:                         "reason: low",
		`"boom"`:                                   "0: boom",
		`["boom"]`:                                 "0: boom",
		`{"code":-32000,"message":{"text":"low"}}`: "text: low",
	} {
		answered = `{"jsonrpc":"2.0","id":1,"error":` + refusal + `}`
		_, err := venice.RPC[int64](t.Context(), client, "base-mainnet", "eth_call", nil)
		if e, ok := errors.AsType[*venice.RPCError](err); !ok || e.Method != "eth_call" || !strings.HasSuffix(e.Error(), want) {
			t.Errorf("%s: got %v, want %q", refusal, err, want)
		}
	}
	for _, nothing := range []string{`{}`, `null`, `""`, `false`, `[]`} {
		answered = `{"jsonrpc":"2.0","id":1,"result":7,"error":` + nothing + `}`
		if n, err := venice.RPC[int64](t.Context(), client, "base-mainnet", "eth_call", nil); n != 7 || err != nil {
			t.Errorf("beside the error %s: %d, %v", nothing, n, err)
		}
	}
	answered = `{"jsonrpc":"2.0","id":1,"result":7}`
	if _, err := venice.RPC[int64](t.Context(), client, "", "eth_call", nil); err == nil || !strings.Contains(err.Error(), "the network is empty") {
		t.Errorf("without a network: %v", err)
	}
	if _, err := venice.RPC[int64](t.Context(), client, "../x", "eth_call", nil); err == nil {
		t.Error("a network that leads elsewhere")
	}
}
