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
	{"chat call, memory", 0.65, "half of what is left is net/http's request, the trace and the timer of the call, which the floor's has less of"},
	{"chat call, memory: allocations", 35, ""},
	{"chat call, loopback", 0.80, "most of it is net/http and the kernel, the same for all: the calls themselves are two thirds of it"},
	{"chunk, memory", 0.30, ""},
	{"chunk, memory: allocations", 2, ""},
	{"chunk, loopback", 0.30, ""},
	{"embeddings, JSON", 0.25, "half of it is the codec's search for the end of each number; the numbers themselves need a third"},
	{"embeddings, base64", 0.05, "the codec looks at each letter for an escape, and encoding/base64 at each once more"},
	{"list of models", 0.50, "the codec's reflection, and a map for what is not known where there is something"},
	{"streams one after the other: connections", 2, "the server ends a stream later than the caller waits for"},
	{"second stream, TLS, 50 ms: round trips", 1.5, "the connection was not free yet"},
	{"download", 1.05, ""},
	{"download: MiB of heap", 1, ""},
	{"many callers: time with limits", 1.11, "the limits take locks that callers share"},
	{"sign-in", 1.20, "the curve is most of it: the nonce, the hash and the header are the rest"},
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
