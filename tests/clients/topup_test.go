// Tests of automatic top-ups below other clients.

package clients

import (
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goopenai "github.com/sashabaranov/go-openai"

	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

// topUps is the automatic kind for a stage's wallet, with a journal in a file.
func (s *stage) topUps(t *testing.T, total x402.Amount) *x402.AutoTopUp {
	journal, err := journal.OpenFile(filepath.Join(t.TempDir(), "payments"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { journal.Close() })
	return &x402.AutoTopUp{Amount: 5 * x402.USD, Payer: &x402.Payer{
		Wallet:    s.wallet,
		Budget:    x402.Budget{PerPayment: 5 * x402.USD, Total: total, PerWindow: 100 * x402.USD, Window: time.Hour},
		Journal:   journal,
		TestAsset: venicetest.USDC,
	}}
}

// with gives the stage's client an automatic top-up.
func (s *stage) with(auto *x402.AutoTopUp) {
	s.http.Transport.(*signer.Transport).Auth = auto
}

func TestTwentyCallsPayOnce(t *testing.T) {
	for _, stream := range []bool{false, true} {
		s := newStage(t)
		if err := s.SetUSDC(s.wallet.Address(), 100); err != nil {
			t.Fatal(err)
		}
		auto := s.topUps(t, 100*x402.USD)
		var told atomic.Int32
		auto.Paid = func(receipt *x402.Receipt, err error) {
			if told.Add(1); receipt == nil || receipt.Credited != "5" || err != nil {
				t.Errorf("told %v, %v", receipt, err)
			}
		}
		s.with(auto)
		client := s.clients(20)["openai-go"] // it tries again when more than 5 calls are in flight
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if reply, err := client.chat(t.Context(), "hi", stream); err != nil || reply != "You said: hi" {
					t.Errorf("%q, %v", reply, err)
				}
			})
		}
		all.Wait()
		if n := len(s.Settlements()); n != 1 || told.Load() != 1 {
			t.Errorf("%d payments, told of %d", n, told.Load())
		}
	}
}

// Over the budget nothing is paid, and the refusal is what the client gets.
func TestBudgetHolds(t *testing.T) {
	s := newStage(t)
	if err := s.SetUSDC(s.wallet.Address(), 100); err != nil {
		t.Fatal(err)
	}
	s.with(s.topUps(t, 5*x402.USD))
	client := s.clients(0)["go-openai"]
	for n := range 3 {
		if err := s.SetCredit(s.wallet.Address(), 0); err != nil {
			t.Fatal(err)
		}
		_, err := client.chat(t.Context(), "hi", false)
		if e, refused := errors.AsType[*goopenai.RequestError](err); refused != (n > 0) || refused && e.HTTPStatusCode != 402 || !refused && err != nil {
			t.Errorf("%d: %v", n, err)
		}
	}
	if n := len(s.Settlements()); n != 1 {
		t.Errorf("%d payments", n)
	}
}
