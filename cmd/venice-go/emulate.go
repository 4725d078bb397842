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

var emulateCommand = &command{
	name:  "emulate",
	short: "serve a fake of the API on this machine",
	about: `
venice-go emulate serves a fake of the API on this machine until it is interrupted. It lets in the keys that it prints,
which are the same every time, mints others for wallets that have a stake, lets wallets sign in, and takes payments in a
made-up USDC that is worth nothing. Chat answers with what was said; pictures, sounds, jobs and bills are small and true
to the request. It keeps nothing when it ends.`,
	json: `baseUrl, baseRpc, solanaRpc: URLs; testAsset {base, solana}: the made-up USDC, for payers; inferenceKey, adminKey. It
is printed when the fake can be called`,
	codes:   "0  interrupted, and no answer broke the API's description\n1  it could not be served, or an answer broke the description: stderr says which",
	example: "venice-go emulate --key",
	setUp: func(f *flags) action {
		e := emulateFlags{addr: "127.0.0.1:8402"}
		f.text(&e.addr, "addr", "HOST:PORT", "where to serve; 127.0.0.1:8402 by default, port 0 for any that is free. Other hosts than loopback are warned of")
		f.yes(&e.key, "key", "print lines that put the keys, which need no stake, into the environment of a shell")
		f.read(func(text string) error {
			g, err := parseGrant(text, "VVV")
			if err == nil {
				g.address, err = signer.ChecksumAddress(g.address)
			}
			e.stakes = append(e.stakes, g)
			return err
		}, "stake", "ADDRESS=VVV", "give a wallet on Base staked VVV, such as 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266=100; repeatable")
		f.read(func(text string) error {
			g, err := parseGrant(text, "USD")
			if err == nil {
				err = venicetest.NewHandler().SetUSDC(g.address, g.amount) // which knows what it would take
			}
			e.usdc = append(e.usdc, g)
			return err
		}, "usdc", "ADDRESS=USD", "give a wallet on Base or Solana made-up USDC to top up with, such as 9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj=20.5; repeatable")
		return e.run
	},
}

type emulateFlags struct {
	addr         string
	key          bool
	stakes, usdc []grant
}

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

func (e *emulateFlags) run(ctx context.Context, c *console, _ []string) error {
	fake, err := startFake(e.addr, c.stderr)
	if err != nil {
		return err
	}
	out := c.stdout
	if c.json {
		out = io.Discard
	}
	if err := arrange(out, fake, e.stakes, e.usdc); err != nil {
		return errors.Join(err, fake.stop())
	}
	if c.json {
		err = c.printJSON(e.summary(fake))
	} else {
		e.print(out, fake)
	}
	if err != nil {
		return errors.Join(err, fake.stop())
	}
	select {
	case <-ctx.Done():
		return fake.stop()
	case err := <-fake.failed:
		return err
	}
}

// summary is what --json prints.
func (e *emulateFlags) summary(fake *fake) any {
	type asset struct {
		Base   string `json:"base"`
		Solana string `json:"solana"`
	}
	s := struct {
		BaseURL      string `json:"baseUrl"`
		BaseRPC      string `json:"baseRpc"`
		SolanaRPC    string `json:"solanaRpc"`
		TestAsset    asset  `json:"testAsset"`
		InferenceKey string `json:"inferenceKey"`
		AdminKey     string `json:"adminKey"`
	}{fake.url, fake.baseRPC, fake.solanaRPC, asset{venicetest.USDC, venicetest.USDCMint}, fake.InferenceKey(), fake.AdminKey()}
	return s
}

// print shows how the fake is used: each line works as it stands, but for the dots.
func (e *emulateFlags) print(out io.Writer, fake *fake) {
	key := fake.InferenceKey()
	fmt.Fprintf(out, "key       %s\n", key)
	fmt.Fprintf(out, "admin     %s\n", fake.AdminKey())
	if e.key {
		fmt.Fprintf(out, "models    export VENICE_API_KEY=%s VENICE_BASE_URL=%s\n", key, fake.url)
		fmt.Fprintf(out, "account   export VENICE_API_KEY=%s VENICE_BASE_URL=%s\n", fake.AdminKey(), fake.url)
		fmt.Fprintf(out, "OpenAI    export OPENAI_API_KEY=%s OPENAI_BASE_URL=%s\n", key, fake.url)
	}
	fmt.Fprintf(out, "mint      WALLET_PRIVATE_KEY=... venice-go mint --base-url %s\n", fake.url)
	fmt.Fprintf(out, "Go        venice.New(venice.WithBaseURL(%q), venice.WithAPIKey(key))\n", fake.url)
	fmt.Fprintf(out, "curl      curl -H \"Authorization: Bearer %s\" %s/models\n", key, fake.url)
	fmt.Fprintf(out, "Base      x402.Payer{TestAsset: %q, RPC: %q}\n", venicetest.USDC, fake.baseRPC)
	fmt.Fprintf(out, "Solana    x402.Payer{TestAsset: %q, RPC: %q}\n", venicetest.USDCMint, fake.solanaRPC)
	fmt.Fprintln(out, "Interrupt (Ctrl-C) to stop.")
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
