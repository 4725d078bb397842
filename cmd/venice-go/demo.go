// The demo command: both ways from a wallet to a reply, step by step.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
)

var demoCommand = &command{
	name:  "demo",
	short: "mint a key and use it, and pay without one, against a fake in this process",
	about: `
venice-go demo mints an API key with a wallet and uses it, then signs in with no key and pays for what it uses, and
prints each step. It needs no account and no network: it runs against a fake in this process.

With DEMO_LIVE=1 and a private key in WALLET_PRIVATE_KEY it mints and uses a key of the real service, where the wallet
must have its stake already. The key expires after an hour, and is shown masked. The two replies are billed. Nothing is
paid in.`,
	json:    "steps: list of texts, as they would be printed",
	codes:   "0  every step went as it should\n1  one did not: stderr says which",
	example: "venice-go demo",
	setUp:   func(*flags) action { return demo },
}

// A tour is one run of the demo.
type tour struct {
	out    io.Writer
	steps  int
	said   []string
	base   string
	wallet *signer.EVM
	client *venice.Client // with the minted key, from the mint on
	model  string         // the service's default, from then on
}

func demo(ctx context.Context, c *console, _ []string) error {
	t := &tour{out: c.stdout, base: serviceURL}
	if c.json {
		t.out = io.Discard
	}
	var err error
	switch live := c.env("DEMO_LIVE"); live {
	case "", "0":
		err = t.emulated(ctx, c)
	case "1":
		if t.wallet, err = c.readEVM(""); err != nil {
			return err
		}
		err = t.live(ctx)
	default:
		return failure{exitUsage, fmt.Errorf("DEMO_LIVE: want 1 for the real service, or 0 or nothing for the fake, got %q", live)}
	}
	if err != nil {
		return fmt.Errorf("step %d: %w", t.steps+1, err)
	}
	if c.json {
		return c.printJSON(map[string][]string{"steps": t.said})
	}
	fmt.Fprintln(t.out, "All steps went as they should.")
	return nil
}

func (t *tour) say(format string, args ...any) {
	t.steps++
	t.said = append(t.said, fmt.Sprintf(format, args...))
	fmt.Fprintf(t.out, "%d. %s\n", t.steps, t.said[t.steps-1])
}

// live is the tour of the real service, where the wallet has been made and staked with before.
func (t *tour) live(ctx context.Context) error {
	t.say("Service: %s, for real", t.base)
	t.say("Wallet: %s", t.wallet)
	_, err := t.useKey(ctx)
	return err
}

// emulated is the tour with what the real service needs no showing of: the refusal before anything is staked.
func (t *tour) emulated(ctx context.Context, c *console) (err error) {
	fake, err := startFake("127.0.0.1:0", c.stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, fake.stop()) }()
	t.base = fake.url
	t.say("Service: a fake at %s, no account and no network", t.base)
	if t.wallet, err = signer.GenerateEVM(); err != nil {
		return err
	}
	t.say("Wallet: %s, made up just now", t.wallet)

	if _, err := t.mint(ctx); !errors.Is(err, signer.ErrNoStake) {
		return fmt.Errorf("mint with nothing staked: got %w, want %w", err, signer.ErrNoStake)
	}
	t.say("Mint with nothing staked: refused, %v", signer.ErrNoStake)
	if err := fake.Stake(t.wallet.Address(), 100); err != nil {
		return err
	}
	t.say("Stake: 100 VVV, in the ledger of the fake")

	replies, err := t.useKey(ctx)
	if err == nil && (replies[0] != replies[1] || !strings.Contains(replies[0], question)) {
		err = fmt.Errorf("replies %q and %q: want the question repeated in both", replies[0], replies[1])
	}
	if err == nil {
		err = t.pay(ctx, fake)
	}
	return err
}

func (t *tour) mint(ctx context.Context) (*signer.Key, error) {
	client, err := venice.New(venice.WithAuth(nil), venice.WithBaseURL(t.base))
	if err != nil {
		return nil, err
	}
	return signer.MintAPIKey(ctx, client, t.wallet, &signer.KeyRequest{Description: "venice-go demo", Expires: time.Now().Add(time.Hour)})
}

const question = "Why is the sky blue? Answer in one short sentence."

// useKey mints a key and calls chat with it, plain and streamed. It returns the two replies.
func (t *tour) useKey(ctx context.Context) (replies [2]string, err error) {
	key, err := t.mint(ctx)
	if err != nil {
		return replies, fmt.Errorf("mint: %w", err)
	}
	t.say("Mint: %s, %v, good for an hour", mask(key.APIKey.Reveal()), key)
	if t.client, err = venice.New(venice.WithBaseURL(t.base), venice.WithAPIKey(key.APIKey.Reveal())); err != nil {
		return replies, err
	}
	traits, err := t.client.ListModelTraits(ctx, nil)
	if err != nil {
		return replies, fmt.Errorf("find a model: %w", err)
	}
	if t.model = traits.Data["default"]; t.model == "" {
		return replies, errors.New("find a model: none is the default")
	}
	t.say("Model: %s", oneLine(t.model))

	request := &gen.ChatCompletionRequest{Model: t.model, Messages: []gen.ChatMessage{gen.UserMessage(question)}}
	if replies[0], err = t.chat(ctx, request); err != nil {
		return replies, fmt.Errorf("chat: %w", err)
	}
	t.say("Chat: %s\n   -> %s", question, oneLine(replies[0]))
	pieces, err := t.stream(ctx, request)
	if err != nil {
		return replies, fmt.Errorf("stream: %w", err)
	}
	replies[1] = strings.Join(pieces, "")
	t.say("Stream: the same question, %d pieces of reply\n   -> %s", len(pieces), oneLine(strings.Join(pieces, "|")))
	return replies, nil
}

func (t *tour) chat(ctx context.Context, request *gen.ChatCompletionRequest) (string, error) {
	completion, err := t.client.CreateChatCompletion(ctx, request)
	if err != nil {
		return "", err
	}
	for _, choice := range completion.Choices {
		if text := choice.Message.Content.String(); text != "" {
			return text, nil
		}
	}
	return "", errors.New("the reply is empty")
}

func (t *tour) stream(ctx context.Context, request *gen.ChatCompletionRequest) (pieces []string, err error) {
	for chunk, err := range t.client.StreamChatCompletion(ctx, request) {
		if err != nil {
			return nil, err
		}
		for _, choice := range chunk.Choices {
			if text := choice.Delta.Content; text != nil && *text != "" {
				pieces = append(pieces, *text)
			}
		}
	}
	if len(pieces) == 0 {
		return nil, errors.New("the reply is empty")
	}
	return pieces, nil
}
