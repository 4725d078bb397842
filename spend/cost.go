// Costs: what calls did cost, by the service's word or by their usage.

package spend

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A Cost is what a call cost: the sum of both, each in its own currency.
type Cost struct {
	Money
	Said bool // by the service; else it was computed from the usage and the list of models, without searches
}

// Cost returns what an answer cost, a pointer to one of package gen that has a cost or a usage, such as
// *[gen.ChatCompletion], the last chunk of a stream, or *[gen.Response]; or, for a call of a blockchain node, the
// *[venice.Response]. What the service says goes first. Else it is computed, for which the list of models is asked for
// unless it is there. The error is [ErrUnknownPrice] where the answer tells neither.
func (p *Prices) Cost(ctx context.Context, answer any) (Cost, error) {
	if r, ok := answer.(*venice.Response); ok {
		if r == nil || r.RPCCostUSD == nil {
			return Cost{}, unknown("the headers do not tell what the call cost")
		}
		return Cost{Money{USD: of(1, *r.RPCCostUSD)}, true}, nil
	}
	data, err := json.Marshal(answer)
	if err != nil {
		return Cost{}, fmt.Errorf("spend: %w", err)
	}
	var b bill
	b.read(data)
	if b.said != nil {
		return Cost{*b.said, true}, nil
	}
	if b.usage == nil {
		return Cost{}, unknown("the %T tells neither what it cost nor what it took", answer)
	}
	m, err := p.models.Find(ctx, "", b.model)
	if err != nil {
		return Cost{}, fmt.Errorf("spend: the list of models: %w", err)
	}
	cost, err := b.usage.cost(m)
	return Cost{Money: cost}, err
}

// A bill is what an answer, or the chunks of one, say of its price.
type bill struct {
	model string
	said  *Money
	usage *usage
	last  bool // said by the chunk that ends a stream but for its mark
}

// read takes what one of them has to say. The last word holds. Most chunks have nothing, and are not parsed.
func (b *bill) read(data []byte) {
	if !bytes.Contains(data, []byte(`"usage"`)) && !bytes.Contains(data, []byte(`"cost"`)) {
		return
	}
	var a struct {
		Choices  *[]jsontext.Value `json:"choices"`
		Model    string            `json:"model"`
		Usage    *usage            `json:"usage"`
		Cost     *amounts          `json:"cost"`
		Response *struct {         // of an event
			Model string   `json:"model"`
			Usage *usage   `json:"usage"`
			Cost  *amounts `json:"cost"`
		} `json:"response"`
	}
	if json.Unmarshal(data, &a) != nil {
		return
	}
	if r := a.Response; r != nil && a.Usage == nil {
		a.Model, a.Usage, a.Cost = r.Model, r.Usage, r.Cost
	}
	if a.Model != "" {
		b.model = a.Model
	}
	if a.Usage != nil {
		b.usage = a.Usage
	}
	if m, ok := a.Cost.money(); ok {
		b.said, b.last = &m, a.Choices != nil && len(*a.Choices) == 0
	}
}

// headers takes what the headers say.
func (b *bill) headers(h http.Header) {
	if n, err := strconv.ParseFloat(h.Get("X-Venice-RPC-Cost-USD"), 64); err == nil && n >= 0 {
		b.said = &Money{USD: of(1, n)}
	}
}

type amounts struct {
	USD  *float64 `json:"usd"`
	DIEM *float64 `json:"diem"`
}

// money is what was said, unless it is less than nothing, or nothing.
func (a *amounts) money() (Money, bool) {
	if a == nil || a.USD == nil && a.DIEM == nil {
		return Money{}, false
	}
	var m Money
	for _, c := range []struct {
		from *float64
		to   *Amount
	}{{a.USD, &m.USD}, {a.DIEM, &m.DIEM}} {
		switch {
		case c.from == nil:
		case *c.from < 0:
			return Money{}, false
		default:
			*c.to = of(1, *c.from)
		}
	}
	return m, true
}

// settled is what a call counts as when its answer is there: by what was said, else computed, else the most. What comes
// on top of tokens is not in a usage.
func (b *bill) settled(e *Estimate, models map[string]*gen.Model, h http.Header) Amount {
	if b.said != nil {
		return b.said.USD.plus(b.said.DIEM)
	}
	var sum Money
	if m := models[b.model]; m != nil && b.usage != nil {
		cost, err := b.usage.cost(m)
		if err != nil {
			return e.usd()
		}
		sum = cost
		for _, p := range e.Parts {
			if p.fee {
				sum = sum.plus(p.most())
			}
		}
		return max(sum.USD, sum.DIEM)
	}
	for _, p := range e.Parts {
		if p.header == "" || h.Get(p.header) != "" {
			sum = sum.plus(p.most())
		}
	}
	return max(sum.USD, sum.DIEM)
}
