// Tests of the kinds of 402.

package venice_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/venice-go/venice"
)

func TestPaymentRequired(t *testing.T) {
	kinds := []error{venice.ErrNoCredentials, venice.ErrLowBalance, venice.ErrSpendLimit, venice.ErrOutOfFunds}
	for _, c := range []struct {
		status int
		body   string
		kind   error // nil for none of them
	}{
		{402, `{"x402Version":2,"resource":{"url":"u"},"accepts":[{}],"authOptions":{"x402Wallet":{}}}`, venice.ErrNoCredentials},
		{402, `{"x402Version":2,"error":"PAYMENT_REQUIRED","accepts":[{}],"authOptions":{"x402Wallet":{}}}`, venice.ErrNoCredentials},
		{402, `{"x402Version":2,"code":"PAYMENT_REQUIRED","accepts":[{}],"authOptions":{"x402Wallet":{}}}`, venice.ErrNoCredentials},
		{402, `{"code":"INSUFFICIENT_BALANCE","error":"out","authOptions":{"x402Wallet":{}}}`, venice.ErrOutOfFunds},
		{402, `{"error":"Payment required","message":"Insufficient x402 balance","code":"PAYMENT_REQUIRED","reason":"insufficient_balance","currentBalanceUsd":0.01,"minimumBalanceUsd":"0.1","suggestedTopUpUsd":10,"minimumTopUpUsd":5,"siwxChallenge":{}}`, venice.ErrLowBalance},
		{402, `{"error":"Insufficient USD or Diem balance to complete request."}`, venice.ErrOutOfFunds},
		{402, `{"error":{"message":"out","code":"INSUFFICIENT_BALANCE"}}`, venice.ErrOutOfFunds},
		{402, `{"error":"API key USD spend limit exceeded."}`, venice.ErrSpendLimit},
		{402, `{"error":"This key is over its consumption limit"}`, venice.ErrSpendLimit},
		{402, `{"x402Version":2,"accepts":[{}]}`, nil}, // what a top-up costs
		{402, `{"error":"No."}`, nil},
		{402, `<html>`, nil},
		{402, ``, nil},
		{402, `{"reason":"insufficient_balance"}`, venice.ErrLowBalance},
		{402, `{"error":"Payment required","code":"PAYMENT_REQUIRED","message":"Insufficient x402 balance"}`, venice.ErrLowBalance},
		{402, `{"error":"Insufficient x402 balance"}`, venice.ErrLowBalance},
		{402, `{"error":"Payment required","code":"PAYMENT_REQUIRED"}`, nil},
		{403, `{"error":"API key USD spend limit exceeded."}`, nil},
		{400, `{"error":"Insufficient USD or Diem balance"}`, nil},
	} {
		client, _ := serve(t, answer(c.status, "application/json", c.body))
		_, err := get(t.Context(), client)
		for _, kind := range kinds {
			if errors.Is(err, kind) != (errors.Is(kind, c.kind)) {
				t.Errorf("%d %s: %v is %v: %t", c.status, c.body, err, kind, !errors.Is(kind, c.kind))
			}
		}
		if errors.Is(err, venice.ErrPaymentRequired) != (c.status == 402) {
			t.Errorf("%d %s: %v", c.status, c.body, err)
		}
		low, ok := asError(t, err).LowBalance()
		want := venice.LowBalance{CurrentUSD: 0.01, MinimumUSD: 0.1, SuggestedTopUpUSD: 10, MinimumTopUpUSD: 5}
		if !strings.Contains(c.body, "currentBalanceUsd") {
			want = venice.LowBalance{}
		}
		if ok != errors.Is(c.kind, venice.ErrLowBalance) || low != want {
			t.Errorf("%s: low balance %+v, %t", c.body, low, ok)
		}
	}
}
