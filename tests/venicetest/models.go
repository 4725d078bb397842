// The models that the fake lists: one of each type, and a second one for text.

package venicetest

import (
	"slices"
	"strings"
)

type model struct {
	id, name, kind string
	traits         []any
	pricing        map[string]any
}

var models = []model{
	{"zai-org-glm-5-1", "GLM 5.1", "text", []any{"default", "function_calling_default"}, textPrice},
	{"kimi-k2-6", "Kimi K2.6", "text", []any{"fastest", "default_code"}, textPrice},
	{"e2ee-glm-5", "GLM 5 (E2EE)", "text", []any{}, textPrice},
	{"e2ee-gemma-3-27b-p", "Gemma 3 27B (E2EE)", "text", []any{}, textPrice},
	{"text-embedding-bge-m3", "BGE-M3", "embedding", []any{"default"}, textPrice},
	{"z-image-turbo", "Z-Image Turbo", "image", []any{"default"}, imagePrice},
	{"upscaler", "Upscaler", "upscale", []any{"default"}, imagePrice},
	{"qwen-edit", "Qwen Edit", "inpaint", []any{"default"}, map[string]any{"inpaint": price(0.04)}},
	{"tts-kokoro", "Kokoro", "tts", []any{"default"}, map[string]any{"input": price(3.5)}},
	{"nvidia/parakeet-tdt-0.6b-v3", "Parakeet", "asr", []any{"default"}, map[string]any{"per_audio_second": price(0.0001)}},
	{"elevenlabs-music", "Music", "music", []any{"default"}, nil},
	{"wan-2-7-text-to-video", "Wan 2.7", "video", []any{"default"}, nil},
}

var (
	textPrice  = map[string]any{"input": price(tokenUSD * 1e6), "output": price(tokenUSD * 1e6)} // per million tokens
	imagePrice = map[string]any{
		"generation": price(0.01), "upscale": map[string]any{"2x": price(0.02), "4x": price(0.08)},
	}
)

func price(usd float64) map[string]any { return map[string]any{"usd": usd, "diem": usd} }

const (
	contextTokens = 131072
	released      = 1767225600 // 2026-01-01, Unix seconds
)

func (m model) view() map[string]any {
	spec := map[string]any{
		"name": m.name, "privacy": "private", "offline": false, "traits": m.traits,
		"modelSource": "https://huggingface.co/" + m.id,
	}
	if m.pricing != nil {
		spec["pricing"] = m.pricing
	}
	v := map[string]any{
		"id": m.id, "object": "model", "owned_by": "venice.ai", "type": m.kind, "created": released, "model_spec": spec,
	}
	if m.kind != "text" {
		return v
	}
	v["context_length"] = contextTokens
	private := strings.HasPrefix(m.id, "e2ee-")
	spec["availableContextTokens"] = contextTokens
	spec["capabilities"] = map[string]any{
		"optimizedForCode": slices.Contains(m.traits, any("default_code")), "quantization": "fp8",
		"supportsAudioInput": false, "supportsE2EE": private, "supportsFunctionCalling": !private, "supportsLogProbs": false,
		"supportsMultipleImages": false, "supportsReasoning": true, "supportsReasoningEffort": false,
		"supportsResponseSchema": !private, "supportsTeeAttestation": private, "supportsVideoInput": false,
		"supportsVision": false, "supportsWebSearch": !private, "supportsXSearch": false,
	}
	spec["constraints"] = map[string]any{
		"temperature": map[string]any{"default": 0.7}, "top_p": map[string]any{"default": 0.9},
	}
	return v
}

// modelType is the type that the query asks for; text if it does not say.
func modelType(r *request) string {
	if t := r.URL.Query().Get("type"); t != "" {
		return t
	}
	return "text"
}

// listModels answers with the models of a type. "all" and "code" are no types, but can be asked for.
func (h *Handler) listModels(r *request) answer {
	kind, data := modelType(r), []any{}
	for _, m := range models {
		code := slices.Contains(m.traits, any("default_code"))
		if kind == "all" || kind == m.kind || kind == "code" && code {
			data = append(data, m.view())
		}
	}
	return ok(map[string]any{"object": "list", "type": kind, "data": data})
}

// modelTraits answers with the model behind each trait.
func (h *Handler) modelTraits(r *request) answer {
	kind, data := modelType(r), map[string]any{}
	for _, m := range models {
		for _, t := range m.traits {
			if name := t.(string); m.kind == kind {
				data[name] = m.id
			}
		}
	}
	return ok(map[string]any{"object": "list", "type": kind, "data": data})
}

// modelAliases answers with the model behind names that other services use.
func (h *Handler) modelAliases(r *request) answer {
	kind, data := modelType(r), map[string]any{}
	if kind == "text" {
		data["gpt-4o"] = models[0].id
	}
	return ok(map[string]any{"object": "list", "type": kind, "data": data})
}
