// Answers of nodes: numbers, bytes, and a contract's refusal.

package stake

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// ask asks a node and decodes its result, strictly: what is decided by it costs money.
func ask[T any](ctx context.Context, node Node, method string, params ...any) (result T, err error) {
	raw, err := node(ctx, method, params...)
	if err != nil {
		return result, err
	}
	if err := json.Unmarshal(raw, &result); err != nil {
		var none T
		return none, fmt.Errorf("stake: RPC %s: the result is not of the form that was asked for", method)
	}
	return result, nil
}

// A quantity is a number as nodes write it: 0x and hex without leading zeros, 256 bits at most. Decoded from null it has
// no number.
type quantity struct{ n *big.Int }

func (q *quantity) UnmarshalText(text []byte) error {
	if len(text) < 3 || len(text) > 2+64 || string(text[:2]) != "0x" || text[2] == '0' && len(text) > 3 || strings.Trim(string(text[2:]), "0123456789abcdefABCDEF") != "" {
		return errors.New("want 0x and hex")
	}
	q.n, _ = new(big.Int).SetString(string(text[2:]), 16)
	return nil
}

// fits says whether there is a number, of so many bits at most.
func (q quantity) fits(bits int) bool { return q.n != nil && q.n.BitLen() <= bits }

// askNumber asks for a number of at most so many bits, of which no answer may be without.
func askNumber(ctx context.Context, node Node, bits int, method string, params ...any) (*big.Int, error) {
	q, err := ask[quantity](ctx, node, method, params...)
	if err == nil && !q.fits(bits) {
		err = fmt.Errorf("stake: RPC %s: the result is no number, or one that cannot be", method)
	}
	return q.n, err
}

// octets are bytes as nodes write them: 0x and hex.
type octets []byte

func (o *octets) UnmarshalText(text []byte) error {
	digits, ok := strings.CutPrefix(string(text), "0x")
	raw, err := hex.DecodeString(digits)
	if !ok || err != nil {
		return errors.New("want 0x and hex")
	}
	*o = raw
	return nil
}

// revertIn reads an error of a node as a contract's refusal. Nodes agree on no form: code 3 with the bytes as data is
// geth's; others have the bytes in an object or behind a word, or the reason in the message alone.
func revertIn(err error) (reason string, is bool) {
	refusal, ok := errors.AsType[*venice.RPCError](err)
	if !ok {
		return "", false
	}
	data := revertData(refusal.Data)
	message := plain(refusal.Message)
	if refusal.Code != 3 && len(data) < 4 && !strings.Contains(strings.ToLower(message), "revert") {
		return "", false
	}
	if reason = reasonIn(data); reason != "" {
		return reason, true
	}
	_, said, found := strings.Cut(message, "execution reverted")
	if !found {
		said = message
	}
	if said = strings.TrimLeft(said, ": "); said != "" {
		reason = fmt.Sprintf("%q", said)
	}
	return reason, true
}

func revertData(data gen.JSON) []byte {
	var inner struct {
		Data gen.JSON `json:"data"`
	}
	if json.Unmarshal(data, &inner) == nil && inner.Data != nil {
		data = inner.Data
	}
	var text string
	if json.Unmarshal(data, &text) != nil {
		return nil
	}
	raw, err := hex.DecodeString(strings.TrimPrefix(strings.TrimPrefix(text, "Reverted "), "0x"))
	if err != nil {
		return nil
	}
	return raw
}
