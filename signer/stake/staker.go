// Staker: a wallet's stake of VVV.

package stake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/venice-go/venice/signer"
)

// A Staker reads and changes what one wallet has staked. What it has read is as true as its node. It carries out one
// change at a time: another one meanwhile is refused. Do not let the wallet send anything else while one is under way.
type Staker struct {
	// Wallet is on Base, and signs digests: a [signer.EVM], or any with a method
	//
	//	SignDigest(ctx context.Context, digest [32]byte) ([]byte, error)
	//
	// that returns r, s and v, 65 bytes. To read, any wallet on Base will do.
	Wallet signer.Wallet
	// RPC is asked about the chain, and sends the transactions. It learns the wallet's address and no secret.
	RPC Node
	// MaxCost is the most ETH that one call of a method may cost in gas, all its transactions and their replacements
	// included. To change anything it must be above zero. Base's fee for data comes on top: a transaction cannot limit
	// it, and it is usually far below a cent.
	MaxCost Amount
	// Poll is how often the receipt is asked for; 2 seconds by default, the time of a block.
	Poll time.Duration
	// Patience is how long a transaction may hang before it is replaced by one that pays more; 30 seconds by default.
	Patience time.Duration
	// Test names the contracts of a simulated chain. It is nil for Base.
	Test *Contracts

	busy sync.Mutex
	open *PendingError // sent, and not known to be carried out
	next uint64        // nonce after the last that is known to be used: a node behind others counts fewer
}

// A Balance is what a wallet has. Staked is its sVVV, which lets it mint keys.
type Balance struct{ ETH, VVV, Staked Amount }

// A Cooldown is the time between [Staker.Unstake] and [Staker.Withdraw].
type Cooldown struct {
	Length time.Duration // for what is unstaked from now on; the contract's owners set it
	Amount Amount        // VVV that waits
	End    time.Time     // when it can be withdrawn, in UTC; zero if nothing waits
}

// A session is one call of a Staker's method.
type session struct {
	chain
	sign           signDigest
	poll, patience time.Duration
}

// reading makes sure that the Staker can be used to read, and that the node is on its chain.
func (s *Staker) reading(ctx context.Context) (*session, error) {
	p, err := newPlace(s.Test)
	if err != nil {
		return nil, err
	}
	if s.RPC == nil {
		return nil, errors.New("stake: RPC: there is none: want Endpoint or Proxy")
	}
	sign, err := signerOf(s.Wallet)
	if err != nil && !errors.Is(err, errDigest) {
		return nil, err
	}
	from, err := parseAddress(s.Wallet.Address())
	if err != nil {
		return nil, fmt.Errorf("stake: Wallet: %w", err)
	}
	if s.Poll < 0 || s.Patience < 0 {
		return nil, errors.New("stake: Poll and Patience: want times above zero, or zero for the default")
	}
	n := &session{chain{p, s.RPC, from}, sign, cmp.Or(s.Poll, poll), cmp.Or(s.Patience, patience)}
	return n, n.identify(ctx)
}

// changing is reading with what it takes to send something. The caller unlocks busy if there is no error.
func (s *Staker) changing(ctx context.Context) (n *session, err error) {
	if !s.busy.TryLock() {
		return nil, errors.New("stake: another change is under way")
	}
	defer func() {
		if err != nil {
			s.busy.Unlock()
		}
	}()
	if s.open != nil {
		return nil, s.open
	}
	if s.MaxCost == (Amount{}) {
		return nil, errors.New("stake: MaxCost: want the most ETH that it may cost, such as 0.0002")
	}
	if _, err := signerOf(s.Wallet); err != nil {
		return nil, err
	}
	if n, err = s.reading(ctx); err != nil {
		return nil, err
	}
	return n, n.checkContract(ctx)
}

// Balance returns what the wallet has.
func (s *Staker) Balance(ctx context.Context) (Balance, error) {
	n, err := s.reading(ctx)
	if err != nil {
		return Balance{}, err
	}
	return n.balance(ctx)
}

