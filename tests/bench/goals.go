// Goals: what each number is to be at most, and why one is not there.

package main

import (
	"fmt"
	"io"
	"slices"
)

// A goal is a limit of something that is measured. If it is not met, why says what the profile shows.
type goal struct {
	what string
	most float64
	why  string
}

// Ratios of the processor time of a call to the floor's, and of what else is named by itself.
var goals = []goal{
	{"chat call, memory", 0.65, "the same code takes 0.55 to 0.66, as the linker happens to place it, and more where something else runs, which wide quartiles show"},
	{"chat call, memory: allocations", 35, ""},
	{"chat call, loopback", 0.80, "net/http alone takes 0.5, and JSON half of what is above it; on one processor it is 0.89"},
	{"chunk, memory", 0.30, ""},
	{"chunk, memory: allocations", 2, ""},
	{"chunk, loopback", 0.30, ""},
	{"embeddings, JSON", 0.25, "the codec's look at each number takes 0.15, the numbers themselves 0.10"},
	{"embeddings, base64", 0.05, "encoding/base64 takes a third, the codec's look at each letter a fifth, memory for the result a sixth"},
	{"list of models", 0.50, ""},
	{"model from the cache: µs", 1, ""},
	{"streams one after the other: connections", 2, ""},
	{"second stream, TLS, 50 ms: round trips", 1.5, ""},
	{"download", 1.05, ""},
	{"download: MiB of heap", 1, ""},
	{"upload", 1.05, ""},
	{"upload: MiB of heap", 1, ""},
	{"many callers: time with limits", 1.11, ""},
	{"sign-in", 1.20, ""},
	{"payment", 1.10, ""},
}

// judge keeps a number for the list of goals.
func (e effort) judge(what string, got float64) {
	if e.judged != nil {
		e.judged[what] = got
	}
}

// verdicts prints what was measured beside its goal.
func verdicts(out io.Writer, e effort) error {
	var rows [][]string
	for _, g := range goals {
		got, measured := e.judged[g.what]
		if !measured {
			continue
		}
		met := "yes"
		if got > g.most {
			met = "**no** " + g.why
		}
		rows = append(rows, []string{g.what, fmt.Sprintf("%.2f", g.most), fmt.Sprintf("%.2f", got), met})
	}
	for what := range e.judged {
		if !slices.ContainsFunc(goals, func(g goal) bool { return g.what == what }) {
			return fmt.Errorf("%s has no goal", what)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return table(out, []string{"goal", "at most", "measured", "met"}, rows)
}
