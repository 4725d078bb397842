// Examples of paying, against the fake service and its made-up token.

package signer_test

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
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

// budget is a day's allowance of an agent.
var budget = signer.Budget{PerPayment: 10 * signer.USD, Total: 100 * signer.USD, PerWindow: 20 * signer.USD, Window: 24 * time.Hour}

// journal opens one in a new folder. A program keeps its journal where it keeps its wallet.
func journal() (*signer.FileJournal, func()) {
	folder, err := os.MkdirTemp("", "journal")
	if err != nil {
		panic(err)
	}
	j, err := signer.OpenFileJournal(filepath.Join(folder, "payments"))
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
	journal, done := journal()
	defer done()

	payer := &signer.Payer{Wallet: wallet, Budget: budget, Journal: journal, TestAsset: venicetest.USDC}
	receipt, err := payer.TopUp(ctx, client, 5*signer.USD)
	if receipt == nil {
		fmt.Println(err)
		return
	}
	fmt.Println("paid", receipt.Amount, "credited", receipt.Credited, err)

	_, err = payer.TopUp(ctx, client, 11*signer.USD)
	fmt.Println(err)
	// Output:
	// paid 5.00 USD credited 5 <nil>
	// signer: over the budget: PerPayment allows 10.00 USD, 0.00 USD of it are spent, and 11.00 USD were asked for; nothing was signed
}

// What was signed and refused counts as spent until it is proven that it was not paid, and keeps the next one waiting.
func ExamplePaymentError() {
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

	payer := &signer.Payer{Wallet: wallet, Budget: budget, TestAsset: venicetest.USDC}
	for range 2 {
		_, err := payer.TopUp(ctx, client, 5*signer.USD)
		if e, ok := errors.AsType[*signer.PaymentError](err); ok {
			fmt.Println(e.Kind, e.Intent.State, e.Intent.Sends)
		}
	}
	intents, err := payer.Intents(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	// Once a look at the chain has shown that it was not paid:
	err = payer.Resolve(ctx, intents[0].ID, false)
	fmt.Println("too early:", err != nil)
	// Output:
	// the payment was not made refused 1
	// an earlier payment can still settle refused 1
	// too early: true
}

func ExampleWithAutoTopUp() {
	fake := venicetest.NewServer(nil)
	defer fake.Close()
	wallet, _ := signer.GenerateEVM()
	_ = fake.SetUSDC(wallet.Address(), 50)
	journal, done := journal()
	defer done()

	auto := &signer.AutoTopUp{
		Payer:  &signer.Payer{Wallet: wallet, Budget: budget, Journal: journal, TestAsset: venicetest.USDC},
		Amount: 5 * signer.USD,
		Paid:   func(receipt *signer.Receipt, err error) { fmt.Println("paid", receipt.Amount, err) },
	}
	client, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAuth(signer.SignIn(wallet, signer.WithAutoTopUp(auto))))
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

func ExampleOpenFileJournal() {
	folder, _ := os.MkdirTemp("", "journal")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "payments")
	journal, err := signer.OpenFileJournal(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer journal.Close()
	wallet, _ := signer.GenerateEVM()
	payer := &signer.Payer{Wallet: wallet, Budget: budget, Journal: journal}
	intents, err := payer.Intents(context.Background())
	fmt.Println(len(intents), err)

	_ = os.Chmod(path, 0o644)
	_, err = payer.Intents(context.Background())
	fmt.Println("others could read it:", err != nil)
	// Output:
	// 0 <nil>
	// others could read it: true
}
