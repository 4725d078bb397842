// A chain with VVV and its staking, made up in this process: what the tests need of one, and each way to go wrong.

package stake

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
)

type fakeChain struct {
	t                           *testing.T
	mu                          sync.Mutex
	from                        address
	id                          int64
	vvv, staked, allowance, eth *big.Int
	waiting, ready              *big.Int // unstaked
	nonce                       uint64
	baseFee, tip                *big.Int
	block                       int64

	pool     map[string]sentTransaction
	receipts map[string]map[string]any
	raws     []string // each that arrived, in order
	asked    []string
	mines    bool     // whether a question for a receipt finds the pool mined before
	minimum  *big.Int // fee below which nothing is mined
	fails    string   // reason for which what is mined reverts

	// meddle may answer in place of the fake.
	meddle func(method string, params []any) (result any, err error, done bool)
}

func units(t testing.TB, text string) *big.Int { return amount(t, text).Units() }

// newChain is a chain on which the wallet of the vectors has 10 VVV and 0.01 ETH, and a Staker of it.
func newChain(t *testing.T) (*fakeChain, *Staker) {
	t.Helper()
	f, wallet := fakeOf(t)
	return f, &Staker{Wallet: wallet, RPC: f.call, MaxCost: amount(t, "0.0002")}
}

// NewTestNode is a Node of the examples.
func NewTestNode() Node {
	f, _ := fakeOf(nil)
	return f.call
}

func fakeOf(t *testing.T) (*fakeChain, *signer.EVM) {
	wallet, err := signer.ParseEVM(strings.Repeat("01", 32))
	if err != nil {
		panic(err)
	}
	from, err := parseAddress(wallet.Address())
	if err != nil {
		panic(err)
	}
	return &fakeChain{
		t: t, from: from, id: 8453, vvv: new(big.Int).SetUint64(1e19), staked: new(big.Int), allowance: new(big.Int), eth: big.NewInt(1e16),
		waiting: new(big.Int), ready: new(big.Int), baseFee: big.NewInt(5_000_000), tip: big.NewInt(1_000_000), block: 100, mines: true,
		pool: map[string]sentTransaction{}, receipts: map[string]map[string]any{}, minimum: new(big.Int),
	}, wallet
}

func refuse(code int64, message string, data any) *venice.RPCError {
	raw, _ := json.Marshal(data)
	e := &venice.RPCError{Code: code, Message: message}
	if data != nil {
		e.Data = raw
	}
	return e
}

// reverts is a refusal as geth words it.
func reverts(reason string) *venice.RPCError {
	text := []byte(reason)
	data := errorText.on(address{}, "", word{31: 32}, word{31: byte(len(text))}).data
	data = append(data, append(text, make([]byte, (32-len(text)%32)%32)...)...)
	return refuse(3, "execution reverted: "+reason, "0x"+hex.EncodeToString(data))
}

// call is the fake as a Node. What it returns goes by way of JSON, as a node's would.
func (f *fakeChain) call(ctx context.Context, method string, params ...any) (gen.JSON, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, method)
	result, err := any(nil), error(nil)
	done := false
	if f.meddle != nil {
		result, err, done = f.meddle(method, params)
	}
	if !done {
		result, err = f.answer(method, params)
	}
	if refusal, ok := errors.AsType[*venice.RPCError](err); ok {
		refusal.Method = method
	}
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(result)
	if err != nil {
		f.t.Error(method, err)
	}
	return raw, nil
}

func hexOf(n *big.Int) string { return fmt.Sprintf("%#x", n) }

func wordOf(n *big.Int) string { return "0x" + hex.EncodeToString(n.FillBytes(make([]byte, 32))) }

func (f *fakeChain) answer(method string, params []any) (any, error) {
	switch method {
	case "eth_chainId":
		return hexOf(big.NewInt(f.id)), nil
	case "eth_getBalance":
		return hexOf(f.eth), nil
	case "eth_getTransactionCount":
		n := f.nonce
		if params[1] == "pending" {
			n += uint64(len(f.pool))
		}
		return fmt.Sprintf("%#x", n), nil
	case "eth_getBlockByNumber":
		return map[string]any{"number": fmt.Sprintf("%#x", f.block), "baseFeePerGas": hexOf(f.baseFee)}, nil
	case "eth_maxPriorityFeePerGas":
		return hexOf(f.tip), nil
	case "eth_call", "eth_estimateGas":
		c := params[0].(map[string]any)
		if c["from"] != f.from.String() {
			f.t.Errorf("%s from %v", method, c["from"])
		}
		data, _ := hex.DecodeString(c["data"].(string)[2:])
		result, err := f.execute(c["to"].(string), data, false)
		if method == "eth_estimateGas" {
			result = "0xc350" // 50000
		}
		return result, err
	case "eth_sendRawTransaction":
		return f.take(params[0].(string))
	case "eth_getTransactionByHash":
		if tx, ok := f.pool[params[0].(string)]; ok {
			return map[string]any{"hash": tx.hash}, nil
		}
		if r, ok := f.receipts[params[0].(string)]; ok {
			return map[string]any{"hash": r["transactionHash"]}, nil
		}
		return nil, nil
	case "eth_getTransactionReceipt":
		if f.mines {
			f.mine()
		}
		if r, ok := f.receipts[params[0].(string)]; ok {
			return r, nil
		}
		return nil, nil
	}
	return nil, refuse(-32601, "the method "+method+" does not exist", nil)
}

