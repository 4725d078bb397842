// An agent with a wallet and an allowance, and without an account.

package agent_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

// The wallet signs in, and tops itself up from its USDC: at most 10 USD a day. A run may spend one cent.
func Example_walletAgent() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	ctx := context.Background()
	wallet, err := signer.GenerateEVM() // or signer.ParseEVM(os.Getenv("WALLET_PRIVATE_KEY"))
	if err != nil {
		log.Fatal(err)
	}
	_ = srv.SetUSDC(wallet.Address(), 50)
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	payments, err := journal.OpenFile(filepath.Join(folder, "payments")) // the allowance is held against it: keep it
	if err != nil {
		log.Fatal(err)
	}
	defer payments.Close()
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAuth(&x402.AutoTopUp{
		Payer: &x402.Payer{Wallet: wallet, Journal: payments, TestAsset: venicetest.USDC, // which the real service does not need
			Budget: x402.Budget{PerPayment: 5 * x402.USD, PerWindow: 10 * x402.USD, Window: 24 * time.Hour, Total: 100 * x402.USD}},
		Amount: 5 * x402.USD,
		Paid:   func(receipt *x402.Receipt, err error) { fmt.Println("topped up by", receipt.Amount, err) },
	}))
	if err != nil {
		log.Fatal(err)
	}

	balance := agent.NewTool("balance", "What this agent has left, in USD.", func(ctx context.Context, _ struct{}) (string, error) {
		answer, err := client.GetX402Balance(ctx, wallet.Address())
		if err != nil {
			return "", err
		}
		return answer.Data.BalanceUSD.String(), nil
	})
	a := &agent.Agent{Client: client, Chat: &gen.ChatCompletionRequest{Model: "zai-org-glm-5-1"}, Tools: []*agent.Tool{balance}, Limits: agent.Limits{USD: 0.01}}
	run, asked := &agent.Run{}, 0
	for err == nil {
		run.Input = "What is the balance?"
		err = a.Run(ctx, run)
		asked++
	}
	fmt.Println(errors.Is(err, agent.ErrLimit), asked > 1, run.Spent() < 0.011)
	// Output:
	// topped up by 5.00 USD <nil>
	// true true true
}
