// The stake command: from VVV in a wallet to the stake that minting keys takes.

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/stake"
)

const stakeUsage = `venice stake stakes VVV of a wallet on Base, after which it can mint keys. It shows what it will do, asks, approves
exactly the amount, stakes it, and prints the transactions. Each costs gas, in ETH of the wallet on Base. The VVV can be
taken back, after a cooldown that the staking contract sets; it was 7 days.

  --amount VVV           how much, such as 1.5
  --max-cost ETH         most that it may cost in gas, all transactions included; 0.0002 by default. Base's fee for
                         data, usually far below a cent, comes on top
  --rpc URL              node on Base to ask and send by, https://mainnet.base.org by default; "venice" for the
                         service's own, billed to the balance of the wallet, which has to be there
  --key-file FILE        file with the wallet's private key, - for stdin; keep it at mode 0600
  --yes                  do not ask. Without it, stdin must be a terminal

The wallet's private key, 64 hex digits, is read from the environment variable WALLET_PRIVATE_KEY unless --key-file
names a file. The node never sees it.

Exit codes:
  0  staked; stdout has a line for each transaction: "approved HASH" if that was needed, and "staked HASH"
  1  not staked, for any reason without a code of its own; stderr says which
  2  flags, environment or key file are not as they should be, or there is nobody to ask; nothing was sent
  4  not staked: the contract refuses, or gas costs more than --max-cost
  6  sent, and not known to be carried out: stdout has "pending HASH". Look it up before you stake again
`

// baseNode is what Base's documentation names for everybody (docs.base.org, "Connecting to Base").
const baseNode = "https://mainnet.base.org"

func stakeVVV(ctx context.Context, c *console, args []string) error {
	staker := &stake.Staker{}
	var amount stake.Amount
	var err error
	staker.MaxCost, err = stake.ParseAmount("0.0002")
	if err != nil {
		return err
	}
	flags := newFlags()
	sum := func(into *stake.Amount) func(string) error {
		return func(text string) (err error) { *into, err = stake.ParseAmount(text); return err }
	}
	flags.Func("amount", "", sum(&amount))
	flags.Func("max-cost", "", sum(&staker.MaxCost))
	rpc := flags.String("rpc", baseNode, "")
	keyFile := flags.String("key-file", "", "")
	yes := flags.Bool("yes", false, "")
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	switch {
	case amount == stake.Amount{}:
		return failure{exitUsage, errors.New("--amount: want how much VVV to stake, such as 1.5")}
	case !*yes && (*keyFile == "-" || !terminal(c.stdin)):
		return failure{exitUsage, errors.New("there is no terminal to ask at: say --yes to stake without being asked")}
	}
	wallet, err := c.readWallet(*keyFile)
	if err != nil {
		return err
	}
	staker.Wallet = wallet
	if staker.RPC, err = nodeOf(*rpc, wallet); err != nil {
		return failure{exitUsage, fmt.Errorf("--rpc: %w", err)}
	}

	plan, err := staker.Look(ctx, amount)
	if err != nil {
		return c.notStaked(err)
	}
	showPlan(c.stderr, plan)
	if !*yes {
		if err := c.confirm(); err != nil {
			return err
		}
	}
	receipt, err := staker.Stake(ctx, amount)
	if err != nil {
		return c.notStaked(err)
	}
	if receipt.Approval != nil {
		fmt.Fprintln(c.stdout, "approved", receipt.Approval.Hash)
	}
	fmt.Fprintln(c.stdout, "staked", receipt.Hash)
	fmt.Fprintf(c.stderr, "staked %v VVV in block %d\n", amount, receipt.Block)
	return nil
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

// terminal says whether somebody may sit at the other end. The null device looks like a terminal here, and says nothing,
// which is a no.
func terminal(in io.Reader) bool {
	f, ok := in.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&fs.ModeCharDevice != 0
}

// confirm asks, and takes nothing but a yes for one.
func (c *console) confirm() error {
	fmt.Fprint(c.stderr, "Go on? [y/N] ")
	line, _ := bufio.NewReader(io.LimitReader(c.stdin, 100)).ReadString('\n') // what ends early is no yes
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return nil
	}
	return errors.New("not confirmed; nothing was sent")
}

// notStaked puts on stdout what stderr is not let have: the hashes of transactions look like secrets.
func (c *console) notStaked(err error) error {
	pending, open := errors.AsType[*stake.PendingError](err)
	refusal, refused := errors.AsType[*stake.RevertError](err)
	switch {
	case open:
		for _, hash := range pending.Hashes {
			fmt.Fprintln(c.stdout, "pending", hash)
		}
		return failure{exitKeyMayExist, fmt.Errorf("%w\nThe transaction is on stdout: look it up in an explorer of Base before you stake again", err)}
	case refused:
		if refusal.Receipt != nil {
			fmt.Fprintln(c.stdout, "reverted", refusal.Receipt.Hash)
		}
		return failure{exitRefused, err}
	case errors.Is(err, stake.ErrTooExpensive):
		return failure{exitRefused, fmt.Errorf("%w; see --max-cost", err)}
	}
	return err
}
