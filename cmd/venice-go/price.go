// Prices: what a call may cost before it is made, and the bound that --max-usd is.

package main

import (
	"context"
	"errors"
	"math"
	"strconv"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/spend"
)

// An estimate is what a call will cost.
type estimate struct {
	Model    string  `json:"model"`
	LeastUSD float64 `json:"leastUsd"`
	MostUSD  float64 `json:"mostUsd"`
}

const estimateMembers = "model: text; leastUsd, mostUsd: numbers, by the list of prices"

// estimateOf says what a request would cost.
func estimateOf(ctx context.Context, client *venice.Client, model string, request any) (*estimate, error) {
	e, err := spend.NewPrices(client).Estimate(ctx, request)
	if errors.Is(err, spend.ErrUnknownPrice) {
		return nil, failure{exitRefused, err}
	}
	if err != nil {
		return nil, called(err)
	}
	most := max(e.Most.USD, e.Most.DIEM) // a DIEM is worth a dollar of calls
	return &estimate{model, usdOf(max(e.Least.USD, e.Least.DIEM)), usdOf(most)}, nil
}

func usdOf(a spend.Amount) float64 { return float64(a) / float64(spend.USD) }

func (e *estimate) show(c *console) error {
	t := &table{head: []string{"MODEL", "AT LEAST USD", "AT MOST USD"}}
	t.row(e.Model, dollars(e.LeastUSD), dollars(e.MostUSD))
	return c.show(e, t)
}

// A spendFlags bounds what a call may cost.
type spendFlags struct {
	dryRun bool
	most   spend.Amount // 0 for no bound
}

func (s *spendFlags) declare(f *flags) {
	f.yes(&s.dryRun, "dry-run", "print what it would cost, and do nothing")
	f.read(amount(&s.most), "max-usd", "USD", "do nothing if it may cost more, by the list of prices; sending it again after a failure counts too")
}

// amount reads what calls may cost.
func amount(into *spend.Amount) func(string) error {
	return func(text string) error {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || !(1e-9 <= n && n <= 1e9) {
			return errors.New("want an amount in USD above 0, such as 0.05")
		}
		*into = spend.Amount(math.Round(n * float64(spend.USD)))
		return nil
	}
}

// guard holds the calls of a context to the bound.
func (s *spendFlags) guard(ctx context.Context, client *venice.Client) context.Context {
	if s.most == 0 {
		return ctx
	}
	return venice.GuardContext(ctx, &spend.Cap{Name: "--max-usd", Total: s.most, Prices: spend.NewPrices(client)})
}

// defaultModel returns the model that was asked for, or the service's default of its kind.
func defaultModel(ctx context.Context, client *venice.Client, kind gen.ModelType, id string) (string, error) {
	if id != "" {
		return id, nil
	}
	return venice.NewModels(client, 0).ByTrait(ctx, kind, "default")
}

// client is what a call goes by, and the model that it asks. What would be paid needs no credentials to be shown.
func (s *spendFlags) client(ctx context.Context, c *console, r *reach, kind gen.ModelType, id string) (client *venice.Client, model string, err error) {
	if s.dryRun {
		client, err = r.open(c)
	} else {
		client, _, err = r.either(c)
	}
	if err != nil {
		return nil, "", err
	}
	if model, err = defaultModel(ctx, client, kind, id); err != nil {
		return nil, "", called(err)
	}
	return client, model, nil
}

// carryOut makes a call within the bound, or shows what it would cost.
func (s *spendFlags) carryOut(ctx context.Context, c *console, client *venice.Client, model string, request any, call func(context.Context) error) error {
	if !s.dryRun {
		return call(s.guard(ctx, client))
	}
	e, err := estimateOf(ctx, client, model, request)
	if err != nil {
		return err
	}
	return e.show(c)
}

var estimateCommand = &command{
	name: "estimate", args: "[PROMPT...]", short: "what a chat or a picture would cost at most",
	about: `
venice-go estimate bounds what a call would cost, by the service's list of prices, and makes none. The prompt of a chat is
what follows the flags, or stdin; it is not sent. Without --max-tokens an answer is taken to be as long as the model makes.`,
	json:    estimateMembers,
	example: "venice-go estimate --max-tokens 500 Why is the sky blue?",
	setUp: func(f *flags) action {
		o := &chatFlags{}
		image := false
		f.yes(&image, "image", "of a picture, and not of a chat")
		f.text(&o.model, "model", "ID", "model to ask; the service's default for its kind otherwise")
		f.number(&o.most, "max-tokens", "N", "most tokens of the answer")
		o.reach.declareURL(f)
		o.spend.dryRun = true
		return func(ctx context.Context, c *console, args []string) error {
			if image {
				i := &imageFlags{model: o.model, reach: o.reach, spend: o.spend}
				return i.run(ctx, c, append(args, "a picture"))
			}
			return o.run(ctx, c, args)
		}
	},
}
