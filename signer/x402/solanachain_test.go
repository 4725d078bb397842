// Tests of what is taken for the fate of a transfer on Solana.

package x402

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/solana"
)

// skipped is how many slots without a block the ledger of these tests has.
const skipped = 1000

// A ledger is what a node knows: transactions of the payer's token account, the newest first.
type ledger struct {
	height  uint64 // of the newest final block
	first   uint64 // the first slot that the node still has
	entries []map[string]any
	bodies  map[string]any
	limit   int // how many entries it lists at once, whatever was asked for
}

// id is a signature that no one made.
func id(n int) string {
	return solana.Encode(slices.Concat(bytes.Repeat([]byte{7}, 62), []byte{byte(n >> 8), byte(n)}))
}

// add lists a transaction below what is there, in the block of a height.
func (l *ledger) add(height int, memo, failure any, message []byte) (signature string) {
	sig, _ := solana.Decode(id(len(l.entries)))
	signature = solana.Encode(sig)
	l.entries = append(l.entries, map[string]any{"signature": signature, "slot": height + skipped, "err": failure, "memo": memo, "blockTime": 1})
	if l.bodies == nil {
		l.bodies = make(map[string]any)
	}
	raw := slices.Concat([]byte{2}, sig, make([]byte, 64), message)
	l.bodies[signature] = map[string]any{"transaction": []string{base64.StdEncoding.EncodeToString(raw), "base64"}, "meta": map[string]any{"err": failure}}
	return signature
}

func (l *ledger) answers(t testing.TB) answers {
	decode := func(raw json.RawMessage, into any) {
		if err := json.Unmarshal(raw, into); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
	}
	return answers{
		"getGenesisHash": genesis + "Kuc147dw2N9d",
		"getBlockHeight": l.height,
		"getLatestBlockhash": map[string]any{
			"context": map[string]any{"slot": l.height + skipped},
			"value":   map[string]any{"blockhash": published.Solana.Blockhash, "lastValidBlockHeight": l.height + lifetime},
		},
		"getFirstAvailableBlock": l.first,
		"getBlock": func(params ...json.RawMessage) any {
			var slot uint64
			if decode(params[0], &slot); slot < l.first {
				return errors.New("block is not available")
			}
			return map[string]any{"blockHeight": slot - skipped}
		},
		"getSignaturesForAddress": func(params ...json.RawMessage) any {
			var account string
			var options struct {
				Commitment, Before string
				Limit              int
				MinContextSlot     uint64
			}
			decode(params[0], &account)
			decode(params[1], &options)
			if account != published.Solana.Cases[0].StaticAccounts[2] || options.Commitment != "finalized" || options.MinContextSlot != l.height+skipped || options.Limit != pageSize {
				t.Errorf("asked for %s", params)
			}
			from := 1 + slices.IndexFunc(l.entries, func(e map[string]any) bool { return e["signature"] == options.Before })
			limit := options.Limit
			if l.limit != 0 {
				limit = l.limit
			}
			return append([]map[string]any{}, l.entries[from:min(from+limit, len(l.entries))]...)
		},
		"getTransaction": func(params ...json.RawMessage) any {
			var signature string
			decode(params[0], &signature)
			return l.bodies[signature]
		},
	}
}

const lastValid = 10_000

