// Transactions of the fake's Base as nodes show them: what was sent, and what came of it.

package venicetest

import (
	"encoding/json"
	"math/big"
	"strings"
)

// ofTransaction answers about a transaction by its hash: null for one that is not there.
func ofTransaction(view func(*Handler, *minedTransaction) map[string]any) chainMethod {
	return func(h *Handler, params []json.RawMessage) (any, *chainError) {
		hash := ""
		if param(params, 0, &hash) != nil || len(hash) != 66 {
			return nil, badParams("want the hash of a transaction")
		}
		t := h.transactionOf(strings.ToLower(hash))
		if t == nil {
			return nil, nil
		}
		return view(h, t), nil
	}
}

// place is where a transaction is.
func (h *Handler) placeOf(t *minedTransaction) map[string]any {
	return map[string]any{
		"blockHash": h.blockHash(t.block), "blockNumber": quantity(t.block), "transactionIndex": quantity(int64(t.index)),
		"from": strings.ToLower(t.from), "to": strings.ToLower(t.to), "type": "0x2",
	}
}

func (h *Handler) transactionView(t *minedTransaction) map[string]any {
	v := h.placeOf(t)
	for name, n := range map[string]*big.Int{
		"nonce": unsigned(t.nonce), "gas": unsigned(t.gas), "value": t.value, "gasPrice": t.price, "maxFeePerGas": t.fee,
		"maxPriorityFeePerGas": t.tip, "chainId": big.NewInt(baseChain), "r": t.r, "s": t.s, "v": t.parity, "yParity": t.parity,
	} {
		v[name] = bigQuantity(n)
	}
	v["hash"], v["input"], v["accessList"] = t.hash, hexed(t.data), []any{}
	return v
}

func unsigned(n uint64) *big.Int { return new(big.Int).SetUint64(n) }

func (h *Handler) receiptView(t *minedTransaction) map[string]any {
	v := h.placeOf(t)
	total, logs := uint64(0), 0
	for _, before := range h.inBlock(t.block)[:t.index] {
		total += before.used
		logs += len(before.logs)
	}
	status := "0x1"
	if t.failed {
		status = "0x0"
	}
	v["transactionHash"], v["status"], v["contractAddress"] = t.hash, status, nil
	v["gasUsed"], v["cumulativeGasUsed"] = bigQuantity(unsigned(t.used)), bigQuantity(unsigned(total+t.used))
	v["effectiveGasPrice"], v["l1Fee"] = bigQuantity(t.price), bigQuantity(t.dataFee)
	v["logs"], v["logsBloom"] = h.logViews(t, logs), hexed(bloom(t.logs))
	return v
}

// logViews are the logs of a transaction, numbered through its block.
func (h *Handler) logViews(t *minedTransaction, first int) []any {
	views := []any{}
	for i, l := range t.logs {
		v := h.placeOf(t)
		topics := []string{}
		for _, topic := range l.topics {
			topics = append(topics, hexed(topic[:]))
		}
		delete(v, "from")
		delete(v, "to")
		delete(v, "type")
		v["address"], v["topics"], v["data"] = strings.ToLower(l.contract), topics, hexed(l.data)
		v["transactionHash"], v["logIndex"], v["removed"] = t.hash, quantity(int64(first+i)), false
		views = append(views, v)
	}
	return views
}

// bloom tells which contracts and topics are in logs, with three bits of 2048 for each.
func bloom(logs []chainLog) []byte {
	filter := make([]byte, 256)
	add := func(what []byte) {
		hash := keccak(what)
		for i := 0; i < 6; i += 2 {
			bit := (int(hash[i])<<8 | int(hash[i+1])) % 2048
			filter[255-bit/8] |= 1 << (bit % 8)
		}
	}
	for _, l := range logs {
		add(addressWord(l.contract)[12:])
		for _, topic := range l.topics {
			add(topic[:])
		}
	}
	return filter
}
