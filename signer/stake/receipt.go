// Receipt: what became of a transaction.

package stake

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// A Receipt says that a transaction is in a block and succeeded.
type Receipt struct {
	Hash     string   // "0x" and 64 hex digits
	Nonce    uint64   // the wallet's count of transactions before it
	Block    uint64   // number of the block
	Fee      Amount   // what it cost, in ETH: gas, and Base's fee for data where the node tells it
	Approval *Receipt // of the approval that [Staker.Stake] sent before; nil if none was needed
}

// receipt asks for what became of a transaction: nil if it is in no block. Whether it succeeded is said beside it.
func (c *chain) receipt(ctx context.Context, hash string, nonce uint64) (r *Receipt, succeeded bool, err error) {
	answer, err := ask[*struct {
		Hash   string   `json:"transactionHash"`
		Status quantity `json:"status"`
		Block  quantity `json:"blockNumber"`
		Gas    quantity `json:"gasUsed"`
		Price  quantity `json:"effectiveGasPrice"`
		Data   quantity `json:"l1Fee"` // of Base, where the node tells it
	}](ctx, c.node, "eth_getTransactionReceipt", hash)
	if err != nil || answer == nil || answer.Block.n == nil {
		return nil, false, err
	}
	if !strings.EqualFold(answer.Hash, hash) || !answer.Block.fits(63) || !answer.Status.fits(1) || !answer.Gas.fits(63) || !answer.Price.fits(128) {
		return nil, false, errors.New("stake: RPC eth_getTransactionReceipt: the receipt is of another transaction, or lacks something")
	}
	fee := new(big.Int).Mul(answer.Gas.n, answer.Price.n)
	if answer.Data.fits(128) {
		fee.Add(fee, answer.Data.n)
	}
	r = &Receipt{Hash: hash, Nonce: nonce, Block: answer.Block.n.Uint64()}
	r.Fee, err = NewAmount(fee)
	return r, answer.Status.n.Sign() > 0, err
}

// outcome is the receipt, or the contract's refusal: the node is asked for its reason in the state after the block, where
// it mostly still holds. A call that another process sent is read back from the chain.
func (c *chain) outcome(ctx context.Context, call call, r *Receipt, succeeded bool) (*Receipt, error) {
	if succeeded {
		return r, nil
	}
	refusal := &RevertError{Call: call.what, Receipt: r}
	if call.data == nil {
		sent, err := ask[struct {
			To    string `json:"to"`
			Input octets `json:"input"`
		}](ctx, c.node, "eth_getTransactionByHash", r.Hash)
		if err == nil {
			call.to, err = parseAddress(sent.To)
		}
		if err != nil {
			return nil, refusal // without a reason
		}
		call.data = sent.Input
	}
	_, err := c.dryRun(ctx, call, fmt.Sprintf("%#x", r.Block))
	if again, ok := errors.AsType[*RevertError](err); ok {
		refusal.Reason = again.Reason
	}
	return nil, refusal
}
