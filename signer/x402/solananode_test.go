// Nodes of Solana that are odd, and what a transfer wants of one.

package x402

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/solana"
)

// A node that says anything odd is no witness.
func TestOddNodesOnSolana(t *testing.T) {
	transfer := solanaTransfer()
	message := must(transfer.Message())
	l := &ledger{height: lastValid + 5000}
	signature := l.add(lastValid-20, "[15] "+transfer.Memo, nil, message)
	good := l.answers(t)
	entry := func(change func(map[string]any)) any {
		e := map[string]any{"signature": signature, "slot": 10_000, "err": nil, "memo": nil}
		change(e)
		return []any{e}
	}
	body := func(transaction, failure any) any {
		return map[string]any{"transaction": transaction, "meta": map[string]any{"err": failure}}
	}
	sig, _ := solana.Decode(signature)
	raw := slices.Concat([]byte{2}, sig, make([]byte, 64), message)
	wire := func(raw []byte) []string { return []string{base64.StdEncoding.EncodeToString(raw), "base64"} }
	tip := func(slot, last any, hash string) any {
		return map[string]any{"context": map[string]any{"slot": slot}, "value": map[string]any{"blockhash": hash, "lastValidBlockHeight": last}}
	}
	hash := published.Solana.Blockhash
	for _, v := range []struct {
		method string
		answer any
	}{
		{"getGenesisHash", "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"}, {"getGenesisHash", nil}, {"getGenesisHash", errors.New("busy")}, {"getGenesisHash", ""},
		{"getLatestBlockhash", nil}, {"getLatestBlockhash", map[string]any{}}, {"getLatestBlockhash", errors.New("behind")},
		{"getLatestBlockhash", tip(20_000, 30_000, hash)}, {"getLatestBlockhash", tip(20_000, 15_000, "")},
		{"getLatestBlockhash", tip(20_000, 15_000, strings.Repeat("1", 32))}, {"getLatestBlockhash", tip(nil, nil, hash)},
		{"getSignaturesForAddress", nil}, {"getSignaturesForAddress", errors.New("minimum context slot has not been reached")}, {"getSignaturesForAddress", map[string]any{}},
		{"getSignaturesForAddress", []any{nil}},
		{"getSignaturesForAddress", entry(func(e map[string]any) { delete(e, "err") })},
		{"getSignaturesForAddress", entry(func(e map[string]any) { delete(e, "slot") })},
		{"getSignaturesForAddress", entry(func(e map[string]any) { e["signature"] = "" })},
		{"getSignaturesForAddress", entry(func(e map[string]any) { e["signature"] = hash })},
		{"getSignaturesForAddress", entry(func(e map[string]any) { e["slot"] = -1 })},
		{"getSignaturesForAddress", entry(func(e map[string]any) { e["memo"] = 7 })},
		{"getSignaturesForAddress", func(params ...json.RawMessage) any { // older ones first
			if bytes.Contains(params[1], []byte("before")) {
				return []any{}
			}
			return []any{map[string]any{"signature": id(1), "slot": 1, "err": nil, "memo": "x"}, map[string]any{"signature": id(2), "slot": lastValid + skipped, "err": nil, "memo": "x"}}
		}},
		{"getSignaturesForAddress", func(...json.RawMessage) any { // the same for ever
			return []any{map[string]any{"signature": id(1), "slot": lastValid + skipped, "err": nil, "memo": "x"}}
		}},
		{"getTransaction", nil}, {"getTransaction", errors.New("pruned")}, {"getTransaction", map[string]any{}},
		{"getTransaction", body(wire(raw), "failed")}, {"getTransaction", body([]string{"", "base64"}, nil)}, {"getTransaction", body([]string{"!", "base64"}, nil)},
		{"getTransaction", body(wire(raw)[:1], nil)}, {"getTransaction", body([]string{wire(raw)[0], "base58"}, nil)}, {"getTransaction", body(wire(raw[:100]), nil)},
		{"getTransaction", body(wire(append([]byte{2, 0}, raw[2:]...)), nil)}, {"getTransaction", map[string]any{"transaction": wire(raw)}},
	} {
		endpoint, _ := node(t, good.with(v.method, v.answer))
		c, err := newNode(solana.Network, endpoint, nil)
		if err != nil {
			t.Fatal(err)
		}
		if settled, final, transaction, err := c.outcome(t.Context(), &transfer, lastValid); settled || final || transaction != "" || err == nil {
			t.Errorf("%s %.150s: settled %t, final %t, %q, %v", v.method, fmt.Sprint(v.answer), settled, final, transaction, err)
		}
	}
	// Without a transaction that matches, the rest is asked for as well.
	l = &ledger{height: lastValid + 5000, first: 5}
	for _, v := range []struct {
		method string
		answer any
	}{
		{"getFirstAvailableBlock", nil}, {"getFirstAvailableBlock", errors.New("busy")}, {"getFirstAvailableBlock", -1}, {"getFirstAvailableBlock", 1.5},
		{"getBlock", nil}, {"getBlock", errors.New("skipped")}, {"getBlock", map[string]any{}}, {"getBlock", map[string]any{"blockHeight": nil}}, {"getBlock", map[string]any{"blockHeight": 6}},
	} {
		endpoint, _ := node(t, l.answers(t).with(v.method, v.answer))
		c, _ := newNode(solana.Network, endpoint, nil)
		if settled, final, _, err := c.outcome(t.Context(), &transfer, lastValid); settled || final || err == nil {
			t.Errorf("%s %v: settled %t, final %t, %v", v.method, v.answer, settled, final, err)
		}
	}
	for _, height := range []uint64{0, 1 << 63} {
		endpoint, asked := node(t, good)
		c, _ := newNode(solana.Network, endpoint, nil)
		if settled, final, _, err := c.outcome(t.Context(), &transfer, height); settled || final || err == nil || len(*asked) != 0 {
			t.Errorf("last valid height %d: %t, %t, %v", height, settled, final, err)
		}
	}
}

