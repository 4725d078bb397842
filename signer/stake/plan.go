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
	n, err := s.changing(ctx)
	if err != nil {
		return nil, err
	}
	defer s.busy.Unlock()
	plan, err := s.plan(ctx, n, amount)
	if err != nil {
		return nil, err
	}
	first := n.stakeCall(amount)
	if plan.Approves {
		first = n.approveCall(amount)
	}
	_, err = n.rehearse(ctx, first, latest)
	return plan, err
}

func (s *Staker) plan(ctx context.Context, n *session, amount Amount) (*Plan, error) {
	if amount == (Amount{}) {
		return nil, errors.New("stake: amount: want VVV above 0")
	}
	plan := &Plan{
		Chain: n.id, Wallet: n.from.String(), VVV: n.vvv.String(), Staking: n.staking.String(),
		Amount: amount, MaxCost: s.MaxCost,
	}
	var err error
	if plan.Balance, err = n.balance(ctx); err != nil {
		return nil, err
	}
	if plan.Balance.VVV.Cmp(amount) < 0 {
		return nil, fmt.Errorf("stake: the wallet has %v VVV on Base, want %v; nothing was sent", plan.Balance.VVV, amount)
	}
	if plan.Allowance, err = n.allowance(ctx); err != nil {
		return nil, err
	}
	plan.Approves = plan.Allowance.Cmp(amount) < 0
	return plan, nil
}
