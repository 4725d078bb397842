// Spreads: how numbers of many rounds lie.

package main

import (
	"fmt"
	"slices"
)

// sharesOf returns a function that says below which number a share of them lies: 0.5 is the median, 1 the largest.
func sharesOf(numbers []float64) func(share float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	return func(share float64) float64 { return sorted[int(share*float64(len(sorted)-1)+0.5)] }
}

// A spread is the median of some numbers and their quartiles.
type spread struct{ low, median, high float64 }

func spreadOf(numbers []float64) spread {
	at := sharesOf(numbers)
	return spread{at(0.25), at(0.5), at(0.75)}
}

func (s spread) String() string { return fmt.Sprintf("%.2f (%.2f-%.2f)", s.median, s.low, s.high) }
