// Tests of what is taken for the fate of an authorization on Base.

package x402

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/evm"
)

const (
	unused = "0x0000000000000000000000000000000000000000000000000000000000000000"
	used   = "0x0000000000000000000000000000000000000000000000000000000000000001"
)

// baseAnswers are those of a node whose final block 4096 has the given time.
func baseAnswers(t *testing.T, time int64, state any) answers {
	return answers{
		"eth_chainId": "0x2105",
		"eth_getBlockByNumber": func(params ...json.RawMessage) any {
			if fmt.Sprintf("%s", params) != `["finalized" false]` {
				t.Errorf("asked for the block %s", params)
			}
			return map[string]any{"number": "0x1000", "timestamp": fmt.Sprintf("%#x", time), "hash": used}
		},
		"eth_call": func(params ...json.RawMessage) any {
			var call struct{ To, Data string }
			err := json.Unmarshal(params[0], &call)
			if err != nil || call.To != baseUSDC || call.Data != published.AuthorizationState || len(params) != 2 || string(params[1]) != `"0x1000"` {
				t.Errorf("called %s, %v", params, err)
			}
			return state
		},
	}
}

func TestOutcomeOnBase(t *testing.T) {
	transfer := baseTransfer()
	end := transfer.ValidBefore
	good := func() answers { return baseAnswers(t, end, unused) }
	for _, v := range []struct {
		why            string
		answers        answers
		settled, final bool
		err            string // what it has to contain; "" for none
	}{
		{"unused at the end", good(), false, true, ""},
		{"unused later", baseAnswers(t, end+1000, unused), false, true, ""},
		{"unused a second before the end", baseAnswers(t, end-1, unused), false, false, ""},
		{"used", baseAnswers(t, end, used), true, true, ""},
		{"used before the end", baseAnswers(t, end-100, used), true, true, ""},

		{"another chain", good().with("eth_chainId", "0x1"), false, false, "chain 1, want 8453"},
		{"no chain", good().with("eth_chainId", nil), false, false, "eth_chainId"},
		{"node without the block", baseAnswers(t, end, errors.New("header not found")), false, false, "header not found"},
		{"no contract", baseAnswers(t, end, "0x"), false, false, "no such contract"},
		{"half an answer", baseAnswers(t, end, unused[:64]), false, false, "neither"},
		{"two words", baseAnswers(t, end, unused+unused[2:]), false, false, "neither"},
		{"neither true nor false", baseAnswers(t, end, unused[:65]+"2"), false, false, "neither"},
		{"a number", baseAnswers(t, end, 0), false, false, "type"},
		{"null", baseAnswers(t, end, nil), false, false, "no result"},
		{"no final block", good().with("eth_getBlockByNumber", nil), false, false, "no result"},
		{"a block of nothing", good().with("eth_getBlockByNumber", map[string]any{}), false, false, "no number"},
		{"a block without time", good().with("eth_getBlockByNumber", map[string]any{"number": "0x1000"}), false, false, "no timestamp"},
		{"a block without number", good().with("eth_getBlockByNumber", map[string]any{"timestamp": "0xffffffff"}), false, false, "no number"},
		{"the first block", good().with("eth_getBlockByNumber", map[string]any{"number": "0x0", "timestamp": "0xffffffff"}), false, false, "no number"},
		{"time in decimal", good().with("eth_getBlockByNumber", map[string]any{"number": "0x1000", "timestamp": "1700000300"}), false, false, "type"},
		{"time as a number", good().with("eth_getBlockByNumber", map[string]any{"number": "0x1000", "timestamp": 1700000300}), false, false, "type"},
	} {
		endpoint, _ := node(t, v.answers)
		c, err := newNode(evm.Base, endpoint, nil)
		if err != nil {
			t.Fatal(err)
		}
		settled, final, transaction, err := c.outcome(t.Context(), &transfer, 0)
		if settled != v.settled || final != v.final || transaction != "" || (err == nil) != (v.err == "") || err != nil && !strings.Contains(err.Error(), v.err) {
			t.Errorf("%s: settled %t, final %t, %q, %v", v.why, settled, final, transaction, err)
		}
	}
	endpoint, asked := node(t, good())
	c, _ := newNode(evm.Base, endpoint, nil)
	bad := transfer
	bad.Nonce = [32]byte{}
	if settled, final, _, err := c.outcome(t.Context(), &bad, 0); settled || final || err == nil || len(*asked) != 0 {
		t.Errorf("a transfer that is none: %t, %t, %v, %v", settled, final, err, *asked)
	}
}

func TestPrepareOnBase(t *testing.T) {
	for id, want := range map[string]string{"0x2105": "", "0x14a34": "chain 84532", "8453": "type"} {
		endpoint, _ := node(t, answers{"eth_chainId": id})
		c, err := newNode(evm.Base, endpoint, nil)
		if err != nil {
			t.Fatal(err)
		}
		transfer := baseTransfer()
		lastValid, err := c.prepare(t.Context(), &transfer)
		if lastValid != 0 || transfer != baseTransfer() || (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %d, %v", id, lastValid, err)
		}
	}
}
