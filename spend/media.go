// What calls cost that have a price by the piece, the character or the credit, or a quote.

package spend

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
)

// enhanceFee is what rewriting a prompt costs by the service's documentation, in USD. The header tells that it happened.
const (
	enhanceFee    = 0.04
	enhanceHeader = "X-Venice-Enhanced-Prompt"
)

// imageParts prices pictures, made or changed, by their size and quality; the dearest where the list cannot say which.
func imageParts(q query, m *gen.Model) ([]Part, error) {
	each, err := piece(q, m)
	if err != nil {
		return nil, err
	}
	n := max(q.atLeast("variants", 1), q.atLeast("n", 1))
	parts := []Part{{What: "images by " + m.ID, Least: n, Most: n, Price: each}}
	images, _ := q.body["images"].([]any)
	var further struct { // which some revisions of the description do not have
		InputImages *struct {
			Included   int
			Additional gen.Price
		}
	}
	if err := loose.Recast(m.ModelSpec.Pricing, &further); err != nil {
		return nil, unknown("the list's price of further images for %s cannot be read", m.ID)
	}
	if p := further.InputImages; p != nil && len(images) > p.Included {
		more := float64(len(images)-p.Included) * n
		parts = append(parts, Part{What: "further images to start from", Least: more, Most: more, Price: p.Additional})
	}
	if q.yes("enhance_prompt") {
		parts = append(parts, Part{What: "rewriting of the prompt", Most: 1, Price: gen.Price{USD: enhanceFee, DIEM: enhanceFee}, header: enhanceHeader})
	}
	if q.yes("enable_web_search") {
		parts = append(parts, Part{What: "search of the web", Most: 1, Price: gen.Price{USD: searchFee, DIEM: searchFee}})
	}
	return parts, nil
}

// piece is the price of one picture.
func piece(q query, m *gen.Model) (gen.Price, error) {
	spec := m.ModelSpec
	if spec.Pricing == nil {
		return gen.Price{}, unknown("the list has no price of %s", m.ID)
	}
	resolution, quality := q.text("resolution"), q.text("quality")
	if c := spec.Constraints; c != nil {
		if resolution == "" && c.DefaultResolution != nil {
			resolution = *c.DefaultResolution
		}
		if quality == "" {
			quality = string(c.DefaultQuality)
		}
	}
	var all []gen.Price
	switch p := spec.Pricing; {
	case len(p.Quality) > 0:
		tiers := slices.Collect(maps.Values(p.Quality))
		if tier, known := p.Quality[resolution]; known {
			tiers = []gen.QualityPrices{tier}
		}
		for _, t := range tiers {
			by := map[string]*gen.Price{"low": t.Low, "medium": t.Medium, "high": t.High}
			for name, price := range by {
				if price != nil && (by[quality] == nil || name == quality) {
					all = append(all, *price)
				}
			}
		}
	case len(p.Resolutions) > 0:
		if price, known := p.Resolutions[resolution]; known {
			return priced(m, price)
		}
		all = slices.Collect(maps.Values(p.Resolutions))
	case m.Type == gen.ModelTypeInpaint && p.Inpaint != nil:
		return priced(m, *p.Inpaint)
	case p.Generation != nil:
		return priced(m, *p.Generation)
	}
	return priced(m, highest(all...))
}

func priced(m *gen.Model, p gen.Price) (gen.Price, error) {
	if free(&p) {
		return p, unknown("the list has no price of %s", m.ID)
	}
	return p, nil
}

func upscaleParts(q query, m *gen.Model) ([]Part, error) {
	p := m.ModelSpec.Pricing
	if p == nil || p.Upscale == nil {
		return nil, unknown("the list has no price of %s", m.ID)
	}
	price := highest(p.Upscale.X2, p.Upscale.X4)
	if scale := q.body["scale"]; scale == nil || scale == 2.0 || scale == "2" {
		price = p.Upscale.X2
	}
	price, err := priced(m, price)
	return []Part{{What: "image enlarged", Least: 1, Most: 1, Price: price}}, err
}

func speechParts(q query, m *gen.Model) ([]Part, error) {
	p := m.ModelSpec.Pricing
	if p == nil || p.Input == nil || free(p.Input) {
		return nil, unknown("the list has no price of %s", m.ID)
	}
	n := float64(len([]rune(q.text("input"))))
	return []Part{{What: "characters spoken by " + m.ID, Least: n, Most: n, Price: perMillion(*p.Input)}}, nil
}

