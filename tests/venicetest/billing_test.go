// Tests that account, rows, sums and headers agree to the last digit.

package venicetest_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

// exact is a sum of JSON numbers, to the digit.
func exact(t *testing.T, numbers ...json.Number) *big.Rat {
	t.Helper()
	sum := new(big.Rat)
	for _, n := range numbers {
		x, ok := new(big.Rat).SetString(n.String())
		if !ok {
			t.Fatalf("no number: %q", n)
		}
		sum.Add(sum, x)
	}
	return sum
}

type usageRow struct {
	Timestamp, SKU, Currency, Notes string
	Units, PricePerUnitUSD, Amount  json.Number
	InferenceDetails                struct {
		RequestID                      string
		PromptTokens, CompletionTokens *int
	}
}

type usagePage struct {
	Data       []usageRow
	NextCursor *string
}

func readInto(t *testing.T, r reply, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.raw), into); err != nil {
		t.Fatal(err)
	}
}

// spendSome makes calls of every kind of price.
func spendSome(t *testing.T, c caller) {
	t.Helper()
	c.do("POST", "/chat/completions", hello).want(t, 200, "")
	c.do("POST", "/image/generate", prompt("width", 64, "height", 64, "variants", 3, "enhance_prompt", true)).want(t, 200, "")
	c.do("POST", "/audio/speech", speech("Hello, world")).want(t, 200, "")
	c.do("POST", "/video/queue", fields("model", "wan-2-7-text-to-video", "prompt", "rain")).want(t, 200, "")
	failing := c.do("POST", "/audio/queue", fields("model", "elevenlabs-music", "prompt", "[broken]")).want(t, 200, "")
	r, _ := c.wait("/audio/retrieve", named("elevenlabs-music", failing))
	r.want(t, 500, "")
}

func TestBooksAgree(t *testing.T) {
	since(t, "20260821")
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	admin := caller{t, srv, srv.AdminKey()}
	c := caller{t, srv, srv.InferenceKey()}
	spendSome(t, c)

	var rows usagePage
	readInto(t, admin.do("GET", "/billing/usage-history", nil).want(t, 200, ""), &rows)
	var amounts []json.Number
	for _, row := range rows.Data {
		amounts = append(amounts, row.Amount)
		each := new(big.Rat).Mul(exact(t, row.Units), exact(t, row.PricePerUnitUSD))
		if each.Neg(each).Cmp(exact(t, row.Amount)) != 0 {
			t.Errorf("%+v: units by price are %s", row, each.FloatString(12))
		}
		if row.Currency != "USD" || row.InferenceDetails.RequestID == "" {
			t.Errorf("%+v", row)
		}
	}
	skus := fmt.Sprint(len(rows.Data))
	for _, row := range rows.Data {
		skus += " " + row.SKU
	}
	if skus != "8 zai-org-glm-5-1-llm-input-mtoken zai-org-glm-5-1-llm-output-mtoken z-image-turbo-image-unit z-image-turbo-prompt-enhancement "+
		"tts-kokoro-tts-mcharacter wan-2-7-text-to-video-video-unit elevenlabs-music-music-unit elevenlabs-music-music-unit" {
		t.Error(skus)
	}
	want := new(big.Rat).Add(big.NewRat(100, 1), exact(t, amounts...)) // what is charged is negative

	var balance struct {
		Balances struct{ USD json.Number }
	}
	readInto(t, admin.do("GET", "/billing/balance", nil).want(t, 200, `"consumptionCurrency":"USD"`), &balance)
	header := c.do("GET", "/image/styles", nil).header.Get("x-venice-balance-usd")
	if header == "" { // only inference tells
		header = c.do("POST", "/image/generate", prompt("model", "nobody")).header.Get("x-venice-balance-usd")
	}
	limits := c.do("GET", "/api_keys/rate_limits", nil).data(t)["balances"].(map[string]any)["USD"]
	var sums struct {
		ByDate []struct{ USD json.Number }
		ByKey  []struct{ TotalUSD json.Number }
		// Of each model, what all days have.
		ByModel         []struct{ TotalUSD json.Number }
		ByModelDailyUSD []map[string]json.Number
	}
	readInto(t, admin.do("GET", "/billing/usage-analytics", nil).want(t, 200, `"lookback":"7d"`), &sums)
	var byModel []json.Number
	for _, m := range sums.ByModel {
		byModel = append(byModel, m.TotalUSD)
	}
	for name, got := range map[string]*big.Rat{
		"balance": exact(t, balance.Balances.USD), "header": exact(t, json.Number(header)),
		"rate limits": exact(t, json.Number(fmt.Sprint(limits))),
		"by date":     new(big.Rat).Sub(big.NewRat(100, 1), exact(t, sums.ByDate[0].USD)),
		"by key":      new(big.Rat).Sub(big.NewRat(100, 1), exact(t, sums.ByKey[0].TotalUSD)),
		"by model":    new(big.Rat).Sub(big.NewRat(100, 1), exact(t, byModel...)),
	} {
		if got.Cmp(want) != 0 {
			t.Errorf("%s: %s, want %s", name, got.FloatString(12), want.FloatString(12))
		}
	}
	if len(sums.ByDate) != 1 || len(sums.ByKey) != 1 || len(sums.ByModelDailyUSD) != 1 || len(sums.ByModel) != 5 {
		t.Errorf("%+v", sums)
	}
	caller{t, srv, c.key}.do("GET", "/billing/balance", nil).want(t, 401, "Admin API key required")
}

