// Models that write text: chat, embeddings, decisions.

package catalog

// A Text is what a chat model can do. Prices are per million tokens.
type Text struct {
	Context, Most int // tokens: of input and answer together, and of an answer
	Quantization  string
	Images        int // in a message; 0 for a model that does not see
	Videos        int
	Audio         bool
	Tools         bool
	Schema        bool
	LogProbs      bool
	Search        bool
	XSearch       bool
	Code          bool
	TEE, E2EE     bool
	Reasoning     bool
	Efforts       []string // values of reasoning_effort; nil for a model that does not heed it
	Effort        string   // the one that holds when absent

	Input, Output         Money
	CacheRead, CacheWrite Money // 0 where it costs what input costs
	Threshold             int   // tokens of input above which Long holds for the whole call; 0 for never
	Long                  *Text // prices alone
}

// Tokens are those that a call is billed for. Input includes what was read from the cache and written to it.
type Tokens struct{ Input, CacheRead, CacheWrite, Output int }

// A Part is one entry of a bill.
type Part struct {
	Name   string // "llm-input", "llm-cache-read", ...
	Tokens int
	Price  Money // per million
}

// Amount is what the entry costs.
func (p Part) Amount() Money { return p.Price.Per(p.Tokens) }

// Parts is the bill of a call. An answer without output is not billed.
func (t *Text) Parts(n Tokens) (bill []Part) {
	if n.Output == 0 {
		return nil
	}
	if t.Threshold > 0 && n.Input > t.Threshold {
		t = t.Long
	}
	or := func(m Money) Money {
		if m == 0 {
			return t.Input
		}
		return m
	}
	for _, p := range []Part{
		{"llm-input", n.Input - n.CacheRead - n.CacheWrite, t.Input},
		{"llm-cache-read", n.CacheRead, or(t.CacheRead)},
		{"llm-cache-write", n.CacheWrite, or(t.CacheWrite)},
		{"llm-output", n.Output, t.Output},
	} {
		if p.Tokens > 0 {
			bill = append(bill, p)
		}
	}
	return bill
}

func (t *Text) pricing() map[string]any {
	p := map[string]any{"input": t.Input.price(), "output": t.Output.price()}
	if t.CacheRead > 0 {
		p["cache_input"] = t.CacheRead.price()
	}
	if t.CacheWrite > 0 {
		p["cache_write"] = t.CacheWrite.price()
	}
	if t.Threshold > 0 {
		long := t.Long.pricing()
		long["context_token_threshold"] = t.Threshold
		p["extended"] = long
	}
	return p
}

func (t *Text) capabilities() map[string]any {
	c := map[string]any{
		"optimizedForCode": t.Code, "quantization": t.Quantization,
		"supportsAudioInput": t.Audio, "supportsE2EE": t.E2EE, "supportsFunctionCalling": t.Tools,
		"supportsLogProbs": t.LogProbs, "supportsMultipleImages": t.Images > 1, "supportsReasoning": t.Reasoning,
		"supportsReasoningEffort": t.Efforts != nil, "supportsResponseSchema": t.Schema, "supportsTeeAttestation": t.TEE,
		"supportsVideoInput": t.Videos > 0, "supportsVision": t.Images > 0, "supportsWebSearch": t.Search,
		"supportsXSearch": t.XSearch,
	}
	if t.Images > 0 {
		c["maxImages"] = t.Images
	}
	if t.Videos > 0 {
		c["maxVideos"] = t.Videos
	}
	if t.Efforts != nil {
		c["reasoningEffortOptions"], c["defaultReasoningEffort"] = t.Efforts, t.Effort
	}
	return c
}

// An Embedding makes vectors. Its price is per million tokens.
type Embedding struct {
	Dimensions, Most int  // length of the vectors, tokens of a text
	Custom           bool // shorter vectors can be asked for
	Input            Money
}

// A Decision answers questions about a state. Prices are per million tokens.
type Decision struct {
	State, Total  int // most tokens: state and longest question, state and all of them
	Input, Output Money
}
