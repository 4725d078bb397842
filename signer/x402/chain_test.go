// Tests that the chains of the fake service tell what became of payments.

package x402_test

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

// A payment is refused when it is sent, whether it was made or not. Until the chain can tell there is no other, then
// what was not made frees its place in the budget, and what was made keeps it.
func TestChainsTell(t *testing.T) {
	for _, network := range []string{"eip155:8453", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"} {
		for _, paid := range []bool{false, true} {
			var passed atomic.Int64
			start := time.Unix(1_800_000_000, 0)
			clock := func() time.Time { return start.Add(time.Duration(passed.Load())) }
			fake := venicetest.NewServer(nil, venicetest.WithClock(clock))
			defer fake.Close()
			payer := &x402.Payer{
				Budget: x402.Budget{PerPayment: 5 * x402.USD, Total: 10 * x402.USD, PerWindow: 10 * x402.USD, Window: time.Hour},
				Now:    clock,
			}
			if network == "eip155:8453" {
				payer.Wallet, _ = signer.GenerateEVM()
				payer.RPC, payer.TestAsset = fake.BaseRPC, venicetest.USDC
			} else {
				payer.Wallet, _ = signer.GenerateSolana()
				payer.RPC, payer.TestAsset = fake.SolanaRPC, venicetest.USDCMint
			}
			if err := fake.SetUSDC(payer.Wallet.Address(), 50); err != nil {
				t.Fatal(err)
			}
			client, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAuth(nil))
			if err != nil {
				t.Fatal(err)
			}
			fake.OnTopUp(func(int, *http.Request) venicetest.Fault { return venicetest.Fault{Unsettled: !paid, Status: 402} })
			if _, err := payer.TopUp(t.Context(), client, 5*x402.USD); !errors.Is(err, x402.ErrFailed) {
				t.Fatalf("%s, paid %t: %v", network, paid, err)
			}
			fake.OnTopUp(nil)
			if _, err := payer.TopUp(t.Context(), client, 5*x402.USD); !errors.Is(err, x402.ErrOutstanding) {
				t.Errorf("%s, paid %t: at once: %v", network, paid, err)
			}

			passed.Store(int64(10 * time.Minute))
			// The budget has place for two: for one more after a payment that was made, for two after one that was not.
			for left := range 3 {
				_, err = payer.TopUp(t.Context(), client, 5*x402.USD)
				if over := errors.Is(err, x402.ErrBudget); over != (left == 2 || paid && left == 1) || !over && err != nil {
					t.Errorf("%s, paid %t: payment %d later on: %v", network, paid, left, err)
				}
			}
			intents, err := payer.Intents(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			first, want := intents[0], x402.IntentDead
			if paid {
				want = x402.IntentSettled
			}
			if first.State != want || (first.Receipt != nil) != paid {
				t.Errorf("%s, paid %t: %+v", network, paid, first)
			}
			if settlements := fake.Settlements(); len(settlements) != 2 || paid && network != "eip155:8453" && first.Receipt.Transaction != settlements[0].Transaction {
				t.Errorf("%s, paid %t: %+v, %+v", network, paid, settlements, first.Receipt)
			}
		}
	}
}
