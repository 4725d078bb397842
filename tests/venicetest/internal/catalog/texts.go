// The models that write text.

package catalog

// open is what most models share.
func open(change func(*Text)) *Text {
	t := &Text{
		Context: 131072, Most: 32768, Quantization: "fp8", Tools: true, Schema: true, Search: true,
		Input: Dollars(0.6), Output: Dollars(2.4),
	}
	change(t)
	return t
}

var texts = []*Model{
	{ID: "zai-org-glm-5-1", Name: "GLM 5.1", Kind: "text", Traits: []string{"default", "function_calling_default"},
		Aliases: []string{"gpt-4o"}, About: "A good model for most work.",
		Text: open(func(t *Text) {
			t.Context, t.Reasoning, t.CacheRead = 200000, true, Dollars(0.2)
			t.Input, t.Output = Dollars(1), Dollars(3.2)
			t.Efforts, t.Effort = []string{"none", "low", "medium", "high"}, "none" // so that a short answer stays short
		})},
	{ID: "kimi-k2-6", Name: "Kimi K2.6", Kind: "text", Traits: []string{"fastest", "default_code"}, Aliases: []string{"gpt-4o-mini"},
		About: "A fast model for code.",
		Text: open(func(t *Text) {
			t.Context, t.Code, t.Reasoning, t.LogProbs, t.CacheRead = 262144, true, true, true, Dollars(0.15)
		})},
	{ID: "qwen3-coder-480b-a35b-instruct", Name: "Qwen 3 Coder 480B", Kind: "text", About: "A model for code that does not think first.",
		Text: open(func(t *Text) { t.Context, t.Code = 262144, true })},
	{ID: "qwen3-vl-235b-a22b", Name: "Qwen3 VL 235B", Kind: "text", Traits: []string{"default_vision"}, About: "A model that sees.",
		Text: open(func(t *Text) { t.Context, t.Images, t.Videos = 262144, 10, 3 })},
	{ID: "venice-uncensored-1-2", Name: "Venice Uncensored 1.2", Kind: "text", Traits: []string{"most_uncensored"}, Uncensored: true,
		About: "A small model that refuses little, and calls no tools.",
		Text: open(func(t *Text) {
			t.Context, t.Most, t.Quantization, t.Tools, t.Schema, t.LogProbs = 32768, 4096, "fp16", false, false, true
			t.Input, t.Output = Dollars(0.2), Dollars(0.9)
		})},
	{ID: "qwen3-235b-a22b-thinking-2507", Name: "Qwen 3 235B A22B Thinking", Kind: "text", Traits: []string{"default_reasoning"},
		About: "A model that always thinks first.",
		Text:  open(func(t *Text) { t.Reasoning = true; t.Input, t.Output = Dollars(0.45), Dollars(3.5) })},
	{ID: "openai-gpt-oss-120b", Name: "GPT OSS 120B", Kind: "text", About: "An open model whose thinking can be set.",
		Text: open(func(t *Text) {
			t.Quantization, t.Reasoning, t.Input, t.Output = "fp4", true, Dollars(0.07), Dollars(0.3)
			t.Efforts, t.Effort = []string{"low", "medium", "high"}, "medium"
		})},
	{ID: "claude-opus-4-6", Name: "Claude Opus 4.6", Kind: "text", Privacy: "anonymized",
		About: "A large model of another provider, whose thinking is signed.",
		Text: open(func(t *Text) {
			t.Context, t.Most, t.Quantization, t.Images, t.Reasoning, t.Code = 1000000, 128000, "not-available", 10, true, true
			t.Input, t.Output, t.CacheRead, t.CacheWrite = Dollars(6), Dollars(30), Dollars(0.6), Dollars(7.5)
			t.Threshold, t.Long = 200000, &Text{Input: Dollars(12), Output: Dollars(45), CacheRead: Dollars(1.2), CacheWrite: Dollars(15)}
			t.Efforts, t.Effort = []string{"none", "low", "medium", "high", "max"}, "high"
		})},
	{ID: "gemini-3-6-flash", Name: "Gemini 3.6 Flash", Kind: "text", Privacy: "anonymized",
		About: "A model of another provider that sees and hears. Its calls of tools are signed.",
		Text: open(func(t *Text) {
			t.Context, t.Most, t.Quantization, t.Reasoning = 1000000, 65536, "not-available", true
			t.Images, t.Videos, t.Audio = 10, 3, true
			t.Input, t.Output, t.CacheRead = Dollars(0.7), Dollars(3.75), Dollars(0.07)
			t.Efforts, t.Effort = []string{"minimal", "low", "medium", "high"}, "medium"
		})},
	{ID: "openai-gpt-54", Name: "GPT-5.4", Kind: "text", Privacy: "anonymized", Traits: []string{"function_calling_best"},
		About: "A model of another provider. Its thinking comes encrypted.",
		Text: open(func(t *Text) {
			t.Context, t.Most, t.Quantization, t.Images, t.Reasoning = 400000, 128000, "not-available", 10, true
			t.Input, t.Output, t.CacheRead = Dollars(3.13), Dollars(18.8), Dollars(0.313)
			t.Efforts, t.Effort = []string{"none", "low", "medium", "high", "xhigh"}, "medium"
		})},
	{ID: "grok-4-3", Name: "Grok 4.3", Kind: "text", Privacy: "anonymized", About: "A model of another provider that can search X.",
		Text: open(func(t *Text) {
			t.Context, t.Quantization, t.Images, t.XSearch, t.LogProbs = 256000, "not-available", 10, true, true
			t.Input, t.Output = Dollars(1.5), Dollars(7.5)
		})},
	{ID: "e2ee-glm-5", Name: "GLM 5 (E2EE)", Kind: "text", Privacy: "encrypted",
		About: "A model in trusted hardware that answers encrypted prompts.",
		Text: open(func(t *Text) {
			t.TEE, t.E2EE, t.Reasoning, t.Tools, t.Schema, t.Search = true, true, true, false, false, false
			t.Input, t.Output = Dollars(1.1), Dollars(4.15)
		})},
	{ID: "e2ee-gemma-3-27b-p", Name: "Gemma 3 27B (E2EE)", Kind: "text", Privacy: "encrypted",
		About: "A small model in trusted hardware that answers encrypted prompts.",
		Text: open(func(t *Text) {
			t.TEE, t.E2EE, t.Tools, t.Schema, t.Search = true, true, false, false, false
			t.Context, t.Most, t.Input, t.Output = 40000, 8192, Dollars(0.14), Dollars(0.5)
		})},
	{ID: "mistral-31-24b", Name: "Mistral 3.1 24B", Kind: "text", About: "An older model that is about to go.",
		Deprecation: &Deprecation{"2026-05-01T00:00:00.000Z", "2027-12-01T00:00:00.000Z", "qwen3-vl-235b-a22b", false},
		Text:        open(func(t *Text) { t.Images = 1; t.Input, t.Output = Dollars(0.5), Dollars(2) })},
}

