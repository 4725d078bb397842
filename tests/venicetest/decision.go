// Decisions: closed questions about a state.

package venicetest

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
	"github.com/venice-go/venice/tests/venicetest/internal/judge"
	"github.com/venice-go/venice/tests/venicetest/internal/tokens"
)

// tokensOf is how many tokens a JSON value has.
func tokensOf(v any) int {
	b, _ := json.Marshal(v) // came as JSON
	return tokens.Count(string(b))
}

// decide answers each question by the words that it shares with the state.
func (h *Handler) decide(r *request) answer {
	m, refusal := h.modelOf(r, "decision")
	if refusal != nil {
		return *refusal
	}
	state := r.body["state"]
	questions, _ := r.body["questions"].(map[string]any)
	input, longest, output := tokensOf(state), 0, 0
	answers := map[string]any{}
	for id, q := range questions {
		question, _ := q.(map[string]any)
		longest = max(longest, tokensOf(q))
		input += tokensOf(q)
		answers[id] = decideOne(state, question)
		output += 4
	}
	switch {
	case tokensOf(state)+longest > m.Decision.State:
		return invalid([]string{"state"}, "The state and the longest question have more than "+strconv.Itoa(m.Decision.State)+" tokens")
	case input > m.Decision.Total:
		return invalid([]string{"questions"}, "The state and the questions have more than "+strconv.Itoa(m.Decision.Total)+" tokens")
	}
	token := func(sku string, n int, price catalog.Money) item {
		return item{sku, float64(n) / 1e6, money(price), money(price.Per(n))}
	}
	b := bill{model: m, id: h.uuid(), prompt: input, output: output, items: []item{
		token("decision-input-mtoken", input, m.Decision.Input), token("decision-output-mtoken", output, m.Decision.Output),
	}}
	if refusal := h.afford(r, b.total()); refusal != nil {
		return *refusal
	}
	h.charge(r, b)
	return answer{status: http.StatusOK, header: modelHeaders(m), body: map[string]any{
		"model": m.ID, "answers": answers, "usage": map[string]any{"input_tokens": input, "output_tokens": output},
	}}
}

func decideOne(state any, question map[string]any) map[string]any {
	kind, _ := question["type"].(string)
	switch criteria := question["criteria"].(type) {
	case map[string]any:
		if kind == "choice" {
			choice, chances := judge.Choose(state, criteria)
			return map[string]any{"type": kind, "choice": choice, "probabilities": chances, "confidence": judge.Confidence(chances)}
		}
		return map[string]any{"type": kind, "noul": judge.Yes(state, criteria["true"], criteria["false"])}
	case []any:
		levels, legend := map[string]any{}, map[string]any{}
		for i, text := range criteria {
			levels[strconv.Itoa(i)], legend[strconv.Itoa(i)] = text, text
		}
		_, chances := judge.Choose(state, levels)
		score := 0.0
		for i := range criteria {
			score += float64(i) * chances[strconv.Itoa(i)]
		}
		return map[string]any{
			"type": kind, "score": score, "legend": legend, "probabilities": chances, "confidence": judge.Confidence(chances),
		}
	}
	return map[string]any{"type": kind, "noul": judge.Yes(state, question["instructions"], "")}
}
