// Base as a payer reads it: whether an authorization was used, in a block that is final.

package x402

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/jsonrpc"
)

// authorizationState is the selector of USDC's authorizationState(address authorizer, bytes32 nonce).
var authorizationState = evm.Keccak256([]byte("authorizationState(address,bytes32)"))[:4]

type baseNode struct{ *jsonrpc.Node }

func (n *baseNode) prepare(ctx context.Context, _ *Transfer) (uint64, error) {
	return 0, n.identify(ctx)
}

func (n *baseNode) identify(ctx context.Context) error {
	var id quantity
	if err := n.Call(ctx, &id, "eth_chainId"); err != nil {
		return err
	}
	if id != baseID {
		return fmt.Errorf("x402: RPC: the node is on chain %d, want %d", id, baseID)
	}
	return nil
}

// outcome asks USDC's contract in the newest final block. USDC settles an authorization only in blocks whose time is
// before ValidBefore, so one that is unused in a final block of that time or later is dead. One that is used was paid,
// since wallets here sign no cancellations. The state is asked for by the block's number: to "finalized" another node
// behind the same address could answer for an older block, while a node that lacks the block of a number says so.
func (n *baseNode) outcome(ctx context.Context, t *Transfer, _ uint64) (settled, final bool, transaction string, err error) {
	if _, err := t.Message(); err != nil {
		return false, false, "", err
	}
	if err := n.identify(ctx); err != nil {
		return false, false, "", err
	}
	block, err := n.finalBlock(ctx)
	if err != nil {
		return false, false, "", err
	}
	authorizer, err := hexWord("From", t.From)
	if err != nil {
		return false, false, "", err
	}
	data := append(bytes.Clone(authorizationState), append(authorizer[:], t.Nonce[:]...)...)
	question := map[string]any{"to": t.Asset, "data": "0x" + hex.EncodeToString(data)}
	var answer string
	if err := n.Call(ctx, &answer, "eth_call", question, fmt.Sprintf("%#x", *block.Number)); err != nil {
		return false, false, "", err
	}
	no, yes := number(0), number(1)
	switch answer {
	case "0x" + hex.EncodeToString(yes[:]):
		return true, true, "", nil
	case "0x" + hex.EncodeToString(no[:]):
		return false, *block.Timestamp >= quantity(t.ValidBefore), "", nil //nolint:gosec // checked to be above 0
	}
	return false, false, "", errors.New("x402: RPC eth_call: authorizationState is neither true nor false: there may be no such contract")
}

func (n *baseNode) over(ctx context.Context, t *Transfer, _ uint64) (bool, error) {
	if err := n.identify(ctx); err != nil {
		return false, err
	}
	block, err := n.finalBlock(ctx)
	return err == nil && *block.Timestamp >= quantity(t.ValidBefore), err //nolint:gosec // checked to be above 0
}

type baseBlock struct {
	Number    *quantity `json:"number"`
	Timestamp *quantity `json:"timestamp"`
}

func (n *baseNode) finalBlock(ctx context.Context) (b baseBlock, err error) {
	if err := n.Call(ctx, &b, "eth_getBlockByNumber", "finalized", false); err != nil {
		return b, err
	}
	if b.Number == nil || b.Timestamp == nil || *b.Number == 0 {
		return b, errors.New("x402: RPC eth_getBlockByNumber: the block has no number or no timestamp")
	}
	return b, nil
}

// A quantity is a number as Ethereum's nodes write it: 0x and hex without leading zeros.
type quantity uint64

func (q *quantity) UnmarshalText(text []byte) error {
	if len(text) < 3 || string(text[:2]) != "0x" || text[2] == '0' && len(text) > 3 {
		return errors.New("want 0x and hex")
	}
	v, err := strconv.ParseUint(string(text[2:]), 16, 63)
	*q = quantity(v)
	return err
}
