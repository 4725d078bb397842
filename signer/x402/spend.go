// Spending: what a wallet's prepaid balance paid for, to the digit.

package x402

import (
	"context"
	"fmt"
	"math/big"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A Spending is the sum of some rows of a wallet's ledger, in USD. The sums are exact.
type Spending struct {
	Charged  gen.Decimal // sum of the charges; a positive number
	Refunded gen.Decimal // sum of the refunds
	Net      gen.Decimal // what was charged and not refunded
	Rows     int         // how many rows these are
}

// Spend sums up what was charged to a wallet, and refunded, at or after a moment; the zero time means ever. It reads
// the ledger from its newest row to the first that is older, 100 rows to a call, of which the service takes 20 per minute.
// Top-ups do not count. It fails with the error of a call, and for a row with an amount or a time that cannot be read.
func Spend(ctx context.Context, client *venice.Client, walletAddress string, since time.Time, opts ...venice.CallOption) (Spending, error) {
	return spend(ctx, client, walletAddress, since, opts, func(gen.X402Transaction) bool { return true })
}

// SpendOfRequest is [Spend] for the rows of one request, of which there may be several; requestID is that
// of the ledger's rows. Pass the time at which the request was sent, less a minute for clocks that differ, to spare
// reading the whole ledger. A request without rows, such as one that is not billed yet, has zero Rows and no error.
func SpendOfRequest(ctx context.Context, client *venice.Client, walletAddress, requestID string, since time.Time, opts ...venice.CallOption) (Spending, error) {
	return spend(ctx, client, walletAddress, since, opts, func(row gen.X402Transaction) bool {
		return row.RequestID != nil && *row.RequestID == requestID
	})
}

func spend(ctx context.Context, client *venice.Client, wallet string, since time.Time, opts []venice.CallOption, counts func(gen.X402Transaction) bool) (Spending, error) {
	var rows int
	charged, refunded := new(big.Rat), new(big.Rat)
	seen := map[string]bool{} // rows come twice when new ones push them onto the next page
	for row, err := range client.AllX402Transactions(ctx, wallet, &gen.ListX402TransactionsParams{Limit: new(int64(100))}, opts...) {
		if err != nil {
			return Spending{}, err
		}
		at, err := time.Parse(time.RFC3339, row.CreatedAt)
		if err != nil {
			return Spending{}, fmt.Errorf("x402: row %s of the ledger: time: %w", row.ID, err)
		}
		if at.Before(since) {
			break
		}
		if seen[row.ID] || !counts(row) {
			continue
		}
		seen[row.ID] = true
		amount, err := row.Amount.Rat()
		if err != nil {
			return Spending{}, fmt.Errorf("x402: row %s of the ledger: amount: %w", row.ID, err)
		}
		switch row.Type {
		case "CHARGE":
			charged.Sub(charged, amount) // charges are negative
		case "REFUND":
			refunded.Add(refunded, amount)
		default:
			continue
		}
		rows++
	}
	return Spending{exact(charged), exact(refunded), exact(new(big.Rat).Sub(charged, refunded)), rows}, nil
}

// exact writes a sum of decimals, which has an end as they have.
func exact(sum *big.Rat) gen.Decimal {
	digits, _ := sum.FloatPrec()
	d, _ := gen.ParseDecimal(sum.FloatString(digits))
	return d
}
