// Tests of payments that go wrong by order.

package venicetest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

// A payment settles, or not, whatever the answer says.
func TestFaultAnswers(t *testing.T) {
	for _, test := range []struct {
		fault   venicetest.Fault
		status  int
		text    string
		settles bool
	}{
		{venicetest.Fault{}, 200, "paymentId", true},
		{venicetest.Fault{Status: 200}, 200, "paymentId", true},
		{venicetest.Fault{Status: 400}, 400, `"error":"PAYMENT_VERIFICATION_FAILED"`, true},
		{venicetest.Fault{Status: 402}, 402, `"error":"SETTLEMENT_FAILED"`, true},
		{venicetest.Fault{Status: 409}, 409, `"code":"PAYMENT_IN_PROGRESS"`, true},
		{venicetest.Fault{Status: 429}, 429, `error`, true},
		{venicetest.Fault{Status: 500}, 500, `message`, true},
		{venicetest.Fault{Status: 503}, 503, `X402_NOT_CONFIGURED`, true},
		{venicetest.Fault{Status: 504}, 504, `"code":"SETTLEMENT_TIMEOUT"`, true},
		{venicetest.Fault{Body: []byte("<html>")}, 200, "<html>", true},
		{venicetest.Fault{Status: 502, Body: []byte("bad gateway")}, 502, "bad gateway", true},
		{venicetest.Fault{Twice: true}, 200, "paymentId", true},
		{venicetest.Fault{Unsettled: true}, 500, "error", false},
		{venicetest.Fault{Unsettled: true, Status: 409}, 409, "PAYMENT_IN_PROGRESS", false},
		{venicetest.Fault{Unsettled: true, Status: 200, Body: []byte("{}")}, 200, "{}", false},
		{venicetest.Fault{Late: time.Minute}, 504, "SETTLEMENT_TIMEOUT", false},
	} {
		c, clk := newPayer(t)
		c.srv.OnTopUp(func(n int, r *http.Request) venicetest.Fault {
			if n != 1 || r.Header.Get("PAYMENT-SIGNATURE") == "" {
				t.Errorf("payment %d, %v", n, r.Header)
			}
			return test.fault
		})
		offer := c.offer(onBase)
		c.pay("PAYMENT-SIGNATURE", envelope(offer, "5000000", newTransfer(clk.read(), 5_000_000).payload(t))).want(t, test.status, test.text)
		if n := len(c.srv.Settlements()); n == 1 != test.settles {
			t.Errorf("%+v: %d settlements", test.fault, n)
		}
	}
}

// The answer to a payment that came twice is that to the second.
func TestFaultTwice(t *testing.T) {
	c, clk := newPayer(t, venicetest.WithResentPayment(402))
	c.srv.OnTopUp(func(int, *http.Request) venicetest.Fault { return venicetest.Fault{Twice: true} })
	c.pay("PAYMENT-SIGNATURE", flat("base", newTransfer(clk.read(), 5_000_000).payload(t))).want(t, 402, "SETTLEMENT_FAILED")
	if n := len(c.srv.Settlements()); n != 1 {
		t.Errorf("%d settlements", n)
	}
}

func TestFaultCut(t *testing.T) {
	for _, unsettled := range []bool{false, true} {
		c, clk := newPayer(t)
		c.srv.OnTopUp(func(n int, _ *http.Request) venicetest.Fault {
			return venicetest.Fault{Cut: n == 1, Unsettled: n == 1 && unsettled}
		})
		value := encode(t, flat("base", newTransfer(clk.read(), 5_000_000).payload(t)))
		req := c.request("POST", "/x402/top-up", nil)
		req.Header.Set("PAYMENT-SIGNATURE", value)
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
			t.Errorf("answered %s", resp.Status)
		}
		if n := len(c.srv.Settlements()); n == 0 != unsettled {
			t.Errorf("%d settlements", n)
		}
		c.pay("PAYMENT-SIGNATURE", value).want(t, 200, "paymentId")
		if n := len(c.srv.Settlements()); n != 1 {
			t.Errorf("%d settlements", n)
		}
	}
}

// A payment that is being settled is so until it is done, also for a client that has left; others are not held up.
func TestFaultSettling(t *testing.T) {
	c, clk := newPayer(t)
	entered, leave := make(chan bool), make(chan bool)
	c.srv.OnTopUp(func(n int, _ *http.Request) venicetest.Fault {
		if n > 1 {
			return venicetest.Fault{}
		}
		return venicetest.Fault{Settling: func() { entered <- true; <-leave }}
	})
	first := encode(t, flat("base", newTransfer(clk.read(), 5_000_000).payload(t)))
	ended := make(chan reply)
	go func() { ended <- c.pay("PAYMENT-SIGNATURE", first) }()
	<-entered
	c.pay("PAYMENT-SIGNATURE", first).want(t, 409, "PAYMENT_IN_PROGRESS")
	c.pay("PAYMENT-SIGNATURE", flat("base", newTransfer(clk.read(), 6_000_000).payload(t))).want(t, 200, "")
	if s := c.srv.Settlements(); len(s) != 1 || s[0].Amount != 6_000_000 {
		t.Errorf("%+v", s)
	}
	leave <- true
	(<-ended).want(t, 200, `"newBalance":11`)
}

// A payment that settles late does so by itself, at its time, unless the chain no longer takes it.
func TestFaultLate(t *testing.T) {
	for late, settles := range map[time.Duration]bool{time.Minute: true, 299 * time.Second: true, 300 * time.Second: false} {
		c, clk := newPayer(t)
		c.srv.OnTopUp(func(int, *http.Request) venicetest.Fault { return venicetest.Fault{Late: late} })
		at := clk.read().Add(late)
		payment := flat("base", newTransfer(clk.read(), 5_000_000).payload(t))
		c.pay("PAYMENT-SIGNATURE", payment).want(t, 504, "SETTLEMENT_TIMEOUT")
		clk.move(late - time.Second)
		c.pay("PAYMENT-SIGNATURE", payment).want(t, 409, "PAYMENT_IN_PROGRESS")
		clk.move(time.Hour)
		s := c.srv.Settlements()
		if len(s) == 1 != settles || settles && !s[0].At.Equal(at) {
			t.Errorf("late %v: %+v", late, s)
		}
		want := map[bool]int{true: 200, false: 400}[settles]
		c.srv.OnTopUp(nil)
		c.pay("PAYMENT-SIGNATURE", payment).want(t, want, "")
	}
}

// Two fakes of one seed and clock, asked the same, give the same.
func TestPaymentsRepeat(t *testing.T) {
	run := func() string {
		clk := newClock()
		srv := venicetest.NewServer(t, venicetest.WithSeed(7), venicetest.WithClock(clk.read))
		c := caller{t, srv, ""}
		_ = srv.SetUSDC(testOwner, 5)
		tr := newTransfer(clk.read(), 5_000_000).with("nonce", "0x"+strings.Repeat("07", 32))
		return c.pay("X-PAYMENT", flat("base", tr.payload(t))).want(t, 200, "").raw + srv.Settlements()[0].Transaction
	}
	if a, b := run(), run(); a != b {
		t.Errorf("%s, then %s", a, b)
	}
}
