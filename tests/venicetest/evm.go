// How the fake's Base carries out calls and transactions: one at a time, at once, in the newest block. There is no
// machine behind it. The contracts are written in Go, and the gas that they take is made up.

package venicetest

import (
	"bytes"
	"fmt"
	"math/big"
)

const (
	plainGas    = 21_000     // of every transaction
	blockGas    = 60_000_000 // of a block
	baseFee     = 5_000_000  // wei per gas
	usualTip    = 1_000_000
	dataFeeByte = 20_000_000 // wei for each byte of a transaction, which Base puts on Ethereum
)

// tryCall runs a call without its effect, and says how much gas a transaction with it takes.
func (h *Handler) tryCall(from, to string, value *big.Int, data []byte, block int64) (result callResult, gas uint64) {
	zeros := uint64(bytes.Count(data, []byte{0}))
	gas = plainGas + 4*zeros + 16*(uint64(len(data))-zeros)
	methods := contracts()[to]
	if methods == nil { // somebody's own account: it takes all data for nothing
		return callResult{}, gas
	}
	method, args, found := methods.find(data)
	if !found || value.Sign() > 0 {
		return callResult{refused: true}, gas
	}
	return method.run(&contractCall{h, from, args, block}), gas + method.gas
}

// acceptTransaction takes a transaction into the newest block, or says in the words of nodes why not. One whose call is refused, or
// that has too little gas, is in the block too: it pays for its gas and changes nothing.
func (h *Handler) acceptTransaction(t *evmTransaction) error {
	count, price := h.sentBy[t.from], new(big.Int).Add(big.NewInt(baseFee), t.tip)
	if price.Cmp(t.fee) > 0 {
		price = t.fee
	}
	wei := func(gas uint64, price *big.Int) *big.Int { return new(big.Int).Mul(new(big.Int).SetUint64(gas), price) }
	dataFee := big.NewInt(dataFeeByte * int64(t.size))
	most := wei(t.gas, t.fee)
	most.Add(most, t.value).Add(most, dataFee)
	block := h.block("latest")
	result, needs := h.tryCall(t.from, t.to, t.value, t.data, block)
	switch {
	case t.gas > blockGas:
		return fmt.Errorf("exceeds block gas limit")
	case t.tip.Cmp(t.fee) > 0:
		return fmt.Errorf("max priority fee per gas higher than max fee per gas: address %s, maxPriorityFeePerGas: %d, maxFeePerGas: %d", t.from, t.tip, t.fee)
	case t.fee.Cmp(big.NewInt(baseFee)) < 0:
		return fmt.Errorf("max fee per gas less than block base fee: address %s, maxFeePerGas: %d, baseFee: %d", t.from, t.fee, int64(baseFee))
	case t.nonce < count:
		return fmt.Errorf("nonce too low: address %s, tx: %d state: %d", t.from, t.nonce, count)
	case t.nonce > count:
		return fmt.Errorf("nonce too high: address %s, tx: %d state: %d", t.from, t.nonce, count)
	case t.gas < plainGas:
		return fmt.Errorf("intrinsic gas too low: gas %d, minimum needed %d", t.gas, plainGas)
	case !h.eth.has(t.from, most):
		return fmt.Errorf("insufficient funds for gas * price + value: balance %d, tx cost %d", h.eth.of(t.from), most)
	}
	m := &minedTransaction{evmTransaction: t, block: block, index: len(h.inBlock(block)), used: min(needs, t.gas), price: price, dataFee: dataFee}
	h.sentBy[t.from]++
	cost := wei(m.used, price)
	h.eth.move(t.from, "", cost.Add(cost, dataFee))
	if m.failed = result.refused || needs > t.gas; !m.failed {
		h.eth.move(t.from, t.to, t.value)
		m.logs = result.logs
		if result.effect != nil {
			result.effect()
		}
	}
	h.mined = append(h.mined, m)
	return nil
}
