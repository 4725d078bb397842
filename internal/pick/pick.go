// Package pick holds models of the service's list against what is wanted of them, and requests against models.
package pick

import (
	"fmt"
	"slices"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
)

// A Want is what a model must have; see venice.Choice.
type Want struct {
	Capabilities  []string
	Traits        []string
	Privacy       []gen.ModelPrivacy
	ContextTokens int64
	OutputTokens  int64
	Beta          bool
	Deprecated    bool
	Mix           Mix
}

// A Mix is of what a call is made; see venice.Mix.
type Mix struct{ Input, CachedInput, Output float64 }

// Lacks returns why a model is not what is wanted, in the order of the fields of a Want; nil if it is.
func (w Want) Lacks(m *gen.Model) (why []string) {
	spec := &m.ModelSpec
	no := func(lacks bool, format string, args ...any) {
		if lacks {
			why = append(why, fmt.Sprintf(format, args...))
		}
	}
	no(spec.Offline != nil && *spec.Offline, "offline")
	no(spec.Beta != nil && *spec.Beta, "in closed beta")
	can := Capabilities(m)
	for _, name := range w.Capabilities {
		no(!can[name], "without %s", name)
	}
	for _, name := range w.Traits {
		no(!slices.Contains(spec.Traits, name), "without the trait %s", name)
	}
	no(len(w.Privacy) > 0 && !slices.Contains(w.Privacy, spec.Privacy), "not %v", w.Privacy)
	no(Context(m) < w.ContextTokens, "with a context below %d", w.ContextTokens)
	no(deref(spec.MaxCompletionTokens) < w.OutputTokens, "with answers below %d", w.OutputTokens)
	no(!w.Beta && spec.BetaModel != nil && *spec.BetaModel, "in beta")
	no(!w.Deprecated && spec.Deprecation != nil, "deprecated")
	if w.Mix != (Mix{}) {
		_, known := w.Mix.Price(m)
		no(!known, "without a price")
	}
	return why
}

// Capabilities are the flags of a text model by their JSON names, those included that no type knows.
func Capabilities(m *gen.Model) map[string]bool {
	var spec struct {
		Capabilities map[string]any
	}
	can := map[string]bool{}
	if loose.Recast(m.ModelSpec, &spec) == nil {
		for name, value := range spec.Capabilities {
			if is, flag := value.(bool); flag {
				can[name] = is
			}
		}
	}
	return can
}

// Context is how many tokens of input a model takes, 0 if the list does not say.
func Context(m *gen.Model) int64 {
	return max(deref(m.ModelSpec.AvailableContextTokens), deref(m.ContextLength))
}

// Price is what the mix costs, in USD: of a text model by the million tokens, of any other what a piece, a second or as
// many characters as it counts by cost at least. A price of nothing counts as none.
func (x Mix) Price(m *gen.Model) (usd float64, known bool) {
	p := m.ModelSpec.Pricing
	if p == nil {
		return 0, false
	}
	if m.Type == gen.ModelTypeText || m.Type == gen.ModelTypeDecision {
		if p.Input == nil || p.Output == nil || p.Input.USD <= 0 || p.Output.USD <= 0 {
			return 0, false
		}
		read := *p.Input
		if p.CacheInput != nil && p.CacheInput.USD > 0 {
			read = *p.CacheInput
		}
		return x.Input*p.Input.USD + x.CachedInput*read.USD + x.Output*p.Output.USD, true
	}
	prices := []*gen.Price{p.Generation, p.Inpaint, p.Input, p.PerAudioSecond, p.PerSecond, p.PerThousandCharacters}
	for _, each := range p.Resolutions {
		prices = append(prices, &each)
	}
	for _, q := range p.Quality {
		prices = append(prices, q.Low, q.Medium, q.High)
	}
	for _, d := range p.Durations {
		prices = append(prices, &gen.Price{USD: d.USD})
	}
	for _, each := range prices {
		if each != nil && each.USD > 0 && (!known || each.USD < usd) {
			usd, known = each.USD, true
		}
	}
	return usd, known
}

func deref(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}
