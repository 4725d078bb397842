// Flight: one call of a contract under way, from the first look to its receipt.

package stake

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	waiting "github.com/venice-go/venice/internal/patience"
)

const (
	poll     = 2 * time.Second  // Base has a block each two seconds
	patience = 30 * time.Second // many blocks
	giveUp   = 10 * time.Minute
	stranger = 3 // times of patience for which the nonce is gone and no version of ours has a receipt
)

// A flight has all versions of one transaction. They differ in what they pay and share a nonce, so that the chain carries
// out one of them at most.
type flight struct {
	*session
	call  call
	nonce uint64
	gas   uint64
	most  *big.Int // per gas, in wei
	price price
	sent  []signed
	lost  bool // the newest version may never have arrived
}

// transact sees a call through: it is tried without effect, signed, sent and waited for. The fee of all its versions
// stays within budget, in wei. The state of which block it is tried in is the caller's to say.
func (s *session) transact(ctx context.Context, call call, nonce uint64, budget *big.Int, block string) (*Receipt, error) {
	gas, err := s.rehearse(ctx, call, block)
	if err != nil {
		return nil, err
	}
	f := &flight{session: s, call: call, nonce: nonce, gas: gas, most: new(big.Int).Div(budget, new(big.Int).SetUint64(gas))}
	if f.price, err = s.chain.price(ctx, f.most); err != nil {
		return nil, fmt.Errorf("stake: %s: %w", call.what, err)
	}
	if err := s.afford(ctx, f.version()); err != nil {
		return nil, fmt.Errorf("stake: %s: %w", call.what, err)
	}
	if err := f.send(ctx); err != nil {
		return nil, fmt.Errorf("stake: %s: %w", call.what, err)
	}
	return f.await(ctx)
}

// rehearse has the node carry out a call without effect, and says how much gas to give it: a quarter more than it took.
func (s *session) rehearse(ctx context.Context, call call, block string) (gas uint64, err error) {
	for try := 0; ; try++ {
		var result []byte
		if result, err = s.dryRun(ctx, call, block); err == nil {
			if call.returnsTrue && (len(result) != len(word{}) || word(result) != word{31: 1}) {
				return 0, fmt.Errorf("stake: %s: the token answers %x, want true; nothing was sent", call.what, result[:min(len(result), 64)])
			}
			if gas, err = s.estimate(ctx, call, block); err == nil {
				return gas, nil
			}
		}
		// After an approval it is worth asking again: another node may know no such block yet, or have too much to do.
		if _, refused := errors.AsType[*RevertError](err); refused || block == latest || try == 10 {
			return 0, err
		}
		if waiting.Sleep(ctx, s.poll) != nil {
			return 0, fmt.Errorf("stake: %s: %w (%w)", call.what, context.Cause(ctx), err)
		}
	}
}

func (s *session) estimate(ctx context.Context, call call, block string) (uint64, error) {
	gas, err := askNumber(ctx, s.node, 40, "eth_estimateGas", s.calling(call), block)
	if reason, is := revertIn(err); is {
		return 0, &RevertError{Call: call.what, Reason: reason}
	}
	if err != nil {
		return 0, err
	}
	const plainTransfer = 21000 // the least that any transaction takes
	n := gas.Uint64()
	if n < plainTransfer {
		return 0, fmt.Errorf("stake: %s: the node says that it takes %d gas, which is less than any transaction", call.what, n)
	}
	return n + n/4, nil
}

// afford keeps a transaction that the wallet cannot pay for from being signed.
func (s *session) afford(ctx context.Context, t *transaction) error {
	eth, err := askNumber(ctx, s.node, 256, "eth_getBalance", s.from.String(), latest)
	if err != nil {
		return err
	}
	if eth.Cmp(t.cost()) >= 0 {
		return nil
	}
	has, err := NewAmount(eth)
	if err != nil {
		return err
	}
	needs, err := NewAmount(t.cost())
	if err != nil {
		return err
	}
	return fmt.Errorf("the wallet has %v ETH on Base for gas, which may take %v; nothing was sent", has, needs)
}

// version is the transaction at the price of now.
func (f *flight) version() *transaction {
	return &transaction{f.id, f.nonce, f.gas, f.price.tip, f.price.fee, f.call.to, f.call.data}
}

