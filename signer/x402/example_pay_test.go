// Examples of paying, against the fake service and its made-up token.

package x402_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/tests/venicetest"
)

// budget is a day's allowance of an agent.
var budget = x402.Budget{PerPayment: 10 * x402.USD, Total: 100 * x402.USD, PerWindow: 20 * x402.USD, Window: 24 * time.Hour}

// openJournal opens one in a new folder. A program keeps its journal where it keeps its wallet.
func openJournal() (*journal.File, func()) {
	folder, err := os.MkdirTemp("", "journal")
	if err != nil {
		panic(err)
	}
	j, err := journal.OpenFile(filepath.Join(folder, "payments"))
	if err != nil {
		panic(err)
	}
	return j, func() { j.Close(); os.RemoveAll(folder) }
}

func ExamplePayer() {
	fake := venicetest.NewServer(nil) // the real service needs neither this nor the TestAsset
	defer fake.Close()
	ctx := context.Background()
	wallet, _ := signer.GenerateEVM()
	_ = fake.SetUSDC(wallet.Address(), 50)
	client, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAuth(signer.SignIn(wallet)))
	if err != nil {
		fmt.Println(err)
		return
	}
	journal, done := openJournal()
	defer done()

	payer := &x402.Payer{Wallet: wallet, Budget: budget, Journal: journal, TestAsset: venicetest.USDC}
	receipt, err := payer.TopUp(ctx, client, 5*x402.USD)
	if receipt == nil {
		fmt.Println(err)
		return
	}
	fmt.Println("paid", receipt.Amount, "credited", receipt.Credited, err)

	_, err = payer.TopUp(ctx, client, 11*x402.USD)
	fmt.Println(err)
	// Output:
	// paid 5.00 USD credited 5 <nil>
	// x402: over the budget: PerPayment allows 10.00 USD, 0.00 USD of it are spent, and 11.00 USD were asked for; nothing was signed
}

// What was signed and refused counts as spent until it is proven that it was not paid, and keeps the next one waiting.
func ExampleError() {
	fake := venicetest.NewServer(nil)
	defer fake.Close()
	ctx := context.Background()
	wallet, _ := signer.GenerateEVM()
	_ = fake.SetUSDC(wallet.Address(), 50)
	client, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAuth(nil))
	if err != nil {
		fmt.Println(err)
		return
	}
	fake.OnTopUp(func(int, *http.Request) venicetest.Fault { return venicetest.Fault{Unsettled: true, Status: 402} })

	payer := &x402.Payer{Wallet: wallet, Budget: budget, TestAsset: venicetest.USDC}
	for range 2 {
		_, err := payer.TopUp(ctx, client, 5*x402.USD)
		if e, ok := errors.AsType[*x402.Error](err); ok {
			fmt.Println(e.Kind, e.Intent.State, e.Intent.Sends)
		}
	}
	intents, err := payer.Intents(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	// Once a look at the chain has shown that it was not paid:
	err = payer.Resolve(ctx, client, intents[0].ID, false)
	fmt.Println("too early:", err != nil)
	// Output:
	// the payment was not made refused 1
	// an earlier payment can still settle refused 1
	// too early: true
}

func ExampleAutoTopUp() {
	fake := venicetest.NewServer(nil)
	defer fake.Close()
	wallet, _ := signer.GenerateEVM()
	_ = fake.SetUSDC(wallet.Address(), 50)
	journal, done := openJournal()
	defer done()

	auto := &x402.AutoTopUp{
		Payer:  &x402.Payer{Wallet: wallet, Budget: budget, Journal: journal, TestAsset: venicetest.USDC},
		Amount: 5 * x402.USD,
		Paid:   func(receipt *x402.Receipt, err error) { fmt.Println("paid", receipt.Amount, err) },
	}
	client, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAuth(auto))
	if err != nil {
		fmt.Println(err)
		return
	}
	reply, err := client.CreateChatCompletion(context.Background(), &gen.ChatCompletionRequest{
		Model:    "zai-org-glm-5-1",
		Messages: []gen.ChatMessage{gen.UserMessage("Hello")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(reply.Choices[0].Message.Content)
	// Output:
	// paid 5.00 USD <nil>
	// You said: Hello
}

// A program that starts again settles what was open when it ended, before it pays anew.
func ExamplePayer_Settle() {
	fake := venicetest.NewServer(nil)
	defer fake.Close()
	wallet, _ := signer.GenerateEVM()
	client, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAuth(nil))
	if err != nil {
		fmt.Println(err)
		return
	}
	journal, done := openJournal()
	defer done()
	payer := &x402.Payer{Wallet: wallet, Budget: budget, Journal: journal, TestAsset: venicetest.USDC}
	fmt.Println(payer.Settle(context.Background(), client))
	// Output: <nil>
}

// The recipient of the first payment is the only one, until the user names another, from a source other than the offer.
func ExamplePayer_Confirm() {
	fake := venicetest.NewServer(nil)
	defer fake.Close()
	ctx := context.Background()
	wallet, _ := signer.GenerateEVM()
	_ = fake.SetUSDC(wallet.Address(), 50)
	client, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAuth(nil))
	if err != nil {
		fmt.Println(err)
		return
	}
	payer := &x402.Payer{Wallet: wallet, Budget: budget, TestAsset: venicetest.USDC}
	fmt.Println(payer.Confirm(ctx, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")) // not who the fake is
	_, err = payer.TopUp(ctx, client, 5*x402.USD)
	if refused, ok := errors.AsType[*x402.OfferError](err); ok {
		fmt.Println(refused.Rule)
	}
	fmt.Println(payer.Confirm(ctx, venicetest.PayTo))
	receipt, err := payer.TopUp(ctx, client, 5*x402.USD)
	if receipt != nil {
		fmt.Println(receipt.Amount, err)
	}
	// Output:
	// <nil>
	// recipient
	// <nil>
	// 5.00 USD <nil>
}
