// Vectors of texts.

// Package vector makes embeddings that mean little and behave well: the same for the same text, of length 1, and near
// each other for texts that share words, or parts of words.
package vector

import (
	"hash/fnv"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

// Of returns the vector of a text. Models are spaces of their own. It has size numbers, of which the first dimensions
// are kept, as models do that were trained for it; the rest is of length 1 again.
func Of(model, text string, size, dimensions int) []float32 {
	sum := make([]float64, size)
	f := features(text)
	for _, feature := range slices.Sorted(maps.Keys(f)) { // in one order, since sums of floats depend on it
		add(sum, model, feature, f[feature])
	}
	sum = sum[:min(size, dimensions)]
	if norm(sum) == 0 { // the features cancelled each other
		add(sum, model, text, 1)
	}
	length := norm(sum)
	out := make([]float32, len(sum))
	for i, x := range sum {
		out[i] = float32(x / length)
	}
	return out
}

func norm(v []float64) (length float64) {
	for _, x := range v {
		length += x * x
	}
	return math.Sqrt(length)
}

// add puts a feature into the sum: a direction that follows from its name.
func add(sum []float64, model, feature string, weight float64) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(model + "\x00" + feature))
	r := rand.New(rand.NewPCG(h.Sum64(), 0))
	var bits uint64
	for i := range sum {
		if i%64 == 0 {
			bits = r.Uint64()
		}
		if bits&1 == 0 {
			sum[i] += weight
		} else {
			sum[i] -= weight
		}
		bits >>= 1
	}
}

// features weighs what is in a text: its words, and less than these their beginnings, so that forms of a word are near
// each other. The text itself tells apart those of the same words.
func features(text string) map[string]float64 {
	const short, common = 3, 0.3
	f := map[string]float64{"text " + text: 0.2}
	words := strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsNumber(c) })
	for _, w := range words {
		weight := 1.0
		runes := []rune(w)
		if len(runes) <= short {
			weight = common // mostly words that are in every text
		} else {
			f["begins "+string(runes[:short+1])] += weight / 2
		}
		f["word "+w] += weight
	}
	for name, weight := range f {
		f[name] = math.Sqrt(weight) // twice the same word says a little more
	}
	return f
}
