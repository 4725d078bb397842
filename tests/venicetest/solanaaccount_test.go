// Tests of what the fake's Solana says of accounts, and of transactions before they are sent.

package venicetest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

func TestSolanaAccounts(t *testing.T) {
	c, _ := newPayer(t)
	value := func(method string, params ...any) any {
		return c.rpc(c.srv.SolanaRPC, method, params...).(map[string]any)["value"]
	}
	account := func(address string) (owner string, data []byte) {
		is := value("getAccountInfo", address, map[string]any{"encoding": "base64"}).(map[string]any)
		data, _ = base64.StdEncoding.DecodeString(is["data"].([]any)[0].(string))
		return is["owner"].(string), data
	}
	const program = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
	owner, mint := account(venicetest.USDCMint)
	if owner != program || len(mint) != 82 || binary.LittleEndian.Uint64(mint[36:]) != 100_000_000 || mint[44] != 6 || mint[45] != 1 {
		t.Errorf("mint %x of %s", mint, owner)
	}
	source := venicetest.TokenAccount(testSol, venicetest.USDCMint, true)
	owner, held := account(source)
	usdc, of := venicetest.Key(venicetest.USDCMint), venicetest.Key(testSol)
	if owner != program || len(held) != 165 || !bytes.Equal(held[:32], usdc[:]) || !bytes.Equal(held[32:64], of[:]) ||
		binary.LittleEndian.Uint64(held[64:]) != 100_000_000 || held[108] != 1 {
		t.Errorf("account %x of %s", held, owner)
	}
	if got := fmt.Sprint(value("getTokenAccountBalance", source)); got != "map[amount:100000000 decimals:6 uiAmount:100 uiAmountString:100]" {
		t.Error(got)
	}
	// Who is paid has an account before the first payment.
	payTo := venicetest.TokenAccount(venicetest.PayToSolana, venicetest.USDCMint, true)
	if list := value("getMultipleAccounts", []string{testSol, payTo}).([]any); list[0] != nil || list[1] == nil {
		t.Errorf("%v", list)
	}
	if got := value("getAccountInfo", testSol); got != nil {
		t.Errorf("no account: %v", got)
	}
	if n := c.rpc(c.srv.SolanaRPC, "getMinimumBalanceForRentExemption", 165); n != 2039280.0 {
		t.Error(n)
	}
	for _, call := range [][]any{{"getAccountInfo", "0x12"}, {"getTokenAccountBalance", testSol}, {"getMultipleAccounts", []string{"l"}},
		{"getMinimumBalanceForRentExemption", -1}, {"simulateTransaction", "AA==", map[string]any{"encoding": "base64"}}, {"getFeeForMessage", "AQ=="}} {
		if _, failure := c.ask(c.srv.SolanaRPC, call[0].(string), call[1:]...); !strings.HasPrefix(failure, "-32602") {
			t.Errorf("%v: %s", call, failure)
		}
	}
}

func TestSimulateTransaction(t *testing.T) {
	c, clk := newPayer(t)
	simulate := func(transaction string, options map[string]any) string {
		options["encoding"] = "base64"
		result := c.rpc(c.srv.SolanaRPC, "simulateTransaction", transaction, options).(map[string]any)["value"].(map[string]any)
		return fmt.Sprint(result["err"])
	}
	d := goodDraft(c.blockhash())
	good := d.encode()
	if got := simulate(good, map[string]any{}); got != "<nil>" {
		t.Errorf("the good one: %s", got)
	}
	// The fee payer is still to sign.
	if got := simulate(good, map[string]any{"sigVerify": true}); got != "SignatureFailure" {
		t.Errorf("unsigned: %s", got)
	}
	if err := c.srv.SetUSDC(testSol, 1); err != nil {
		t.Fatal(err)
	}
	if got := simulate(good, map[string]any{}); got != "map[InstructionError:[2 map[Custom:1]]]" {
		t.Errorf("too little USDC: %s", got)
	}
	raw, _ := base64.StdEncoding.DecodeString(good)
	message := base64.StdEncoding.EncodeToString(raw[1+2*64:])
	fee := func() any { return c.rpc(c.srv.SolanaRPC, "getFeeForMessage", message).(map[string]any)["value"] }
	if got := fee(); got != 10001.0 { // two signatures, and less than a lamport for priority
		t.Errorf("fee %v", got)
	}
	clk.move(5 * time.Minute)
	if got := simulate(good, map[string]any{}); got != "BlockhashNotFound" {
		t.Errorf("too late: %s", got)
	}
	if got := fee(); got != nil {
		t.Errorf("fee of an old message: %v", got)
	}
	if got := simulate(good, map[string]any{"replaceRecentBlockhash": true}); !strings.Contains(got, "Custom:1") {
		t.Errorf("with another blockhash: %s", got)
	}
}

// A payment on Base is a transaction of the token contract, which told of it.
func TestPaymentOnChain(t *testing.T) {
	c, clk := newPayer(t)
	tr := newTransfer(clk.read(), 5_000_000)
	c.pay("PAYMENT-SIGNATURE", flat("base", tr.payload(t))).want(t, 200, "")
	rpc := func(method string, params ...any) any { return c.rpc(c.srv.BaseRPC, method, params...) }
	used := "0x98de503528ee59b575ef0c0a2576a82497bfc029a5685b209e9ec333479b10a5" // AuthorizationUsed(address,bytes32)
	logs := func(filter map[string]any) []any { return rpc("eth_getLogs", filter).([]any) }
	found := logs(map[string]any{"fromBlock": "0x0", "address": []string{venicetest.USDC}, "topics": []any{used, nil, []string{tr["nonce"].(string)}}})
	if len(found) != 1 {
		t.Fatalf("%v", found)
	}
	hash := found[0].(map[string]any)["transactionHash"]
	if hash != c.srv.Settlements()[0].Transaction {
		t.Errorf("transaction %v", hash)
	}
	receipt := rpc("eth_getTransactionReceipt", hash).(map[string]any)
	if receipt["status"] != "0x1" || len(receipt["logs"].([]any)) != 2 {
		t.Errorf("%v", receipt)
	}
	input := rpc("eth_getTransactionByHash", hash).(map[string]any)["input"].(string)
	if !strings.HasPrefix(input, "0xe3ee160e") || !strings.Contains(input, tr["nonce"].(string)[2:]) {
		t.Errorf("input %s", input)
	}
	for what, filter := range map[string]map[string]any{
		"another contract": {"address": testOwner}, "another topic": {"topics": []any{hash}}, "more topics": {"topics": []any{used, nil, nil, nil}},
		"blocks before": {"fromBlock": "0x0", "toBlock": "0x1"},
	} {
		if got := logs(filter); len(got) != 0 {
			t.Errorf("%s: %v", what, got)
		}
	}
	if n := len(logs(map[string]any{})); n != 2 {
		t.Errorf("%d logs in the latest block", n)
	}
}

// Several requests in one are answered in order, each by itself.
func TestChainBatch(t *testing.T) {
	c, _ := newPayer(t)
	batch := `[{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},{"jsonrpc":"2.0","id":"b","method":"eth_none"},3]`
	req := c.request("POST", "", batch)
	req.URL.Path = strings.TrimPrefix(c.srv.BaseRPC, "http://"+req.URL.Host)
	got := c.send(req).raw
	want := `[{"id":1,"jsonrpc":"2.0","result":"0x2105"},{"error":{"code":-32601,"message":"the method eth_none is not emulated"},"id":"b","jsonrpc":"2.0"},` +
		`{"error":{"code":-32700`
	if !strings.HasPrefix(got, want) {
		t.Error(got)
	}
}
