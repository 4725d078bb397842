// Sums of what an account was charged, by day, model and key.

package venicetest

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	mostDays   = 90
	costliest  = 8 // models and keys that have rows of their own
	usualDays  = "7d"
	dateLayout = time.DateOnly
)

// A sum is what was spent on something, and how much of it there was.
type sum struct {
	usd   money
	units float64
	unit  string
	kind  any
	daily map[string]money
	parts map[string]*sum
}

func (h *Handler) usageAnalytics(r *request) answer {
	first, last, period, refusal := h.period(r)
	if refusal != nil {
		return *refusal
	}
	days, models, keys := map[string]money{}, map[string]*sum{}, map[string]*sum{}
	ids := map[string]any{}
	for _, c := range h.charges {
		day := c.at.UTC().Format(dateLayout)
		if c.key.owner != r.key.owner || day < first || day > last {
			continue
		}
		days[day] += c.amount
		name, kind := c.sku, any(nil)
		if c.model != nil {
			name, kind = c.model.Name, modelTypes[c.model.Kind]
		}
		add(models, name, day, c).kind = kind
		add(keys, c.key.description, day, c)
		ids[c.key.description] = c.key.id
	}
	byDate := []any{}
	for _, day := range slices.Sorted(maps.Keys(days)) {
		byDate = append(byDate, map[string]any{"date": day, "USD": days[day], "DIEM": 0})
	}
	byModel, byKey := []any{}, []any{}
	for _, name := range ranked(models) {
		s := models[name]
		row := map[string]any{
			"modelName": name, "modelType": s.kind, "totalUsd": s.usd, "totalDiem": 0, "totalUnits": s.units, "unitType": s.unit,
		}
		if len(s.parts) > 1 {
			breakdown := []any{}
			for _, part := range slices.Sorted(maps.Keys(s.parts)) {
				breakdown = append(breakdown, map[string]any{"type": part, "usd": s.parts[part].usd, "diem": 0, "units": s.parts[part].units})
			}
			row["breakdown"] = breakdown
		}
		byModel = append(byModel, row)
	}
	for _, name := range ranked(keys) {
		s := keys[name]
		byKey = append(byKey, map[string]any{
			"description": name, "apiKeyId": ids[name], "totalUsd": s.usd, "totalDiem": 0, "totalUnits": s.units,
		})
	}
	topModels, modelDays, modelDaysUSD := daily(models, days)
	topKeys, keyDays, keyDaysUSD := daily(keys, days)
	return ok(map[string]any{
		"lookback": period, "byDate": byDate, "byModel": byModel, "byKey": byKey, "topModels": topModels, "topKeyNames": topKeys,
		"byModelDaily": modelDays, "byModelDailyUsd": modelDaysUSD, "byKeyDaily": keyDays, "byKeyDailyUsd": keyDaysUSD,
	})
}

// modelTypes are the kinds of models as sums name them.
var modelTypes = map[string]string{
	"text": "LLM", "image": "IMAGE", "embedding": "EMBEDDING", "inpaint": "INPAINT", "upscale": "UPSCALE", "tts": "TTS", "asr": "ASR",
	"music": "MUSIC", "video": "VIDEO", "decision": "DECISION",
}

// unitTypes are what is counted, by how the product ends.
var unitTypes = map[string]string{"mtoken": "tokens", "mcharacter": "characters", "second": "seconds", "unit": "units"}

// partTypes are the kinds of tokens, by product.
var partTypes = map[string]string{
	"llm-input-mtoken": "Input", "llm-output-mtoken": "Output", "llm-cache-read-mtoken": "Cache Read", "llm-cache-write-mtoken": "Cache Write",
}

// add counts a charge for a name, and returns its sum.
func add(sums map[string]*sum, name, day string, c charge) *sum {
	s := sums[name]
	if s == nil {
		s = &sum{daily: map[string]money{}, parts: map[string]*sum{}}
		sums[name] = s
	}
	end := c.sku[strings.LastIndexByte(c.sku, '-')+1:]
	units := c.units
	if strings.HasPrefix(end, "m") {
		units *= 1e6
	}
	s.usd += c.amount
	s.units += units
	s.unit = cmp.Or(unitTypes[end], "units")
	s.daily[day] += c.amount
	for product, part := range partTypes {
		if strings.HasSuffix(c.sku, product) {
			p := cmp.Or(s.parts[part], &sum{})
			p.usd, p.units = p.usd+c.amount, p.units+units
			s.parts[part] = p
		}
	}
	return s
}

// ranked lists names, the costliest first.
func ranked(sums map[string]*sum) []string {
	return slices.SortedFunc(maps.Keys(sums), func(a, b string) int {
		return cmp.Or(cmp.Compare(sums[b].usd, sums[a].usd), cmp.Compare(a, b))
	})
}

// daily has a row for each day, of DIEM and of USD, for the costliest names.
func daily(sums map[string]*sum, days map[string]money) (names, diem, usd []any) {
	names, diem, usd = []any{}, []any{}, []any{}
	top := ranked(sums)
	top = top[:min(len(top), costliest)]
	for _, name := range top {
		names = append(names, name)
	}
	for _, day := range slices.Sorted(maps.Keys(days)) {
		at, _ := time.Parse(dateLayout, day) // as it was written
		none, row := map[string]any{"date": at.UnixMilli()}, map[string]any{"date": at.UnixMilli()}
		for _, name := range top {
			none[name], row[name] = 0, sums[name].daily[day]
		}
		diem, usd = append(diem, none), append(usd, row)
	}
	return names, diem, usd
}

// period is the first and the last day that the query asks for, and its name.
func (h *Handler) period(r *request) (first, last, name string, refusal *answer) {
	no := func(field, why string) (string, string, string, *answer) {
		return "", "", "", new(invalid([]string{field}, why))
	}
	query := r.URL.Query()
	first, last = query.Get("startDate"), query.Get("endDate")
	switch {
	case first != "" && last != "" && first <= last:
		return first, last, first + ":" + last, nil
	case first != "" || last != "":
		return no("startDate", "startDate and endDate belong together, startDate first")
	}
	name = cmp.Or(query.Get("lookback"), usualDays)
	n, err := strconv.Atoi(strings.TrimSuffix(name, "d"))
	if err != nil || n > mostDays {
		return no("lookback", "lookback must be at most "+strconv.Itoa(mostDays)+"d")
	}
	today := h.now().UTC()
	return today.AddDate(0, 0, 1-n).Format(dateLayout), today.Format(dateLayout), name, nil
}
