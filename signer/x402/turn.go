// Turns: one payment at a time, which from its signature on goes its way without the caller.

package x402

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/venice-go/venice/internal/patience"
)

// signGrace is for a wallet to say what it did, when nobody waits any more.
const signGrace = time.Second

// inTurn calls pay when nobody else of this process pays. Until pay lets an intent loose it heeds ctx and ends with it.
// From then on it goes by the context that it gets for that, and a caller who leaves gets an error of the kind that was
// given with the intent.
func (p *Payer) inTurn(ctx context.Context, pay func(loose func(*Intent, error) context.Context) (*Receipt, error)) (*Receipt, error) {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("x402: top-up: %w; nothing was signed", ctx.Err())
	}
	var receipt *Receipt // with err, once done is closed
	var err error
	var under atomic.Pointer[Error] // what to tell who leaves
	done, loosened := make(chan struct{}), make(chan struct{})
	go func() {
		defer func() { <-p.turn }()
		defer close(done)
		receipt, err = pay(func(i *Intent, kind error) context.Context {
			if under.Swap(&Error{Kind: kind, Intent: *i}) == nil {
				close(loosened)
			}
			return context.WithoutCancel(ctx)
		})
	}()
	select {
	case <-done:
		return receipt, err
	case <-ctx.Done():
	}
	select {
	case <-done:
		return receipt, err
	case <-loosened:
	}
	select {
	case <-done: // a receipt that is there is better than none
		return receipt, err
	default:
	}
	e := *under.Load()
	e.Err = fmt.Errorf("it goes on without the caller: %w", ctx.Err())
	return nil, &e
}

// sign has the wallet sign, for no longer than what it signs is good for. A wallet that ignores its context may still make
// a signature, which nobody gets: the payment then counts as one that may exist.
func (p *Payer) sign(ctx context.Context, i *Intent) (string, error) {
	wallet, foreign := p.Wallet.(TransferSigner)
	if !foreign {
		return SignTransfer(ctx, p.Wallet, i.Transfer)
	}
	return patience.Call(ctx, i.Until.Sub(p.config.now()), signGrace, func(ctx context.Context) (string, error) {
		return wallet.SignTransfer(ctx, i.Transfer)
	})
}
