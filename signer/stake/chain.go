// Chain: what is read of it for one wallet.

package stake

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// A chain is asked by one node about one wallet.
type chain struct {
	place
	node Node
	from address
}

// identify makes sure of the chain, and that the staking contract is about these tokens still: its owners can put
// another in its place.
func (c *chain) identify(ctx context.Context) error {
	id, err := askNumber(ctx, c.node, 64, "eth_chainId")
	if err != nil {
		return err
	}
	if id.Uint64() != c.id {
		return fmt.Errorf("stake: the node is on chain %d, want %d", id, c.id)
	}
	return nil
}

func (c *chain) checkContract(ctx context.Context) error {
	for _, token := range []struct {
		name string
		call call
		want address
	}{{"venice()", stakedToken.on(c.staking, "venice"), c.vvv}, {"diem()", diemToken.on(c.staking, "diem"), c.diem}} {
		w, err := c.readWord(ctx, token.call)
		if err != nil {
			return err
		}
		if w != token.want.word() {
			return fmt.Errorf("stake: the staking contract %s has been changed: %s names 0x%x, want %s; nothing is sent to it",
				c.staking, token.name, w[12:], token.want)
		}
	}
	return nil
}

// calling is a call as nodes are asked for it.
func (c *chain) calling(call call) map[string]any {
	return map[string]any{"from": c.from.String(), "to": call.to.String(), "data": "0x" + hex.EncodeToString(call.data)}
}

// dryRun has the node carry out a call in the state of a block, without effect.
func (c *chain) dryRun(ctx context.Context, call call, block string) ([]byte, error) {
	result, err := ask[octets](ctx, c.node, "eth_call", c.calling(call), block)
	if reason, is := revertIn(err); is {
		return nil, &RevertError{Call: call.what, Reason: reason}
	}
	return result, err
}

// read calls a method that changes nothing and returns so many words.
func (c *chain) read(ctx context.Context, call call, words int) ([]byte, error) {
	result, err := ask[octets](ctx, c.node, "eth_call", c.calling(call), latest)
	if err != nil {
		return nil, fmt.Errorf("stake: read %s: %w", call.what, err)
	}
	if len(result) != words*len(word{}) {
		return nil, fmt.Errorf("stake: read %s: %d bytes, want %d: there may be no such contract at %s", call.what, len(result), words*len(word{}), call.to)
	}
	return result, nil
}

func (c *chain) readWord(ctx context.Context, call call) (word, error) {
	result, err := c.read(ctx, call, 1)
	if err != nil {
		return word{}, err
	}
	return word(result), nil
}

const latest = "latest"

func (c *chain) readAmount(ctx context.Context, call call) (Amount, error) {
	w, err := c.readWord(ctx, call)
	return Amount{w}, err
}

func (c *chain) balance(ctx context.Context) (b Balance, err error) {
	if b.VVV, err = c.readAmount(ctx, balanceOf.on(c.vvv, "balance of VVV", c.from.word())); err != nil {
		return b, err
	}
	if b.Staked, err = c.readAmount(ctx, balanceOf.on(c.staking, "balance of sVVV", c.from.word())); err != nil {
		return b, err
	}
	eth, err := askNumber(ctx, c.node, 256, "eth_getBalance", c.from.String(), latest)
	if err != nil {
		return b, err
	}
	b.ETH, err = NewAmount(eth)
	return b, err
}

func (c *chain) allowance(ctx context.Context) (Amount, error) {
	return c.readAmount(ctx, allowance.on(c.vvv, "allowance", c.from.word(), c.staking.word()))
}

// count is how many transactions of the wallet the chain has, up to a block.
func (c *chain) count(ctx context.Context, block string) (uint64, error) {
	n, err := askNumber(ctx, c.node, 63, "eth_getTransactionCount", c.from.String(), block)
	if err != nil {
		return 0, err
	}
	return n.Uint64(), nil
}

// nonce is the next transaction's. It is counted without those that wait: were one of them a lost one of ours, the next
// would take its place rather than follow it. It is no less than the caller knows it to be.
func (c *chain) nonce(ctx context.Context, known uint64) (uint64, error) {
	next, err := c.count(ctx, latest)
	if err != nil {
		return 0, err
	}
	next = max(next, known)
	waiting, err := c.count(ctx, "pending")
	if err == nil && waiting > next {
		err = fmt.Errorf("stake: %d transaction(s) of the wallet are under way, from nonce %d on: wait for them", waiting-next, next)
	}
	return next, err
}

// seconds reads a word as a time in seconds.
func seconds(w word) (int64, error) {
	n := new(big.Int).SetBytes(w[:])
	if n.BitLen() > 33 { // until the year 2242; a duration of that fits as well
		return 0, errors.New("stake: the contract's time cannot be one")
	}
	return n.Int64(), nil
}

func (c *chain) cooldown(ctx context.Context) (d Cooldown, err error) {
	length, err := c.readWord(ctx, cooldownDuration.on(c.staking, "cooldown"))
	if err != nil {
		return d, err
	}
	result, err := c.read(ctx, stakes.on(c.staking, "stakes", c.from.word()), 3)
	if err != nil {
		return d, err
	}
	lasts, err := seconds(length)
	if err != nil {
		return d, err
	}
	end, err := seconds(word(result[32:]))
	if err != nil {
		return d, err
	}
	d = Cooldown{Length: time.Duration(lasts) * time.Second, Amount: Amount{word(result[64:])}}
	if end > 0 {
		d.End = time.Unix(end, 0).UTC()
	}
	return d, nil
}
