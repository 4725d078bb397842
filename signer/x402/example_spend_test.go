// An example of spending.

package x402_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

// Amounts that a float would round add up to the digit.
func ExampleSpend() {
	const wallet = "0x52908400098527886E0F7030069857D2E4169EE7"
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.Respond("ListX402Transactions", venicetest.Answer{Body: fmt.Appendf(nil, `{"success":true,"data":{"walletAddress":%q,"currentBalance":4.9999927,"transactions":[
		{"id":"3","type":"CHARGE","amount":-6.6e-6,"balanceAfter":4.9999927,"modelId":"m","requestId":"r2","createdAt":"2026-06-02T09:30:00Z"},
		{"id":"2","type":"CHARGE","amount":-0.0000007,"balanceAfter":4.9999993,"modelId":"m","requestId":"r1","createdAt":"2026-06-02T09:00:00Z"},
		{"id":"1","type":"TOP_UP","amount":5,"balanceAfter":5,"modelId":null,"requestId":null,"createdAt":"2026-06-01T00:00:00Z"}],
		"pagination":{"limit":100,"offset":0,"hasMore":false}}}`, wallet)})
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil)) // a wallet's sign-in, against the service
	if err != nil {
		log.Fatal(err)
	}

	today, err := x402.Spend(context.Background(), client, wallet, time.Date(2026, 6, 2, 0, 0, 0, 0, time.UTC))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(today.Net, "USD in", today.Rows, "rows")
	// Output: 0.0000073 USD in 2 rows
}
