// Checks: whether a model takes what a request asks of it.

package pick

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
)

// Kinds are the models that routes call.
var Kinds = map[string]gen.ModelType{
	"/chat/completions": gen.ModelTypeText, "/responses": gen.ModelTypeText,
	"/image/generate": gen.ModelTypeImage, "/image/edit": gen.ModelTypeInpaint, "/image/multi-edit": gen.ModelTypeInpaint,
	"/audio/speech": gen.ModelTypeTTS, "/audio/queue": gen.ModelTypeMusic, "/video/queue": gen.ModelTypeVideo,
}

// A Request is what is checked: the JSON object that goes out.
type Request map[string]any

// Read returns the request of a body, nil if it is no object.
func Read(body []byte) (r Request) {
	if json.Unmarshal(body, &r) != nil {
		return nil
	}
	return r
}

// Model is the name of its model.
func (r Request) Model() string {
	for _, name := range []string{"model", "modelId"} {
		if s, _ := r[name].(string); s != "" {
			return s
		}
	}
	return ""
}

// Check returns what the model does not take of a request, with what it takes in its place; nil where it takes all, or the
// list does not say.
func Check(m *gen.Model, path string, r Request) []string {
	c := &check{request: r}
	spec := &m.ModelSpec
	limits := spec.Constraints
	if limits == nil {
		limits = &gen.ModelConstraints{}
	}
	var newer struct { // what some revisions of the description do not have
		SupportsCustomVoiceID bool `json:"supports_custom_voice_id"`
		Constraints           struct{ MaxInputImages, MaxStyleReferences *int64 }
	}
	_ = loose.Recast(spec, &newer) // what is no number is no limit
	switch Kinds[path] {
	case gen.ModelTypeText:
		c.text(m)
	case gen.ModelTypeImage, gen.ModelTypeInpaint:
		c.oneOf("aspect_ratio", append(slices.Clone(limits.AspectRatios), "auto"), len(limits.AspectRatios) > 0)
		c.oneOf("resolution", limits.Resolutions, len(limits.Resolutions) > 0)
		c.oneOf("quality", texts(limits.Qualities), len(limits.Qualities) > 0)
		c.characters("prompt", limits.PromptCharacterLimit)
		c.items("images", newer.Constraints.MaxInputImages)
		c.items("style_references", newer.Constraints.MaxStyleReferences)
		if d := limits.WidthHeightDivisor; d != nil && *d >= 1 {
			for _, name := range []string{"width", "height"} {
				n, given := r[name].(float64)
				c.no(given && math.Mod(n, *d) != 0, "%s: a multiple of %v", name, *d)
			}
		}
		if s := limits.Steps; s != nil {
			c.between("steps", nil, &s.Max)
		}
	case gen.ModelTypeTTS:
		voices := slices.Concat(spec.Voices, []string{""})
		own, _ := r["voice"].(string) // one that was cloned has a name of its own
		c.oneOf("voice", voices, len(spec.Voices) > 0 && spec.VoiceCloning == nil && !strings.HasPrefix(own, "vv_") && !newer.SupportsCustomVoiceID)
		c.oneOf("response_format", spec.SupportedFormats, len(spec.SupportedFormats) > 0)
		c.between("speed", spec.MinSpeed, spec.MaxSpeed)
		c.characters("input", spec.PromptCharacterLimit)
	case gen.ModelTypeMusic:
		c.between("duration_seconds", spec.MinDuration, spec.MaxDuration)
		c.characters("prompt", spec.PromptCharacterLimit)
		n, given := r["duration_seconds"].(float64)
		c.no(given && len(spec.DurationOptions) > 0 && !slices.Contains(spec.DurationOptions, n), "duration_seconds: one of %v", spec.DurationOptions)
	case gen.ModelTypeVideo:
		c.oneOf("duration", limits.Durations, len(limits.Durations) > 0)
		c.oneOf("resolution", limits.Resolutions, len(limits.Resolutions) > 0)
		c.oneOf("aspect_ratio", limits.AspectRatiosAlt, len(limits.AspectRatiosAlt) > 0)
		c.characters("prompt", limits.PromptCharacterLimitAlt)
	}
	return c.wrong
}

type check struct {
	request Request
	wrong   []string
}

func (c *check) no(is bool, format string, args ...any) {
	if is {
		c.wrong = append(c.wrong, fmt.Sprintf(format, args...))
	}
}

func (c *check) text(m *gen.Model) {
	for _, name := range []string{"max_completion_tokens", "max_tokens", "max_output_tokens"} {
		if most := m.ModelSpec.MaxCompletionTokens; most != nil {
			n, _ := c.request[name].(float64)
			c.no(n > float64(*most), "%s: at most %d", name, *most)
		}
	}
	can := m.ModelSpec.Capabilities
	if can == nil {
		return
	}
	if options := texts(can.ReasoningEffortOptions); len(options) > 0 {
		c.oneOf("reasoning_effort", options, true)
		if nested, ok := c.request["reasoning"].(map[string]any); ok {
			effort, given := nested["effort"].(string)
			c.no(given && !slices.Contains(options, effort), "reasoning.effort: one of %s", strings.Join(options, ", "))
		}
	}
	tools, _ := c.request["tools"].([]any)
	c.no(len(tools) > 0 && !can.SupportsFunctionCalling, "tools: none (supportsFunctionCalling is false)")
	format, _ := c.request["response_format"].(map[string]any)
	c.no(format["type"] == "json_schema" && !can.SupportsResponseSchema, "response_format: no schema (supportsResponseSchema is false)")
	c.no(c.request["logprobs"] == true && !can.SupportsLogProbs, "logprobs: none (supportsLogProbs is false)")
	said := []any{c.request["messages"], c.request["input"]}
	images := count(said, "image_url")
	c.no(images > 0 && !can.SupportsVision, "images: none (supportsVision is false)")
	c.no(can.SupportsVision && can.MaxImages != nil && int64(images) > *can.MaxImages, "images: at most %d", deref(can.MaxImages))
	c.no(count(said, "input_audio") > 0 && !can.SupportsAudioInput, "sound: none (supportsAudioInput is false)")
	c.no(count(said, "video_url") > 0 && !can.SupportsVideoInput, "videos: none (supportsVideoInput is false)")
}

func (c *check) oneOf(name string, of []string, holds bool) {
	s, given := c.request[name].(string)
	c.no(holds && given && !slices.Contains(of, s), "%s: one of %s", name, strings.Trim(strings.Join(of, ", "), ", "))
}

func (c *check) between(name string, least, most *float64) {
	n, given := c.request[name].(float64)
	c.no(given && least != nil && n < *least, "%s: at least %v", name, value(least))
	c.no(given && most != nil && n > *most, "%s: at most %v", name, value(most))
}

func (c *check) characters(name string, most *int64) {
	s, _ := c.request[name].(string)
	c.no(most != nil && int64(len([]rune(s))) > *most, "%s: at most %d characters", name, deref(most))
}

func (c *check) items(name string, most *int64) {
	list, _ := c.request[name].([]any)
	c.no(most != nil && int64(len(list)) > *most, "%s: at most %d", name, deref(most))
}

// count is how many members of a name there are anywhere inside.
func count(v any, name string) (n int) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if key == name && inner != nil {
				n++
			}
			n += count(inner, name)
		}
	case []any:
		for _, inner := range v {
			n += count(inner, name)
		}
	}
	return n
}

func texts[T ~string](list []T) (s []string) {
	for _, t := range list {
		s = append(s, string(t))
	}
	return s
}

func value(n *float64) float64 {
	if n == nil {
		return 0
	}
	return *n
}
