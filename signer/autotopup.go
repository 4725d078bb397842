// AutoTopUp: paying when the wallet runs low, for a sign-in.

package signer

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/venice-go/venice"
)

// An AutoTopUp pays when the service refuses a call because the wallet's balance is below the least that it lets in
// ([venice.ErrLowBalance]), and the call is then tried once more. No other refusal makes it pay. It looks at the balance
// before: wallets that spend DIEM first are left alone, since USDC does not help them, and where the balance is enough by
// now nothing is paid. Calls that are refused at the same time share one payment.
//
// So do the calls of other processes with the same journal. Payments that are open are settled before it looks, since they
// may be what is missing. It switches itself off, until [AutoTopUp.Reset], when a payment was not seen to lift the
// wallet over the floor, and when it was refused or its outcome is unknown, since it counts as spent.
//
// The fields are set before the first use; it is safe for use by several goroutines at once and must not be copied. Give
// it to [SignIn] or [Transport] by [WithAutoTopUp].
type AutoTopUp struct {
	Payer  *Payer // of the same wallet, with a Journal, so that a restart has no fresh budget
	Amount Amount // of each payment, 5 to 10,000 USD
	// Paid, if not nil, is told once what came of each attempt to pay, and with it, in err, why it switched itself off. It is
	// called in turn, and the calls that wait for the payment wait for it too: it must not make such calls itself.
	Paid func(receipt *Receipt, err error)

	mu     sync.Mutex
	flight *topUpFlight // the payment under way, if one is
	off    error        // why it is switched off
}

type topUpFlight struct {
	done chan struct{}
	err  error
}

// WithAutoTopUp has a sign-in pay by itself when the wallet runs low. It is off by default. Minting has no use for it.
func WithAutoTopUp(auto *AutoTopUp) Option {
	return func(c *config) error {
		switch {
		case auto == nil || auto.Payer == nil:
			return errors.New("signer: WithAutoTopUp: want an AutoTopUp with a Payer")
		case auto.Payer.Journal == nil:
			return errors.New("signer: WithAutoTopUp: the Payer needs a Journal: with its own memory, each restart would have a fresh budget")
		case auto.Amount < minAmount || auto.Amount > maxAmount:
			return fmt.Errorf("signer: WithAutoTopUp: Amount is %v, want %v to %v", auto.Amount, minAmount, maxAmount)
		case auto.Amount > auto.Payer.Budget.PerPayment:
			return fmt.Errorf("signer: WithAutoTopUp: Amount is %v, and the Budget allows %v per payment", auto.Amount, auto.Payer.Budget.PerPayment)
		}
		c.auto = auto
		return auto.Payer.prepare()
	}
}

// Reset switches it on again.
func (a *AutoTopUp) Reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.off = nil
}

// retry reports whether a refusal was made good for, and if not, why.
func (a *AutoTopUp) retry(ctx context.Context, client *venice.Client, wallet Wallet, refusal *venice.Error) (bool, error) {
	if !errors.Is(refusal, venice.ErrLowBalance) || ctx.Value(aloft{}) != nil {
		return false, nil
	}
	if a.Payer.Wallet.Address() != wallet.Address() {
		return false, errors.New("signer: automatic top-up: the Payer is for another wallet")
	}
	a.mu.Lock()
	f := a.flight
	if f == nil {
		if a.off != nil {
			defer a.mu.Unlock()
			return false, a.off
		}
		f = &topUpFlight{done: make(chan struct{})}
		a.flight = f
		go a.fly(context.WithoutCancel(ctx), client, f)
	}
	a.mu.Unlock()
	select {
	case <-f.done:
		return f.err == nil, f.err
	case <-ctx.Done():
		return false, fmt.Errorf("signer: automatic top-up goes on without the caller: %w", ctx.Err())
	}
}

var errNotLifted = errors.New("the payment was made, and not seen to lift the wallet over the floor")

// aloft marks the calls that a flight makes: it does not wait for itself if one of them is refused.
type aloft struct{}

// fly pays if need be, and lets those go on who wait.
func (a *AutoTopUp) fly(ctx context.Context, client *venice.Client, f *topUpFlight) {
	err := a.pay(context.WithValue(ctx, aloft{}, true), client)
	a.mu.Lock()
	defer a.mu.Unlock()
	f.err, a.flight = err, nil
	close(f.done)
}

// pay looks, pays, looks again, and tells. It returns why the calls that wait are not to be tried again, if they are not.
func (a *AutoTopUp) pay(ctx context.Context, client *venice.Client) error {
	low := false
	receipt, err := a.Payer.topUp(ctx, client, a.Amount, func(ctx context.Context) (bool, error) {
		enough, err := a.enough(ctx, client)
		low = err == nil && !enough
		return low, err
	})
	if !low {
		return err
	}
	lifted, off := false, errors.Is(err, ErrPaymentUnknown) || errors.Is(err, ErrPaymentFailed)
	if receipt != nil {
		var look error
		if lifted, look = a.enough(ctx, client); !lifted {
			off, err = true, errors.Join(errNotLifted, err, look)
		}
	}
	if off {
		err = fmt.Errorf("signer: automatic top-up is switched off until Reset: %w", err)
		a.mu.Lock()
		a.off = err
		a.mu.Unlock()
	}
	if a.Paid != nil {
		a.Paid(receipt, err)
	}
	if lifted {
		return nil
	}
	return err
}

// enough looks at the balance. It is an error if USDC would not help.
func (a *AutoTopUp) enough(ctx context.Context, client *venice.Client) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	balance, err := client.GetX402Balance(ctx, a.Payer.Wallet.Address())
	switch {
	case err != nil:
		return false, fmt.Errorf("signer: automatic top-up: balance: %w", err)
	case balance.Data.CanConsume:
		return true, nil
	case balance.Data.DIEMBalanceUSD != nil:
		return false, errors.New("signer: automatic top-up: the wallet is linked to an account that spends DIEM first, which USDC does not add to")
	}
	return false, nil
}
