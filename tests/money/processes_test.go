// Real processes with one file: some of them are killed.

package money

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

const testKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80" // known to everyone

// shared is a payer on the file that all processes share.
func shared(path, url string) (*x402.Payer, *venice.Client, error) {
	wallet, err := signer.ParseEVM(testKey)
	if err != nil {
		return nil, nil, err
	}
	payments, err := journal.OpenFile(path)
	if err != nil {
		return nil, nil, err
	}
	client, err := venice.New(venice.WithBaseURL(url), venice.WithAuth(nil), venice.WithErrorBudget(0), venice.WithHTTPClient(&http.Client{Transport: &http.Transport{}}))
	return &x402.Payer{Wallet: wallet, Journal: payments, TestAsset: venicetest.USDC,
		Budget: x402.Budget{PerPayment: 5 * x402.USD, Total: 60 * x402.USD, PerWindow: 60 * x402.USD, Window: time.Hour}}, client, err
}

// TestPays is what the processes of TestProcesses do: pay until the budget is spent.
func TestPays(t *testing.T) {
	path := os.Getenv("MONEY_JOURNAL")
	if path == "" {
		t.Skip("only as a process of TestProcesses")
	}
	payer, client, err := shared(path, os.Getenv("MONEY_URL"))
	if err != nil {
		t.Fatal(err)
	}
	for {
		// A process that was killed just when it had a payment signed leaves the others waiting for minutes.
		_, err := payer.TopUp(t.Context(), client, 5*x402.USD)
		if errors.Is(err, x402.ErrBudget) || errors.Is(err, x402.ErrOutstanding) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestProcesses(t *testing.T) {
	fake := venicetest.NewServer(t, venicetest.WithoutRateLimits())
	wallet, _ := signer.ParseEVM(testKey)
	if err := fake.SetUSDC(wallet.Address(), 1000); err != nil {
		t.Fatal(err)
	}
	fake.OnTopUp(func(n int, _ *http.Request) venicetest.Fault {
		return venicetest.Fault{Settling: func() { time.Sleep(time.Duration(n%5) * 30 * time.Millisecond) }}
	})
	path := filepath.Join(t.TempDir(), "journal")
	killing(t, 100, "TestPays", "MONEY_JOURNAL="+path, "MONEY_URL="+fake.URL)

	payer, _, err := shared(path, fake.URL)
	if err != nil {
		t.Fatal(err)
	}
	intents, err := payer.Intents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	moved := map[string]bool{}
	for _, s := range fake.Settlements() {
		moved[s.Nonce] = true
	}
	states, waiting := "", false
	for _, i := range intents {
		states += fmt.Sprint(" ", i.State)
		waiting = waiting || i.State == x402.IntentReserved
		if moved[name(&i.Transfer)] != (i.State == x402.IntentSettled) {
			t.Errorf("%v, settled %v", i, moved[name(&i.Transfer)])
		}
	}
	if len(intents) != 12 && !waiting || len(intents) > 12 || len(fake.Settlements()) > 12 || len(moved) != len(fake.Settlements()) {
		t.Errorf("%d intents, %d settlements:%s", len(intents), len(fake.Settlements()), states)
	}
}

// killing runs a test as two processes until both have passed. One of them is killed twice, some milliseconds after it
// began, and begins again.
func killing(t *testing.T, least int, test string, env ...string) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var all sync.WaitGroup
	for n := range 2 {
		kills := []time.Duration{time.Duration(least+random.IntN(300)) * time.Millisecond, time.Duration(least+random.IntN(300)) * time.Millisecond}
		all.Go(func() {
			for life := 0; ; life++ {
				ctx, cancel := t.Context(), context.CancelFunc(func() {})
				if n == 0 && life < len(kills) {
					ctx, cancel = context.WithTimeout(ctx, kills[life])
				}
				c := exec.CommandContext(ctx, os.Args[0], "-test.run=^"+test+"$")
				c.Env = append(os.Environ(), env...)
				out, err := c.CombinedOutput()
				killed := ctx.Err() != nil
				cancel()
				if err == nil {
					return
				}
				if !killed {
					t.Errorf("process %d: %v\n%s", n, err, out)
					return
				}
			}
		})
	}
	all.Wait()
}
