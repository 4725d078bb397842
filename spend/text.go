// What calls of text models can cost, and what they did cost by their usage.

package spend

import (
	"fmt"
	"math"

	"github.com/venice-go/venice/gen"
)

const (
	million = 1e6
	// venicePrompt is how many tokens Venice's own prompt has at most, by the service's documentation.
	venicePrompt = 1700
	// bytesPerToken is more than texts have, so that there are no fewer tokens than texts of these bytes make.
	bytesPerToken = 12
	// searchFee is what a search of the web, and a page that is read, costs by the service's list of prices, in USD.
	searchFee = 0.01
)

func perMillion(p gen.Price) gen.Price {
	return gen.Price{USD: p.USD / million, DIEM: p.DIEM / million}
}

// rates are the prices of a text model for prompts up to the threshold, or beyond it, per million tokens.
type rates struct{ input, read, written, output gen.Price }

// ratesOf returns an error for prices that are missing, or nothing: money is not read generously.
func ratesOf(m *gen.Model) (usual, long rates, threshold float64, err error) {
	p := m.ModelSpec.Pricing
	if p == nil || p.Input == nil || p.Output == nil || free(p.Input) || free(p.Output) {
		return usual, long, 0, unknown("the list has no prices of %s", m.ID)
	}
	or := func(p *gen.Price, input gen.Price) gen.Price {
		if p == nil || free(p) {
			return input
		}
		return *p
	}
	usual = rates{*p.Input, or(p.CacheInput, *p.Input), or(p.CacheWrite, *p.Input), *p.Output}
	long, threshold = usual, math.Inf(1)
	if e := p.Extended; e != nil {
		if free(&e.Input) || free(&e.Output) {
			return usual, long, 0, unknown("the list has no prices of long prompts for %s", m.ID)
		}
		long, threshold = rates{e.Input, or(e.CacheInput, e.Input), or(e.CacheWrite, e.Input), e.Output}, e.ContextTokenThreshold
	}
	return usual, long, threshold, nil
}

// free tells a price of nothing, which is as good as none.
func free(p *gen.Price) bool { return p.USD <= 0 && p.DIEM <= 0 }

func highest(prices ...gen.Price) (p gen.Price) {
	for _, o := range prices {
		p.USD, p.DIEM = max(p.USD, o.USD), max(p.DIEM, o.DIEM)
	}
	return p
}

// chatParts bounds a call of a text model. The prompt has no more tokens than the request has bytes, and Venice's own
// prompt, or than the model reads at most; where not all of the prompt is in the request, it is the latter.
func chatParts(q query, m *gen.Model) ([]Part, error) {
	usual, long, threshold, err := ratesOf(m)
	if err != nil {
		return nil, err
	}
	prompt, elsewhere := float64(q.size+venicePrompt), q.elsewhere()
	if q.setting("include_venice_system_prompt") == false {
		prompt = float64(q.size)
	}
	context := contextOf(m)
	if context > 0 && (elsewhere || context < prompt) {
		prompt = context
	} else if elsewhere {
		return nil, unknown("what %s reads is not all in the request, and the list does not tell its context", m.ID)
	}
	answer := outputOf(q, m)
	if answer == 0 {
		return nil, unknown("%s has no limit of its answers in the list, and the request sets no max_completion_tokens", m.ID)
	}
	input, output := highest(usual.input, usual.read, usual.written), usual.output
	if prompt > threshold {
		input, output = highest(input, long.input, long.read, long.written), highest(output, long.output)
	}
	choices := q.atLeast("n", 1)
	parts := []Part{
		{What: "input tokens of " + m.ID, Least: min(prompt, float64(texts(q.body, false))/bytesPerToken), Most: prompt, Price: perMillion(input)},
		{What: "output tokens of " + m.ID, Least: 1, Most: answer * choices, Price: perMillion(output)},
	}
	for _, r := range []rates{usual, long} { // what was read from the cache is cheaper, and some long prompts are
		parts[0].floors = append(parts[0].floors, perMillion(r.input), perMillion(r.read))
		parts[1].floors = append(parts[1].floors, perMillion(r.output))
	}
	return q.withSearches(parts)
}

// elsewhere reports that the model reads what is not in the request: what is behind an address, what a search finds, a
// character. The size of a picture's or a sound's data says nothing about its tokens.
func (q query) elsewhere() bool {
	for _, name := range []string{"previous_response_id", "conversation", "prompt"} {
		if q.body[name] != nil {
			return true
		}
	}
	return has([]any{q.body["messages"], q.body["input"]}, "image_url", "input_audio", "video_url", "file", "file_data", "file_id", "file_url") ||
		q.on("enable_web_search") || q.on("enable_web_scraping") || q.on("enable_x_search") || q.on("character_slug") || q.yes("web_search")
}