// The pages of the history are the rows, in order, once each; a cursor stands alone and is its account's.
func TestUsageHistoryPages(t *testing.T) {
	since(t, "20260821")
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	admin := caller{t, srv, srv.AdminKey()}
	for range 12 { // two rows each
		admin.do("POST", "/chat/completions", hello).want(t, 200, "")
		clk.move(time.Minute)
	}
	from := "startTimestamp=2026-06-29T12:01:00.000Z&endTimestamp=2026-06-29T12:12:00Z"
	count, path := 0, "/billing/usage-history?pageSize=10&"+from
	for pages := 0; path != ""; pages++ {
		var p usagePage
		readInto(t, admin.do("GET", path, nil).want(t, 200, ""), &p)
		for _, row := range p.Data {
			if want := fmt.Sprintf("2026-06-29T12:%02d:00.000Z", 1+count/2); row.Timestamp != want {
				t.Errorf("row %d is of %s, want %s", count, row.Timestamp, want)
			}
			if row.InferenceDetails.PromptTokens == nil || *row.InferenceDetails.CompletionTokens != 3 {
				t.Errorf("%+v", row.InferenceDetails)
			}
			count++
		}
		path = ""
		if p.NextCursor != nil {
			path = "/billing/usage-history?cursor=" + *p.NextCursor
		}
		admin.do("POST", "/chat/completions", hello).want(t, 200, "") // what is new moves nothing
		if pages > 5 {
			t.Fatal("no end")
		}
	}
	if count != 22 {
		t.Errorf("%d rows, want 22", count)
	}
	var p usagePage
	readInto(t, admin.do("GET", "/billing/usage-history?pageSize=10", nil), &p)
	cursor := url.QueryEscape(*p.NextCursor)
	admin.do("GET", "/billing/usage-history?pageSize=10&cursor="+cursor, nil).want(t, 400, "cannot be combined")
	admin.do("GET", "/billing/usage-history?cursor=AAAA", nil).want(t, 400, "Invalid or expired cursor")
	if err := srv.Stake(testOwner, 1); err != nil {
		t.Fatal(err)
	}
	minted := admin.do("POST", "/api_keys/generate_web3_key", admin.mintBody(testWallet(t))).want(t, 200, "").data(t)["apiKey"].(string)
	caller{t, srv, minted}.do("GET", "/billing/usage-history?cursor="+cursor, nil).want(t, 400, "Invalid or expired cursor")
	caller{t, srv, minted}.do("GET", "/billing/usage-history", nil).want(t, 200, `{"data":[],"nextCursor":null}`)
	admin.do("GET", "/billing/usage-history?currency=DIEM", nil).want(t, 200, `"data":[]`)
	admin.do("GET", "/billing/usage-history?startTimestamp=2026-06-29T12:01:00%2B02:00", nil).want(t, 400, "startTimestamp")
	admin.do("GET", "/billing/usage-history?endTimestamp=2026-06-29T12:01:00Z&startTimestamp=2026-06-29T12:01:00Z", nil).want(t, 400, "later than")

	req := admin.request("GET", "/billing/usage-history?pageSize=10", nil)
	req.Header.Set("Accept", "text/csv")
	r := admin.send(req).want(t, 200, "sku")
	table, err := csv.NewReader(strings.NewReader(r.raw)).ReadAll()
	if err != nil || len(table) != 11 || table[1][1] != "zai-org-glm-5-1-llm-input-mtoken" || table[1][4] != "-0.000001" {
		t.Errorf("%q, %v", table, err)
	}
	if r.header.Get("x-next-cursor") == "" || !strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment; filename=billing-usage-history-20260629T") {
		t.Errorf("%v", r.header)
	}
}

func TestUsageAnalytics(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	admin := caller{t, srv, srv.AdminKey()}
	for range 3 {
		admin.do("POST", "/chat/completions", hello).want(t, 200, "")
		clk.move(24 * time.Hour)
	}
	for query, days := range map[string]int{
		"": 3, "?lookback=2d": 1, "?lookback=90d": 3, "?startDate=2026-06-30&endDate=2026-06-30": 1, "?startDate=2026-07-02&endDate=2026-07-09": 0,
	} {
		var sums struct {
			ByDate  []struct{ Date string }
			ByModel []struct {
				UnitType  string
				Breakdown []struct{ Type string }
			}
		}
		readInto(t, admin.do("GET", "/billing/usage-analytics"+query, nil).want(t, 200, ""), &sums)
		if len(sums.ByDate) != days || days > 0 && (sums.ByModel[0].UnitType != "tokens" || fmt.Sprint(sums.ByModel[0].Breakdown) != "[{Input} {Output}]") {
			t.Errorf("%q: %+v", query, sums)
		}
	}
	for _, query := range []string{"?lookback=91d", "?startDate=2026-06-30", "?startDate=2026-06-30&endDate=2026-06-29"} {
		admin.do("GET", "/billing/usage-analytics"+query, nil).want(t, 400, "")
	}
	admin.do("GET", "/billing/usage", nil).want(t, 410, "")
}
