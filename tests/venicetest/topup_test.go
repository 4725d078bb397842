// Tests of payments on Base, and of what all payments have in common.

package venicetest_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"github.com/venice-go/venice/tests/venicetest"
)

func TestDiscovery(t *testing.T) {
	c, _ := newPayer(t, venicetest.WithMemo("for-you"))
	r := c.do("POST", "/x402/top-up", nil).want(t, 402, "")
	want := `{"accepts":[` +
		`{"amount":"5000000","asset":"` + strings.ToLower(venicetest.USDC) + `","extra":{"name":"USD Coin","version":"2"},` +
		`"maxTimeoutSeconds":300,"network":"eip155:8453","payTo":"` + strings.ToLower(venicetest.PayTo) + `","scheme":"exact"},` +
		`{"amount":"5000000","asset":"` + venicetest.USDCMint + `","extra":{"feePayer":"` + venicetest.FeePayer + `","memo":"for-you","name":"USD Coin","version":"2"},` +
		`"maxTimeoutSeconds":300,"network":"` + onSolana + `","payTo":"` + venicetest.PayToSolana + `","scheme":"exact"}],"x402Version":2}`
	if header, _ := base64.StdEncoding.DecodeString(r.header.Get("PAYMENT-REQUIRED")); r.raw != want || string(header) != want {
		t.Errorf("body\n%s\nheader\n%s\nwant\n%s", r.raw, header, want)
	}

	c.srv.OnDiscovery(func(offer []byte) ([]byte, string) {
		return []byte(strings.Replace(string(offer), "5000000", "1", 1)), "other"
	})
	if r := c.do("POST", "/x402/top-up", nil).want(t, 402, `"amount":"1"`); r.header.Get("PAYMENT-REQUIRED") != "other" {
		t.Errorf("header %q", r.header.Get("PAYMENT-REQUIRED"))
	}
	c.srv.OnDiscovery(func([]byte) ([]byte, string) { return []byte("<html>"), "%" })
	c.do("POST", "/x402/top-up", nil).want(t, 402, "<html>")
	c.srv.OnDiscovery(func(offer []byte) ([]byte, string) { return offer, "" })
	if r := c.do("POST", "/x402/top-up", nil).want(t, 402, want); r.header["Payment-Required"] != nil {
		t.Error("the header did not go missing")
	}
}

// Both shapes under all names of the header, from the least to the most that is taken.
func TestPayOnBase(t *testing.T) {
	c, clk := newPayer(t)
	if err := c.srv.SetUSDC(testOwner, 10_017); err != nil {
		t.Fatal(err)
	}
	offer := c.offer(onBase)
	credit := int64(0)
	for i, payment := range []struct {
		header string
		units  int64
		wrap   func(amount string, payload any) map[string]any
	}{
		{"PAYMENT-SIGNATURE", 5_000_000, func(amount string, p any) map[string]any { return envelope(offer, amount, p) }},
		{"X-402-Payment", 5_000_001, func(_ string, p any) map[string]any { return flat("base", p) }},
		{"X-PAYMENT", 6_999_999, func(_ string, p any) map[string]any {
			e := flat(onBase, p)
			e["x402Version"] = 1
			return e
		}},
		{"PAYMENT-SIGNATURE", 10_000_000_000, func(amount string, p any) map[string]any {
			e := envelope(offer, amount, p)
			e["accepted"].(map[string]any)["network"] = "base"
			return e
		}},
	} {
		tr := newTransfer(clk.read(), payment.units)
		r := c.pay(payment.header, payment.wrap(tr["value"].(string), tr.payload(t))).want(t, 200, `"success":true`)
		credit += payment.units
		s := c.srv.Settlements()[i]
		data := r.data(t)
		if data["walletAddress"] != testOwner || data["amountCredited"] != float64(payment.units)/1e6 || data["newBalance"] != float64(credit)/1e6 || data["paymentId"] != s.PaymentID {
			t.Errorf("%d: %v", i, data)
		}
		want := venicetest.Settlement{
			Network: onBase, Payer: testOwner, Amount: payment.units, Nonce: tr["nonce"].(string), At: clk.read(),
			PaymentID: s.PaymentID, Transaction: s.Transaction,
		}
		if got, _ := json.Marshal(s); string(got) != string(mustMarshal(t, want)) {
			t.Errorf("%d: settled %s", i, got)
		}
		var receipt struct {
			Success                     bool
			Network, Payer, Transaction string
		}
		raw, _ := base64.StdEncoding.DecodeString(r.header.Get("PAYMENT-RESPONSE"))
		if err := json.Unmarshal(raw, &receipt); err != nil || !receipt.Success || receipt.Network != onBase || receipt.Payer != testOwner || receipt.Transaction != s.Transaction {
			t.Errorf("%d: receipt %s", i, raw)
		}
	}
	if got := c.srv.USDC(testOwner); got != 0 {
		t.Errorf("%d base units left", got)
	}
	w := testWallet(t)
	c.as(w, clk.read(), c.request("GET", "/x402/transactions/"+testOwner, nil)).
		want(t, 200, `"amount":10000,"balanceAfter":10017,`).want(t, 200, `"requestId":null,"type":"TOP_UP"`)
}

