// The mint command: from a wallet to an API key on stdout.

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
)

var mintCommand = &command{
	name:  "mint",
	short: "mint an API key with a wallet, and print it",
	about: `
venice-go mint mints an API key with a wallet that holds staked VVV on Base, and prints the key, alone, on stdout. The
service shows a key only once. Everything else goes to stderr, and no secret with it. What is signed is worth an admin key
for 15 minutes: name another service by --base-url only if you would trust it with one.`,
	json: "apiKey, id, type, description, expiresAt: texts",
	codes: `
0  the key is on stdout
3  the wallet has no staked VVV on Base
5  the service could not be reached or could not answer; nothing was minted, try again later
6  a key may exist: the answer was lost, held no key, or could not be written to stdout. stderr says how to find the
   key and delete it. If the service reported success in an answer that shows no key, that answer is on stdout.`,
	example: `VENICE_API_KEY=$(venice-go mint --description "my agent" --limit-usd 5 --limit-period lifetime)`,
	setUp: func(f *flags) action {
		var k keyFlags
		var r reach
		k.declare(f)
		r.declare(f)
		emulate := false
		f.yes(&emulate, "emulate", "mint from a fake in this process, where any wallet has a stake; needs no wallet")
		return func(ctx context.Context, c *console, _ []string) error {
			if emulate && r.baseURL != "" {
				return failure{exitUsage, errors.New("--emulate and --base-url contradict each other: want one of them")}
			}
			return mint(ctx, c, &k.request, &r, emulate)
		}
	},
}

func mint(ctx context.Context, c *console, request *signer.KeyRequest, r *reach, emulate bool) error {
	wallet, err := c.readEVM(r.keyFile)
	if emulate && errors.Is(err, errNoKey) {
		wallet, err = signer.GenerateEVM()
	}
	if err != nil {
		return err
	}
	if emulate {
		fake, err := startFake("127.0.0.1:0", c.stderr)
		if err != nil {
			return err
		}
		defer func() { _ = fake.stop() }() // what it says of its contract is for emulate
		if err := fake.Stake(wallet.Address(), 1); err != nil {
			return err
		}
		r.baseURL = fake.url
		fmt.Fprintln(c.stderr, "emulated: the key is good for nothing but to look at")
	}
	// No API key goes with it: the one in VENICE_API_KEY is none of the mint's business.
	client, err := r.client(c, venice.WithAuth(nil))
	if err != nil {
		return err
	}
	key, err := signer.MintAPIKey(ctx, client, wallet, request, r.origins()...)
	if key == nil {
		return c.noKey(err, wallet.Address())
	}
	if err := c.printKey(key); err != nil {
		return failure{exitMaybe, fmt.Errorf("%v was minted, and could not be written to stdout: %w\n%s", key, err, deleteKey)}
	}
	if err != nil {
		fmt.Fprintf(c.stderr, "warning: the key is on stdout, but its answer was unusual: %v\n", err)
	}
	fmt.Fprintf(c.stderr, "minted %v for %s; it is not shown again\n", key, wallet.Address())
	c.warnOfPeriod(request)
	return nil
}

// warnOfPeriod says what is easily taken for another thing: that limits are per day.
func (c *console) warnOfPeriod(r *signer.KeyRequest) {
	if r.LimitPeriod == "" && (r.LimitUSD != nil || r.LimitDIEM != nil) {
		fmt.Fprintln(c.stderr, "its limits start anew each UTC day: --limit-period lifetime would have them hold for good")
	}
}

func (c *console) printKey(key *signer.Key) error {
	if !c.json {
		_, err := fmt.Fprintln(c.stdout, key.APIKey.Reveal())
		return err
	}
	return c.printJSON(map[string]string{
		"apiKey": key.APIKey.Reveal(), "id": key.ID, "type": key.Type, "description": key.Description, "expiresAt": key.ExpiresAt,
	})
}

const deleteKey = "Its text is lost: delete it with an admin key of this wallet (venice-go keys revoke), and mint anew."

const findKey = "Nothing was sent again. To find out, list the keys with an admin key of this wallet (venice-go keys list), look for that\n" +
	"description, and delete what you find (venice-go keys revoke): its text is lost. Then mint anew."

// noKey says what to do about an error that came without a key.
func (c *console) noKey(err error, address string) error {
	code := mintCode(err)
	advice := map[int]string{
		exitFailure:     "Nothing was minted.",
		exitUsage:       "Nothing was sent.",
		exitNoStake:     "Nothing was minted. Stake VVV on Base with " + address + " first.",
		exitRefused:     "Nothing was minted. The same again will be refused too.",
		exitUnavailable: "Nothing was minted. Try again later.",
		exitMaybe:       findKey,
	}[code]
	if lost, ok := errors.AsType[*signer.LostKeyError](err); ok && lost.Err == nil && lost.Answer.Reveal() != "" {
		// The only copy of a key that looks like none of today's could be in there.
		if _, err := fmt.Fprintln(c.stdout, lost.Answer.Reveal()); err == nil {
			advice = "The answer itself is on stdout: look there for a key of a new form first.\n" + advice
		}
	}
	return failure{code, fmt.Errorf("%w\n%s", err, advice)}
}
