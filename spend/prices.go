// Prices: what calls can cost, by the service's own list and quotes.

package spend

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// ErrUnknownPrice means that the most that a call can cost does not follow from the list of models, nor from a quote. The
// error's text says why.
var ErrUnknownPrice = errors.New("the price is not known")

// Prices knows what calls cost. It is made by [NewPrices], and is safe for use by several goroutines at once.
type Prices struct {
	client *venice.Client
	models *venice.Models
}

// NewPrices returns prices that are asked for with client: the list of models, which is asked for again after five minutes,
// and the quotes of audio and video, asked for each time. Neither needs credentials, as a rule.
func NewPrices(client *venice.Client) *Prices {
	return &Prices{client, venice.NewModels(client, 5*time.Minute)}
}

// An Estimate is what a call can cost.
type Estimate struct {
	Least Money // if the service answers, and bills for it; what is not answered costs nothing
	Most  Money
	Parts []Part // what Most is made of
}

// A Part is one entry of an estimate.
type Part struct {
	What        string    // such as "input tokens of zai-org-glm-5-1"
	Least, Most float64   // units
	Price       gen.Price // of a unit

	fee    bool        // it comes on top of what is counted in tokens
	header string      // that an answer has if it is billed; "" if it always is
	floors []gen.Price // further prices that a unit may have, below Price as a rule
}

func (p Part) most() Money { return moneyOf(p.Most, p.Price) }

func (p Part) least() Money {
	m := moneyOf(p.Least, p.Price)
	for _, f := range p.floors {
		o := moneyOf(p.Least, f)
		m = Money{min(m.USD, o.USD), min(m.DIEM, o.DIEM)}
	}
	return m
}

// USD is the most that the call can cost in either currency.
func (e *Estimate) usd() Amount { return max(e.Most.USD, e.Most.DIEM) }

// Estimate returns what a request can cost: a pointer to a request of package gen, such as *[gen.ChatCompletionRequest]. It
// asks for the list of models, unless it has it, and for a quote where there is no list price. The error is
// [ErrUnknownPrice] where neither tells the most; any other is that of asking.
func (p *Prices) Estimate(ctx context.Context, request any) (*Estimate, error) {
	path, known := pathOf(request)
	if !known {
		return nil, fmt.Errorf("spend: %w: a %T is no request that is billed", ErrUnknownPrice, request)
	}
	body, err := json.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("spend: %w", err)
	}
	e, _, err := p.estimate(ctx, path, body)
	return e, err
}

// paths are where requests go, by the names of their types: not all revisions of the description have all of them.
var paths = map[string]string{
	"ChatCompletionRequest":  "/chat/completions",
	"ResponseRequest":        "/responses",
	"CreateEmbeddingRequest": "/embeddings",
	"DecisionRequest":        "/decisions",
	"GenerateImageRequest":   "/image/generate",
	"CreateImageRequest":     "/images/generations",
	"EditImageRequest":       "/image/edit",
	"MultiEditImageRequest":  "/image/multi-edit",
	"UpscaleImageRequest":    "/image/upscale",
	"CreateSpeechRequest":    "/audio/speech",
	"QueueAudioRequest":      "/audio/queue",
	"QueueVideoRequest":      "/video/queue",
	"WebSearchRequest":       "/augment/search",
	"WebScrapeRequest":       "/augment/scrape",
}

// pathOf is where a request goes.
func pathOf(request any) (string, bool) {
	typ := reflect.TypeOf(request)
	if typ == nil || typ.Kind() != reflect.Pointer || typ.Elem().PkgPath() != reflect.TypeFor[gen.Model]().PkgPath() {
		return "", false
	}
	path, known := paths[typ.Elem().Name()]
	return path, known
}

// estimate returns what a request can cost, and the models that may answer it, by id.
func (p *Prices) estimate(ctx context.Context, path string, body []byte) (*Estimate, map[string]*gen.Model, error) {
	q := query{path: path, size: len(body)}
	if err := json.Unmarshal(body, &q.body); err != nil && !strings.HasPrefix(path, "/crypto/rpc/") {
		return nil, nil, unknown("the request is no object")
	}
	rule, known := rules[path]
	switch {
	case strings.HasPrefix(path, "/crypto/rpc/"):
		e, err := newEstimate(rpcParts(path, body), nil)
		return e, nil, err
	case !known:
		return nil, nil, unknown("nothing is known of %s", path)
	case rule.quote != "":
		parts, err := p.quote(ctx, rule.quote, q)
		e, err := newEstimate(parts, err)
		return e, nil, err
	case rule.kind == "":
		e, err := newEstimate(rule.parts(q, nil))
		return e, nil, err
	}
	models, err := p.candidates(ctx, rule, q)
	if err != nil {
		return nil, nil, err
	}
	var all *Estimate
	for _, m := range models {
		e, err := newEstimate(rule.parts(q, m))
		switch {
		case err != nil:
			return nil, nil, err
		case all == nil:
			all = e
			continue
		case e.usd() > all.usd():
			all.Most, all.Parts = e.Most, e.Parts
		}
		all.Least = Money{min(all.Least.USD, e.Least.USD), min(all.Least.DIEM, e.Least.DIEM)}
	}
	return all, models, nil
}

func newEstimate(parts []Part, err error) (*Estimate, error) {
	if err != nil {
		return nil, err
	}
	e := &Estimate{Parts: parts}
	for _, p := range parts {
		if p.Price.USD < 0 || p.Price.DIEM < 0 {
			return nil, unknown("the list has a price below zero")
		}
		e.Least, e.Most = e.Least.plus(p.least()), e.Most.plus(p.most())
	}
	return e, nil
}

func unknown(format string, args ...any) error {
	return fmt.Errorf("spend: %w: %s", ErrUnknownPrice, fmt.Sprintf(format, args...))
}

// candidates are the models that a request may be answered by: the one that it names, what the service puts in its place,
// and those that it may fall back on.
func (p *Prices) candidates(ctx context.Context, r rule, q query) (map[string]*gen.Model, error) {
	names := []string{q.model()}
	fallbacks, _ := q.body["fallbacks"].([]any)
	for _, f := range fallbacks {
		f, _ := f.(map[string]any)
		names = append(names, query{body: f}.model())
	}
	found := map[string]*gen.Model{}
	for i := 0; i < len(names); i++ {
		name := names[i]
		if name == "" {
			name = r.usual
		}
		m, err := p.models.Find(ctx, r.kind, name)
		if errors.Is(err, venice.ErrNoModel) && r.usual != "" { // where a default stands in for what is not known
			m, err = p.models.Find(ctx, r.kind, r.usual)
		}
		switch {
		case errors.Is(err, venice.ErrNoModel):
			return nil, unknown("%q is not in the list of %s models", name, r.kind)
		case err != nil:
			return nil, fmt.Errorf("spend: the list of models: %w", err)
		case found[m.ID] != nil:
			continue
		}
		found[m.ID] = m
		if d := m.ModelSpec.Deprecation; d != nil && d.AutoRemap && d.ReplacementModelID != nil {
			names = append(names, *d.ReplacementModelID)
		}
	}
	return found, nil
}
