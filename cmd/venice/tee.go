// The tee command: what a model's enclave proves.

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"github.com/venice-go/venice/internal/teeverify"
)

const teeUsage = `venice tee verify MODEL asks for the attestation of a model with a fresh nonce, checks it, and prints what was proven,
what only fits, and what is the service's word. It needs no key. This program has no verifier of Intel's quotes and says
"verified" of none; the program e2ee/tdx/cmd/venice-tee of the same project, which imports one, does.

` + teeverify.Flags

func tee(ctx context.Context, c *console, args []string) error {
	if len(args) > 0 && args[0] == "verify" {
		code, err := teeverify.Run(ctx, args[1:], c.stdout, nil)
		switch {
		case errors.Is(err, flag.ErrHelp):
			return err
		case err == nil && code == teeverify.Bound:
			err = errors.New("the quote is not verified: this program has no verifier")
		}
		return failure{code, err}
	}
	if err := parseFlags(newFlags(), args); err != nil {
		return err
	}
	return failure{exitUsage, fmt.Errorf("want tee verify MODEL")}
}