// execute is what the two contracts do, for good if it is to stay.
func (f *fakeChain) execute(to string, data []byte, stays bool) (string, error) {
	arg := func(n int) *big.Int { return new(big.Int).SetBytes(data[4+32*n : 36+32*n]) }
	if stays && f.fails != "" {
		return "", reverts(f.fails)
	}
	switch m := method(hex.EncodeToString(data[:4])); {
	case to == vvvAddress && m == balanceOf:
		return wordOf(f.vvv), nil
	case to == vvvAddress && m == allowance:
		return wordOf(f.allowance), nil
	case to == vvvAddress && m == approve:
		if stays {
			f.allowance = arg(1)
		}
		return wordOf(big.NewInt(1)), nil
	case to == stakingAddress && m == balanceOf:
		return wordOf(f.staked), nil
	case to == stakingAddress && m == stakedToken:
		return "0x" + strings.Repeat("0", 24) + strings.ToLower(vvvAddress[2:]), nil
	case to == stakingAddress && m == diemToken:
		return "0x" + strings.Repeat("0", 24) + strings.ToLower(diemAddress[2:]), nil
	case to == stakingAddress && m == stakeFor:
		if arg(1).Cmp(f.allowance) > 0 {
			return "", reverts("ERC20: insufficient allowance")
		}
		if arg(0).Cmp(new(big.Int).SetBytes(f.from[:])) != 0 {
			f.t.Errorf("staked for %x", arg(0))
		}
		if stays {
			f.allowance, f.vvv, f.staked = sub(f.allowance, arg(1)), sub(f.vvv, arg(1)), new(big.Int).Add(f.staked, arg(1))
		}
		return "0x", nil
	case to == stakingAddress && m == initiateUnstake:
		if arg(0).Cmp(f.staked) > 0 {
			return "", reverts("not staked")
		}
		if stays {
			f.staked, f.waiting = sub(f.staked, arg(0)), new(big.Int).Add(f.waiting, arg(0))
		}
		return "0x", nil
	case to == stakingAddress && m == finalizeUnstake:
		if f.ready.Sign() == 0 {
			return "", reverts("cooldown is not over")
		}
		if stays {
			f.vvv, f.ready, f.waiting = new(big.Int).Add(f.vvv, f.ready), new(big.Int), new(big.Int)
		}
		return "0x", nil
	case to == stakingAddress && m == cooldownDuration:
		return wordOf(big.NewInt(7 * 24 * 3600)), nil
	case to == stakingAddress && m == stakes:
		end := new(big.Int)
		if f.waiting.Sign() > 0 {
			end.SetInt64(1_800_000_000)
		}
		return wordOf(big.NewInt(7)) + wordOf(end)[2:] + wordOf(f.waiting)[2:], nil
	}
	return "0x", nil // nobody is there
}

func sub(a, b *big.Int) *big.Int { return new(big.Int).Sub(a, b) }

// take is what a node does with a transaction that arrives.
func (f *fakeChain) take(raw string) (any, error) {
	tx := f.decode(raw)
	f.raws = append(f.raws, raw)
	if _, ok := f.pool[tx.hash]; ok {
		return nil, refuse(-32000, "already known", nil)
	}
	if tx.nonce < f.nonce {
		return nil, refuse(-32000, "nonce too low: next nonce "+fmt.Sprint(f.nonce), nil)
	}
	for hash, other := range f.pool {
		if other.nonce != tx.nonce {
			continue
		}
		tenth := func(n *big.Int) *big.Int {
			return new(big.Int).Div(new(big.Int).Mul(n, big.NewInt(110)), big.NewInt(100))
		}
		if tx.fee.Cmp(tenth(other.fee)) < 0 || tx.tip.Cmp(tenth(other.tip)) < 0 {
			return nil, refuse(-32000, "replacement transaction underpriced", nil)
		}
		delete(f.pool, hash)
	}
	f.pool[tx.hash] = tx
	return tx.hash, nil
}

// mine puts what pays enough into a block, in the order of nonces.
func (f *fakeChain) mine() {
	for again := true; again; {
		again = false
		for hash, tx := range f.pool {
			if tx.nonce != f.nonce || tx.fee.Cmp(f.minimum) < 0 {
				continue
			}
			delete(f.pool, hash)
			f.nonce++
			f.block++
			status := "0x1"
			if _, err := f.execute(tx.to, tx.data, true); err != nil {
				status = "0x0"
			}
			f.receipts[hash] = map[string]any{"transactionHash": hash, "status": status, "blockNumber": fmt.Sprintf("%#x", f.block),
				"gasUsed": "0xc350", "effectiveGasPrice": hexOf(tx.fee), "l1Fee": "0x1"}
			again = true
		}
	}
}

// count is how often something was asked.
func (f *fakeChain) count(method string) (n int) {
	for _, m := range f.asked {
		if m == method {
			n++
		}
	}
	return n
}
