// The second half of the demo: the other way in, with no key at all. The wallet signs each call, and pays for them.

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

// pay signs in, is refused, tops up within a budget, chats, and reads the ledger. Nothing of it costs anything: the fake
// takes a token of its own making.
func (t *tour) pay(ctx context.Context, f *fake) (err error) {
	if t.client, err = venice.New(venice.WithBaseURL(t.base), venice.WithAuth(signer.SignIn(t.wallet))); err != nil {
		return err
	}
	request := &gen.ChatCompletionRequest{Model: t.model, Messages: []gen.ChatMessage{gen.UserMessage(question)}}
	_, err = t.chat(ctx, request)
	refusal, answered := errors.AsType[*venice.Error](err)
	if !answered || !errors.Is(err, venice.ErrLowBalance) {
		return fmt.Errorf("sign in with nothing paid: got %w, want %w", err, venice.ErrLowBalance)
	}
	low, _ := refusal.LowBalance()
	t.say("Sign in, with no key at all: refused, the wallet has %.2f USD of the %.2f that it takes", low.CurrentUSD, low.MinimumUSD)

	if err := f.SetUSDC(t.wallet.Address(), 20); err != nil {
		return err
	}
	payer := &x402.Payer{
		Wallet:    t.wallet,
		Budget:    x402.Budget{PerPayment: 5 * x402.USD, Total: 5 * x402.USD, PerWindow: 5 * x402.USD, Window: 24 * time.Hour},
		TestAsset: venicetest.USDC,
	}
	receipt, err := payer.TopUp(ctx, t.client, 5*x402.USD)
	if err != nil {
		return fmt.Errorf("top up: %w", err)
	}
	t.say("Top up: %v of made-up USDC signed and sent, %s USD credited", receipt.Amount, receipt.Credited)
	if _, err := payer.TopUp(ctx, t.client, 5*x402.USD); !errors.Is(err, x402.ErrBudget) {
		return fmt.Errorf("top up again: got %w, want %w", err, x402.ErrBudget)
	}
	t.say("Top up again: not signed, %v of %v", x402.ErrBudget, payer.Budget.Total)

	reply, err := t.chat(ctx, request)
	if err != nil {
		return fmt.Errorf("chat, signed in: %w", err)
	}
	t.say("Chat, signed in: %s\n   -> %s", question, oneLine(reply))
	var rows []string
	for row, err := range t.client.AllX402Transactions(ctx, t.wallet.Address(), nil) {
		if err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
		rows = append(rows, fmt.Sprintf("%-6s %v USD", row.Type, row.Amount))
	}
	t.say("Ledger, newest first:\n   -> %s", strings.Join(rows, "\n   -> "))
	return nil
}
