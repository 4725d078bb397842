// Tests of calls of blockchain nodes.

package venicetest_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

func call(id any, method string, params ...any) map[string]any {
	return map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": append([]any{}, params...)}
}

func TestRPC(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	c := caller{t, srv, srv.InferenceKey()}
	const key = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
	for _, test := range []struct {
		network      string
		body         any
		text         string
		credits, usd string
	}{
		{"ethereum-mainnet", call(1, "eth_chainId"), `{"id":1,"jsonrpc":"2.0","result":"0x1"}`, "20", "0.000014"},
		{"base-mainnet", call("a", "eth_chainId"), `{"id":"a","jsonrpc":"2.0","result":"0x2105"}`, "20", "0.000014"},
		{"base-mainnet", call(1, "eth_getBalance", key, "latest"), `"result":"0x`, "20", "0.000014"},
		{"zksync-mainnet", call(1, "eth_chainId"), `"0x144"`, "30", "0.000021"},
		{"solana-mainnet", call(1, "getSlot"), `"result":`, "30", "0.000021"},
		{"ethereum-mainnet", call(1, "trace_block", "latest"), `"result":[]`, "40", "0.000028"},
		{"ethereum-mainnet", call(1, "trace_replayBlockTransactions", "latest"), `"result":[]`, "80", "0.000056"},
		{"ethereum-mainnet", call(1, "eth_getBalance", "0x1", "latest"), `"error":{"code":-32602`, "5", "0.0000035"},
		{"ethereum-mainnet", []any{call(1, "eth_chainId"), call(2, "eth_getCode", "no"), call(3, "eth_accounts")},
			`[{"id":1,"jsonrpc":"2.0","result":"0x1"},{"error":`, "45", "0.0000315"},
	} {
		before := srv.Account(c.key)
		r := c.do("POST", "/crypto/rpc/"+test.network, test.body).want(t, 200, test.text)
		if got := r.header.Get("X-Venice-RPC-Credits") + " " + r.header.Get("X-Venice-RPC-Cost-USD"); got != test.credits+" "+test.usd {
			t.Errorf("%s %v: %s", test.network, test.body, got)
		}
		charged, _ := json.Marshal(before - srv.Account(c.key))
		if off := before - srv.Account(c.key) - mustNumber(t, test.usd); off > 1e-12 || off < -1e-12 {
			t.Errorf("%s %v: charged %s", test.network, test.body, charged)
		}
	}
	c.do("GET", "/crypto/rpc/networks", nil).want(t, 200, `"base-mainnet"`)
}

func mustNumber(t *testing.T, text string) (x float64) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &x); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestRPCRefuses(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	before := srv.Account(c.key)
	for _, test := range []struct {
		network string
		body    any
		text    string
	}{
		{"dogecoin", call(1, "eth_chainId"), "Unsupported network: dogecoin"},
		{"ethereum-mainnet", call(1, "eth_subscribe", "newHeads"), "Method not allowed"},
		{"ethereum-mainnet", call(1, "eth_newFilter", map[string]any{}), "Method not allowed"},
		{"ethereum-mainnet", []any{call(1, "eth_chainId"), call(2, "eth_dance")}, "Unsupported method: eth_dance"},
		{"ethereum-mainnet", []any{}, "Invalid JSON-RPC request"},
	} {
		c.do("POST", "/crypto/rpc/"+test.network, test.body).want(t, 400, test.text)
	}
	if srv.Account(c.key) != before {
		t.Error("a refusal was charged")
	}
}

// The same key and body get the first answer again, for a day, and for nothing.
func TestRPCIdempotency(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	c := caller{t, srv, srv.InferenceKey()}
	send := func(body any) reply {
		req := c.request("POST", "/crypto/rpc/ethereum-mainnet", body)
		req.Header.Set("Idempotency-Key", "once")
		return c.send(req)
	}
	first := send(call(1, "eth_blockNumber")).want(t, 200, "result")
	left := srv.Account(c.key)
	clk.move(time.Hour)
	again := send(call(1, "eth_blockNumber")).want(t, 200, "result")
	if again.raw != first.raw || again.header.Get("Idempotent-Replayed") != "true" || first.header.Get("Idempotent-Replayed") != "" || srv.Account(c.key) != left {
		t.Errorf("%s then %s, %v", first.raw, again.raw, again.header)
	}
	send(call(2, "eth_blockNumber")).want(t, 400, "another body")
	clk.move(24 * time.Hour)
	if later := send(call(2, "eth_blockNumber")).want(t, 200, "result"); strings.Contains(later.raw, first.raw) {
		t.Error("the answer of the day before")
	}
}

func TestRPCLimit(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	c := caller{t, srv, srv.InferenceKey()}
	for range 100 {
		c.do("POST", "/crypto/rpc/ethereum-mainnet", call(1, "eth_chainId")).want(t, 200, "")
	}
	r := c.do("POST", "/crypto/rpc/ethereum-mainnet", call(1, "eth_chainId")).want(t, 429, "Too many requests")
	if r.header.Get("X-RateLimit-Limit") != "100" || r.header.Get("X-RateLimit-Reset") == "" {
		t.Errorf("%v", r.header)
	}
	clk.move(time.Minute)
	c.do("POST", "/crypto/rpc/ethereum-mainnet", call(1, "eth_chainId")).want(t, 200, "")
}
