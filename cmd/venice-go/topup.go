// The top-up command: USDC of a wallet into its balance at the service, within a budget that a journal holds.

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
)

var topUpCommand = &command{
	name: "top-up", short: "pay USDC of a wallet into its balance",
	about: `
venice-go top-up pays USDC of a wallet, on Base or Solana, into the wallet's balance at the service (x402). It shows what
it will do, and asks. Each payment is one signature, which is written into a journal before it is sent. What the journal
has counts against --max-usd, in later runs as well: keep it. A payment of which no answer came is settled by the next
run, before anything else is paid.`,
	json: `wallet, usd, balanceUsd: texts; transaction: text, "" if the answer named none; payment: its id in the journal. With
--dry-run, usd is what would be paid, balanceUsd what is there now, and the others are empty`,
	codes: `
4  not paid: over --max-usd, or an offer or an answer that was not to be trusted; stderr says whether a signature is out
5  not paid: an earlier payment is still open, or there was no answer to the question what to pay
6  signed and sent, and not known to be made: the next run settles it`,
	example: "venice-go top-up --usd 5 --max-usd 20 --key-file wallet.key",
	setUp: func(f *flags) action {
		o := &topUpFlags{}
		o.declare(f)
		f.read(money(&o.usd), "usd", "USD", "how much to pay, 5 to 10000; needed")
		f.yes(&o.yes, "yes", "do not ask. Without it, stdin must be a terminal")
		f.yes(&o.dryRun, "dry-run", "show what it would pay and what is there, and pay nothing")
		o.reach.declare(f)
		return o.run
	},
}

// A payFlags is what it takes to pay.
type payFlags struct {
	maxUSD                  x402.Amount
	journal, rpc, testAsset string
}

func (p *payFlags) declare(f *flags) {
	f.read(money(&p.maxUSD), "max-usd", "USD", "most that all payments of the journal may add up to, this one included; needed to pay")
	f.text(&p.journal, "journal", "FILE", "where payments are written down; payments.journal in the user's folder for venice-go by default")
	f.text(&p.rpc, "rpc", "URL", "node of the wallet's chain: needed on Solana. On Base it proves what became of a payment without an answer")
	f.text(&p.testAsset, "test-asset", "ADDRESS", "pay in a made-up token, such as venice-go emulate names")
}

// payer makes the payer, and its journal, which the caller closes.
func (p *payFlags) payer(r *reach, wallet signer.Wallet, each x402.Amount) (*x402.Payer, func(), error) {
	file := p.journal
	if file == "" {
		dir, err := stateFolder("")
		if err != nil {
			return nil, nil, failure{exitUsage, fmt.Errorf("--journal: %w", err)}
		}
		file = filepath.Join(dir, "payments.journal")
	}
	kept, err := journal.OpenFile(file)
	if err != nil {
		return nil, nil, failure{exitUsage, fmt.Errorf("--journal: %w", err)}
	}
	payer := &x402.Payer{Wallet: wallet, Journal: kept, RPC: p.rpc, TestAsset: p.testAsset, Budget: x402.Budget{
		PerPayment: each, Total: p.maxUSD, PerWindow: p.maxUSD, Window: 24 * time.Hour,
	}}
	if r.baseURL != "" {
		payer.AllowOrigins = []string{r.baseURL}
	}
	return payer, func() { _ = kept.Close() }, nil
}

// stateFolder makes the user's folder for what has to be kept, below which others are.
func stateFolder(below string) (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(dir, "venice-go", below)
	return dir, os.MkdirAll(dir, 0o700)
}

type topUpFlags struct {
	payFlags
	usd         x402.Amount
	yes, dryRun bool
	reach       reach
}

// money reads an amount in USD.
func money(into *x402.Amount) func(string) error {
	return func(text string) (err error) { *into, err = x402.ParseAmount(text); return err }
}

// A paidIn is what came of it.
type paidIn struct {
	Wallet      string `json:"wallet"`
	USD         string `json:"usd"`
	BalanceUSD  string `json:"balanceUsd"`
	Transaction string `json:"transaction"`
	Payment     string `json:"payment"`
}

func (o *topUpFlags) run(ctx context.Context, c *console, _ []string) error {
	switch {
	case o.usd == 0:
		return failure{exitUsage, errors.New("--usd: want how much to pay, such as 5")}
	case o.maxUSD == 0 && !o.dryRun:
		return failure{exitUsage, errors.New("--max-usd: want the most that all payments of the journal may add up to")}
	case !o.yes && !o.dryRun && (o.reach.keyFile == "-" || !terminal(c.stdin)):
		return failure{exitUsage, errors.New("there is no terminal to ask at: say --yes to pay without being asked")}
	}
	client, wallet, err := o.reach.signed(c)
	if err != nil {
		return err
	}
	has, err := client.GetX402Balance(ctx, wallet.Address())
	if err != nil {
		return called(err)
	}
	fmt.Fprintf(c.stderr, "wallet    %s, with %s USD at %s\npay       %v in USDC\n", wallet.Address(), has.Data.BalanceUSD, client.BaseURL(), o.usd)
	result := paidIn{Wallet: wallet.Address(), USD: amountText(o.usd), BalanceUSD: has.Data.BalanceUSD.String()}
	if o.dryRun {
		return result.show(c)
	}
	payer, closeJournal, err := o.payer(&o.reach, wallet, o.usd)
	if err != nil {
		return err
	}
	defer closeJournal()
	if !o.yes {
		if err := c.confirm(); err != nil {
			return err
		}
	}
	done := c.busy("paying")
	receipt, err := payer.TopUp(ctx, client, o.usd)
	done()
	if receipt == nil {
		return notPaid(err)
	}
	if err != nil {
		fmt.Fprintf(c.stderr, "warning: it was paid, but: %v\n", err)
	}
	result.BalanceUSD, result.Transaction, result.Payment = receipt.Balance, receipt.Transaction, receipt.Intent
	return result.show(c)
}

func (p *paidIn) show(c *console) error {
	t := &table{head: []string{"WALLET", "USD", "BALANCE", "TRANSACTION"}}
	t.row(p.Wallet, p.USD, p.BalanceUSD, orDash(p.Transaction))
	return c.show(p, t)
}

// amountText is an amount as a plain number.
func amountText(a x402.Amount) string {
	text := a.String()
	return text[:len(text)-len(" USD")]
}

// notPaid gives the error of a payer its exit code.
func notPaid(err error) error {
	switch {
	case errors.Is(err, x402.ErrUnknown), errors.Is(err, venice.ErrMaybeSent):
		return failure{exitMaybe, err}
	case errors.Is(err, x402.ErrBudget), errors.Is(err, x402.ErrOffer), errors.Is(err, x402.ErrFailed):
		return failure{exitRefused, err}
	case errors.Is(err, x402.ErrOutstanding):
		return failure{exitUnavailable, err}
	}
	if _, answered := errors.AsType[*venice.Error](err); answered {
		return called(err)
	}
	return err
}
