// The models command: what there is, for what, and for how much.

package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/venice-go/venice/gen"
)

const kinds = "text|image|embedding|tts|asr|music|video|upscale|inpaint|decision|code|all"

var modelsCommand = &command{
	name: "models", short: "list models: by kind, price and privacy",
	about: `
venice-go models lists the models of the service. Prices are in USD: per million tokens in and out for text and embeddings,
per million characters for speech, per piece for pictures.`,
	json: `models: list of {id, type, privacy: texts; contextTokens: number or null; inputUsd, outputUsd, pieceUsd: numbers or
null; traits, capabilities: lists of texts}`,
	example: "venice-go models --type text --privacy private --max-usd 2",
	setUp: func(f *flags) action {
		var r reach
		m := modelFlags{kind: "text"}
		f.text(&m.kind, "type", kinds, "kind of model; text by default")
		f.text(&m.privacy, "privacy", "private|anonymized", "only models of that privacy")
		f.text(&m.can, "can", "CAPABILITY", "only models that have it, such as supportsVision")
		f.read(func(text string) (err error) {
			if m.maxUSD, err = strconv.ParseFloat(text, 64); err != nil || !(m.maxUSD > 0) {
				return errors.New("want an amount in USD above 0")
			}
			return nil
		}, "max-usd", "USD", "only models whose price, of what comes out if there are two, is no higher; those without a price are left out")
		r.declareURL(f)
		return func(ctx context.Context, c *console, _ []string) error { return m.run(ctx, c, &r) }
	},
}

type modelFlags struct {
	kind, privacy, can string
	maxUSD             float64
}

type listedModel struct {
	ID            string   `json:"id"`
	Type          string   `json:"type"`
	Privacy       string   `json:"privacy"`
	ContextTokens *int64   `json:"contextTokens"`
	InputUSD      *float64 `json:"inputUsd"`
	OutputUSD     *float64 `json:"outputUsd"`
	PieceUSD      *float64 `json:"pieceUsd"`
	Traits        []string `json:"traits"`
	Capabilities  []string `json:"capabilities"`
}

func (m *modelFlags) run(ctx context.Context, c *console, r *reach) error {
	client, err := r.open(c)
	if err != nil {
		return err
	}
	list, err := client.ListModels(ctx, &gen.ListModelsParams{Type: gen.ModelFilter(m.kind)})
	if err != nil {
		return called(err)
	}
	models := []listedModel{}
	t := &table{head: []string{"ID", "TYPE", "PRIVACY", "CONTEXT", "IN", "OUT", "PIECE", "TRAITS"}}
	for i := range list.Data {
		l := listModel(&list.Data[i])
		if m.privacy != "" && l.Privacy != m.privacy || m.can != "" && !slices.Contains(l.Capabilities, m.can) || m.maxUSD > 0 && !l.within(m.maxUSD) {
			continue
		}
		models = append(models, l)
	}
	slices.SortStableFunc(models, func(a, b listedModel) int { return cmp.Compare(a.Type, b.Type) })
	for _, l := range models {
		window := "-"
		if l.ContextTokens != nil {
			window = strconv.FormatInt(*l.ContextTokens, 10)
		}
		t.row(l.ID, l.Type, orDash(l.Privacy), window, price(l.InputUSD), price(l.OutputUSD), price(l.PieceUSD), orDash(strings.Join(l.Traits, ",")))
	}
	return c.show(map[string]any{"models": models}, t)
}

func price(usd *float64) string {
	if usd == nil {
		return "-"
	}
	return dollars(*usd)
}

// within says whether the dearest of the prices that are known is within most.
func (l *listedModel) within(most float64) bool {
	known := false
	for _, p := range []*float64{l.InputUSD, l.OutputUSD, l.PieceUSD} {
		if known = known || p != nil; p != nil && *p > most {
			return false
		}
	}
	return known
}

func listModel(m *gen.Model) listedModel {
	l := listedModel{ID: m.ID, Type: string(m.Type), Privacy: string(m.ModelSpec.Privacy),
		ContextTokens: m.ModelSpec.AvailableContextTokens, Traits: m.ModelSpec.Traits, Capabilities: []string{}}
	if l.Traits == nil {
		l.Traits = []string{}
	}
	if p := m.ModelSpec.Pricing; p != nil {
		l.InputUSD, l.OutputUSD = usd(p.Input), usd(p.Output)
		for _, piece := range pieces(p) { // the cheapest of them
			if l.PieceUSD == nil || piece < *l.PieceUSD {
				l.PieceUSD = &piece
			}
		}
	}
	if m.ModelSpec.Capabilities != nil {
		l.Capabilities = flagsOf(m.ModelSpec.Capabilities)
	}
	return l
}

func usd(p *gen.Price) *float64 {
	if p == nil {
		return nil
	}
	return &p.USD
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
