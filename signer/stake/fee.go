// Fee: what a transaction offers per gas, within what the caller allows.

package stake

import (
	"context"
	"errors"
	"fmt"
	"math/big"
)

// ErrTooExpensive says that a transaction may cost more than [Staker.MaxCost] allows. It was not sent.
var ErrTooExpensive = errors.New("gas costs more than is allowed")

// A price is per gas, in wei: the tip for who makes the block, and the most in all.
type price struct{ tip, fee *big.Int }

// price is what the node takes for enough now: its own tip, on top of twice the fee of the newest block, which grows by
// an eighth per block at most. It is cut to what is allowed.
func (c *chain) price(ctx context.Context, most *big.Int) (price, error) {
	block, err := ask[struct {
		BaseFee quantity `json:"baseFeePerGas"`
	}](ctx, c.node, "eth_getBlockByNumber", latest, false)
	if err != nil {
		return price{}, err
	}
	if !block.BaseFee.fits(128) {
		return price{}, errors.New("stake: RPC eth_getBlockByNumber: the newest block names no fee")
	}
	tip, err := askNumber(ctx, c.node, 128, "eth_maxPriorityFeePerGas")
	if err != nil {
		return price{}, err
	}
	now := new(big.Int).Add(block.BaseFee.n, tip)
	if now.Cmp(most) > 0 {
		return price{}, fmt.Errorf("stake: %w: %d wei per gas now, at most %d within MaxCost", ErrTooExpensive, now, most)
	}
	return price{tip, least(now.Add(now, block.BaseFee.n), most)}, nil
}

// raised is the price of a replacement: a quarter above the last, or what the node takes for enough now if that is more
// (nil: it does not say). Nodes want a tenth more of both; where that is not allowed there is no replacement.
func (p price) raised(now *price, most *big.Int) (price, bool) {
	next := price{plus(p.tip, 4), plus(p.fee, 4)}
	if now != nil {
		next = price{greatest(next.tip, now.tip), greatest(next.fee, now.fee)}
	}
	next.fee = least(next.fee, most)
	next.tip = least(next.tip, next.fee)
	return next, next.fee.Cmp(plus(p.fee, 10)) >= 0 // and so has the tip, which was no more than the fee
}

// plus is n and its share more, rounded up.
func plus(n *big.Int, share int64) *big.Int {
	more := new(big.Int).Div(n, big.NewInt(share))
	return more.Add(more, n).Add(more, big.NewInt(1))
}

func least(a, b *big.Int) *big.Int {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

func greatest(a, b *big.Int) *big.Int {
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}
