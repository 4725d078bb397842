// Prices: what a call may cost at most, by the list of models, before it is made.

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// ownPrompt is how many tokens the service's own prompt has at most, which it puts before a conversation.
const ownPrompt = 1700

// An estimate is what a call will cost.
type estimate struct {
	Model            string  `json:"model"`
	LikelyUSD        float64 `json:"likelyUsd"` // for an answer of the length that was allowed
	MostUSD          float64 `json:"mostUsd"`
	PromptTokens     int64   `json:"promptTokens,omitempty"`     // at most
	CompletionTokens int64   `json:"completionTokens,omitempty"` // at most
}

const estimateMembers = "model: text; likelyUsd, mostUsd, promptTokens, completionTokens: numbers. mostUsd bounds what is billed, by the list of prices"

// findModel returns the model of an id, or the default of its kind if the id is "".
func findModel(ctx context.Context, client *venice.Client, kind gen.ModelType, id string) (*gen.Model, error) {
	if id == "" {
		var err error
		if id, err = venice.NewModels(client, 0).ByTrait(ctx, kind, "default"); err != nil {
			return nil, err
		}
	}
	list, err := client.ListModels(ctx, &gen.ListModelsParams{Type: gen.ModelFilter(kind)})
	if err != nil {
		return nil, err
	}
	name, _, _ := strings.Cut(id, ":") // what comes behind are parameters
	for i := range list.Data {
		if list.Data[i].ID == name {
			return &list.Data[i], nil
		}
	}
	return nil, fmt.Errorf("%w: %s models have no %q; venice-go models --type %s lists them", venice.ErrNoModel, kind, id, kind)
}

// estimateChat bounds what a text costs as a prompt. Prices go by tokens, which are counted at the service: never more than
// one for two bytes, about one for 3.2 characters.
func estimateChat(m *gen.Model, prompt string, most int64) (*estimate, error) {
	p := m.ModelSpec.Pricing
	if p == nil || p.Input == nil || p.Output == nil {
		return nil, fmt.Errorf("the list of models has no price of %s", m.ID)
	}
	if most == 0 && m.ModelSpec.MaxCompletionTokens != nil {
		most = *m.ModelSpec.MaxCompletionTokens
	}
	if most == 0 {
		return nil, fmt.Errorf("the list of models does not say how long an answer of %s may be: want --max-tokens", m.ID)
	}
	e := &estimate{Model: m.ID, PromptTokens: ownPrompt + int64(len(prompt)+1)/2, CompletionTokens: most}
	cost := func(in int64) float64 {
		input, output := p.Input.USD, p.Output.USD
		if x := p.Extended; x != nil && float64(in) > x.ContextTokenThreshold {
			input, output = x.Input.USD, x.Output.USD
		}
		if p.CacheWrite != nil { // a prompt may be written to the cache
			input = max(input, p.CacheWrite.USD)
		}
		return (float64(in)*input + float64(most)*output) / 1e6
	}
	e.LikelyUSD = cost(ownPrompt + int64(float64(utf8.RuneCountInString(prompt))/3.2) + 1)
	e.MostUSD = cost(e.PromptTokens)
	return e, nil
}

// pieces are the prices of one picture, by size and quality, as far as they matter.
func pieces(p *gen.ModelPricing) (all []float64) {
	if p.Generation != nil {
		all = append(all, p.Generation.USD)
	}
	for _, r := range p.Resolutions {
		all = append(all, r.USD)
	}
	for _, q := range p.Quality {
		for _, level := range []*gen.Price{q.Low, q.Medium, q.High} {
			if level != nil {
				all = append(all, level.USD)
			}
		}
	}
	return all
}

// estimateImage bounds what one picture costs: where that depends on size and quality, the dearest counts.
func estimateImage(m *gen.Model) (*estimate, error) {
	if m.ModelSpec.Pricing == nil || len(pieces(m.ModelSpec.Pricing)) == 0 {
		return nil, fmt.Errorf("the list of models has no price of %s", m.ID)
	}
	all := pieces(m.ModelSpec.Pricing)
	return &estimate{Model: m.ID, LikelyUSD: all[0], MostUSD: slices.Max(all)}, nil
}

func (e *estimate) show(c *console) error {
	t := &table{head: []string{"MODEL", "LIKELY USD", "AT MOST USD"}}
	t.row(e.Model, dollars(e.LikelyUSD), dollars(e.MostUSD))
	return c.show(e, t)
}

// A spendFlags bounds what a call may cost.
type spendFlags struct {
	dryRun bool
	maxUSD float64
	capped bool
}

func (s *spendFlags) declare(f *flags) {
	f.yes(&s.dryRun, "dry-run", "print what it would cost, and do nothing")
	f.read(func(text string) (err error) {
		s.maxUSD, err = strconv.ParseFloat(text, 64)
		if s.capped = err == nil && s.maxUSD >= 0; !s.capped {
			return errors.New("want an amount in USD, such as 0.05")
		}
		return nil
	}, "max-usd", "USD", "do nothing if it may cost more, by the list of prices")
}

// check is why a call must not be made, if it must not.
func (s *spendFlags) check(e *estimate) error {
	if s.capped && !(e.MostUSD <= s.maxUSD) {
		return failure{exitRefused, fmt.Errorf("--max-usd allows %s USD, and it may cost %s; nothing was sent", dollars(s.maxUSD), dollars(e.MostUSD))}
	}
	return nil
}

var estimateCommand = &command{
	name: "estimate", args: "[PROMPT...]", short: "what a chat or a picture would cost at most",
	about: `
venice-go estimate bounds what a call would cost, by the service's list of prices, and makes none. The prompt of a chat is
what follows the flags, or stdin; it is not sent.`,
	json:    estimateMembers,
	example: "venice-go estimate --max-tokens 500 Why is the sky blue?",
	setUp: func(f *flags) action {
		var r reach
		var model string
		var most int
		var image bool
		f.yes(&image, "image", "of a picture, and not of a chat")
		f.text(&model, "model", "ID", "model to ask; the service's default for its kind otherwise")
		f.number(&most, "max-tokens", "N", "most tokens of the answer; as many as the model makes otherwise")
		r.declareURL(f)
		return func(ctx context.Context, c *console, args []string) error {
			client, err := r.open(c)
			if err != nil {
				return err
			}
			if image {
				m, err := findModel(ctx, client, "image", model)
				if err != nil {
					return called(err)
				}
				bound, err := estimateImage(m)
				if err != nil {
					return err
				}
				return bound.show(c)
			}
			prompt, err := c.prompt(args)
			if err != nil {
				return err
			}
			m, err := findModel(ctx, client, "text", model)
			if err != nil {
				return called(err)
			}
			bound, err := estimateChat(m, prompt, int64(most))
			if err != nil {
				return err
			}
			return bound.show(c)
		}
	},
}
