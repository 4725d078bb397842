// What the fake's Base is asked: about accounts, calls and fees.

package venicetest

import (
	"encoding/hex"
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"github.com/venice-go/venice/signer"
)

var baseMethods = map[string]chainMethod{
	"eth_chainId":               fixed(quantity(baseChain)),
	"net_version":               fixed(strconv.Itoa(baseChain)),
	"eth_syncing":               fixed(false),
	"eth_blockNumber":           func(h *Handler, _ []json.RawMessage) (any, *chainError) { return quantity(h.block("latest")), nil },
	"eth_getBlockByNumber":      (*Handler).getBlock,
	"eth_gasPrice":              fixed(quantity(baseFee + usualTip)),
	"eth_maxPriorityFeePerGas":  fixed(quantity(usualTip)),
	"eth_feeHistory":            (*Handler).feeHistory,
	"eth_getBalance":            ofAccount(func(h *Handler, a string) any { return bigQuantity(h.eth.of(a)) }),
	"eth_getTransactionCount":   ofAccount(func(h *Handler, a string) any { return bigQuantity(new(big.Int).SetUint64(h.sentBy[a])) }),
	"eth_getCode":               ofAccount((*Handler).code),
	"eth_call":                  (*Handler).ethCall,
	"eth_estimateGas":           (*Handler).estimateGas,
	"eth_sendRawTransaction":    (*Handler).sendRaw,
	"eth_getTransactionByHash":  ofTransaction((*Handler).transactionView),
	"eth_getLogs":               (*Handler).getLogs,
	"eth_getTransactionReceipt": ofTransaction((*Handler).receiptView),
}

func quantity(n int64) string { return "0x" + strconv.FormatInt(n, 16) }

func bigQuantity(n *big.Int) string { return "0x" + n.Text(16) }

func fixed(result any) chainMethod {
	return func(*Handler, []json.RawMessage) (any, *chainError) { return result, nil }
}

// ofAccount answers about an account in the state of a block, which must exist.
func ofAccount(read func(*Handler, string) any) chainMethod {
	return func(h *Handler, params []json.RawMessage) (any, *chainError) {
		text := ""
		n, bad := h.blockParam(params, 1)
		if bad != nil || param(params, 0, &text) != nil {
			return nil, badParams("want an address and a block number or tag")
		}
		address, err := accountIn(text)
		if err != nil {
			return nil, badParams(err.Error())
		}
		if n < 0 {
			return nil, chainFailure(-32000, "header not found")
		}
		return read(h, address), nil
	}
}

// accountIn reads an address in any case of its letters: nodes do not look at that.
func accountIn(text string) (string, error) { return signer.ChecksumAddress(strings.ToLower(text)) }

// code is not the true one. It tells contracts, and wallets that are contracts, from other accounts.
func (h *Handler) code(address string) any {
	if contracts()[address] != nil || h.contracts[address] != nil {
		return "0xfe" // the instruction that does nothing but fail
	}
	return "0x"
}

// readCall reads what is to be called, and in which block.
func (h *Handler) readCall(params []json.RawMessage) (result callResult, gas uint64, bad *chainError) {
	var call struct{ From, To, Data, Input, Value string }
	n, bad := h.blockParam(params, 1)
	if bad != nil || param(params, 0, &call) != nil {
		return result, 0, badParams("want {from, to, data} and a block number or tag")
	}
	if n < 0 {
		return result, 0, chainFailure(-32000, "header not found")
	}
	if call.Input == "" {
		call.Input = call.Data
	}
	if call.From == "" {
		call.From = noAddress
	}
	from, badFrom := accountIn(call.From)
	to, badTo := accountIn(call.To)
	data, badData := hex.DecodeString(strings.TrimPrefix(call.Input, "0x"))
	value, isNumber := new(big.Int).SetString(strings.TrimPrefix(call.Value, "0x"), 16)
	if badFrom != nil || badTo != nil || badData != nil || call.Value != "" && !isNumber {
		return result, 0, badParams("want addresses, data in hex and a value in hex; the fake makes no contracts")
	}
	if call.Value == "" {
		value = new(big.Int)
	}
	result, gas = h.tryCall(from, to, value, data, n)
	if !result.refused {
		return result, gas, nil
	}
	bad = chainFailure(3, "execution reverted")
	if bad.Data = hexed(result.returns); len(result.returns) == 0 {
		bad.Data = "0x"
	}
	return result, gas, bad
}

func (h *Handler) ethCall(params []json.RawMessage) (any, *chainError) {
	result, _, bad := h.readCall(params)
	return hexed(result.returns), bad
}

func (h *Handler) estimateGas(params []json.RawMessage) (any, *chainError) {
	_, gas, bad := h.readCall(params)
	return bigQuantity(new(big.Int).SetUint64(gas)), bad
}

func (h *Handler) sendRaw(params []json.RawMessage) (any, *chainError) {
	raw := ""
	if param(params, 0, &raw) != nil {
		return nil, badParams("want a transaction in hex")
	}
	t, err := readEVMTransaction(raw)
	if err == nil {
		err = h.acceptTransaction(t)
	}
	if err != nil {
		return nil, chainFailure(-32000, "%s", err)
	}
	return t.hash, nil
}

// feeHistory is of as many blocks as are asked for, all of which cost the same.
func (h *Handler) feeHistory(params []json.RawMessage) (any, *chainError) {
	var count json.RawMessage // a number, or a text
	var percentiles []float64
	newest, bad := h.blockParam(params, 1)
	if bad != nil || param(params, 0, &count) != nil || param(params, 2, &percentiles) != nil {
		return nil, badParams("want a count, a block number or tag, and percentiles")
	}
	n, err := strconv.ParseInt(strings.Trim(string(count), `"`), 0, 64)
	if err != nil || n < 1 || n > 1024 || newest < 0 {
		return nil, badParams("want 1 to 1024 blocks, up to one that exists")
	}
	n = min(n, newest+1)
	fees, ratios, rewards := []any{quantity(baseFee)}, []any{}, []any{}
	for range n {
		tips := []any{}
		for range percentiles {
			tips = append(tips, quantity(usualTip))
		}
		fees, ratios, rewards = append(fees, quantity(baseFee)), append(ratios, 0.5), append(rewards, tips)
	}
	history := map[string]any{"oldestBlock": quantity(newest - n + 1), "baseFeePerGas": fees, "gasUsedRatio": ratios}
	if percentiles != nil {
		history["reward"] = rewards
	}
	return history, nil
}
