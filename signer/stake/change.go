// Changes of one transaction each: approve, and the way back to VVV.

package stake

import "context"

// Approve lets the staking contract take exactly so much of the wallet's VVV, whatever it was before; 0 takes that back.
// [Staker.Stake] does it by itself where it is needed.
func (s *Staker) Approve(ctx context.Context, amount Amount) (*Receipt, error) {
	return s.change(ctx, func(n *session) call { return n.approveCall(amount) })
}

// Unstake takes so much out of the stake: the sVVV is gone at once, and the VVV can be withdrawn when the cooldown is
// over. To unstake again meanwhile starts the time anew for all of it.
func (s *Staker) Unstake(ctx context.Context, amount Amount) (*Receipt, error) {
	return s.change(ctx, func(n *session) call { return initiateUnstake.on(n.staking, "unstake", amount.units) })
}

// Withdraw returns to the wallet what it has unstaked, once the cooldown is over; see [Staker.Cooldown]. Before that it
// is refused ([*RevertError]), and nothing is sent.
func (s *Staker) Withdraw(ctx context.Context) (*Receipt, error) {
	return s.change(ctx, func(n *session) call { return finalizeUnstake.on(n.staking, "withdraw") })
}

func (s *Staker) change(ctx context.Context, of func(*session) call) (*Receipt, error) {
	n, err := s.changing(ctx)
	if err != nil {
		return nil, err
	}
	defer s.busy.Unlock()
	nonce, err := n.nonce(ctx, s.next)
	if err != nil {
		return nil, err
	}
	return s.note(n.transact(ctx, of(n), nonce, s.MaxCost.Units(), latest))
}

func (s *session) approveCall(amount Amount) call {
	c := approve.on(s.vvv, "approve", s.staking.word(), amount.units)
	c.returnsTrue = true
	return c
}

func (s *session) stakeCall(amount Amount) call {
	return stakeFor.on(s.staking, "stake", s.from.word(), amount.units)
}
