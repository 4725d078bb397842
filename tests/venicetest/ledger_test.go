// Tests of what wallets have and what they are charged.

package venicetest_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

func TestWalletPays(t *testing.T) {
	c, clk := newPayer(t)
	w := testWallet(t)
	if err := c.srv.SetCredit(testOwner, 5); err != nil {
		t.Fatal(err)
	}
	if r := c.do("GET", "/models", nil).want(t, 200, ""); r.header.Get("Date") != "Mon, 29 Jun 2026 12:00:00 GMT" {
		t.Errorf("date %s, want the fake's", r.header.Get("Date"))
	}
	r := c.as(w, clk.read(), c.request("POST", "/chat/completions", hello)).want(t, 200, `"cost":{"diem":0,"usd":0.00001126}`)
	if got := r.header.Get("x-venice-balance-usd"); got != "5" || r.header.Get("x-venice-balance-diem") != "" {
		t.Errorf("balance %q before the call", got)
	}
	page := c.as(w, clk.read(), c.request("GET", "/x402/transactions/"+strings.ToLower(testOwner), nil))
	for _, want := range []string{
		`"walletAddress":"` + testOwner + `"`, `"currentBalance":4.99998874`, `"amount":-6.6e-7`, `"amount":-0.0000096`, `"amount":-0.000001`,
		`"modelId":"zai-org-glm-5-1"`, `"requestId":"` + r.body["id"].(string) + `"`, `"balanceAfter":4.99998874`,
		`"createdAt":"2026-06-29T12:00:00.000Z"`, `"pagination":{"hasMore":false,"limit":50,"offset":0}`,
	} {
		page.want(t, 200, want)
	}
	if n := strings.Count(page.raw, `"type":"CHARGE"`); n != 3 {
		t.Errorf("%d charges", n)
	}
	if got := c.srv.Credit(strings.ToLower(testOwner)); got != 4.99998874 {
		t.Errorf("credit %v", got)
	}
}

func TestLedgerPages(t *testing.T) {
	c, clk := newPayer(t)
	w := testWallet(t)
	if err := c.srv.SetCredit(testOwner, 5); err != nil {
		t.Fatal(err)
	}
	for range 3 { // three rows each
		c.as(w, clk.read(), c.request("POST", "/chat/completions", hello)).want(t, 200, "")
		clk.move(time.Second)
	}
	for query, want := range map[string]struct {
		rows int
		more bool
		last string
	}{
		"":                  {9, false, "4.999999"},
		"?limit=9":          {9, false, "4.999999"},
		"?limit=8":          {8, true, "4.9999894"},
		"?limit=4&offset=8": {1, false, "4.999999"},
		"?offset=9":         {0, false, ""},
		"?offset=1000":      {0, false, ""},
	} {
		r := c.as(w, clk.read(), c.request("GET", "/x402/transactions/"+testOwner+query, nil)).want(t, 200, "")
		var body struct {
			Data struct {
				Transactions []struct{ BalanceAfter json.Number }
				Pagination   struct{ HasMore bool }
			}
		}
		if err := json.Unmarshal([]byte(r.raw), &body); err != nil {
			t.Fatal(err)
		}
		rows, last := body.Data.Transactions, ""
		if len(rows) > 0 {
			last = rows[len(rows)-1].BalanceAfter.String()
		}
		if len(rows) != want.rows || body.Data.Pagination.HasMore != want.more || last != want.last {
			t.Errorf("%q: %d rows, more %t, last %s; want %+v", query, len(rows), body.Data.Pagination.HasMore, last, want)
		}
	}
	for _, query := range []string{"?limit=0", "?limit=101", "?limit=x", "?offset=-1"} {
		c.as(w, clk.read(), c.request("GET", "/x402/transactions/"+testOwner+query, nil)).want(t, 400, "")
	}
}

