// A model as the service lists it.

package catalog

import (
	"maps"
	"slices"
)

const released = 1767225600 // 2026-01-01, Unix seconds

// View is the entry of the model in the list.
func (m *Model) View() map[string]any {
	spec := map[string]any{
		"name": m.Name, "privacy": m.privacy(), "offline": false, "traits": orEmpty(m.Traits), "betaModel": m.BetaModel,
		"description": m.About, "modelSource": "https://models.example/" + m.ID,
	}
	if m.Uncensored {
		spec["uncensored"] = true
	}
	if d := m.Deprecation; d != nil {
		spec["deprecation"] = map[string]any{
			"autoRemap": d.Remap, "date": d.Removes, "removesAt": d.Removes, "startsAt": d.Starts, "replacementModelId": d.Replacement,
		}
	}
	v := map[string]any{
		"id": m.ID, "object": "model", "owned_by": "venice.ai", "type": m.Kind, "created": released, "model_spec": spec,
	}
	switch {
	case m.Text != nil:
		v["context_length"] = m.Text.Context
		maps.Copy(spec, map[string]any{
			"availableContextTokens": m.Text.Context, "maxCompletionTokens": m.Text.Most,
			"capabilities": m.Text.capabilities(), "pricing": m.Text.pricing(),
			"constraints": map[string]any{"temperature": map[string]any{"default": 0.7}, "top_p": map[string]any{"default": 0.9}},
		})
	case m.Embedding != nil:
		maps.Copy(spec, map[string]any{
			"embeddingDimensions": m.Embedding.Dimensions, "maxInputTokens": m.Embedding.Most,
			"supportsCustomDimensions": m.Embedding.Custom,
			"pricing":                  map[string]any{"input": m.Embedding.Input.price(), "output": Money(0).price()},
		})
	case m.Decision != nil:
		maps.Copy(spec, map[string]any{
			"maxStateTokens": m.Decision.State, "maxTotalTokens": m.Decision.Total,
			"pricing": map[string]any{"input": m.Decision.Input.price(), "output": m.Decision.Output.price()},
		})
	case m.Image != nil:
		maps.Copy(spec, m.Image.spec())
	case m.Edit != nil:
		maps.Copy(spec, m.Edit.spec())
	case m.Upscale != nil:
		spec["pricing"] = map[string]any{"upscale": m.Upscale.price()}
	case m.Speech != nil:
		maps.Copy(spec, m.Speech.spec())
	case m.Transcript != nil:
		spec["pricing"] = map[string]any{"per_audio_second": m.Transcript.Second.price()}
	case m.Music != nil:
		maps.Copy(spec, m.Music.spec())
	case m.Video != nil:
		spec["constraints"] = m.Video.constraints()
	}
	return v
}

func orEmpty[T any](list []T) []T { return append([]T{}, list...) }

func (u *Upscale) price() map[string]any {
	return prices(map[string]Money{"2x": u.Twice, "4x": u.Fourfold})
}

// upscaling stands in the prices of every image model: enlarging is a call of its own, at the upscaler's price.
var upscaling = Upscale{Twice: Dollars(0.02), Fourfold: Dollars(0.08)}

func (i *Image) spec() map[string]any {
	limits := sizes(i.Ratios, i.Resolutions, i.Qualities)
	limits["promptCharacterLimit"], limits["widthHeightDivisor"] = i.Prompt, i.Divisor
	limits["steps"] = map[string]any{"default": i.Steps, "max": i.Most}
	if len(i.Ratios) > 0 {
		limits["aspectRatios"], limits["defaultAspectRatio"] = i.Ratios, i.Ratios[0]
	}
	spec := map[string]any{"constraints": limits}
	if i.StyleImages > 0 {
		spec["supportsStyleReferences"] = true
		limits["maxStyleReferences"], limits["supportsStyleReferenceStrength"] = i.StyleImages, true
	}
	pricing := piecePrices("generation", i.Each, i.ByResolution, i.ByQuality)
	pricing["upscale"] = upscaling.price()
	spec["pricing"] = pricing
	return spec
}

func (e *Edit) spec() map[string]any {
	limits := sizes(e.Ratios, e.Resolutions, e.Qualities)
	limits["aspectRatios"], limits["combineImages"], limits["promptCharacterLimit"] = orEmpty(e.Ratios), e.Combine, e.Prompt
	if e.Combine {
		limits["maxInputImages"] = e.Images
	}
	pricing := piecePrices("inpaint", e.Each, e.ByResolution, e.ByQuality)
	pricing["inpaint"] = e.Price(1, "", "").price()
	if e.Included > 0 {
		pricing["inputImages"] = map[string]any{"included": e.Included, "additional": e.Additional.price()}
	}
	return map[string]any{"constraints": limits, "pricing": pricing}
}

