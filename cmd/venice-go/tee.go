// The tee command: what a model's enclave proves.

package main

import (
	"context"
	"errors"

	"github.com/venice-go/venice/internal/teeverify"
)

var teeCommand = &command{
	name: "tee verify", args: "MODEL", most: 1, short: "show what the enclave of a private model proves",
	about: `venice-go tee verify asks for the attestation of a model with a fresh nonce, checks it, and prints what was proven, what
only fits, and what is the service's word. It needs no key. This program has no verifier of Intel's quotes and says
"verified" of none; the program e2ee/tdx/cmd/venice-tee of the same project, which imports one, does.`,
	json: "verdict, model, nonce, layout: texts; verified: true or false; findings: a list of what, standing and why",
	codes: `
0  verified: the quote is Intel's, and all that was looked at holds
4  the attestation does not hold, or the model has none
5  no answer, or none that decides; trying again later may help
7  bound: nonce, key and quote fit together, and nothing verified the quote`,
	example: "venice-go tee verify e2ee-glm-5",
	setUp: func(f *flags) action {
		base := ""
		f.text(&base, "base-url", "URL", "service to ask; https://api.venice.ai/api/v1 by default")
		return func(ctx context.Context, c *console, args []string) error { return tee(ctx, c, base, args) }
	},
}

func tee(ctx context.Context, c *console, base string, args []string) error {
	if base != "" {
		args = append([]string{"--base-url", base}, args...)
	}
	if c.json {
		args = append([]string{"--json"}, args...)
	}
	code, err := teeverify.Run(ctx, args, c.stdout, nil)
	if err == nil && code == teeverify.Bound {
		err = errors.New("the quote is not verified: this program has no verifier")
	}
	return failure{code, err}
}
