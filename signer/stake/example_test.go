// Examples, on the tests' made-up chain.

package stake_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/stake"
)

// From VVV in a wallet to a stake that lets it mint keys. With a real node, such as that of
// stake.Endpoint("https://mainnet.base.org", nil), this costs gas.
func ExampleStaker_Stake() {
	wallet, _ := signer.ParseEVM("0x0101010101010101010101010101010101010101010101010101010101010101") // of tests: never fund it
	amount, err := stake.ParseAmount("1.5")
	if err != nil {
		fmt.Println(err)
		return
	}
	most, _ := stake.ParseAmount("0.0002") // ETH
	staker := &stake.Staker{Wallet: wallet, RPC: stake.NewTestNode(), MaxCost: most}

	ctx := context.Background()
	plan, err := staker.Look(ctx, amount)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v has %v VVV; approve first: %v; most it can cost: %v ETH\n", plan.Wallet, plan.Balance.VVV, plan.Approves, plan.MaxCost)

	receipt, err := staker.Stake(ctx, amount)
	for pending, open := errors.AsType[*stake.PendingError](err); open; pending, open = errors.AsType[*stake.PendingError](err) {
		// Never stake anew before it is known. If it was the approval, the stake is still to come.
		if receipt, err = staker.Await(ctx, pending); err == nil && pending.Call == "approve" {
			receipt, err = staker.Stake(ctx, amount)
		}
	}
	if err != nil {
		fmt.Println(err) // a *stake.RevertError has the contract's reason
		return
	}
	balance, err := staker.Balance(ctx)
	fmt.Printf("staked %v VVV in block %d, for %v ETH; %v\n", balance.Staked, receipt.Block, receipt.Fee, err)
	// Output:
	// 0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1 has 10 VVV; approve first: true; most it can cost: 0.0002 ETH
	// staked 1.5 VVV in block 102, for 0.000000550000000001 ETH; <nil>
}

func ExampleParseAmount() {
	amount, err := stake.ParseAmount("1.5")
	fmt.Println(amount, amount.Units(), err)
	_, err = stake.ParseAmount("1,5")
	fmt.Println(err)
	// Output:
	// 1.5 1500000000000000000 <nil>
	// stake: amount "1,5": want a number above 0 such as 1.5, with at most 18 digits after the point
}
