// The mint command: from a wallet to an API key on stdout.

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
)

const mintUsage = `venice mint mints an API key with a wallet that holds staked VVV on Base, and prints the key, alone, on stdout.
The service shows a key only once. Everything else goes to stderr, and no secret with it.

  --type TYPE            inference (default) or admin, which may also manage keys and see billing
  --description TEXT     name for the key, at most 55 characters; a random id is added to it
  --expires TIME         YYYY-MM-DD, when that day begins, or YYYY-MM-DDTHH:MM:SSZ, in UTC; never by default
  --limit-usd AMOUNT     most that the key may spend in USD per period, 0 to 9999999999; no limit by default
  --limit-diem AMOUNT    the same in DIEM
  --limit-period PERIOD  when limits start anew: epoch (default: each UTC day), month, or lifetime (never). Without it
                         --limit-usd 5 is 5 USD a day
  --key-file FILE        file with the wallet's private key, - for stdin; keep it at mode 0600
  --base-url URL         service to ask, https://api.venice.ai/api/v1 by default. It gets a signature that is worth
                         an admin key for 15 minutes: name only whom you trust with one
  --emulate              mint from a fake in this process, where any wallet has a stake; needs no wallet
  --json                 print a JSON object on stdout: apiKey, id, type, description, expiresAt

The wallet's private key, 64 hex digits, is read from the environment variable WALLET_PRIVATE_KEY unless --key-file
names a file.

Exit codes:
  0  the key is on stdout
  1  interrupted before the request was sent, or any failure without a code of its own
  2  flags, environment or key file are not as they should be; nothing was sent
  3  the wallet has no staked VVV on Base
  4  refused; the same again will be refused too
  5  the service could not be reached or could not answer; nothing was minted, try again later
  6  a key may exist: the answer was lost, held no key, or could not be written to stdout. stderr says how to find the
     key and delete it. If the service reported success in an answer that shows no key, that answer is on stdout.
`

const serviceURL = "https://api.venice.ai/api/v1"

func mint(ctx context.Context, c *console, args []string) error {
	flags, err := parseMint(args)
	if err != nil {
		return err
	}
	wallet, err := c.readWallet(flags.keyFile)
	if flags.emulate && errors.Is(err, errNoKey) {
		wallet, err = signer.GenerateEVM()
	}
	if err != nil {
		return err
	}

	base := serviceURL
	if flags.baseURL != "" {
		base = flags.baseURL
	}
	if flags.emulate {
		fake, err := startFake("127.0.0.1:0", c.stderr)
		if err != nil {
			return err
		}
		defer func() { _ = fake.stop() }() // what it says of its contract is for emulate
		if err := fake.Stake(wallet.Address(), 1); err != nil {
			return err
		}
		base = fake.url
		fmt.Fprintln(c.stderr, "emulated: the key is good for nothing but to look at")
	}
	// No API key goes with it: the one in VENICE_API_KEY is none of the mint's business.
	client, err := venice.New(venice.WithAuth(nil), venice.WithBaseURL(base))
	if err != nil {
		return failure{exitUsage, fmt.Errorf("--base-url: %w", err)}
	}

	// The user has named the origin, if it is not the service's.
	key, err := signer.MintAPIKey(ctx, client, wallet, &flags.request, signer.AllowOrigin(client.BaseURL()))
	if key == nil {
		return c.noKey(err, wallet.Address())
	}
	if err := c.printKey(key, flags.json); err != nil {
		return failure{exitKeyMayExist, fmt.Errorf("%v was minted, and could not be written to stdout: %w\n%s", key, err, deleteKey)}
	}
	if err != nil {
		fmt.Fprintf(c.stderr, "warning: the key is on stdout, but its answer was unusual: %v\n", err)
	}
	fmt.Fprintf(c.stderr, "minted %v for %s; it is not shown again\n", key, wallet.Address())
	if r := flags.request; r.LimitPeriod == "" && (r.LimitUSD != nil || r.LimitDIEM != nil) {
		fmt.Fprintln(c.stderr, "its limits start anew each UTC day: --limit-period lifetime would have them hold for good")
	}
	return nil
}

func (c *console) printKey(key *signer.Key, asJSON bool) error {
	if !asJSON {
		_, err := fmt.Fprintln(c.stdout, key.APIKey.Reveal())
		return err
	}
	return json.NewEncoder(c.stdout).Encode(map[string]string{
		"apiKey": key.APIKey.Reveal(), "id": key.ID, "type": key.Type, "description": key.Description, "expiresAt": key.ExpiresAt,
	})
}

const deleteKey = "Its text is lost: delete it with an admin key of this wallet (DELETE /api_keys), and mint anew."

const findKey = "Nothing was sent again. To find out, list the keys with an admin key of this wallet (GET /api_keys), look for that\n" +
	"description, and delete what you find (DELETE /api_keys): its text is lost. Then mint anew."

// noKey says what to do about an error that came without a key.
func (c *console) noKey(err error, address string) error {
	code := mintCode(err)
	advice := map[int]string{
		exitFailure:     "Nothing was minted.",
		exitUsage:       "Nothing was sent.",
		exitNoStake:     "Nothing was minted. Stake VVV on Base with " + address + " first.",
		exitRefused:     "Nothing was minted. The same again will be refused too.",
		exitUnavailable: "Nothing was minted. Try again later.",
		exitKeyMayExist: findKey,
	}[code]
	if lost, ok := errors.AsType[*signer.LostKeyError](err); ok && lost.Err == nil && lost.Answer.Reveal() != "" {
		// The only copy of a key that looks like none of today's could be in there.
		if _, err := fmt.Fprintln(c.stdout, lost.Answer.Reveal()); err == nil {
			advice = "The answer itself is on stdout: look there for a key of a new form first.\n" + advice
		}
	}
	return failure{code, fmt.Errorf("%w\n%s", err, advice)}
}
