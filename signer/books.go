// What a payer tells about its payments, and what it is told.

package signer

import (
	"context"
	"fmt"
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
// by their callers. If one is left that can still settle, the error is of the kind [ErrPaymentOutstanding]. What became of
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
// settle, by the chain if RPC is set and else by the clock, nobody can say that it was not made.
func (p *Payer) Resolve(ctx context.Context, id string, made bool) error {
	known, err := p.read(ctx)
	if err != nil {
		return err
	}
	if i := known.find(id); i != nil && i.unproven() && !made && p.chain != nil {
		if err := p.gone(ctx, i); err != nil {
			return fmt.Errorf("signer: Resolve: %w", err)
		}
	}
	return p.update(ctx, func(b *book, now time.Time) ([]record, error) {
		i := b.find(id)
		switch {
		case i == nil:
			return nil, fmt.Errorf("signer: Resolve: this wallet has no payment %q", id)
		case !i.unproven():
			return nil, fmt.Errorf("signer: Resolve: it is known already: %v", i)
		case made:
			return []record{{Type: recordSettled, ID: id, By: "user", Receipt: &Receipt{Intent: id, Amount: i.Transfer.Amount}}}, nil
		case now.Before(i.Until.Add(grace)):
			return nil, fmt.Errorf("signer: Resolve: it can still settle until %s: %v", i.Until.Add(grace).UTC().Format(time.RFC3339), i)
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

// Confirm accepts payTo as the one recipient from now on, in place of the one that was signed for first. To find out
// where a new recipient is from, do not ask who offered it.
func (p *Payer) Confirm(ctx context.Context, payTo string) error {
	if err := p.prepare(); err != nil {
		return err
	}
	network := p.Wallet.Chain()
	payTo, err := accountOn(network, payTo)
	if err != nil {
		return fmt.Errorf("signer: Confirm: want an account on %s: %w", network, err)
	}
	return p.update(ctx, func(*book, time.Time) ([]record, error) {
		return []record{{Type: recordPinned, Rail: (&Transfer{Network: network, Asset: p.asset}).rail(), To: payTo}}, nil
	})
}
