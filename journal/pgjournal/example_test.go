// Example of a budget that machines share. It needs a server, so that it is compiled and not run.

package pgjournal_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/journal/pgjournal"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/x402"
)

func Example() {
	ctx := context.Background()
	// The driver is the program's choice: import _ "github.com/jackc/pgx/v5/stdlib".
	db, err := sql.Open("pgx", "postgres://payer@db.example/payments?sslmode=verify-full")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, pgjournal.Schema); err != nil { // or in a migration
		fmt.Println(err)
		return
	}
	wallet, err := signer.ParseEVM(os.Getenv("WALLET_PRIVATE_KEY"))
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := venice.New(venice.WithAuth(signer.SignIn(wallet)))
	if err != nil {
		fmt.Println(err)
		return
	}

	// Every machine has the same budget, and all of them together spend it once.
	payer := &x402.Payer{
		Wallet:  wallet,
		Budget:  x402.Budget{PerPayment: 10 * x402.USD, Total: 500 * x402.USD, PerWindow: 50 * x402.USD, Window: 24 * time.Hour},
		Journal: pgjournal.New(db),
	}
	receipt, err := payer.TopUp(ctx, client, 10*x402.USD)
	if receipt != nil {
		fmt.Println("credited", receipt.Credited, "balance", receipt.Balance)
	}
	if err != nil {
		fmt.Println(err)
	}
}