func TestPrepareOnSolana(t *testing.T) {
	w := publishedSolana(t)
	for _, v := range []struct {
		why          string
		height, last uint64 // of the chain, and of the blockhash's life
		want         uint64 // 0 for an error
	}{
		{"as it should be", 9000, 9150, 9150},
		{"chain went on", 9010, 9150, 9160},
		{"chain of a node that is behind", 8990, 9150, 9150},
		{"blockhash of long ago", 9151, 9150, 0},
		{"too long a life", 8849, 9150, 0},
		{"no height", 0, 9150, 0},
	} {
		l := &ledger{height: 9000}
		endpoint, _ := node(t, l.answers(t).with("getBlockHeight", v.height))
		c, err := newNode(solana.Network, endpoint, nil)
		if err != nil {
			t.Fatal(err)
		}
		transfer := solanaTransfer()
		transfer.Blockhash = ""
		last, err := c.prepare(t.Context(), &transfer)
		if last != v.want || (err == nil) != (v.want != 0) || err != nil && transfer.Blockhash != "" {
			t.Errorf("%s: %d, %v", v.why, last, err)
		}
		if err == nil {
			if _, err := w.SignTransfer(t.Context(), transfer); err != nil || transfer.Blockhash != published.Solana.Blockhash {
				t.Errorf("%s: %+v, %v", v.why, transfer, err)
			}
		}
	}
	for method, answer := range map[string]any{"getGenesisHash": "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG", "getLatestBlockhash": nil, "getBlockHeight": nil} {
		endpoint, _ := node(t, (&ledger{height: 9000}).answers(t).with(method, answer))
		c, _ := newNode(solana.Network, endpoint, nil)
		transfer := solanaTransfer()
		transfer.Blockhash = ""
		if last, err := c.prepare(t.Context(), &transfer); last != 0 || err == nil || transfer.Blockhash != "" {
			t.Errorf("%s: %d, %v", method, last, err)
		}
	}
}