func mustMarshal(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// What is wrong with a payment is found, and it moves nothing. The payment that is bent is good.
func TestPaymentRefusals(t *testing.T) {
	c, clk := newPayer(t)
	offer := c.offer(onBase)
	now := clk.read()
	good := newTransfer(now, 5_000_000)
	unix := func(d int) string { return strconv.FormatInt(now.Unix()+int64(d), 10) }
	as := func(tr transfer) any { return envelope(offer, tr["value"].(string), tr.payload(t)) }
	accepted := func(name string, value any) any {
		return envelope(transfer(offer).with(name, value), "5000000", good.payload(t))
	}
	signature := func(sig []byte) any {
		return envelope(offer, "5000000", map[string]any{"authorization": good, "signature": "0x" + hex.EncodeToString(sig)})
	}
	sig := good.sign(t, "USD Coin")
	text := string(mustMarshal(t, as(good)))
	raw := func(from, to string) any {
		return base64.StdEncoding.EncodeToString([]byte(strings.Replace(text, from, to, 1)))
	}
	for name, test := range map[string]struct {
		payment    any
		code, text string
	}{
		"no base64":        {"%", "INVALID_PAYMENT_FORMAT", "base64"},
		"base64url":        {base64.URLEncoding.EncodeToString([]byte(`{"x":"??>>~~"}`)), "INVALID_PAYMENT_FORMAT", "base64"},
		"unpadded":         {base64.RawStdEncoding.EncodeToString([]byte(text + strings.Repeat(" ", (4-len(text)%3)%3))), "INVALID_PAYMENT_FORMAT", "base64"},
		"stray bits":       {strayBits(text), "INVALID_PAYMENT_FORMAT", "base64"},
		"no JSON":          {raw("{", ""), "INVALID_PAYMENT_FORMAT", "JSON"},
		"a name twice":     {raw(`"x402Version":2`, `"x402Version":2,"x402Version":2`), "INVALID_PAYMENT_FORMAT", "JSON"},
		"version 1":        {raw(`"x402Version":2`, `"x402Version":1`), "INVALID_PAYMENT_FORMAT", "ersion"},
		"version 3":        {raw(`"x402Version":2`, `"x402Version":3`), "INVALID_PAYMENT_FORMAT", "ersion"},
		"no payload":       {raw(`"payload"`, `"pay"`), "INVALID_PAYMENT_FORMAT", "payload"},
		"both shapes":      {raw(`"x402Version":2`, `"x402Version":2,"network":"base"`), "INVALID_PAYMENT_FORMAT", "not both"},
		"flat scheme":      {raw(`"accepted":{`, `"scheme":"upto","old":{`), "UNSUPPORTED_SCHEME", "exact"},
		"flat network":     {raw(`"accepted":{`, `"scheme":"exact","network":"base-sepolia","old":{`), "UNSUPPORTED_NETWORK", ""},
		"scheme":           {accepted("scheme", "upto"), "UNSUPPORTED_SCHEME", "exact"},
		"network":          {accepted("network", "eip155:84532"), "UNSUPPORTED_NETWORK", ""},
		"asset":            {accepted("asset", venicetest.PayTo), "UNSUPPORTED_TOKEN", ""},
		"asset in EIP-55":  {accepted("asset", venicetest.USDC), "UNSUPPORTED_TOKEN", "as it was offered"},
		"pay to":           {accepted("payTo", testOwner), "INVALID_PAYMENT_RECIPIENT", ""},
		"timeout":          {accepted("maxTimeoutSeconds", 301), "INVALID_PAYMENT", "offer"},
		"extra":            {accepted("extra", map[string]any{"name": "USDC", "version": "2"}), "INVALID_PAYMENT", "offer"},
		"more in accepted": {accepted("more", 1), "INVALID_PAYMENT", "offer"},
		"amount":           {envelope(offer, "5000001", good.payload(t)), "INVALID_AMOUNT", "signed"},
		"amount as number": {envelope(offer, "5e6", good.payload(t)), "INVALID_AMOUNT", ""},
		"no signature":     {envelope(offer, "5000000", map[string]any{"authorization": good}), "INVALID_PAYMENT", "signature"},
		"a number":         {as(good.with("validAfter", "00")), "INVALID_PAYMENT", "decimal"},
		"2^256":            {as(good.with("validBefore", new(big.Int).Lsh(big.NewInt(1), 256).String()).with("validAfter", "0")), "INVALID_PAYMENT", "2^256"},
		"nonce":            {as(good.with("nonce", "0x12")), "INVALID_PAYMENT", "nonce"},
		"one field more":   {envelope(offer, "5000000", map[string]any{"authorization": good.with("more", ""), "signature": "0x" + hex.EncodeToString(sig)}), "INVALID_PAYMENT", "authorization"},
		"from":             {as(good.with("from", "0x12")), "INVALID_PAYMENT_PAYER", ""},
		"from nobody":      {as(good.with("from", "0x"+strings.Repeat("0", 40))), "INVALID_PAYMENT_PAYER", ""},
		"to":               {as(good.with("to", testOwner)), "INVALID_PAYMENT_RECIPIENT", ""},
		"value":            {envelope(offer, "5000000", good.with("value", "05000000").payload(t)), "INVALID_AMOUNT", ""},
		"too low":          {as(good.with("value", "4999999")), "AMOUNT_TOO_LOW", "5 USD"},
		"too high":         {as(good.with("value", "10000000001")), "AMOUNT_TOO_HIGH", "10000 USD"},
		"far too high":     {as(good.with("value", "115792089237316195423570985008687907853269984665640564039457584007913129639935")), "AMOUNT_TOO_HIGH", ""},
		"other's":          {as(good.with("from", venicetest.PayTo)), "PAYMENT_VERIFICATION_FAILED", "not authorization.from's"},
		"other name":       {signature(good.sign(t, "USDC")), "PAYMENT_VERIFICATION_FAILED", "not authorization.from's"},
		"other transfer":   {signature(good.with("nonce", "0x"+strings.Repeat("ab", 32)).sign(t, "USD Coin")), "PAYMENT_VERIFICATION_FAILED", "not authorization.from's"},
		"high s":           {signature(highS(sig)), "PAYMENT_VERIFICATION_FAILED", "upper half"},
		"v":                {signature(append(sig[:64:64], sig[64]-27)), "PAYMENT_VERIFICATION_FAILED", "v is"},
		"not yet":          {as(good.with("validAfter", unix(0))), "PAYMENT_VERIFICATION_FAILED", "not yet valid"},
		"over":             {as(good.with("validBefore", unix(0))), "PAYMENT_VERIFICATION_FAILED", "expired"},
		"too soon over":    {as(good.with("validBefore", unix(5))), "PAYMENT_VERIFICATION_FAILED", "too soon"},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.pay("PAYMENT-SIGNATURE", test.payment).want(t, 400, `{"error":"`+test.code+`","message":"`)
			if !strings.Contains(r.body["message"].(string), test.text) {
				t.Errorf("%s, want %q", r.raw, test.text)
			}
		})
	}
	if s := c.srv.Settlements(); len(s) != 0 || c.srv.USDC(testOwner) != 100_000_000 {
		t.Errorf("moved %v", s)
	}
	c.pay("PAYMENT-SIGNATURE", as(good)).want(t, 200, "")
	c.pay("PAYMENT-SIGNATURE", as(good.with("value", "6000000"))).want(t, 400, "nonce is already used")
	c.pay("PAYMENT-SIGNATURE", as(newTransfer(now, 5_000_000).with("validBefore", unix(6)).with("validAfter", unix(-1)))).want(t, 200, "")
	c.pay("PAYMENT-SIGNATURE", as(newTransfer(now, 90_000_001))).want(t, 402, `"error":"SETTLEMENT_FAILED"`)
	c.pay("PAYMENT-SIGNATURE", as(newTransfer(now, 90_000_000))).want(t, 200, "")
}

