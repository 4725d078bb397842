package judge_test

import (
	"math"
	"testing"

	"github.com/venice-go/venice/tests/venicetest/internal/judge"
)

func TestYes(t *testing.T) {
	for _, test := range []struct {
		yes, no any
		want    float64
	}{
		{"", "", 0.5}, {"an angry customer", "calm customer", 0.625}, {"calm", "angry", 0.25}, {map[string]any{"x": "Angry!"}, nil, 0.75},
	} {
		if got := judge.Yes(map[string]any{"mail": "I am ANGRY as a customer"}, test.yes, test.no); got != test.want {
			t.Errorf("%v or %v: %v, want %v", test.yes, test.no, got, test.want)
		}
	}
}

// The likeliest option is the one that the state speaks of, and the chances add up to 1.
func TestChoose(t *testing.T) {
	options := map[string]any{"billing": "money, invoices", "bug": "a crash or an error", "other": nil}
	for state, want := range map[string]string{
		"The app has a crash": "bug", "My invoices are wrong": "billing", "": "billing", "Some other thing": "other",
	} {
		got, chances := judge.Choose(state, options)
		sum := 0.0
		for _, p := range chances {
			sum += p
		}
		if got != want || math.Abs(sum-1) > 1e-12 || len(chances) != 3 {
			t.Errorf("%q: %s, %v", state, got, chances)
		}
		if c := judge.Confidence(chances); c < 0 || c > 1 || (state == "") != (c < 0.01) {
			t.Errorf("%q: confidence %v of %v", state, c, chances)
		}
	}
	if got, chances := judge.Choose("x", nil); got != "" || len(chances) != 0 || judge.Confidence(chances) != 1 {
		t.Errorf("no options: %q, %v", got, chances)
	}
}