// withSearches adds what is billed beside the tokens.
func (q query) withSearches(parts []Part) ([]Part, error) {
	fee := func(what string, n int) {
		parts = append(parts, Part{What: what, Most: float64(n), Price: gen.Price{USD: searchFee, DIEM: searchFee}, fee: true})
	}
	if q.on("enable_web_search") || q.yes("web_search") {
		fee("search of the web", 1)
	}
	if q.on("enable_x_search") {
		fee("search of X", 1)
	}
	if q.on("enable_web_scraping") {
		fee("pages that are read", max(1, addresses(q.body)))
	}
	tools, _ := q.body["tools"].([]any)
	for _, tool := range tools {
		if t, ok := tool.(map[string]any); ok && t["type"] != nil && t["type"] != "function" {
			return nil, unknown("tools of the type %v are billed by how often they are used", t["type"])
		}
	}
	return parts, nil
}

func contextOf(m *gen.Model) float64 {
	for _, n := range []*int64{m.ModelSpec.AvailableContextTokens, m.ContextLength} {
		if n != nil && *n > 0 {
			return float64(*n)
		}
	}
	return 0
}

// outputOf is how many tokens one answer has at most, or 0 if nothing bounds it.
func outputOf(q query, m *gen.Model) float64 {
	asked := max(q.atLeast("max_completion_tokens", 0), q.atLeast("max_tokens", 0), q.atLeast("max_output_tokens", 0))
	own := m.ModelSpec.MaxCompletionTokens
	switch {
	case own == nil || *own <= 0:
		return asked
	case asked == 0:
		return float64(*own)
	}
	return min(asked, float64(*own))
}

// embeddingParts bounds the tokens of texts by their bytes.
func embeddingParts(q query, m *gen.Model) ([]Part, error) {
	p := m.ModelSpec.Pricing
	if p == nil || p.Input == nil || free(p.Input) {
		return nil, unknown("the list has no price of %s", m.ID)
	}
	return []Part{{What: "input tokens of " + m.ID, Least: float64(texts(q.body, false)) / bytesPerToken, Most: float64(q.size), Price: perMillion(*p.Input)}}, nil
}

// decisionParts takes what a decision may read and write for what it does.
func decisionParts(q query, m *gen.Model) ([]Part, error) {
	usual, _, _, err := ratesOf(m)
	total := m.ModelSpec.MaxTotalTokens
	if err != nil || total == nil {
		return nil, unknown("the list has no prices or no limit of %s", m.ID)
	}
	return []Part{
		{What: "input tokens of " + m.ID, Most: float64(*total), Price: perMillion(usual.input)},
		{What: "output tokens of " + m.ID, Most: float64(*total), Price: perMillion(usual.output)},
	}, nil
}

// A usage is what an answer says that it took, in any of the service's forms.
type usage struct {
	Prompt        float64 `json:"prompt_tokens"`
	Input         float64 `json:"input_tokens"`
	Completion    float64 `json:"completion_tokens"`
	Output        float64 `json:"output_tokens"`
	Read          float64 `json:"cache_read_input_tokens"`
	Written       float64 `json:"cache_creation_input_tokens"`
	PromptDetails cached  `json:"prompt_tokens_details"`
	InputDetails  cached  `json:"input_tokens_details"`
}

type cached struct {
	Read    float64 `json:"cached_tokens"`
	Written float64 `json:"cache_creation_input_tokens"`
}

// cost is what the tokens of an answer cost. An answer without output is not billed.
func (u usage) cost(m *gen.Model) (Money, error) {
	in, out := max(u.Prompt, u.Input), max(u.Completion, u.Output)
	if m.Type == gen.ModelTypeEmbedding {
		if p := m.ModelSpec.Pricing; p != nil && p.Input != nil && !free(p.Input) {
			return moneyOf(in, perMillion(*p.Input)), nil
		}
		return Money{}, unknown("the list has no price of %s", m.ID)
	}
	usual, long, threshold, err := ratesOf(m)
	if err != nil {
		return Money{}, err
	}
	if in > threshold {
		usual = long
	}
	read, written := max(u.Read, u.PromptDetails.Read, u.InputDetails.Read), max(u.Written, u.PromptDetails.Written, u.InputDetails.Written)
	switch {
	case in < 0 || out < 0 || read < 0 || written < 0 || read+written > in:
		return Money{}, fmt.Errorf("spend: the usage of the answer does not add up")
	case out == 0:
		return Money{}, nil
	}
	return moneyOf(in-read-written, perMillion(usual.input)).plus(moneyOf(read, perMillion(usual.read))).
		plus(moneyOf(written, perMillion(usual.written))).plus(moneyOf(out, perMillion(usual.output))), nil
}
