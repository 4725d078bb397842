// The stake command: from VVV in a wallet to the stake that minting keys takes.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/stake"
)

var stakeCommand = &command{
	name:  "stake",
	short: "stake VVV on Base, which minting takes",
	about: `
venice-go stake stakes VVV of a wallet on Base, after which it can mint keys. It shows what it will do, asks, approves
exactly the amount, stakes it, and prints the transactions. Each costs gas, in ETH of the wallet on Base. The VVV can be
taken back, after a cooldown that the staking contract sets; it was 7 days. The node never sees the private key.`,
	json: `wallet, vvv, maxCostEth: texts; transactions: list of {what, hash}, where what is approved, staked, pending or
reverted. With --dry-run transactions is empty`,
	codes: `
0  staked; stdout has a line for each transaction: "approved HASH" if that was needed, and "staked HASH"
2  also if there is nobody to ask
4  not staked: the contract refuses, or gas costs more than --max-cost
6  sent, and not known to be carried out: stdout has "pending HASH". Look it up before you stake again`,
	example: "venice-go stake --amount 1.5 --key-file wallet.key",
	setUp: func(f *flags) action {
		s := stakeFlags{rpc: baseNode}
		s.maxCost, _ = stake.ParseAmount("0.0002")
		sum := func(into *stake.Amount) func(string) error {
			return func(text string) (err error) { *into, err = stake.ParseAmount(text); return err }
		}
		f.read(sum(&s.amount), "amount", "VVV", "how much, such as 1.5; needed")
		f.read(sum(&s.maxCost), "max-cost", "ETH", "most that it may cost in gas, all transactions included; 0.0002 by default. Base's fee for data, usually far below a cent, comes on top")
		f.text(&s.rpc, "rpc", "URL", "node on Base to ask and send by, "+baseNode+` by default; "venice" for the service's own, billed to the balance of the wallet, which has to be there`)
		f.text(&s.keyFile, "key-file", "FILE", "file with the wallet's private key, - for stdin; keep it at mode 0600. Without it, WALLET_PRIVATE_KEY")
		f.yes(&s.yes, "yes", "do not ask. Without it, stdin must be a terminal")
		f.yes(&s.dryRun, "dry-run", "show what it would do and cost at most, and send nothing")
		return s.run
	},
}

type stakeFlags struct {
	amount, maxCost stake.Amount
	rpc, keyFile    string
	yes, dryRun     bool
}

// baseNode is what Base's documentation names for everybody (docs.base.org, "Connecting to Base").
const baseNode = "https://mainnet.base.org"

func (s *stakeFlags) run(ctx context.Context, c *console, _ []string) error {
	switch {
	case s.amount == stake.Amount{}:
		return failure{exitUsage, errors.New("--amount: want how much VVV to stake, such as 1.5")}
	case !s.yes && !s.dryRun && (s.keyFile == "-" || !terminal(c.stdin)):
		return failure{exitUsage, errors.New("there is no terminal to ask at: say --yes to stake without being asked")}
	}
	wallet, err := c.readEVM(s.keyFile)
	if err != nil {
		return err
	}
	staker := &stake.Staker{Wallet: wallet, MaxCost: s.maxCost}
	if staker.RPC, err = nodeOf(s.rpc, wallet); err != nil {
		return failure{exitUsage, fmt.Errorf("--rpc: %w", err)}
	}

	done := &staked{Wallet: wallet.Address(), VVV: s.amount.String(), Transactions: []transaction{}}
	plan, err := staker.Look(ctx, s.amount)
	if err != nil {
		return c.notStaked(done, err)
	}
	showPlan(c.stderr, plan)
	done.MaxCostETH = plan.MaxCost.String()
	if s.dryRun {
		return done.show(c)
	}
	if !s.yes {
		if err := c.confirm(); err != nil {
			return err
		}
	}
	receipt, err := staker.Stake(ctx, s.amount)
	if err != nil {
		return c.notStaked(done, err)
	}
	if receipt.Approval != nil {
		done.add("approved", receipt.Approval.Hash)
	}
	done.add("staked", receipt.Hash)
	fmt.Fprintf(c.stderr, "staked %v VVV in block %d\n", s.amount, receipt.Block)
	return done.show(c)
}

func nodeOf(rpc string, wallet signer.Wallet) (stake.Node, error) {
	if rpc != "venice" {
		return stake.Endpoint(rpc, nil)
	}
	client, err := venice.New(venice.WithBaseURL(serviceURL), venice.WithAuth(signer.SignIn(wallet)))
	if err != nil {
		return nil, err
	}
	return stake.Proxy(client), nil
}

func showPlan(out io.Writer, p *stake.Plan) {
	fmt.Fprintf(out, "wallet    %s on chain %d, with %v VVV, %v VVV staked, and %v ETH\n", p.Wallet, p.Chain, p.Balance.VVV, p.Balance.Staked, p.Balance.ETH)
	n := 1
	if p.Approves {
		fmt.Fprintf(out, "%d. approve %v VVV (%s) for the staking contract\n", n, p.Amount, p.VVV)
		n++
	}
	fmt.Fprintf(out, "%d. stake   %v VVV at %s, for the wallet itself\n", n, p.Amount, p.Staking)
	fmt.Fprintf(out, "cost      %v ETH at most, and Base's fee for data\n", p.MaxCost)
}

// staked is what came of it.
type staked struct {
	Wallet       string        `json:"wallet"`
	VVV          string        `json:"vvv"`
	MaxCostETH   string        `json:"maxCostEth"`
	Transactions []transaction `json:"transactions"`
}

type transaction struct {
	What string `json:"what"`
	Hash string `json:"hash"`
}

func (s *staked) add(what, hash string) {
	s.Transactions = append(s.Transactions, transaction{what, hash})
}

// show prints the transactions, in the same lines on a terminal and in pipes.
func (s *staked) show(c *console) error {
	if c.json {
		return c.printJSON(s)
	}
	for _, t := range s.Transactions {
		if _, err := fmt.Fprintln(c.stdout, t.What, t.Hash); err != nil {
			return err
		}
	}
	return nil
}

// notStaked puts on stdout what stderr is not let have: the hashes of transactions look like secrets.
func (c *console) notStaked(done *staked, err error) error {
	pending, open := errors.AsType[*stake.PendingError](err)
	refusal, refused := errors.AsType[*stake.RevertError](err)
	switch {
	case open:
		for _, hash := range pending.Hashes {
			done.add("pending", hash)
		}
		err = failure{exitMaybe, fmt.Errorf("%w\nThe transaction is on stdout: look it up in an explorer of Base before you stake again", err)}
	case refused:
		if refusal.Receipt != nil {
			done.add("reverted", refusal.Receipt.Hash)
		}
		err = failure{exitRefused, err}
	case errors.Is(err, stake.ErrTooExpensive):
		err = failure{exitRefused, fmt.Errorf("%w; see --max-cost", err)}
	}
	if len(done.Transactions) == 0 {
		return err
	}
	return errors.Join(err, done.show(c))
}
