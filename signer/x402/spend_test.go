// Tests of spending.

package x402_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

// ledgerRow writes a row of the ledger: its number, which is also the minute it is from, type, amount and request.
func ledgerRow(n int, kind, amount, request string) string {
	return fmt.Sprintf(`{"id":"%d","type":%q,"amount":%s,"balanceAfter":1,"modelId":null,"requestId":%s,"createdAt":"2026-06-01T10:%02d:00.5Z"}`,
		n, kind, amount, request, n)
}

// ledgerOf serves pages of rows and says how many it served.
func ledgerOf(t *testing.T, pages ...[]string) (client *venice.Client, served *int) {
	served = new(int)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.URL.Query().Get("limit"); got != "100" {
			t.Errorf("asked for %s rows", got)
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"success":true,"data":{"walletAddress":"0xabc","currentBalance":1,"transactions":[%s],
			"pagination":{"limit":100,"offset":0,"hasMore":%t}}}`, strings.Join(pages[*served], ","), *served < len(pages)-1)
		*served++
	}))
	t.Cleanup(srv.Close)
	client, err := venice.New(venice.WithAuth(nil), venice.WithBaseURL(srv.URL))
	if err != nil {
		t.Fatal(err)
	}
	return client, served
}

func TestSpend(t *testing.T) {
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
		client, served := ledgerOf(t, pages...)
		spend := func() (x402.Spending, error) {
			if c.request != "" {
				return x402.SpendOfRequest(t.Context(), client, "0xabc", c.request, c.since)
			}
			return x402.Spend(t.Context(), client, "0xabc", c.since)
		}
		s, err := spend()
		if got := fmt.Sprint(s.Charged, s.Refunded, s.Net, s.Rows); err != nil || strings.ReplaceAll(got, "  ", " ") != c.want || *served != c.served {
			t.Errorf("%v, %q: got %s after %d pages, want %s after %d; %v", c.since, c.request, got, *served, c.want, c.served, err)
		}
	}
}

func TestSpendErrors(t *testing.T) {
	for _, c := range []struct{ row, says string }{
		{ledgerRow(59, "CHARGE", "-1e-99999999", "null"), `row 59 of the ledger: amount: "-1e-99999999" is no amount`},
		{strings.Replace(ledgerRow(59, "CHARGE", "-1", "null"), "2026", "in", 1), "row 59 of the ledger: time: "},
	} {
		client, _ := ledgerOf(t, []string{c.row})
		s, err := x402.Spend(t.Context(), client, "0xabc", time.Unix(1, 0))
		if err == nil || !strings.Contains(err.Error(), c.says) || s != (x402.Spending{}) {
			t.Errorf("got %+v, %v", s, err)
		}
	}
	srv := venicetest.NewServer(t)
	srv.Respond("ListX402Transactions", venicetest.Answer{Status: 403, Body: []byte(`{"error":"not yours"}`)})
	client, err := venice.New(venice.WithAuth(nil), venice.WithBaseURL(srv.URL))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x402.Spend(t.Context(), client, "0x52908400098527886E0F7030069857D2E4169EE7", time.Time{}); !errors.Is(err, venice.ErrForbidden) {
		t.Errorf("%v", err)
	}
}
