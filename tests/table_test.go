// The suite as a whole, and the table of what it covered: what the description or the Go types have and no case has
// tried fails the test.

package tests

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"github.com/venice-go/venice"
)

// A table counts the cases that came out well, by operation, by kind and by what they were a case of.
type table struct {
	mu    sync.Mutex
	cases map[caseOf]int
}

type caseOf struct{ op, kind, what string }

// The kinds of case.
const (
	anAnswer = "answers"  // of a status and media type, decoded without loss
	aRequest = "requests" // of a method, understood as meant
	aField   = "fields"   // of a Go type, a parameter or a place of a body, sent
	anError  = "errors"   // of a status, as *venice.Error
	anOpen   = "opened"   // place of an answer where something unknown did no harm
	aBent    = "bent"     // answer that was found out
)

func (t *table) count(op *venice.Operation, kind, what string) { t.tick(op, kind, what, true) }

// tick notes that there is something to have a case of, and whether this was one.
func (t *table) tick(op *venice.Operation, kind, what string, is bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cases[caseOf{op.Name, kind, what}] += 0
	if is {
		t.cases[caseOf{op.Name, kind, what}]++
	}
}

// TestContract holds the client, the fake and the description against each other, for every operation.
func TestContract(t *testing.T) {
	tab := &table{cases: map[caseOf]int{}}
	ran := 0
	for _, part := range []struct {
		name string
		run  func(*testing.T, *table)
	}{
		{"answers", testAnswers}, {"open", testOpen}, {"requests", testRequests}, {"errors", testErrors}, {"bent", testBent},
	} {
		t.Run(part.name, func(t *testing.T) {
			part.run(t, tab)
			ran++
		})
	}
	if ran < 5 {
		return // a part alone has no whole to judge
	}
	tab.judge(t)
	t.Log("\n" + tab.String())
}

// judge fails the test for every thing without a case.
func (t *table) judge(test *testing.T) {
	for want := range t.wanted() {
		if t.cases[want] == 0 && !unsayable()[want.what] {
			test.Errorf("%s: no case among the %s for %s", want.op, want.kind, want.what)
		}
	}
	for c, n := range t.cases {
		if n > 0 && unsayable()[c.what] {
			test.Errorf("%s: %s was said, although it cannot be", c.op, c.what)
		}
	}
}

// wanted is what there must be cases of.
func (t *table) wanted() map[caseOf]bool {
	all := map[caseOf]bool{}
	for noted := range t.cases {
		all[noted] = true
	}
	for _, op := range venice.Operations() {
		want := func(kind, what string) { all[caseOf{op.Name, kind, what}] = true }
		for _, r := range replies(&op, true) {
			want(anAnswer, r.String())
			if !isMedia(r.mediaType) {
				want(aBent, r.String())
			}
		}
		for _, r := range replies(&op, false) {
			want(anError, r.String())
		}
		for what := range sendable(&op) {
			want(aField, what)
		}
	}
	for _, m := range methods() {
		all[caseOf{m.op.Name, aRequest, m.name}] = true
	}
	return all
}

// String is one line for each operation.
func (t *table) String() string {
	type row struct {
		statuses      map[string]bool
		cases         map[string]int
		fields, given int
	}
	rows := map[string]*row{}
	for _, op := range venice.Operations() {
		rows[op.Name] = &row{statuses: map[string]bool{}, cases: map[string]int{}}
	}
	for want := range t.wanted() {
		if want.kind == aField && !unsayable()[want.what] {
			rows[want.op].fields++
		}
	}
	for c, n := range t.cases {
		r := rows[c.op]
		switch r.cases[c.kind] += n; c.kind {
		case anAnswer, anError:
			status, _, _ := strings.Cut(c.what, " ")
			r.statuses[status] = true
		case aField:
			r.given += min(n, 1)
		}
	}
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "operation\tanswers\topened\tbent\trequests\tfields\terrors\tstatuses")
	for _, op := range venice.Operations() {
		r := rows[op.Name]
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d/%d\t%d\t%s\n", op.Name, r.cases[anAnswer], r.cases[anOpen], r.cases[aBent],
			r.cases[aRequest], r.given, r.fields, r.cases[anError], strings.Join(slices.Sorted(maps.Keys(r.statuses)), " "))
	}
	_ = w.Flush()
	return text.String()
}
