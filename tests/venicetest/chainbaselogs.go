// What contracts of the fake's Base told: logs by contract and topic, and those of payments, which the facilitator of
// the service submits.

package venicetest

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"time"
)

// facilitator sends what payers signed. It is made up, as are its signatures.
const facilitator = "0x5F30d8f8A0ba4eC9D5B86f5BE8dD8e2e14bA0d43"

const facilitatorGas = 86_000

// enterTransfer puts a payment on Base into a block.
func (h *Handler) enterTransfer(p *payment, hash string, at time.Time) {
	units, one := big.NewInt(p.units), big.NewInt(1)
	block := blockAt(at)
	nonce := h.sentBy[facilitator]
	h.sentBy[facilitator]++
	h.mined = append(h.mined, &minedTransaction{
		evmTransaction: &evmTransaction{
			hash: hash, from: facilitator, to: USDC, nonce: nonce, gas: 2 * facilitatorGas, tip: big.NewInt(usualTip), fee: big.NewInt(2*baseFee + usualTip),
			value: new(big.Int), data: p.calldata, parity: new(big.Int), r: one, s: one,
		},
		block: block, index: len(h.inBlock(block)), used: facilitatorGas, price: big.NewInt(baseFee + usualTip), dataFee: big.NewInt(dataFeeByte),
		logs: []chainLog{
			{USDC, []callWord{callWord(keccak([]byte("AuthorizationUsed(address,bytes32)"))), callWord(addressWord(p.payer)), callWord(p.calldata[4+5*32:])}, nil},
			usdcToken.event("Transfer", p.payer, PayTo, units),
		},
	})
}

// A logFilter is what a caller looks for.
type logFilter struct {
	contracts []string // any if empty
	topics    [][]string
}

func (f logFilter) takes(l chainLog) bool {
	is := func(choice []string, text string) bool {
		return len(choice) == 0 || slices.ContainsFunc(choice, func(c string) bool { return strings.EqualFold(c, text) })
	}
	if !is(f.contracts, l.contract) || len(f.topics) > len(l.topics) {
		return false
	}
	for i, choice := range f.topics {
		if !is(choice, hexed(l.topics[i][:])) {
			return false
		}
	}
	return true
}

// oneOrMany reads a text or a list of them; null is any.
func oneOrMany(raw json.RawMessage) (list []string, err error) {
	var one *string
	if err = json.Unmarshal(raw, &one); err != nil {
		return list, json.Unmarshal(raw, &list)
	}
	if one != nil {
		list = []string{*one}
	}
	return list, nil
}

func (h *Handler) getLogs(params []json.RawMessage) (any, *chainError) {
	query := struct {
		FromBlock, ToBlock string
		Address            json.RawMessage
		Topics             []json.RawMessage
	}{"latest", "latest", json.RawMessage("null"), nil}
	bad := badParams("want {fromBlock, toBlock, address, topics}")
	if len(params) != 1 || json.Unmarshal(params[0], &query) != nil {
		return nil, bad
	}
	var filter logFilter
	var err error
	if filter.contracts, err = oneOrMany(query.Address); err != nil {
		return nil, bad
	}
	for _, topic := range query.Topics {
		choice, err := oneOrMany(topic)
		if err != nil {
			return nil, bad
		}
		filter.topics = append(filter.topics, choice)
	}
	from, to := h.block(query.FromBlock), h.block(query.ToBlock)
	if from < 0 || to < from {
		return nil, chainFailure(-32000, "invalid block range params")
	}
	found := []any{}
	for _, t := range h.mined {
		if t.block < from || t.block > to {
			continue
		}
		views := h.receiptView(t)["logs"].([]any)
		for i, l := range t.logs {
			if filter.takes(l) {
				found = append(found, views[i])
			}
		}
	}
	return found, nil
}