func TestOutcomeOnSolana(t *testing.T) {
	transfer := solanaTransfer()
	message := must(transfer.Message())
	other := solanaTransfer()
	other.Amount++
	another := must(other.Message())
	memo := "[15] " + transfer.Memo
	const late, old = lastValid + 5000, lastValid - 2*lifetime - 1
	failure := map[string]any{"InstructionError": []any{2, map[string]any{"Custom": 1}}}
	ledgerOf := func(fill func(*ledger)) *ledger {
		l := &ledger{height: late}
		fill(l)
		return l
	}
	for _, v := range []struct {
		why            string
		ledger         *ledger
		settled, final bool
		err            string
	}{
		{"nothing ever", ledgerOf(func(l *ledger) {}), false, true, ""},
		{"settled", ledgerOf(func(l *ledger) { l.add(lastValid-20, memo, nil, message) }), true, true, ""},
		{"settled, among memos", ledgerOf(func(l *ledger) { l.add(lastValid-20, "[2] no; "+memo+"; [1] x", nil, message) }), true, true, ""},
		{"settled, memos not kept", ledgerOf(func(l *ledger) { l.add(lastValid-20, nil, nil, message) }), true, true, ""},
		{"settled, before others", ledgerOf(func(l *ledger) {
			l.add(lastValid+200, "[1] x", nil, nil)
			l.add(lastValid+100, memo, nil, another)
			l.add(lastValid-20, memo, nil, message)
			l.add(old, nil, nil, nil)
		}), true, true, ""},
		{"settled, after one that failed", ledgerOf(func(l *ledger) { l.add(lastValid, memo, failure, message); l.add(lastValid-9, memo, nil, message) }), true, true, ""},
		{"failed", ledgerOf(func(l *ledger) { l.add(lastValid-20, memo, failure, message) }), false, true, ""},
		{"the memo alone", ledgerOf(func(l *ledger) { l.add(lastValid-20, memo, nil, another) }), false, true, ""},
		{"other memos", ledgerOf(func(l *ledger) { l.add(lastValid-20, "[2] no", nil, another) }), false, true, ""},
		{"on the second page", ledgerOf(func(l *ledger) {
			for range pageSize {
				l.add(lastValid+20, "[1] x", nil, nil)
			}
			l.add(lastValid-20, memo, nil, message)
		}), true, true, ""},
		{"node that lists little at once", ledgerOf(func(l *ledger) {
			l.limit = 2
			for range 5 {
				l.add(lastValid+20, "[1] x", nil, nil)
			}
			l.add(lastValid-20, memo, nil, message)
		}), true, true, ""},
		{"older ones go on", ledgerOf(func(l *ledger) {
			l.limit = 10
			for range 10 {
				l.add(old, "[1] x", nil, nil)
			}
			l.add(old-1, nil, nil, another) // not asked for any more
			delete(l.bodies, l.entries[10]["signature"].(string))
		}), false, true, ""},
		{"newer ones without memo", ledgerOf(func(l *ledger) {
			for range pageSize + 1 {
				l.add(lastValid+1, nil, nil, nil)
			}
			l.bodies = nil
			l.add(lastValid, nil, nil, message)
		}), true, true, ""},
		{"older ones without memo", ledgerOf(func(l *ledger) {
			l.add(lastValid-20, "[1] x", nil, nil)
			l.add(old, nil, nil, nil)
			l.add(old, nil, nil, nil)
			l.bodies = nil
		}), false, true, ""},

		{"in time", &ledger{height: lastValid}, false, false, ""},
		{"scarcely late", &ledger{height: lastValid + settling}, false, false, ""},
		{"late enough", &ledger{height: lastValid + settling + 1}, false, true, ""},
		{"history from before", &ledger{height: late, first: old + skipped}, false, true, ""},
		{"history cut", &ledger{height: late, first: old + 1 + skipped}, false, false, "history begins after"},
		{"history cut below an entry", ledgerOf(func(l *ledger) { l.first = old + 1 + skipped; l.add(lastValid+9, "[1] x", nil, nil) }), false, false, "history begins after"},
		{"too long a history", ledgerOf(func(l *ledger) {
			l.limit = 1
			for range maxPages + 1 {
				l.add(lastValid+20, "[1] x", nil, nil)
			}
		}), false, false, "over"},
		{"transaction lost", ledgerOf(func(l *ledger) { l.add(lastValid-20, memo, nil, message); l.bodies = nil }), false, false, "getTransaction"},
	} {
		endpoint, _ := node(t, v.ledger.answers(t))
		c, err := newNode(solana.Network, endpoint, nil)
		if err != nil {
			t.Fatal(err)
		}
		settled, final, transaction, err := c.outcome(t.Context(), &transfer, lastValid)
		if settled != v.settled || final != v.final || (transaction != "") != v.settled || (err == nil) != (v.err == "") || err != nil && !strings.Contains(err.Error(), v.err) {
			t.Errorf("%s: settled %t, final %t, %q, %v", v.why, settled, final, transaction, err)
		}
		if v.settled && v.ledger.bodies[transaction] == nil {
			t.Errorf("%s: transaction %s", v.why, transaction)
		}
	}
}
