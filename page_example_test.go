// Examples of pages.

package venice_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

func ExampleClient_AllX402Transactions() {
	const wallet = "0x52908400098527886E0F7030069857D2E4169EE7"
	page := func(row string, more bool) venicetest.Answer {
		return venicetest.Answer{Body: fmt.Appendf(nil, `{"success":true,"data":{"walletAddress":%q,"currentBalance":4.5,
			"transactions":[%s],"pagination":{"limit":1,"offset":0,"hasMore":%t}}}`, wallet, row, more)}
	}
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	srv.Respond("ListX402Transactions",
		page(`{"id":"2","type":"CHARGE","amount":-0.5,"balanceAfter":4.5,"modelId":"m","requestId":"r","createdAt":"2026-06-02T00:00:00Z"}`, true),
		page(`{"id":"1","type":"TOP_UP","amount":5,"balanceAfter":5,"modelId":null,"requestId":null,"createdAt":"2026-06-01T00:00:00Z"}`, false))
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(nil)) // a wallet's sign-in, against the service
	if err != nil {
		log.Fatal(err)
	}

	for row, err := range client.AllX402Transactions(context.Background(), wallet, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(row.Type, row.Amount)
	}
	// Output:
	// CHARGE -0.5
	// TOP_UP 5
}

func Example_csv() {
	media := &gen.Media{ReadCloser: io.NopCloser(strings.NewReader("timestamp,amount\n2026-06-01,-0.0000066\n")), ContentType: "text/csv"}
	for row, err := range media.CSVRows() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(row[1])
	}
	// Output:
	// amount
	// -0.0000066
}
