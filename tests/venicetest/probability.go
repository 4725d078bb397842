// Log probabilities of tokens: made up, the same for the same tokens, and in order.

package venicetest

import (
	"hash/fnv"
	"math"
)

// probabilities tells one of each token, and the likeliest beside it, of which the token itself is the first.
func (e *exchange) probabilities(tokens []string) []any {
	list := []any{}
	for _, t := range tokens {
		sum := fnv.New32a()
		_, _ = sum.Write([]byte(t))
		p := 0.6 + float64(sum.Sum32()%350)/1000
		entry := probability(t, p)
		top, rest := []any{}, 1-p
		for i := range e.top {
			if i > 0 {
				rest /= 2
				t, p = t+"~", rest
			}
			top = append(top, probability(t, p))
		}
		entry["top_logprobs"] = top
		list = append(list, entry)
	}
	return list
}

func probability(token string, p float64) map[string]any {
	bytes := []any{}
	for _, b := range []byte(token) {
		bytes = append(bytes, int(b))
	}
	return map[string]any{"token": token, "logprob": math.Round(math.Log(p)*1e6) / 1e6, "bytes": bytes}
}
