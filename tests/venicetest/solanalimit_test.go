// What the fake minds of a payment on Solana beside its form: memo, amount, and how long it is good.

package venicetest_test

import (
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

// A memo in the offer must come back, alone.
func TestSolanaMemo(t *testing.T) {
	for _, test := range []struct {
		memos  []string
		status int
		text   string
	}{
		{[]string{"for-you"}, 200, ""}, {nil, 400, "memo_count"}, {[]string{"for-you", "for-you"}, 400, "memo_count"}, {[]string{"for-me"}, 400, "memo_mismatch"},
	} {
		c, _ := newPayer(t, venicetest.WithMemo("for-you"))
		d := goodDraft(c.blockhash())
		d.steps = d.steps[:3]
		for _, m := range test.memos {
			d.steps = append(d.steps, memo(m))
		}
		c.pay("PAYMENT-SIGNATURE", envelope(c.offer(onSolana), "5000000", onChain(d.encode()))).want(t, test.status, test.text)
	}
}

// The flat shape names no amount; the limits hold all the same.
func TestSolanaAmounts(t *testing.T) {
	c, _ := newPayer(t)
	for units, text := range map[uint64]string{4_999_999: "AMOUNT_TOO_LOW", 10_000_000_001: "AMOUNT_TOO_HIGH", 1 << 63: "AMOUNT_TOO_HIGH", 0: "INVALID_AMOUNT", 100_000_001: "SETTLEMENT_FAILED", 7_000_000: "paymentId"} {
		d := goodDraft(c.blockhash())
		copy(d.steps[2].data[1:], little64(units))
		status := map[string]int{"SETTLEMENT_FAILED": 402, "paymentId": 200}[text]
		if status == 0 {
			status = 400
		}
		if units == 100_000_001 {
			if err := c.srv.SetUSDC(testSol, 100); err != nil {
				t.Fatal(err)
			}
		}
		c.pay("PAYMENT-SIGNATURE", flat(onSolana, onChain(d.encode()))).want(t, status, text)
	}
}

// A blockhash is good for 150 blocks after its own; a late settlement is held to that as well.
func TestBlockhashExpires(t *testing.T) {
	for wait, text := range map[time.Duration]string{47599 * time.Millisecond: "paymentId", 47600 * time.Millisecond: "blockhash_expired"} {
		c, clk := newPayer(t)
		d := goodDraft(c.blockhash()) // 32 slots old already
		clk.move(wait)
		c.pay("PAYMENT-SIGNATURE", flat(onSolana, onChain(d.encode()))).want(t, map[bool]int{true: 200, false: 400}[text == "paymentId"], text)
	}
}
