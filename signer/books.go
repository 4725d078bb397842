// What a payer tells about its payments, and what it is told.

package signer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/venice-go/venice"
)

// Intents returns the payments of the wallet that the journal knows, oldest first. Those in any state but [IntentDead]
// count against the budget.
func (p *Payer) Intents(ctx context.Context) ([]Intent, error) {
	if err := p.prepare(); err != nil {
		return nil, err
	}
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
	_, err = p.inTurn(ctx, func(loose func(*Intent) context.Context) (*Receipt, error) {
		_, err := p.clear(ctx, client, origin, loose)
		return nil, err
	})
	return err
}

// Resolve takes the user's word for what became of a payment of unknown outcome: that it was made, or that it was not,
// which frees its amount in the budget. Look at the chain first: on Base whether the authorization (from, nonce) was
// used, on Solana whether the payer's token account has a transaction with the memo. As long as a payment can still
// settle, nobody can say that it was not made.
func (p *Payer) Resolve(ctx context.Context, id string, made bool) error {
	if err := p.prepare(); err != nil {
		return err
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

// Confirm accepts payTo as the one recipient from now on, in place of the one that was paid first. To find out where a new
// recipient is from, do not ask who offered it.
func (p *Payer) Confirm(ctx context.Context, payTo string) error {
	if err := p.prepare(); err != nil {
		return err
	}
	network := p.Wallet.Chain()
	if network == base {
		sum, err := ChecksumAddress(payTo)
		if err != nil {
			return err
		}
		payTo = sum
	} else if _, err := parseKey(payTo); err != nil {
		return errors.New("signer: Confirm: want base58 of 32 bytes")
	}
	return p.update(ctx, func(*book, time.Time) ([]record, error) {
		return []record{{Type: recordPinned, Rail: p.rail(), To: payTo}}, nil
	})
}