func noLength(_ query, m *gen.Model) ([]Part, error) {
	return nil, unknown("%s costs by the second, and how long a recording is the service alone knows", m.ID)
}

func searchParts(q query, _ *gen.Model) ([]Part, error) {
	return []Part{{What: strings.TrimPrefix(q.path, "/augment/") + " of the web", Least: 1, Most: 1, Price: gen.Price{USD: searchFee, DIEM: searchFee}}}, nil
}

// addresses is how many there may be in the texts of a request.
func addresses(v any) (n int) {
	switch v := v.(type) {
	case string:
		return strings.Count(v, "://") + strings.Count(v, "www.")
	case map[string]any:
		for _, inner := range v {
			n += addresses(inner)
		}
	case []any:
		for _, inner := range v {
			n += addresses(inner)
		}
	}
	return n
}

// What a call of a blockchain node costs, by the service's documentation: credits at so much USD, as many for a standard
// call as the dearest networks take, and four times as many for a trace.
const (
	creditUSD  = 7e-7
	rpcCredits = 30
	rpcTrace   = 4
)

func rpcParts(path string, body []byte) []Part {
	var calls []struct{ Method string }
	if json.Unmarshal(body, &calls) != nil {
		calls = make([]struct{ Method string }, 1)
		_ = json.Unmarshal(body, &calls[0]) // what is neither is refused
	}
	credits := 0.0
	for _, c := range calls {
		each := float64(rpcCredits)
		if name := strings.ToLower(c.Method); name == "" || strings.Contains(name, "trace") || strings.Contains(name, "replay") || strings.Contains(name, "debug") {
			each *= rpcTrace
		}
		credits += each
	}
	return []Part{{What: "credits of " + path, Least: 5, Most: credits, Price: gen.Price{USD: creditUSD, DIEM: creditUSD}}}
}

// quoted are the members that a quote takes of a request.
var quoted = []string{
	"model", "aspect_ratio", "audio", "duration", "enhancement_model", "resolution", "slowdown_factor", "target_fps",
	"upscale_factor", "video_url", "duration_seconds",
}

// quote asks the service what a job costs.
func (p *Prices) quote(ctx context.Context, path string, q query) ([]Part, error) {
	ask := map[string]any{}
	for _, name := range quoted {
		if v, there := q.body[name]; there && v != nil {
			ask[name] = v
		}
	}
	switch path {
	case "/audio/quote":
		ask["character_count"] = len([]rune(q.text("prompt")))
	case "/video/quote":
		if has(q.body, "reference_video_urls", "video_references") {
			return nil, unknown("a film that is referred to costs by its length, which the request does not tell")
		}
		if n := len(listOf(q.body["reference_image_urls"])) + len(listOf(q.body["image_references"])); n > 0 {
			ask["reference_image_count"] = n
		}
	case "/audio/voice-changer/quote":
		m, err := p.models.Find(ctx, gen.ModelTypeMusic, q.model())
		if err != nil || m.ModelSpec.MaxSourceAudioDurationSeconds == nil {
			return nil, unknown("the list does not tell how long a recording %s takes", q.model())
		}
		ask["duration_seconds"] = int(*m.ModelSpec.MaxSourceAudioDurationSeconds)
	}
	var answer struct {
		Quote *float64 `json:"quote"`
	}
	err := p.client.Do(ctx, "POST", path, ask, &answer)
	var refusal *venice.Error
	switch {
	case errors.As(err, &refusal) && refusal.Status/100 == 4 && !errors.Is(err, venice.ErrRateLimited):
		return nil, unknown("the service gives no quote: %v", err)
	case err != nil:
		return nil, fmt.Errorf("spend: the quote: %w", err)
	case answer.Quote == nil || *answer.Quote <= 0:
		return nil, unknown("the quote says no price")
	}
	price := gen.Price{USD: *answer.Quote, DIEM: *answer.Quote}
	return []Part{{What: "job of " + q.model() + " as quoted", Least: 1, Most: 1, Price: price}}, nil
}

func listOf(v any) []any { list, _ := v.([]any); return list }
