// What an account or a wallet has and spent: balance, ledger, usage, address.

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strconv"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
)

var balanceCommand = &command{
	name: "balance", short: "what a key or a wallet can spend",
	about: `
venice-go balance shows what can be spent: by the API key in VENICE_API_KEY, within its own limits, or by a wallet.`,
	json:    "account: \"key\" or the wallet's address; balances: numbers by currency, as texts; canSpend: true if calls are let in now",
	example: "venice-go balance",
	setUp: func(f *flags) action {
		var r reach
		r.declare(f)
		return func(ctx context.Context, c *console, _ []string) error { return balance(ctx, c, &r) }
	},
}

// A purse is what is there in one currency.
type purse struct{ currency, amount string }

// balanceOf is what a key has, or a wallet if there is one.
func balanceOf(ctx context.Context, client *venice.Client, wallet signer.Wallet) (has []purse, account string, can bool, err error) {
	if wallet == nil {
		limits, err := client.GetRateLimits(ctx)
		if err != nil {
			return nil, "", false, err
		}
		b := limits.Data.Balances
		for currency, n := range map[string]*float64{"USD": b.USD, "DIEM": b.DIEM, "BUNDLED_CREDITS": b.BundledCredits} {
			if n != nil || currency == "USD" {
				has = append(has, purse{currency, dollars(*cmp.Or(n, new(0.0)))})
			}
		}
		slices.SortFunc(has, func(a, b purse) int { return cmp.Compare(b.currency, a.currency) })
		return has, "key", limits.Data.AccessPermitted, nil
	}
	is, err := client.GetX402Balance(ctx, wallet.Address())
	if err != nil {
		return nil, "", false, err
	}
	has = []purse{{"USD", is.Data.BalanceUSD.String()}}
	if is.Data.DIEMBalanceUSD != nil {
		has = append(has, purse{"DIEM_IN_USD", is.Data.DIEMBalanceUSD.String()})
	}
	return has, wallet.Address(), is.Data.CanConsume, nil
}

func balance(ctx context.Context, c *console, r *reach) error {
	client, wallet, err := r.either(c)
	if err != nil {
		return err
	}
	has, account, can, err := balanceOf(ctx, client, wallet)
	if err != nil {
		return called(err)
	}
	balances, t := map[string]string{}, &table{head: []string{"CURRENCY", "BALANCE"}}
	for _, p := range has {
		balances[p.currency] = p.amount
		t.row(p.currency, p.amount)
	}
	if !can {
		c.remark("calls are not let in now: the balance is too low, or the key's limit is used up")
	}
	return c.show(map[string]any{"account": account, "balances": balances, "canSpend": can}, t)
}

var ledgerCommand = &command{
	name: "ledger", short: "payments and charges of a wallet, newest first",
	about:   "venice-go ledger lists what was paid in for a wallet and what calls took from it, newest first.",
	json:    "rows: list of {at, type, amountUsd, balanceUsd, model, request}: texts, amounts with all their digits",
	example: "venice-go ledger --limit 20",
	setUp: func(f *flags) action {
		var r reach
		most := 50
		f.number(&most, "limit", "N", "how many rows; 50 by default, 0 for all")
		r.declare(f)
		return func(ctx context.Context, c *console, _ []string) error { return ledger(ctx, c, &r, most) }
	},
}

type ledgerRow struct {
	At         string `json:"at"`
	Type       string `json:"type"`
	AmountUSD  string `json:"amountUsd"`
	BalanceUSD string `json:"balanceUsd"`
	Model      string `json:"model"`
	Request    string `json:"request"`
}

func ledger(ctx context.Context, c *console, r *reach, most int) error {
	if most < 0 {
		return failure{exitUsage, errors.New("--limit: want 0 or more")}
	}
	client, wallet, err := r.signed(c)
	if err != nil {
		return err
	}
	rows, t := []ledgerRow{}, &table{head: []string{"TIME", "TYPE", "USD", "BALANCE", "MODEL", "REQUEST"}}
	for row, err := range client.AllX402Transactions(ctx, wallet.Address(), nil) {
		if err != nil {
			return called(err)
		}
		rows = append(rows, ledgerRow{row.CreatedAt, row.Type, row.Amount.String(), row.BalanceAfter.String(), textOf(row.ModelID), textOf(row.RequestID)})
		t.row(row.CreatedAt, row.Type, row.Amount.String(), row.BalanceAfter.String(), orDash(textOf(row.ModelID)), orDash(textOf(row.RequestID)))
		if len(rows) == most {
			break
		}
	}
	return c.show(map[string]any{"rows": rows}, t)
}

