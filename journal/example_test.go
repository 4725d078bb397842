// Example of a journal in a file.

package journal_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
)

// budget is a day's allowance of an agent.
var budget = x402.Budget{PerPayment: 10 * x402.USD, Total: 100 * x402.USD, PerWindow: 20 * x402.USD, Window: 24 * time.Hour}

func ExampleOpenFile() {
	folder, _ := os.MkdirTemp("", "journal")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "payments")
	payments, err := journal.OpenFile(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer payments.Close()
	wallet, _ := signer.GenerateEVM()
	payer := &x402.Payer{Wallet: wallet, Budget: budget, Journal: payments}
	intents, err := payer.Intents(context.Background())
	fmt.Println(len(intents), err)

	_ = os.Chmod(path, 0o644)
	_, err = payer.Intents(context.Background())
	fmt.Println("others could read it:", err != nil)
	// Output:
	// 0 <nil>
	// others could read it: true
}