// strayBits is base64 of a text, with bits set in the last digit that mean nothing.
func strayBits(text string) string {
	digits := []byte(base64.StdEncoding.EncodeToString([]byte(text + strings.Repeat(" ", (4-len(text)%3)%3)))) // ends with ==
	digits[len(digits)-3]++
	return string(digits)
}

// highS is the other signature of the same key: s is n-s, and v the other of the two.
func highS(sig []byte) []byte {
	var s secp256k1.ModNScalar
	s.SetByteSlice(sig[32:64])
	s.Negate()
	high := s.Bytes()
	return append(append(sig[:32:32], high[:]...), 27+28-sig[64])
}

// A payment that failed for want of USDC may be sent again, and settles once there is some.
func TestFailedPaymentSettlesLater(t *testing.T) {
	c, clk := newPayer(t)
	if err := c.srv.SetUSDC(testOwner, 4); err != nil {
		t.Fatal(err)
	}
	tr := newTransfer(clk.read(), 5_000_000)
	payment := envelope(c.offer(onBase), "5000000", tr.payload(t))
	c.pay("PAYMENT-SIGNATURE", payment).want(t, 402, `"code":"SETTLEMENT_FAILED"`)
	if err := c.srv.SetUSDC(testOwner, 5); err != nil {
		t.Fatal(err)
	}
	c.pay("PAYMENT-SIGNATURE", payment).want(t, 200, "")
	clk.move(time.Hour) // the receipt is good for ever
	c.pay("PAYMENT-SIGNATURE", payment).want(t, 200, c.srv.Settlements()[0].PaymentID)
	if n := len(c.srv.Settlements()); n != 1 {
		t.Errorf("%d settlements", n)
	}
}