var usageCommand = &command{
	name: "usage", short: "what the account spent, by model, key or day",
	about:   "venice-go usage sums up what the account spent." + keysAbout,
	json:    "by: model, key or date; days; rows: list of {name, usd, diem}: a text and two numbers",
	example: "venice-go usage --by key --days 30",
	setUp: func(f *flags) action {
		var r reach
		by, days := "model", 7
		f.text(&by, "by", "model|key|date", "what to sum up by; model by default")
		f.number(&days, "days", "N", "how many days back, 1 to 90; 7 by default")
		r.declareURL(f)
		return func(ctx context.Context, c *console, _ []string) error { return spending(ctx, c, &r, by, days) }
	},
}

type spent struct {
	Name string  `json:"name"`
	USD  float64 `json:"usd"`
	DIEM float64 `json:"diem"`
}

func spending(ctx context.Context, c *console, r *reach, by string, days int) error {
	switch {
	case by != "model" && by != "key" && by != "date":
		return failure{exitUsage, fmt.Errorf("--by: want model, key or date, got %q", by)}
	case days < 1 || days > 90:
		return failure{exitUsage, fmt.Errorf("--days: want 1 to 90, got %d", days)}
	}
	client, err := r.keyed(c)
	if err != nil {
		return err
	}
	sums, err := client.GetBillingUsageAnalytics(ctx, &gen.GetBillingUsageAnalyticsParams{Lookback: new(strconv.Itoa(days) + "d")})
	if err != nil {
		return called(err)
	}
	rows := []spent{}
	switch by {
	case "model":
		for _, m := range sums.ByModel {
			rows = append(rows, spent{m.ModelName, m.TotalUSD, m.TotalDIEM})
		}
	case "key":
		for _, k := range sums.ByKey {
			rows = append(rows, spent{k.Description, k.TotalUSD, k.TotalDIEM})
		}
	default:
		for _, d := range sums.ByDate {
			rows = append(rows, spent{d.Date, d.USD, d.DIEM})
		}
	}
	t := &table{head: []string{"NAME", "USD", "DIEM"}}
	for _, s := range rows {
		t.row(s.Name, dollars(s.USD), dollars(s.DIEM))
	}
	return c.show(map[string]any{"by": by, "days": days, "rows": rows}, t)
}

// dollars is an amount for people: without an exponent, and without what floats add to ten decimals.
func dollars(n float64) string { return strconv.FormatFloat(math.Round(n*1e10)/1e10, 'f', -1, 64) }

var addressCommand = &command{
	name: "address", short: "the address of a wallet; --make makes a wallet",
	about: `
venice-go address prints the address of the wallet that the other commands would use. With --make it first makes a new
wallet on Base and writes its private key into a file, with mode 0600; a file that is there is left alone. The key is
the wallet: whoever has the file has what it holds, and without it nobody has.`,
	json:    "address, chain (CAIP-2): texts",
	example: "venice-go address --make wallet.key",
	setUp: func(f *flags) action {
		var keyFile, file string
		f.text(&keyFile, "key-file", "FILE", "file with the wallet's private key, - for stdin. Without it, WALLET_PRIVATE_KEY")
		f.text(&file, "make", "FILE", "make a new wallet, and write its private key there")
		return func(_ context.Context, c *console, _ []string) error { return address(c, keyFile, file) }
	},
}

func address(c *console, keyFile, file string) error {
	if file != "" {
		wallet, err := signer.GenerateEVM()
		if err != nil {
			return err
		}
		if err := newFile(file, wallet.PrivateKey().Reveal()+"\n"); errors.Is(err, fs.ErrExist) {
			return failure{exitUsage, fmt.Errorf("--make: %s is there already, and was left as it is", file)}
		} else if err != nil {
			return failure{exitUsage, fmt.Errorf("--make: %w", err)}
		}
		keyFile = file
	}
	wallet, err := c.readWallet(keyFile)
	if err != nil {
		return err
	}
	if c.json {
		return c.printJSON(map[string]string{"address": wallet.Address(), "chain": wallet.Chain()})
	}
	_, err = fmt.Fprintln(c.stdout, wallet.Address())
	return err
}
