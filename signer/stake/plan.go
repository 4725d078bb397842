// Plan: what staking would do.

package stake

import (
	"context"
	"errors"
	"fmt"
)

// A Plan is what [Staker.Stake] would do.
type Plan struct {
	Chain                      uint64
	Wallet, VVV, Staking       string // addresses
	Amount, Allowance, MaxCost Amount // MaxCost is the Staker's
	Balance                    Balance
	Approves                   bool // it would first approve Amount for Staking: Allowance is less
}

// Look returns what Stake would do with the amount, and tries what can be tried without effect: the first transaction of
// it. Nothing is signed. Its errors are those of Stake.
func (s *Staker) Look(ctx context.Context, amount Amount) (*Plan, error) {
	n, plan, err := s.plan(ctx, amount)
	if err != nil {
		return nil, err
	}
	defer s.busy.Unlock()
	first := n.stakeCall(amount)
	if plan.Approves {
		first = n.approveCall(amount)
	}
	_, err = n.rehearse(ctx, first, latest)
	return plan, err
}

// plan is changing with a look at what the wallet has.
func (s *Staker) plan(ctx context.Context, amount Amount) (n *session, plan *Plan, err error) {
	if n, err = s.changing(ctx); err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			s.busy.Unlock()
		}
	}()
	if amount == (Amount{}) {
		return nil, nil, errors.New("stake: amount: want VVV above 0")
	}
	plan = &Plan{
		Chain: n.id, Wallet: n.from.String(), VVV: n.vvv.String(), Staking: n.staking.String(),
		Amount: amount, MaxCost: s.MaxCost,
	}
	if plan.Balance, err = n.balance(ctx); err != nil {
		return nil, nil, err
	}
	if plan.Balance.VVV.Cmp(amount) < 0 {
		return nil, nil, fmt.Errorf("stake: the wallet has %v VVV on Base, want %v; nothing was sent", plan.Balance.VVV, amount)
	}
	if plan.Allowance, err = n.allowance(ctx); err != nil {
		return nil, nil, err
	}
	plan.Approves = plan.Allowance.Cmp(amount) < 0
	return n, plan, nil
}
