// What a payer tells about its payments, and what it is told.

package x402

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/venice-go/venice"
)

// Intents returns the payments of the wallet that the journal knows, oldest first. Those in any state but [IntentDead]
// count against the budget.
func (p *Payer) Intents(ctx context.Context) ([]Intent, error) {
	b, err := p.read(ctx)
	if err != nil {
		return nil, err
	}
	intents := make([]Intent, len(b.intents))
	for n, i := range b.intents {
		intents[n] = *i
	}
	return intents, nil
}

// read returns the wallet's book.
func (p *Payer) read(ctx context.Context) (read *book, err error) {
	if err := p.prepare(); err != nil {
		return nil, err
	}
	err = p.update(ctx, func(b *book, _ time.Time) ([]record, error) {
		read = b
		return nil, nil
	})
	return read, err
}

// Settle settles what is open and pays nothing new: for a program that starts again, or whose calls of TopUp were left
// by their callers. If one is left that can still settle, the error is of the kind [ErrOutstanding]. What became of
// the others [Payer.Intents] tells. Leaving, by ctx, is as in [Payer.TopUp].
func (p *Payer) Settle(ctx context.Context, client *venice.Client) error {
	origin, err := p.ready(client)
	if err != nil {
		return err
	}
	_, err = p.inTurn(ctx, func(loose func(*Intent, error) context.Context) (*Receipt, error) {
		_, err := p.clear(ctx, client, origin, loose)
		return nil, err
	})
	return err
}

// Resolve takes the user's word for what became of a payment of unknown outcome: that it was made, or that it was not,
// which frees its amount in the budget. Look at the chain first: on Base whether the authorization (from, nonce) was
// used, on Solana whether the payer's token account has a transaction with the memo. As long as a payment can still
// settle, nobody can say that it was not made. The chain says whether it can, if RPC is set. Else two clocks have to agree
// that its time is over: this machine's and the service's, which is asked through the client. Where neither chain nor
// service answers, it is refused.
func (p *Payer) Resolve(ctx context.Context, client *venice.Client, id string, made bool) error {
	known, err := p.read(ctx)
	if err != nil {
		return err
	}
	if i := known.find(id); i != nil && i.unproven() && !made && !p.config.now().Before(i.Until.Add(grace)) {
		gone := p.gone
		if p.chain == nil {
			gone = func(ctx context.Context, i *Intent) error { return p.past(ctx, client, i) }
		}
		if err := gone(ctx, i); err != nil {
			return fmt.Errorf("x402: Resolve: %w", err)
		}
	}
	return p.update(ctx, func(b *book, now time.Time) ([]record, error) {
		i := b.find(id)
		switch {
		case i == nil:
			return nil, fmt.Errorf("x402: Resolve: this wallet has no payment %q", id)
		case !i.unproven():
			return nil, fmt.Errorf("x402: Resolve: it is known already: %v", i)
		case made:
			return []record{{Type: recordSettled, ID: id, By: "user", Receipt: &Receipt{Intent: id, Amount: i.Transfer.Amount}}}, nil
		case now.Before(i.Until.Add(grace)):
			return nil, fmt.Errorf("x402: Resolve: it can still settle until %s: %v", i.Until.Add(grace).UTC().Format(time.RFC3339), i)
		}
		return []record{{Type: recordDead, ID: id, By: "user"}}, nil
	})
}

// gone returns why, by the chain, it cannot be said that a payment was not made.
func (p *Payer) gone(ctx context.Context, i *Intent) error {
	over, err := p.chain.over(ctx, &i.Transfer, i.lastValid)
	if err != nil {
		return err
	}
	if !over {
		return fmt.Errorf("the chain is not so far that it could not settle any more: %v", i)
	}
	if settled, certain, _, err := p.chain.outcome(ctx, &i.Transfer, i.lastValid); err == nil && certain && settled {
		return fmt.Errorf("the chain has it: %v", i)
	}
	return nil
}

// past returns why, by the service's clock, it cannot be said that a payment was not made. This machine's alone is not
// enough: one that runs ahead would free a payment that can still settle.
func (p *Payer) past(ctx context.Context, client *venice.Client, i *Intent) error {
	origin, err := p.ready(client)
	if err == nil && origin != i.Origin {
		err = fmt.Errorf("want a client for %s, which was to be paid, not for %s", i.Origin, origin)
	}
	if err != nil {
		return err
	}
	answer, err := p.ask(ctx, client)
	if err != nil {
		return fmt.Errorf("without RPC, the service's clock is looked at beside this machine's: %w", err)
	}
	date, err := http.ParseTime(answer.Response.Header.Get("Date"))
	switch end := i.Until.Add(grace); {
	case err != nil:
		return fmt.Errorf("without RPC, the service's clock is looked at beside this machine's, and it does not tell: %v", i)
	case date.Before(end):
		return fmt.Errorf("by the service's clock it can still settle until %s: %v", end.UTC().Format(time.RFC3339), i)
	}
	return nil
}

// Confirm accepts payTo as the one recipient from now on, in place of the one that was signed for first. To find out
// where a new recipient is from, do not ask who offered it.
func (p *Payer) Confirm(ctx context.Context, payTo string) error {
	if err := p.prepare(); err != nil {
		return err
	}
	network := p.rail.facts().network
	payTo, err := p.rail.account(payTo)
	if err != nil {
		return fmt.Errorf("x402: Confirm: want an account on %s: %w", network, err)
	}
	return p.update(ctx, func(*book, time.Time) ([]record, error) {
		return []record{{Type: recordPinned, Rail: (&Transfer{Network: network, Asset: p.asset}).rail(), To: payTo}}, nil
	})
}