func TestResentPayment(t *testing.T) {
	for status, text := range map[int]string{200: "paymentId", 400: "nonce is already used", 402: "SETTLEMENT_FAILED"} {
		c, clk := newPayer(t, venicetest.WithResentPayment(status))
		tr := newTransfer(clk.read(), 5_000_000)
		c.pay("X-PAYMENT", flat("base", tr.payload(t))).want(t, 200, "paymentId")
		c.pay("PAYMENT-SIGNATURE", envelope(c.offer(onBase), "5000000", tr.payload(t))).want(t, status, text) // in the other shape
		if n := len(c.srv.Settlements()); n != 1 || c.srv.Credit(testOwner) != 5 {
			t.Errorf("%d settlements, credit %v", n, c.srv.Credit(testOwner))
		}
	}
}

// However often and at once a payment is sent, it settles once.
func TestSettlesOnce(t *testing.T) {
	c, clk := newPayer(t)
	payment := flat("base", newTransfer(clk.read(), 5_000_000).payload(t))
	value := encode(t, payment)
	statuses := make(chan int)
	c.srv.OnTopUp(func(int, *http.Request) venicetest.Fault {
		return venicetest.Fault{Settling: func() { time.Sleep(time.Millisecond) }, Twice: true}
	})
	for range 20 {
		go func() { statuses <- c.pay("X-402-Payment", value).status }()
	}
	got := map[int]int{}
	for range 20 {
		got[<-statuses]++
	}
	if got[200] == 0 || got[200]+got[409] != 20 {
		t.Errorf("answers %v", got)
	}
	if n := len(c.srv.Settlements()); n != 1 || c.srv.Credit(testOwner) != 5 || c.srv.USDC(testOwner) != 95_000_000 {
		t.Errorf("%d settlements, credit %v", n, c.srv.Credit(testOwner))
	}
}