// Allowance returns how much of the wallet's VVV the staking contract may take.
func (s *Staker) Allowance(ctx context.Context) (Amount, error) {
	n, err := s.reading(ctx)
	if err != nil {
		return Amount{}, err
	}
	return n.allowance(ctx)
}

// Cooldown returns what the wallet has unstaked and not withdrawn.
func (s *Staker) Cooldown(ctx context.Context) (Cooldown, error) {
	n, err := s.reading(ctx)
	if err != nil {
		return Cooldown{}, err
	}
	return n.cooldown(ctx)
}

// Stake turns so much of the wallet's VVV into sVVV of its own, which cannot be transferred. If the staking contract may
// not take it yet, exactly the amount is approved first, and half of MaxCost is for that. It returns once the stake is in
// a block, which may take ten minutes for each transaction; ctx can end it before. The service may take a moment longer to
// see the stake (signer.ErrNoStake).
//
// A refusal of the contract is a [*RevertError], a fee above MaxCost [ErrTooExpensive], and an outcome that is not known
// a [*PendingError]: [Staker.Await] it before anything else. If it was the approval (Call), Stake comes after that. If the
// approval succeeded and the stake did not, the approval stays, and another call needs no second one.
func (s *Staker) Stake(ctx context.Context, amount Amount) (*Receipt, error) {
	n, plan, err := s.plan(ctx, amount)
	if err != nil {
		return nil, err
	}
	defer s.busy.Unlock()
	nonce, err := n.nonce(ctx, s.next)
	if err != nil {
		return nil, err
	}
	budget, block := s.MaxCost.Units(), latest
	var approval *Receipt
	if plan.Approves {
		budget.Rsh(budget, 1)
		if approval, err = s.note(n.transact(ctx, n.approveCall(amount), nonce, budget, latest)); err != nil {
			return nil, err
		}
		// Counted here rather than asked for, as is the block: a node behind others may not know of the approval yet.
		nonce, block = nonce+1, fmt.Sprintf("%#x", approval.Block)
	}
	receipt, err := s.note(n.transact(ctx, n.stakeCall(amount), nonce, budget, block))
	if err != nil {
		if approval != nil {
			err = fmt.Errorf("%w (%v VVV stay approved, by transaction %s)", err, amount, approval.Hash)
		}
		return nil, err
	}
	receipt.Approval = approval
	return receipt, nil
}

// note remembers what is open, so that nothing else is sent before it is known, and which nonce was used last.
func (s *Staker) note(receipt *Receipt, err error) (*Receipt, error) {
	if p, ok := errors.AsType[*PendingError](err); ok {
		s.open = p
	}
	used := receipt
	if refusal, ok := errors.AsType[*RevertError](err); ok {
		used = refusal.Receipt
	}
	if used != nil {
		s.next = max(s.next, used.Nonce+1)
	}
	return receipt, err
}

// Await waits for a transaction that was sent before, by this Staker or another of the wallet, and sends nothing. It
// returns as the method did that sent it. If another transaction of the wallet had its nonce, so that it can no longer
// be carried out, the error is no [*PendingError].
func (s *Staker) Await(ctx context.Context, pending *PendingError) (*Receipt, error) {
	if pending == nil || len(pending.Hashes) == 0 {
		return nil, errors.New("stake: Await: want what was sent")
	}
	if !s.busy.TryLock() {
		return nil, errors.New("stake: another change is under way")
	}
	defer s.busy.Unlock()
	n, err := s.reading(ctx)
	if err != nil {
		return nil, err
	}
	f := &flight{session: n, call: call{what: pending.Call}, nonce: pending.Nonce}
	for _, hash := range pending.Hashes {
		f.sent = append(f.sent, signed{hash: hash})
	}
	receipt, err := s.note(f.await(ctx))
	if errors.Is(err, errTaken) {
		err = fmt.Errorf("stake: %s: nonce %d: %w", pending.Call, pending.Nonce, errTaken)
	}
	if open, still := errors.AsType[*PendingError](err); still {
		return nil, open
	}
	if s.open != nil && s.open.Nonce == pending.Nonce {
		s.open = nil
	}
	return receipt, err
}
