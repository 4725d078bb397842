// The billing routes: what an account has left, and what it was charged, row by row.

package venicetest

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

func (h *Handler) billingBalance(r *request) answer {
	left := balanceUSD - h.spentBy[r.key.owner]
	var currency any
	if left > 0 {
		currency = "USD"
	}
	return ok(map[string]any{
		"balances":   map[string]any{"usd": max(0, left), "diem": nil, "bundledCredits": nil, "earnedCredits": nil},
		"canConsume": left > 0, "consumptionCurrency": currency, "diemEpochAllocation": 0,
	})
}

// A page is where a listing of charges stands: the filters of its first call, and how many rows it has given.
type page struct {
	Owner    string    `json:"o"`
	Currency string    `json:"c,omitzero"`
	From     time.Time `json:"f,omitzero"`
	To       time.Time `json:"t,omitzero"`
	Size     int       `json:"n"`
	Given    int       `json:"g"`
}

func (p page) cursor() string {
	b, _ := json.Marshal(p) // has nothing that JSON has not
	return base64.RawURLEncoding.EncodeToString(b)
}

// readPage reads the query: filters on the first page, the cursor alone on every other.
func readPage(r *request) (page, *answer) {
	no := func(field, why string) (page, *answer) { return page{}, new(invalid([]string{field}, why)) }
	query := r.URL.Query()
	if cursor := query.Get("cursor"); cursor != "" {
		var p page
		b, err := base64.RawURLEncoding.DecodeString(cursor)
		switch {
		case len(query) > 1:
			return no("cursor", "cursor cannot be combined with other parameters")
		case err != nil || json.Unmarshal(b, &p) != nil || p.Owner != r.key.owner || p.Size < 1 || p.Given < 0:
			return no("cursor", "Invalid or expired cursor")
		}
		return p, nil
	}
	p := page{Owner: r.key.owner, Currency: query.Get("currency"), Size: 1000}
	if n, err := strconv.Atoi(query.Get("pageSize")); err == nil { // the contract has seen it
		p.Size = n
	}
	for name, into := range map[string]*time.Time{"startTimestamp": &p.From, "endTimestamp": &p.To} {
		text := query.Get(name)
		at, err := time.Parse(time.RFC3339, text)
		if text != "" && (err != nil || text[len(text)-1] != 'Z') {
			return no(name, "Invalid datetime: want ISO 8601 with a Z")
		}
		*into = at
	}
	if !p.To.IsZero() && !p.To.After(p.From) {
		return no("endTimestamp", "endTimestamp must be later than startTimestamp")
	}
	return p, nil
}

// has reports whether the listing has a charge. All are in USD.
func (p page) has(c charge) bool {
	return c.key.owner == p.Owner && (p.Currency == "" || p.Currency == "USD") && !c.at.Before(p.From) && (p.To.IsZero() || c.at.Before(p.To))
}

func (h *Handler) usageHistory(r *request) answer {
	p, refusal := readPage(r)
	if refusal != nil {
		return *refusal
	}
	var rows []charge
	seen, more := 0, false
	for _, c := range h.charges {
		if !p.has(c) {
			continue
		}
		if seen++; seen <= p.Given {
			continue
		}
		if len(rows) == p.Size {
			more = true
			break
		}
		rows = append(rows, c)
	}
	p.Given += len(rows)
	if r.accepts("text/csv") {
		a := answer{status: http.StatusOK, media: "text/csv", raw: chargeTable(rows), header: http.Header{}}
		a.header.Set("Content-Disposition", "attachment; filename=billing-usage-history-"+
			h.now().UTC().Format("20060102T150405")+h.now().UTC().Format(".000")[1:]+"Z.csv")
		if more {
			a.header.Set("x-next-cursor", p.cursor())
		}
		return a
	}
	var next any
	if more {
		next = p.cursor()
	}
	data := []any{}
	for _, c := range rows {
		data = append(data, c.view())
	}
	return ok(map[string]any{"data": data, "nextCursor": next})
}

// view is a row of the history. What was charged is negative there.
func (c charge) view() map[string]any {
	orNull := func(n int) any {
		if n == 0 {
			return nil
		}
		return n
	}
	return map[string]any{
		"timestamp": timestamp(c.at), "sku": c.sku, "units": c.units, "pricePerUnitUsd": c.price, "amount": -c.amount,
		"currency": "USD", "notes": c.notes(),
		"inferenceDetails": map[string]any{
			"requestId": c.id, "promptTokens": orNull(c.prompt), "completionTokens": orNull(c.output), "inferenceExecutionTime": nil,
		},
	}
}

func (c charge) notes() string {
	if c.amount < 0 {
		return "Refund"
	}
	return "API Inference"
}

// chargeTable is the rows as CSV.
func chargeTable(rows []charge) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"timestamp", "sku", "pricePerUnitUsd", "units", "amount", "currency", "notes", "promptTokens", "completionTokens", "requestId"})
	number := func(v any) string {
		text, _ := json.Marshal(v)
		return string(text)
	}
	for _, c := range rows {
		_ = w.Write([]string{
			c.at.UTC().Format(wireTime), c.sku, number(c.price), number(c.units), number(-c.amount), "USD", c.notes(),
			strconv.Itoa(c.prompt), strconv.Itoa(c.output), c.id,
		})
	}
	w.Flush()
	return b.Bytes()
}
