// Tests of the chains that a client can ask for proof.

package venicetest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

// ask sends one JSON-RPC request and returns result and error.
func (c caller) ask(url, method string, params ...any) (result any, failure string) {
	c.t.Helper()
	body := mustMarshal(c.t, map[string]any{"jsonrpc": "2.0", "id": 7, "method": method, "params": params})
	resp, err := http.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	var reply struct {
		JSONRPC string
		ID      int
		Result  any
		Error   *struct {
			Code    int
			Message string
		}
	}
	if err := json.Unmarshal(raw, &reply); err != nil || reply.JSONRPC != "2.0" || reply.ID != 7 {
		c.t.Fatalf("%s: %v", raw, err)
	}
	if reply.Error != nil {
		return nil, fmt.Sprint(reply.Error.Code, " ", reply.Error.Message)
	}
	return reply.Result, ""
}

func (c caller) rpc(url, method string, params ...any) any {
	c.t.Helper()
	result, failure := c.ask(url, method, params...)
	if failure != "" {
		c.t.Fatal(failure)
	}
	return result
}

func number(t *testing.T, quantity any) int64 {
	t.Helper()
	n, err := strconv.ParseInt(quantity.(string), 0, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestBaseChain(t *testing.T) {
	c, clk := newPayer(t)
	rpc := func(method string, params ...any) any { return c.rpc(c.srv.BaseRPC, method, params...) }
	if id := rpc("eth_chainId"); id != "0x2105" {
		t.Errorf("chain %v", id)
	}
	tr := newTransfer(clk.read(), 5_000_000)
	call := map[string]any{
		"to":   strings.ToLower(venicetest.USDC),
		"data": "0xe94a0102" + strings.Repeat("0", 24) + strings.ToLower(testOwner[2:]) + tr["nonce"].(string)[2:],
	}
	used := func(block any) bool {
		t.Helper()
		switch got := rpc("eth_call", call, block); got {
		case "0x" + strings.Repeat("0", 63) + "1":
			return true
		case "0x" + strings.Repeat("0", 64):
			return false
		default:
			t.Fatalf("%v", got)
			return false
		}
	}
	if used("latest") {
		t.Error("used before it was")
	}
	c.pay("PAYMENT-SIGNATURE", flat("base", tr.payload(t))).want(t, 200, "")
	head := rpc("eth_getBlockByNumber", "latest", false).(map[string]any)
	if at := number(t, head["timestamp"]); at > clk.read().Unix() || at <= clk.read().Unix()-2 {
		t.Errorf("the latest block is of %d, it is %d", at, clk.read().Unix())
	}
	before := fmt.Sprintf("0x%x", number(t, head["number"])-1)
	if !used("latest") || used("finalized") || used(before) || !used(head["number"]) {
		t.Error("not used in the latest block alone")
	}
	clk.move(18 * time.Second)
	if used("finalized") {
		t.Error("final too soon")
	}
	clk.move(3 * time.Second)
	final := rpc("eth_getBlockByNumber", "finalized", false).(map[string]any)
	if !used("finalized") || !used(final["number"]) || used(before) {
		t.Error("not final after 20 s")
	}
	if at := number(t, final["timestamp"]); at > clk.read().Unix()-20 {
		t.Errorf("the final block is of %d", at)
	}
	next := fmt.Sprintf("0x%x", number(t, head["number"])+100)
	if got := rpc("eth_getBlockByNumber", next, false); got != nil {
		t.Errorf("a block to come: %v", got)
	}
	if _, failure := c.ask(c.srv.BaseRPC, "eth_call", call, next); !strings.Contains(failure, "header not found") {
		t.Errorf("the state of a block to come: %s", failure)
	}
	if got := rpc("eth_call", map[string]any{"to": testOwner, "data": call["data"]}, "latest"); got != "0x" {
		t.Errorf("no contract: %v", got)
	}
	for method, want := range map[string]string{"eth_sign": "-32601", "eth_call": "-32602"} {
		if _, failure := c.ask(c.srv.BaseRPC, method, 1); !strings.HasPrefix(failure, want) {
			t.Errorf("%s: %s", method, failure)
		}
	}
}

func TestFinality(t *testing.T) {
	c, clk := newPayer(t, venicetest.WithFinality(15*time.Minute))
	final := c.rpc(c.srv.BaseRPC, "eth_getBlockByNumber", "finalized", false).(map[string]any)
	if behind := clk.read().Unix() - number(t, final["timestamp"]); behind < 900 || behind > 902 {
		t.Errorf("%d s behind", behind)
	}
}

func TestSolanaChain(t *testing.T) {
	c, clk := newPayer(t)
	rpc := func(method string, params ...any) any { return c.rpc(c.srv.SolanaRPC, method, params...) }
	if got := rpc("getGenesisHash"); got != "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d" {
		t.Errorf("genesis %v", got)
	}
	confirmed := map[string]any{"commitment": "confirmed"}
	latest := rpc("getLatestBlockhash").(map[string]any)
	slot := latest["context"].(map[string]any)["slot"].(float64)
	height := rpc("getBlockHeight").(float64)
	if last := latest["value"].(map[string]any)["lastValidBlockHeight"]; last != height+150 || rpc("getBlockHeight", confirmed) != height+32 {
		t.Errorf("valid up to %v, at %v", last, height)
	}
	if block := rpc("getBlock", slot).(map[string]any); block["blockHeight"] != height || block["blockhash"] != latest["value"].(map[string]any)["blockhash"] {
		t.Errorf("block %v", block)
	}
	clk.move(4 * time.Second)
	if got := rpc("getBlockHeight"); got != height+10 {
		t.Errorf("after 4 s at %v, was at %v", got, height)
	}

	d := goodDraft(c.blockhash())
	d.steps = append(d.steps, memo("größer"))
	c.pay("PAYMENT-SIGNATURE", flat("solana", onChain(d.encode()))).want(t, 200, "")
	s := c.srv.Settlements()[0]
	source := venicetest.TokenAccount(testSol, venicetest.USDCMint, true)
	list := func(options map[string]any) []any { return rpc("getSignaturesForAddress", source, options).([]any) }
	if got := list(nil); len(got) != 0 {
		t.Errorf("final at once: %v", got)
	}
	got := list(confirmed)
	if len(got) != 1 {
		t.Fatalf("%v", got)
	}
	entry := got[0].(map[string]any)
	if entry["signature"] != s.Transaction || entry["memo"] != "[16] 0011223344556677; [8] größer" || entry["err"] != nil || entry["slot"] != slot+10+32 {
		t.Errorf("%v", entry)
	}
	clk.move(13 * time.Second)
	if got := list(map[string]any{"limit": 5}); len(got) != 1 {
		t.Errorf("not final after 13 s: %v", got)
	}
	if got := list(map[string]any{"until": s.Transaction}); len(got) != 0 {
		t.Errorf("until itself: %v", got)
	}
	if got := list(map[string]any{"before": s.Transaction}); len(got) != 0 {
		t.Errorf("before itself: %v", got)
	}
	if got := rpc("getSignaturesForAddress", venicetest.Base58(bytes.Repeat([]byte{9}, 32))).([]any); len(got) != 0 {
		t.Errorf("another account: %v", got)
	}
	tx := rpc("getTransaction", s.Transaction, map[string]any{"encoding": "base64"}).(map[string]any)["transaction"].([]any)[0]
	raw, _ := base64.StdEncoding.DecodeString(tx.(string))
	sent, _ := base64.StdEncoding.DecodeString(d.encode())
	if venicetest.Base58(raw[1:65]) != s.Transaction || !bytes.Equal(raw[65:], sent[65:]) {
		t.Errorf("another transaction: %x", raw)
	}
	if got := rpc("getTransaction", venicetest.Base58(make([]byte, 64))); got != nil {
		t.Errorf("no transaction: %v", got)
	}
	for _, call := range [][]any{{"getBlockHeight", map[string]any{"commitment": "soon"}}, {"getSignaturesForAddress", "0x"}, {"getBlock", -1}} {
		if _, failure := c.ask(c.srv.SolanaRPC, call[0].(string), call[1:]...); !strings.HasPrefix(failure, "-32602") {
			t.Errorf("%v: %s", call, failure)
		}
	}
	if _, failure := c.ask(c.srv.SolanaRPC, "getBlockHeight", map[string]any{"minContextSlot": slot * 2}); !strings.HasPrefix(failure, "-32016") {
		t.Errorf("a slot to come: %s", failure)
	}
}
