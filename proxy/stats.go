// Stats: what was called and spent since the start, for the page, the metrics and the log. No content of calls is in it.

package proxy

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	texttemplate "text/template"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/spend"
)

// A line is one call, or the sum of several.
type line struct {
	At                   time.Time
	Client, Model, Route string
	Status, Calls        int
	Took                 time.Duration
	Cost                 spend.Amount
	Unknown              int // calls whose cost is not known
}

type stats struct {
	open  atomic.Int64
	began time.Time
	mu    sync.Mutex
	sums  []line
	last  []line // newest first
}

const (
	mostLast = 25
	mostSums = 300 // that are told apart; a program could make up any number of models
)

// modelOf is the model that a request names, cut to a length that can be shown.
func modelOf(object []byte) string {
	var q struct{ Model string }
	_ = json.Unmarshal(object, &q)
	return strings.ToValidUTF8(q.Model[:min(len(q.Model), 100)], "")
}

// note writes down how a call ended.
func (h *Handler) note(c *call) {
	l := line{At: c.began, Client: c.client.Name, Model: c.model, Route: c.path, Status: c.status, Took: time.Since(c.began)}
	if c.witnesses != nil && c.status < 400 {
		cost, err := h.Cap.Prices.Cost(context.Background(), jsontext.Value(cmp.Or(string(c.said), "{}")))
		if request := untold[c.path]; err != nil && request != nil {
			cost.Money, err = h.priceOf(request(), c.body)
		}
		if l.Cost = cost.USD + cost.DIEM; err != nil {
			l.Cost, l.Unknown = 0, 1
		}
	}
	h.stats.add(l)
	if h.Logger != nil {
		h.Logger.Info("call", "client", l.Client, "route", l.Route, "model", l.Model, "status", l.Status, slog.Duration("took", l.Took), "cost", l.Cost)
	}
}

// untold are the requests whose answers do not say what they cost: the list of prices does.
var untold = map[string]func() any{
	"/images/generations": func() any { return new(gen.CreateImageRequest) },
	"/image/generate":     func() any { return new(gen.GenerateImageRequest) },
	"/audio/speech":       func() any { return new(gen.CreateSpeechRequest) },
}

func (h *Handler) priceOf(request any, body []byte) (spend.Money, error) {
	if err := json.Unmarshal(body, request); err != nil {
		return spend.Money{}, err
	}
	e, err := h.Cap.Prices.Estimate(context.Background(), request)
	if err != nil {
		return spend.Money{}, err
	}
	return spend.Money{USD: e.Most.USD}, nil // the other currency is in place of it
}

func (s *stats) add(l line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.sums, func(o line) bool { return o.Client == l.Client && o.Model == l.Model && o.Status == l.Status })
	if i < 0 && len(s.sums) >= mostSums {
		i = len(s.sums) - 1
		s.sums[i].Client, s.sums[i].Model = "(others)", "(others)"
	}
	if i < 0 {
		i, s.sums = len(s.sums), append(s.sums, line{Client: l.Client, Model: l.Model, Status: l.Status})
	}
	sum := &s.sums[i]
	sum.Calls, sum.Took, sum.Cost, sum.Unknown = sum.Calls+1, sum.Took+l.Took, sum.Cost+l.Cost, sum.Unknown+l.Unknown
	if l.Route != "" {
		s.last = slices.Insert(s.last, 0, l)
		s.last = s.last[:min(len(s.last), mostLast)]
	}
}

// A share is what counts against a cap, and what may.
type share struct {
	Name         string
	Spent, Limit spend.Amount
}

// caps are those of all clients, the common one first.
func (h *Handler) caps(ctx context.Context) (all []share) {
	for _, c := range append([]Client{{Name: "all", Cap: h.Cap}}, h.Clients...) {
		if c.Cap == nil {
			continue
		}
		if spent, err := c.Cap.Spent(ctx); err == nil && c.Cap.Total > 0 {
			all = append(all, share{c.Name, spent.Total, c.Cap.Total})
		} else if err == nil {
			all = append(all, share{c.Name, spent.Window, c.Cap.PerWindow})
		}
	}
	return all
}

//go:embed page.html
var page string

//go:embed metrics.txt
var metrics string

var (
	pageTemplate    = template.Must(template.New("text/html; charset=utf-8").Parse(page))
	metricsTemplate = texttemplate.Must(texttemplate.New("text/plain; version=0.0.4").Funcs(texttemplate.FuncMap{
		"usd":   func(a spend.Amount) float64 { return float64(a) / float64(spend.USD) },
		"label": strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace,
	}).Parse(metrics))
)

// A view is one of them; its name is its content type.
type view interface {
	Name() string
	Execute(io.Writer, any) error
}

// show answers with the page, or the metrics. Neither has a script, and a browser may load nothing for them.
func (h *Handler) show(w http.ResponseWriter, r *http.Request, v view) {
	for name, value := range map[string]string{
		"Content-Type": v.Name(), "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'",
	} {
		w.Header().Set(name, value)
	}
	h.stats.mu.Lock()
	sums, last := slices.Clone(h.stats.sums), slices.Clone(h.stats.last)
	h.stats.mu.Unlock()
	seen := map[string]any{"Began": h.stats.began, "Open": h.stats.open.Load(), "Caps": h.caps(r.Context()), "Sums": sums, "Last": last, "Err": h.err}
	if h.Balance != nil && v == view(pageTemplate) {
		seen["Balance"] = h.Balance(r.Context())
	}
	_ = v.Execute(w, seen)
}
