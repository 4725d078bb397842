// Top-ups while another payment is open, by another process, or without their caller.

package x402_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

// A call pays once at most: the wallet that is empty again when it is tried anew is refused.
func TestAutoTopUpOncePerCall(t *testing.T) {
	p := newPurse(t)
	looks := 0
	p.OnAnswer(func(operation string, _ *http.Request, _ int) {
		if operation == balances {
			if looks++; looks == 2 {
				_ = p.SetCredit(p.wallet.Address(), 0)
			}
		}
	})
	if err := p.chat(t.Context()); !errors.Is(err, venice.ErrLowBalance) {
		t.Errorf("%v", err)
	}
	p.check(t, "empty again", 1, 1, 2)
}

// A caller that leaves does not end the payment, and the next one waits for it.
func TestAutoTopUpWithoutTheCaller(t *testing.T) {
	p := newPurse(t)
	ctx, cancel := context.WithCancel(t.Context())
	settle := make(chan bool)
	p.OnTopUp(func(int, *http.Request) venicetest.Fault {
		return venicetest.Fault{Settling: func() { cancel(); <-settle }}
	})
	if err := p.chat(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, venice.ErrLowBalance) {
		t.Errorf("left: %v", err)
	}
	p.check(t, "left", 0, 0, 1)
	p.afterRefusal(func() { close(settle) })
	if err := p.chat(t.Context()); err != nil {
		t.Error(err)
	}
	p.check(t, "the next one", 1, 1, 3)
}

// What is being paid already, by whoever, is waited for and not paid twice.
func TestAutoTopUpAfterAnOpenPayment(t *testing.T) {
	p := newPurse(t)
	arrived, settle, paid := make(chan bool), make(chan bool), make(chan error)
	p.OnTopUp(func(n int, _ *http.Request) venicetest.Fault {
		if n > 1 {
			return venicetest.Fault{}
		}
		return venicetest.Fault{Settling: func() { close(arrived); <-settle }}
	})
	go func() {
		_, err := p.auto.Payer.TopUp(t.Context(), p.client, 5*x402.USD)
		paid <- err
	}()
	<-arrived
	p.afterRefusal(func() { close(settle) })
	if err := p.chat(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-paid; err != nil {
		t.Error(err)
	}
	p.check(t, "an open payment", 1, 0, 2)
}

// Processes that share a journal share payments as well, however they fall together.
func TestAutoTopUpOfTwoProcesses(t *testing.T) {
	for round := range 5 {
		p := newPurse(t)
		clients := []*venice.Client{p.client}
		for range 2 {
			journal, err := journal.OpenFile(p.journal)
			if err != nil {
				t.Fatal(err)
			}
			defer journal.Close()
			auto := &x402.AutoTopUp{Amount: 5 * x402.USD, Payer: &x402.Payer{
				Wallet: p.wallet, Budget: budget, Journal: journal, TestAsset: venicetest.USDC}}
			client, err := venice.New(venice.WithBaseURL(p.URL), venice.WithAuth(auto))
			if err != nil {
				t.Fatal(err)
			}
			clients = append(clients, client)
		}
		var all, refused sync.WaitGroup
		refused.Add(len(clients))
		var once sync.Map
		p.OnAnswer(func(operation string, r *http.Request, status int) {
			if _, again := once.LoadOrStore(r.Header.Get("SIGN-IN-WITH-X"), true); operation == chats && status == 402 && !again {
				refused.Done()
				refused.Wait()
			}
		})
		for _, client := range clients {
			all.Go(func() {
				if err := chat(t.Context(), client); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := len(p.Settlements()); n != 1 {
			t.Errorf("round %d: %d payments", round, n)
		}
	}
}

func TestAutoTopUpOfUnknownOutcome(t *testing.T) {
	p := newPurse(t, func(p *purse) { p.auto.Payer.Wallet = &broken{p.wallet} }) // nobody knows whether it has signed
	for n := range 2 {
		if err := p.chat(t.Context()); !errors.Is(err, venice.ErrLowBalance) || !strings.Contains(err.Error(), "off until Reset") {
			t.Errorf("%d: %v", n, err)
		}
	}
	p.check(t, "unknown", 0, 1, 2)
	intents, err := p.auto.Payer.Intents(t.Context())
	if err != nil || len(intents) != 1 {
		t.Errorf("%v, %v", intents, err)
	}
}

// What is refused counts as spent, so that it must not be tried with every call.
func TestAutoTopUpOfARefusal(t *testing.T) {
	p := newPurse(t)
	if err := p.SetUSDC(p.wallet.Address(), 0); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		if err := p.chat(t.Context()); !errors.Is(err, venice.ErrLowBalance) || !errors.Is(err, x402.ErrFailed) || !strings.Contains(err.Error(), "off until Reset") {
			t.Errorf("%d: %v", n, err)
		}
	}
	p.check(t, "refused", 0, 1, 3)
}
