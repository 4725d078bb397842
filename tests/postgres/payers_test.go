//go:build unix

// Tests of payers on several machines, as it were, with one wallet and one budget.

package postgres

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/journal/pgjournal"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

// A stage is a fake service with a wallet that has 100 USD to pay with.
type stage struct {
	*venicetest.Server
	wallet *signer.EVM
	client *venice.Client
}

func newStage(t *testing.T) *stage {
	fake := venicetest.NewServer(t, venicetest.WithoutRateLimits())
	wallet, err := signer.GenerateEVM()
	if err != nil {
		t.Fatal(err)
	}
	if err := fake.SetUSDC(wallet.Address(), 100); err != nil {
		t.Fatal(err)
	}
	client, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAuth(nil))
	if err != nil {
		t.Fatal(err)
	}
	return &stage{fake, wallet, client}
}

// payer is one on a machine of its own.
func (s *stage) payer(db *sql.DB) *x402.Payer {
	return &x402.Payer{
		Wallet:    s.wallet,
		Budget:    x402.Budget{PerPayment: 5 * x402.USD, Total: 17 * x402.USD, PerWindow: 50 * x402.USD, Window: time.Hour},
		Journal:   pgjournal.New(db),
		TestAsset: venicetest.USDC,
	}
}

func TestPayersShareABudget(t *testing.T) {
	fresh(t)
	s := newStage(t)
	var all sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[string]int{}
	for _, driver := range drivers {
		p := s.payer(open(t, driver))
		for range 4 {
			all.Go(func() {
				receipt, err := p.TopUp(t.Context(), s.client, 5*x402.USD)
				for errors.Is(err, x402.ErrOutstanding) { // the other machine was a moment earlier
					time.Sleep(50 * time.Millisecond)
					receipt, err = p.TopUp(t.Context(), s.client, 5*x402.USD)
				}
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil && receipt.Credited == "5":
					outcomes["paid"]++
				case errors.Is(err, x402.ErrBudget):
					outcomes["over the budget"]++
				default:
					outcomes[fmt.Sprint(receipt, err)]++
				}
			})
		}
	}
	all.Wait()
	if want := map[string]int{"paid": 3, "over the budget": 5}; fmt.Sprint(outcomes) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", outcomes, want)
	}
	if n, left, credit := len(s.Settlements()), s.USDC(s.wallet.Address()), s.Credit(s.wallet.Address()); n != 3 || left != 85_000_000 || credit != 15 {
		t.Errorf("%d settlements, %d left, %v credited", n, left, credit)
	}
	// A third machine that comes later knows of all of it.
	late := s.payer(open(t, "pgx"))
	intents, err := late.Intents(t.Context())
	if err != nil || len(intents) != 3 {
		t.Errorf("%v, %v", intents, err)
	}
	for _, i := range intents {
		if i.State != x402.IntentSettled || i.Receipt == nil || i.Payload.Reveal() == "" {
			t.Errorf("%v, %+v", i, i.Receipt)
		}
	}
	if _, err := late.TopUp(t.Context(), s.client, 5*x402.USD); !errors.Is(err, x402.ErrBudget) {
		t.Errorf("later: %v", err)
	}
}

// A payment that one machine was in the middle of when it lost its database is settled by the next, with the signature
// that there is.
func TestAnotherMachineGoesOn(t *testing.T) {
	fresh(t)
	s := newStage(t)
	var mu sync.Mutex
	sent := map[string]int{}
	db := open(t, "pgx")
	s.OnTopUp(func(n int, r *http.Request) venicetest.Fault {
		mu.Lock()
		defer mu.Unlock()
		sent[r.Header.Get("PAYMENT-SIGNATURE")]++
		if n == 1 {
			db.Close()
		}
		return venicetest.Fault{Cut: n == 1}
	})
	if _, err := s.payer(db).TopUp(t.Context(), s.client, 5*x402.USD); !errors.Is(err, x402.ErrUnknown) {
		t.Fatalf("%v", err)
	}
	next := s.payer(open(t, "postgres"))
	if err := next.Settle(t.Context(), s.client); err != nil {
		t.Error(err)
	}
	intents, err := next.Intents(t.Context())
	if err != nil || len(intents) != 1 || intents[0].State != x402.IntentSettled || intents[0].Sends != 2 || len(sent) != 1 || len(s.Settlements()) != 1 {
		t.Errorf("%v, %v; %d signatures sent, %d settlements", intents, err, len(sent), len(s.Settlements()))
	}
}
