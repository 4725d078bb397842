// The emulate command: a fake of the service for other programs on this machine.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

const emulateUsage = `venice emulate serves a fake of the API on this machine until it is interrupted. It lets in the keys that it
prints, which are the same every time, mints others for wallets that have a stake, lets wallets sign in, and
takes payments in a made-up USDC that is worth nothing. Chat answers with what was said; pictures, sounds, jobs
and bills are small and true to the request. It keeps nothing when it ends.

  --addr HOST:PORT       loopback address to serve on; 127.0.0.1:8402 by default, port 0 for any that is free
  --stake ADDRESS=VVV    give a wallet on Base staked VVV, such as 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266=100;
                         repeatable
  --usdc ADDRESS=USD     give a wallet on Base or Solana made-up USDC to top up with, such as
                         9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj=20.5; repeatable

Exit codes:
  0  interrupted, and no answer broke the API's description
  1  it could not be served, or an answer broke the description: stderr says which
  2  flags are not as they should be
`

// A grant is what a wallet is given.
type grant struct {
	address string
	amount  float64
}

// parseGrant reads ADDRESS=AMOUNT, where unit says of what. It leaves the address for the fake to judge.
func parseGrant(text, unit string) (grant, error) {
	address, number, _ := strings.Cut(text, "=")
	amount, err := strconv.ParseFloat(number, 64)
	if err != nil || !(0 < amount && amount <= maxGrant) {
		return grant{}, fmt.Errorf("want ADDRESS=%s with a number above 0, %d at most", unit, maxGrant)
	}
	return grant{address, amount}, nil
}

const maxGrant = 1_000_000_000

func emulate(ctx context.Context, c *console, args []string) error {
	var stakes, usdc []grant
	fs := newFlags()
	addr := fs.String("addr", "127.0.0.1:8402", "")
	fs.Func("stake", "", func(text string) error {
		g, err := parseGrant(text, "VVV")
		if err == nil {
			g.address, err = signer.ChecksumAddress(g.address)
		}
		stakes = append(stakes, g)
		return err
	})
	fs.Func("usdc", "", func(text string) error {
		g, err := parseGrant(text, "USD")
		if err == nil {
			err = venicetest.NewHandler().SetUSDC(g.address, g.amount) // which knows what it would take
		}
		usdc = append(usdc, g)
		return err
	})
	if err := parseFlags(fs, args); err != nil {
		return err
	}

	fake, err := startFake(*addr, c.stderr)
	if err != nil {
		return err
	}
	if err := arrange(c.stdout, fake, stakes, usdc); err != nil {
		return errors.Join(err, fake.stop())
	}
	fmt.Fprintf(c.stdout, "key       %s\n", fake.InferenceKey())
	fmt.Fprintf(c.stdout, "admin     %s\n", fake.AdminKey())
	fmt.Fprintf(c.stdout, "mint      WALLET_PRIVATE_KEY=... venice mint --base-url %s\n", fake.url)
	fmt.Fprintf(c.stdout, "Go        venice.New(venice.WithBaseURL(%q), venice.WithAPIKey(key))\n", fake.url)
	fmt.Fprintf(c.stdout, "curl      curl -H \"Authorization: Bearer $KEY\" %s/models\n", fake.url)
	fmt.Fprintf(c.stdout, "Base      x402.Payer{TestAsset: %q, RPC: %q}\n", venicetest.USDC, fake.baseRPC)
	fmt.Fprintf(c.stdout, "Solana    x402.Payer{TestAsset: %q, RPC: %q}\n", venicetest.USDCMint, fake.solanaRPC)
	fmt.Fprintln(c.stdout, "Interrupt (Ctrl-C) to stop.")

	select {
	case <-ctx.Done():
		return fake.stop()
	case err := <-fake.failed:
		return err
	}
}

// arrange gives wallets what they have, and prints it below the base URL.
func arrange(out io.Writer, fake *fake, stakes, usdc []grant) error {
	fmt.Fprintf(out, "base URL  %s\n", fake.url)
	for _, g := range stakes {
		if err := fake.Stake(g.address, g.amount); err != nil {
			return err
		}
		fmt.Fprintf(out, "staked    %v VVV by %s\n", g.amount, g.address)
	}
	if len(stakes) == 0 {
		fmt.Fprintln(out, "staked    nothing, so that no wallet can mint: see --stake")
	}
	for _, g := range usdc {
		if err := fake.SetUSDC(g.address, g.amount); err != nil {
			return err
		}
		fmt.Fprintf(out, "USDC      %v USD of %s\n", g.amount, g.address)
	}
	if len(usdc) == 0 {
		fmt.Fprintln(out, "USDC      none, so that no wallet can pay: see --usdc")
	}
	return nil
}
