// Judging by the words that two texts share.

// Package judge answers closed questions for the fake: what shares more words with the state is likelier.
package judge

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
)

// words are those of a JSON value, its names too, each once and in lower case.
func words(v any) map[string]bool {
	text, plain := v.(string)
	if !plain {
		b, _ := json.Marshal(v) // came as JSON
		text = string(b)
	}
	set := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		set[w] = true
	}
	return set
}

// shared counts the words of text that the state has.
func shared(state, text any) (n int) {
	of := words(state)
	for w := range words(text) {
		if of[w] {
			n++
		}
	}
	return n
}

// Yes is the chance that the answer is yes: a half, more for each word that the state shares with what speaks for it,
// less for what speaks against it.
func Yes(state, yes, no any) float64 {
	for_, against := float64(shared(state, yes)), float64(shared(state, no))
	return round((1 + 2*for_) / (2 + 2*for_ + 2*against))
}

// Choose is the chance of each option by its name and its text. They add up to 1. The likeliest is the first by name of
// those that are equal.
func Choose(state any, options map[string]any) (likeliest string, chances map[string]float64) {
	chances, total := map[string]float64{}, 0.0
	for name, text := range options {
		chances[name] = float64(1 + 4*shared(state, []any{name, text}))
		total += chances[name]
	}
	names := slices.Sorted(maps.Keys(options))
	sum := 0.0
	for _, name := range names {
		chances[name] = round(chances[name] / total)
		sum += chances[name]
		if likeliest == "" || chances[name] > chances[likeliest] {
			likeliest = name
		}
	}
	if likeliest != "" {
		chances[likeliest] = round(chances[likeliest] + 1 - sum) // what rounding took away
	}
	return likeliest, chances
}

// Confidence is how far the first chance is above an even one, 0 to 1.
func Confidence(chances map[string]float64) float64 {
	top := 0.0
	for _, p := range chances {
		top = max(top, p)
	}
	if n := float64(len(chances)); n > 1 {
		return round((top - 1/n) / (1 - 1/n))
	}
	return 1
}

func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }
