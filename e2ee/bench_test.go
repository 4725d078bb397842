// What a chat costs with encryption, as a ratio of one without, against the fake.

package e2ee_test

import (
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/tests/venicetest"
)

// The fake encrypts by the book and slowly: most of what this shows is its time, and the client's own is in the benchmarks of
// package seal. The answer has 20 pieces.
func BenchmarkChat(b *testing.B) {
	s := venicetest.NewServer(b)
	_, encrypted := setUp(b, s, trust(), nil)
	plain, err := venice.New(venice.WithBaseURL(s.URL), venice.WithAPIKey(s.InferenceKey()))
	if err != nil {
		b.Fatal(err)
	}
	request := ask(newer, "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen")
	var spent [2]time.Duration
	for b.Loop() {
		for i, client := range []*venice.Client{encrypted, plain} {
			began := time.Now()
			answer, err := venice.CollectChat(client.StreamChatCompletion(b.Context(), request))
			if spent[i] += time.Since(began); err != nil || len(answer.Choices) != 1 {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(spent[0])/float64(spent[1]), "ratio")
}
