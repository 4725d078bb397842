// Tests of the vectors: what a search by them relies on.

package vector_test

import (
	"math"
	"slices"
	"testing"

	"github.com/venice-go/venice/tests/venicetest/internal/vector"
)

func of(text string) []float32 { return vector.Of("m", text, 1024, 1024) }

func cosine(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestLength(t *testing.T) {
	for _, text := range []string{"x", "The cat sat on the mat.", "", "?!", "🦊", "同じ 文"} {
		for _, n := range []int{1, 2, 3, 64, 1000, 1024} {
			v := vector.Of("m", text, 1024, n)
			if got := math.Sqrt(cosine(v, v)); len(v) != n || math.Abs(got-1) > 1e-6 {
				t.Errorf("%q: %d numbers of length %v", text, len(v), got)
			}
		}
	}
}

func TestNear(t *testing.T) {
	question := of("How do cats sleep at night?")
	order := []string{ // the nearest first
		"How do cats sleep at night?",
		"How do cats sleep?",
		"A cat is sleeping.",
		"The stock market fell sharply on Monday.",
	}
	last := 2.0
	for _, text := range order {
		near := cosine(question, of(text))
		if near >= last {
			t.Errorf("%q is at %.3f, the one before at %.3f", text, near, last)
		}
		last = near
	}
	if same := cosine(question, of(order[0])); math.Abs(same-1) > 1e-6 {
		t.Errorf("the same text is at %v", same)
	}
	if last > 0.2 || last < -0.2 {
		t.Errorf("a text that shares nothing is at %v", last)
	}
	if a, b := of("dog bites man"), of("man bites dog"); slices.Equal(a, b) || cosine(a, b) < 0.8 {
		t.Errorf("the same words in another order are at %v", cosine(a, b))
	}
}

func TestShorter(t *testing.T) {
	whole, part := of("sky"), vector.Of("m", "sky", 1024, 256)
	for i := range part {
		if math.Signbit(float64(part[i])) != math.Signbit(float64(whole[i])) {
			t.Fatalf("number %d is %v of the whole and %v of the part", i, whole[i], part[i])
		}
	}
	if other := vector.Of("n", "sky", 1024, 1024); math.Abs(cosine(whole, other)) > 0.2 {
		t.Errorf("another model is at %v", cosine(whole, other))
	}
}