// send signs another version and sends it. Its error says that this version is not on its way.
func (f *flight) send(ctx context.Context) error {
	tx, err := f.version().sign(ctx, f.from, f.sign)
	if err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return err
	}
	f.sent = append(f.sent, tx)
	return f.broadcast(ctx)
}

// broadcast sends the newest version's bytes, for the first time or again. Whether they arrived is found out by asking for
// their hash rather than by the answer: that may be lost, and a node that has them already calls it an error.
func (f *flight) broadcast(ctx context.Context) error {
	tx := f.sent[len(f.sent)-1]
	_, err := f.node(ctx, "eth_sendRawTransaction", tx.raw)
	if f.lost = false; err == nil {
		return nil
	}
	known, asked := ask[gen.JSON](ctx, f.node, "eth_getTransactionByHash", tx.hash)
	if asked == nil && known.String() != "null" {
		return nil
	}
	refusal, refused := errors.AsType[*venice.RPCError](err)
	if refused && asked == nil && decides(refusal) {
		return fmt.Errorf("the node refuses transaction %s, so that it is not sent: %w", tx.hash, refusal)
	}
	f.lost = !refused
	return nil
}

// decides says whether a refusal tells that a transaction is not on its way. These do not: they come when the node, or
// another one beside it, has the very transaction or another of its nonce.
func decides(refusal *venice.RPCError) bool {
	message := strings.ToLower(refusal.Message)
	return !slices.ContainsFunc([]string{"nonce too low", "known transaction", "already", "exists", "replacement", "underpriced"}, func(word string) bool {
		return strings.Contains(message, word)
	})
}

// await asks for the receipt of any version until there is one. Versions without bytes are another process's, which are
// waited for and no more.
func (f *flight) await(ctx context.Context) (*Receipt, error) {
	began := time.Now()
	last, gone := began, 0
	var trouble error
	for {
		for _, tx := range slices.Backward(f.sent) {
			r, succeeded, err := f.receipt(ctx, tx.hash, f.nonce)
			if r != nil && err == nil {
				return f.outcome(ctx, f.call, r, succeeded)
			}
			if err != nil {
				trouble = err
			}
		}
		now := time.Now()
		switch {
		case ctx.Err() != nil:
			return nil, f.pending(context.Cause(ctx))
		case now.Sub(began) >= giveUp:
			if trouble != nil {
				return nil, f.pending(fmt.Errorf("waited for %v: %w", giveUp, trouble))
			}
			return nil, f.pending(fmt.Errorf("waited for %v", giveUp))
		case now.Sub(last) >= f.patience:
			last = now
			if n, err := f.count(ctx, latest); err == nil && n > f.nonce {
				if gone++; gone > stranger {
					return nil, f.pending(errTaken)
				}
			} else if err == nil && !f.lost { // one that did not arrive hangs for no lack of fee
				f.raise(ctx)
			}
		case f.lost:
			_ = f.broadcast(ctx) // the first answer was lost: what the node says now does not undo that
		}
		if waiting.Sleep(ctx, f.poll) != nil {
			return nil, f.pending(context.Cause(ctx))
		}
	}
}

var errTaken = errors.New("its nonce went to another transaction of the wallet, as far as the node tells")

// raise sends a version that pays more. Where that is not allowed the last one goes again, as nodes forget.
func (f *flight) raise(ctx context.Context) {
	if f.sent[0].transaction == nil {
		return
	}
	var now *price
	if p, err := f.chain.price(ctx, f.most); err == nil {
		now = &p
	}
	before := f.price
	next, allowed := before.raised(now, f.most)
	if !allowed {
		_ = f.broadcast(ctx) // what was on its way is so still
		return
	}
	f.price = next
	// An error is no reason to give the earlier versions up. A wallet that did not sign is asked again at the next turn.
	if n := len(f.sent); f.send(ctx) != nil && len(f.sent) == n {
		f.price = before
	}
}

func (f *flight) pending(why error) error {
	p := &PendingError{Call: f.call.what, Nonce: f.nonce, Err: why}
	for _, tx := range f.sent {
		p.Hashes = append(p.Hashes, tx.hash)
	}
	return p
}