func TestWalletIsItsOwn(t *testing.T) {
	c, clk := newPayer(t)
	for _, path := range []string{"/x402/balance/", "/x402/transactions/"} {
		c.as(testWallet(t), clk.read(), c.request("GET", path+testSol, nil)).want(t, 403, "error")
		c.as(testWallet(t), clk.read(), c.request("GET", path+"0x"+strings.Repeat("1", 40), nil)).want(t, 403, "error")
		c.as(solanaWallet(t), clk.read(), c.request("GET", path+testSol, nil)).want(t, 200, `"walletAddress":"`+testSol+`"`)
	}
}

// A wallet that spends DIEM is not helped by credit, and the balance route tells.
func TestLinkedDIEM(t *testing.T) {
	c, clk := newPayer(t)
	w := testWallet(t)
	if err := c.srv.SetCredit(testOwner, 42); err != nil {
		t.Fatal(err)
	}
	if err := c.srv.LinkDIEM(testOwner, 0.1); err != nil {
		t.Fatal(err)
	}
	balance := func() string {
		return c.as(w, clk.read(), c.request("GET", "/x402/balance/"+testOwner, nil)).want(t, 200, "").raw
	}
	if got := balance(); !strings.Contains(got, `"balanceUsd":42,"canConsume":true,"diemBalanceUsd":0.1`) {
		t.Error(got)
	}
	r := c.as(w, clk.read(), c.request("POST", "/chat/completions", hello)).want(t, 200, "")
	if r.header.Get("x-venice-balance-diem") != "0.1" {
		t.Errorf("%v", r.header)
	}
	if got := balance(); !strings.Contains(got, `"balanceUsd":42,"canConsume":false,"diemBalanceUsd":0.09998874`) {
		t.Error(got)
	}
	c.as(w, clk.read(), c.request("POST", "/chat/completions", hello)).want(t, 402, `"currentBalanceUsd":42`)
}

func TestReadLimits(t *testing.T) {
	clk := newClock()
	srv := venicetest.NewServer(t, venicetest.WithClock(clk.read))
	c := caller{t, srv, ""}
	for path, limit := range map[string]int{"/x402/balance/": 30, "/x402/transactions/": 20} {
		read := func() reply { return c.as(testWallet(t), clk.read(), c.request("GET", path+testOwner, nil)) }
		for range limit {
			read().want(t, 200, "")
		}
		clk.move(59 * time.Second)
		read().want(t, 429, "error")
		c.as(solanaWallet(t), clk.read(), c.request("GET", path+testSol, nil)).want(t, 200, "")
		clk.move(time.Second)
		read().want(t, 200, "")
	}
	for range 10 {
		c.do("POST", "/x402/top-up", nil).want(t, 402, "accepts")
	}
	c.do("POST", "/x402/top-up", nil).want(t, 429, "error")
	c.pay("PAYMENT-SIGNATURE", "e30=").want(t, 429, "error")
	clk.move(time.Minute)
	c.do("POST", "/x402/top-up", nil).want(t, 402, "accepts")
}

func TestArrangeRefuses(t *testing.T) {
	h := venicetest.NewHandler()
	for _, address := range []string{"", "0x12", "0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266", testSol + "1", strings.Replace(testSol, "9", "0", 1), strings.Repeat("z", 44), strings.Repeat("1", 33)} {
		for i, err := range []error{h.SetUSDC(address, 1), h.SetCredit(address, 1), h.LinkDIEM(address, 1)} {
			if err == nil || !strings.Contains(fmt.Sprint(err), "invalid wallet address") {
				t.Errorf("%d, %q: %v", i, address, err)
			}
		}
		if h.USDC(address) != 0 || h.Credit(address) != 0 {
			t.Errorf("%q has something", address)
		}
	}
	for _, amount := range []float64{-1, 1e10, math.NaN()} {
		if h.SetUSDC(testOwner, amount) == nil || h.SetCredit(testSol, amount) == nil || h.LinkDIEM(testSol, amount) == nil {
			t.Errorf("%v was taken", amount)
		}
	}
	if err := h.SetUSDC(testSol, 1.000001); err != nil || h.USDC(testSol) != 1000001 {
		t.Errorf("%v, %d", err, h.USDC(testSol))
	}
}
