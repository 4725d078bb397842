// Command venice-tee verifies the enclaves of Venice's private models: venice-go tee verify, with a verifier of Intel's quotes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/venice-go/venice/e2ee"
	"github.com/venice-go/venice/e2ee/tdx"
	"github.com/venice-go/venice/internal/teeverify"
)

const usage = `venice-tee MODEL asks for the attestation of a model with a fresh nonce, verifies it, and prints what was proven, by what,
and what was not. It needs no key. Intel is asked which certificates were revoked, and which versions are up to date.

  --offline              do not ask Intel: revocation and TCB status are then unchecked
` + teeverify.Flags

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr, tdx.Verifier{Collateral: tdx.Memory(tdx.HTTPS(nil), time.Hour)}))
}

func run(ctx context.Context, args []string, out, complaints io.Writer, verifier tdx.Verifier) int {
	if i := slices.Index(args, "--offline"); i >= 0 {
		args, verifier.Collateral = slices.Delete(slices.Clone(args), i, i+1), nil
	}
	var v e2ee.QuoteVerifier = verifier
	code, err := teeverify.Run(ctx, args, out, v)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(out, usage)
		return teeverify.Verified
	case err != nil:
		fmt.Fprintf(complaints, "venice-tee: %v\n", err)
	}
	return code
}
