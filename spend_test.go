// Tests of spending, and of the exact amounts that it adds up.

package venice_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

func TestDecimal(t *testing.T) {
	for _, c := range []struct {
		sent, text, rat string // rat is "" if there is none
		float           float64
	}{
		{`-0.0000066`, "-0.0000066", "-33/5000000", -0.0000066},
		{`6.6e-7`, "6.6e-7", "33/50000000", 6.6e-7},
		{`6.60E+2`, "6.60E+2", "660", 660},
		{`"12.345678901234567890"`, "12.345678901234567890", "1234567890123456789/100000000000000000", 12.345678901234567},
		{`0.1`, "0.1", "1/10", 0.1},
		{`-0`, "-0", "0", 0},
		{`null`, "0", "0", 0},
		{`1e64`, "1e64", "1" + strings.Repeat("0", 64), 1e64},
		{`1e65`, "1e65", "", 1e65},
		{`1e-65`, "1e-65", "", 1e-65},
		{`1e-999999999`, "1e-999999999", "", 0},
		{`1e99999999999999999999`, "1e99999999999999999999", "", 0},
		{strings.Repeat("9", 100), strings.Repeat("9", 100), strings.Repeat("9", 100), 1e100},
		{"1." + strings.Repeat("0", 99), "1." + strings.Repeat("0", 99), "1", 1},
		{strings.Repeat("9", 101), strings.Repeat("9", 101), "", 1e101},
		{"1e" + strings.Repeat("0", 300) + "1", "1e" + strings.Repeat("0", 300) + "1", "", 10},
	} {
		for name, unmarshal := range map[string]func([]byte, any) error{
			"v1": json.Unmarshal, "v2": func(b []byte, v any) error { return jsonv2.Unmarshal(b, v) },
		} {
			var d gen.Decimal
			if err := unmarshal([]byte(c.sent), &d); err != nil || d.String() != c.text || fmt.Sprint(d) != c.text {
				t.Errorf("%s: %s: got %v, %v", name, c.sent, d, err)
			}
			if f := d.Float64(); f != c.float && !strings.HasPrefix(c.sent, "1e9") {
				t.Errorf("%s: got %v, want %v", c.sent, f, c.float)
			}
			rat, err := d.Rat()
			if (err == nil) != (c.rat != "") || err == nil && rat.RatString() != c.rat {
				t.Errorf("%s: got %v, %v, want %s", c.sent, rat, err, c.rat)
			}
			if b, err := json.Marshal(d); err != nil || string(b) != c.text {
				t.Errorf("%s: encodes as %s, %v", c.sent, b, err)
			}
		}
	}
	for _, text := range []string{`""`, `"x"`, `" 1"`, `"1 "`, `"0x10"`, `"+1"`, `"1_0"`, `".5"`, `"Inf"`, `"1/3"`, `true`, `{}`, `[1]`} {
		if err := json.Unmarshal([]byte(text), new(gen.Decimal)); err == nil || !strings.Contains(err.Error(), "want a decimal number") {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

// Every amount of the x402 routes keeps its digits.
func TestDecimalsOfX402(t *testing.T) {
	n := 0
	for _, v := range []any{gen.X402Transaction{}, gen.X402Transactions{}, gen.X402Balance{}, gen.X402Credit{}} {
		for i := range reflect.TypeOf(v).NumField() {
			switch f := reflect.TypeOf(v).Field(i); f.Type {
			case reflect.TypeFor[float64](), reflect.TypeFor[*float64]():
				t.Errorf("%T.%s is a float", v, f.Name)
			case reflect.TypeFor[gen.Decimal](), reflect.TypeFor[*gen.Decimal]():
				n++
			}
		}
	}
	if n != 9 {
		t.Errorf("%d amounts, want 9", n)
	}
}

// ledgerRow writes a row of the ledger: its number, which is also the minute it is from, type, amount and request.
func ledgerRow(n int, kind, amount, request string) string {
	return fmt.Sprintf(`{"id":"%d","type":%q,"amount":%s,"balanceAfter":1,"modelId":null,"requestId":%s,"createdAt":"2026-06-01T10:%02d:00.5Z"}`,
		n, kind, amount, request, n)
}

// book serves pages of rows and says how many it served.
func book(t *testing.T, pages ...[]string) (client *venice.Client, served *int) {
	served = new(int)
	client, _ = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.URL.Query().Get("limit"); got != "100" {
			t.Errorf("asked for %s rows", got)
		}
		answer(200, "application/json", fmt.Sprintf(`{"success":true,"data":{"walletAddress":"0xabc","currentBalance":1,"transactions":[%s],
			"pagination":{"limit":100,"offset":0,"hasMore":%t}}}`, strings.Join(pages[*served], ","), *served < len(pages)-1))(w, r)
		*served++
	})
	return client, served
}

func TestX402Spend(t *testing.T) {
	pages := [][]string{
		{ledgerRow(59, "REFUND", "1e-7", `"a"`), ledgerRow(58, "CHARGE", "-0.0000066", `"a"`), ledgerRow(57, "CHARGE", "-6.6e-7", `"b"`)},
		{ledgerRow(57, "CHARGE", "-6.6e-7", `"b"`), ledgerRow(56, "TOP_UP", "5", "null"), ledgerRow(55, "CHARGE", `"-0.1"`, `"a"`)}, // 57 again: a row came in between
		{ledgerRow(54, "SOMETHING_NEW", "-3", `"a"`), ledgerRow(53, "CHARGE", "-0.2", `"a"`)},
	}
	at := func(minute int) time.Time { return time.Date(2026, 6, 1, 10, minute, 0, 500e6, time.UTC) }
	for _, c := range []struct {
		since   time.Time
		request string
		want    string // charged, refunded, net, rows
		served  int
	}{
		{time.Time{}, "", "0.30000726 0.0000001 0.30000716 5", 3},
		{at(55), "", "0.10000726 0.0000001 0.10000716 4", 3}, // the moment itself counts
		{at(55).Add(1), "", "0.00000726 0.0000001 0.00000716 3", 2},
		{at(58), "", "0.0000066 0.0000001 0.0000065 2", 1},
		{at(60), "", "0 0 0 0", 1},
		{at(55).In(time.FixedZone("", 3600)), "", "0.10000726 0.0000001 0.10000716 4", 3},
		{time.Time{}, "a", "0.3000066 0.0000001 0.3000065 4", 3},
		{at(58), "a", "0.0000066 0.0000001 0.0000065 2", 1},
		{time.Time{}, "b", "0.00000066 0 0.00000066 1", 3},
		{time.Time{}, "c", "0 0 0 0", 3},
	} {
		client, served := book(t, pages...)
		spend := func() (venice.X402Spending, error) {
			if c.request != "" {
				return client.X402SpendOfRequest(t.Context(), "0xabc", c.request, c.since)
			}
			return client.X402Spend(t.Context(), "0xabc", c.since)
		}
		s, err := spend()
		if got := fmt.Sprint(s.Charged, s.Refunded, s.Net, s.Rows); err != nil || strings.ReplaceAll(got, "  ", " ") != c.want || *served != c.served {
			t.Errorf("%v, %q: got %s after %d pages, want %s after %d; %v", c.since, c.request, got, *served, c.want, c.served, err)
		}
	}
}

func TestX402SpendErrors(t *testing.T) {
	for _, c := range []struct{ row, says string }{
		{ledgerRow(59, "CHARGE", "-1e-99999999", "null"), `row 59 of the ledger: amount: "-1e-99999999" is no amount`},
		{strings.Replace(ledgerRow(59, "CHARGE", "-1", "null"), "2026", "in", 1), "row 59 of the ledger: time: "},
	} {
		client, _ := book(t, []string{c.row})
		s, err := client.X402Spend(t.Context(), "0xabc", time.Unix(1, 0))
		if wantText(t, err, c.says); s != (venice.X402Spending{}) {
			t.Errorf("got %+v", s)
		}
	}
	client, _ := serve(t, answer(403, "application/json", `{"error":"not yours"}`))
	_, err := client.X402Spend(t.Context(), "0xabc", time.Time{})
	if e := asError(t, err); e.Status != 403 {
		t.Errorf("%v", err)
	}
}