var embeddings = []*Model{
	{ID: "text-embedding-bge-m3", Name: "BGE-M3", Kind: "embedding", Traits: []string{"default"},
		Aliases:   []string{"text-embedding-ada-002"},
		About:     "Vectors for texts in many languages.",
		Embedding: &Embedding{1024, 8192, false, Dollars(0.15)}},
	{ID: "text-embedding-qwen3-8b", Name: "Qwen3 Embedding 8B", Kind: "embedding", About: "Long vectors, which can be had shorter.",
		Embedding: &Embedding{4096, 32768, true, Dollars(0.01)}},
	{ID: "text-embedding-3-small", Name: "Text Embedding 3 Small", Kind: "embedding", Privacy: "anonymized",
		About:     "Vectors of another provider, which can be had shorter.",
		Embedding: &Embedding{1536, 8191, true, Dollars(0.025)}},
	{ID: "text-embedding-3-large", Name: "Text Embedding 3 Large", Kind: "embedding", Privacy: "anonymized",
		About:     "Long vectors of another provider, which can be had shorter.",
		Embedding: &Embedding{3072, 8191, true, Dollars(0.16)}},
}

var deciders = []*Model{
	{ID: "systemone-mini", Name: "SystemOne Mini", Kind: "decision", Traits: []string{"default"}, BetaModel: true,
		About:    "Answers closed questions about a state, with probabilities.",
		Decision: &Decision{4000, 8000, Dollars(0.2), Dollars(0.2)}},
}