func sizes(ratios, resolutions, qualities []string) map[string]any {
	limits := map[string]any{}
	if len(resolutions) > 0 {
		limits["resolutions"], limits["defaultResolution"] = resolutions, resolutions[0]
	}
	if len(qualities) > 0 {
		limits["qualities"], limits["defaultQuality"] = qualities, qualities[0]
	}
	return limits
}

func piecePrices(name string, each Money, byResolution map[string]Money, byQuality map[string]map[string]Money) map[string]any {
	p := map[string]any{}
	switch {
	case byQuality != nil:
		tiers := map[string]any{}
		for resolution, of := range byQuality {
			tiers[resolution] = prices(of)
		}
		p["quality"] = tiers
	case byResolution != nil:
		p["resolutions"] = prices(byResolution)
	default:
		p[name] = each.price()
	}
	return p
}

// SampleSeconds is how long a sample of a voice must last.
const SampleSeconds = 5

// SpeechFormats are those that speech can be had in.
var SpeechFormats = []string{"mp3", "opus", "aac", "flac", "wav", "pcm"}

func (s *Speech) spec() map[string]any {
	spec := map[string]any{
		"voices": s.Voices, "default_voice": s.Voices[0], "supported_formats": SpeechFormats, "default_format": "mp3",
		"supports_speed": s.Speed, "supports_custom_voice_id": s.AnyVoice, "prompt_character_limit": 4096,
		"pricing": map[string]any{"input": s.Input.price()},
	}
	if s.Speed {
		spec["min_speed"], spec["max_speed"], spec["default_speed"] = 0.25, 4, 1
	}
	if s.Clones != "" {
		spec["voice_cloning"] = map[string]any{
			"mode": s.Clones, "retention_days": s.Keeps, "min_sample_seconds": SampleSeconds, "accepted_formats": []string{"wav", "mp3"},
		}
	}
	return spec
}

func (m *Music) spec() map[string]any {
	spec := map[string]any{
		"prompt_character_limit": m.Prompt, "min_prompt_length": m.Least, "supports_lyrics": m.Lyrics > 0,
		"lyrics_required": m.LyricsRequired, "supports_force_instrumental": m.Instrumental, "supports_loop": m.Loop,
		"supports_language_code": m.Language, "supports_speed": m.Speed,
	}
	set := func(name string, value any, holds bool) {
		if holds {
			spec[name] = value
		}
	}
	set("lyrics_character_limit", m.Lyrics, m.Lyrics > 0)
	set("min_duration", m.Shortest, m.Longest > 0)
	set("max_duration", m.Longest, m.Longest > 0)
	set("default_duration", m.Usual, m.Usual > 0)
	set("duration_options", m.Lengths, m.Lengths != nil)
	set("supported_formats", m.Formats, true)
	set("default_format", m.Formats[0], true)
	if m.Voices != nil {
		spec["voices"], spec["default_voice"] = m.Voices, m.Voices[0]
	}
	if m.Changer {
		maps.Copy(spec, map[string]any{
			"voice_changer": true, "accepted_audio_formats": m.Recordings, "supports_seed": true, "supports_custom_voice_id": true,
			"max_source_audio_duration_seconds": m.LongestRecording, "supports_background_noise_removal": true,
		})
	}
	switch {
	case m.Second > 0:
		spec["pricing"] = map[string]any{"per_second": m.Second.price()}
	case m.Thousand > 0:
		spec["pricing"] = map[string]any{"per_thousand_characters": m.Thousand.price()}
	case m.Tiers != nil:
		tiers := map[string]any{}
		for _, t := range m.Tiers {
			of := t.Price.price()
			of["min_seconds"], of["max_seconds"] = t.From, t.To
			tiers[t.Name] = of
		}
		spec["pricing"] = map[string]any{"durations": tiers}
	default:
		spec["pricing"] = map[string]any{"generation": m.Piece.price()}
	}
	return spec
}

func (v *Video) constraints() map[string]any {
	return map[string]any{
		"model_type": v.From, "durations": orEmpty(v.Durations), "resolutions": orEmpty(v.Resolutions),
		"aspect_ratios": orEmpty(v.Ratios), "audio": v.Audio, "audio_configurable": v.AudioOff,
		"prompt_character_limit": v.Prompt,
	}
}

// Allows reports whether a value is one of a list, or absent.
func Allows(list []string, value string) bool { return value == "" || slices.Contains(list, value) }
