// Prices: what calls may cost by the list of models, and what they did cost by the answer or the balance.

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
)

type amount struct {
	USD float64 `json:"usd"`
}

// A price is of one model: USD per million tokens, or per million characters.
type price struct{ Input, Output amount }

// prices are the cheapest model of each kind and its price.
type prices map[string]struct {
	id string
	price
}

// learn takes prices from the list of models. What has no price for what goes in is left out.
func (s *session) learn(list []byte) {
	var answer struct {
		Data []struct {
			ID, Type string
			Spec     struct {
				Offline bool
				Beta    bool
				Pricing price
			} `json:"model_spec"`
		}
	}
	_ = json.Unmarshal(list, &answer) // the check says what is wrong with it
	s.prices = prices{}
	for _, m := range answer.Data {
		best, known := s.prices[m.Type]
		sum := func(p price) float64 { return p.Input.USD + p.Output.USD }
		if m.Spec.Offline || m.Spec.Beta || m.Spec.Pricing.Input.USD <= 0 || known && sum(best.price) <= sum(m.Spec.Pricing) {
			continue
		}
		best.id, best.price = m.ID, m.Spec.Pricing
		s.prices[m.Type] = best
	}
}

// An offer is a step with its price.
type offer struct {
	step  step
	model string
	usd   float64 // at most
}

// offers are the steps that cost something and have a price, the cheapest first.
func (s *session) offers() (list []offer) {
	for _, st := range steps {
		switch {
		case !st.billed() || !st.meets(s):
		case st.model == "":
			list = append(list, offer{st, "", st.usd})
		default:
			m, known := s.prices[st.model]
			if !known {
				fmt.Fprintf(s.out, "left out  %s: no model of the kind %s has a price\n", st.name, st.model)
				continue
			}
			list = append(list, offer{st, m.id, st.cost(m.price, st.body(m.id))})
		}
	}
	slices.SortStableFunc(list, func(a, b offer) int { return cmp.Compare(a.usd, b.usd) })
	return list
}

// toldBy is what an answer says that it cost, in both currencies, or NaN.
func toldBy(answer jsontext.Value) float64 {
	var body struct {
		Cost *struct{ USD, DIEM float64 }
	}
	if json.Unmarshal(answer, &body) != nil || body.Cost == nil {
		return math.NaN()
	}
	return body.Cost.USD + body.Cost.DIEM
}

// balance is what is left, in all currencies, or NaN if the service does not tell.
func (s *session) balance(ctx context.Context) float64 {
	path := "/api_keys/rate_limits"
	if s.wallet != "" {
		path = s.pathOf(step{who: "wallet", path: "/x402/balance/WALLET"})
	}
	var answer struct {
		Data struct {
			Balances map[string]float64
			USD      *float64 `json:"balanceUsd"`
			DIEM     float64  `json:"diemBalanceUsd"`
		}
	}
	if s.client.Do(ctx, "GET", path, nil, &answer) != nil {
		return math.NaN()
	}
	if answer.Data.USD != nil {
		return *answer.Data.USD + answer.Data.DIEM
	}
	if len(answer.Data.Balances) == 0 {
		return math.NaN()
	}
	left := 0.0
	for _, n := range answer.Data.Balances {
		left += n
	}
	return left
}

// paid is what a call cost: the most of what its answer says and of what is gone from the balance, which others may use too.
// Where neither tells, it counts as much as it may have cost.
func (s *session) paid(ctx context.Context, told, before float64, o offer) (cost float64, says string) {
	gone := before - s.balance(ctx)
	switch {
	case math.IsNaN(told) && math.IsNaN(gone):
		return o.usd, "neither the answer nor the balance tells the cost; counted as " + usd(o.usd) + " USD"
	case math.IsNaN(told):
		return max(0, round(gone)), usd(max(0, round(gone))) + " USD, by the balance"
	case math.IsNaN(gone) || gone <= told:
		return told, usd(told) + " USD, by the answer"
	}
	return round(gone), usd(round(gone)) + " USD, by the balance; the answer says " + usd(told)
}

// round takes away what floats add to amounts of 10 decimals.
func round(amount float64) float64 { return math.Round(amount*1e10) / 1e10 }

func drain(m *gen.Media) error {
	_, err := io.Copy(io.Discard, m)
	return errors.Join(err, m.Close())
}
