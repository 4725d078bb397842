// AutoTopUp: paying when the wallet runs low, for a sign-in.

package x402

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
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
// It is the credentials of a client in the place of [signer.SignIn], which it wraps:
//
//	client, err := venice.New(venice.WithAuth(&x402.AutoTopUp{Payer: payer, Amount: 5 * x402.USD}))
//
// The fields are set before the first use; it is safe for use by several goroutines at once and must not be copied. What is
// wrong with them, the calls that it was to sign in say.
type AutoTopUp struct {
	Payer  *Payer // whose wallet signs in; with a Journal, so that a restart has no fresh budget
	Amount Amount // of each payment, 5 to 10,000 USD
	// Paid, if not nil, is told once what came of each attempt to pay, and with it, in err, why it switched itself off. It is
	// called in turn, and the calls that wait for the payment wait for it too: it must not make such calls itself.
	Paid func(receipt *Receipt, err error)
	// Options are those of the sign-ins.
	Options []signer.Option

	once   sync.Once
	err    error // why it does nothing
	signIn venice.Auth

	mu     sync.Mutex
	flight *topUpFlight // the payment under way, if one is
	off    error        // why it is switched off
}

var _ venice.Retrier = (*AutoTopUp)(nil)

type topUpFlight struct {
	done chan struct{}
	err  error
}

// prepare looks at the fields.
func (a *AutoTopUp) prepare() error {
	if a == nil {
		return errors.New("x402: AutoTopUp: none")
	}
	a.once.Do(func() {
		switch p := a.Payer; {
		case p == nil:
			a.err = errors.New("x402: AutoTopUp: no Payer")
		case p.Journal == nil:
			a.err = errors.New("x402: AutoTopUp: the Payer needs a Journal: with its own memory, each restart would have a fresh budget")
		case a.Amount < minAmount || a.Amount > maxAmount:
			a.err = fmt.Errorf("x402: AutoTopUp: Amount is %v, want %v to %v", a.Amount, minAmount, maxAmount)
		case a.Amount > p.Budget.PerPayment:
			a.err = fmt.Errorf("x402: AutoTopUp: Amount is %v, and the Budget allows %v per payment", a.Amount, p.Budget.PerPayment)
		default:
			a.err = p.prepare()
			a.signIn = signer.SignIn(p.Wallet, a.Options...)
		}
	})
	return a.err
}

// Authorize implements [venice.Auth].
func (a *AutoTopUp) Authorize(ctx context.Context, req *http.Request, op *venice.Operation) error {
	if err := a.prepare(); err != nil {
		return err
	}
	return a.signIn.Authorize(ctx, req, op)
}

// Retry implements [venice.Retrier]: it pays for a call that was refused for a low balance. What else a sign-in is refused
// for is handled as [signer.SignIn] does.
func (a *AutoTopUp) Retry(ctx context.Context, client *venice.Client, op *venice.Operation, refusal *venice.Error) (again bool, err error) {
	if err := a.prepare(); err != nil {
		return false, err
	}
	// What takes no wallet is not the wallet's to pay for.
	wallets := op != nil && (op.Access == venice.AccessAny || op.Access == venice.AccessWallet || op.Access == "")
	if refusal.Status == http.StatusPaymentRequired && client != nil && wallets {
		return a.retry(ctx, client, refusal)
	}
	if retrier, able := a.signIn.(venice.Retrier); able {
		return retrier.Retry(ctx, client, op, refusal)
	}
	return false, nil
}

// Reset switches it on again.
func (a *AutoTopUp) Reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.off = nil
}

// retry reports whether a top-up lets the call be sent again, and if not, why.
func (a *AutoTopUp) retry(ctx context.Context, client *venice.Client, refusal *venice.Error) (bool, error) {
	if !errors.Is(refusal, venice.ErrLowBalance) || ctx.Value(aloft{}) != nil {
		return false, nil
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
		return false, fmt.Errorf("x402: automatic top-up goes on without the caller: %w", ctx.Err())
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
	lifted, off := false, errors.Is(err, ErrUnknown) || errors.Is(err, ErrFailed)
	if receipt != nil {
		var look error
		if lifted, look = a.enough(ctx, client); !lifted {
			off, err = true, errors.Join(errNotLifted, err, look)
		}
	}
	if off {
		err = fmt.Errorf("x402: automatic top-up is switched off until Reset: %w", err)
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
		return false, fmt.Errorf("x402: automatic top-up: balance: %w", err)
	case balance.Data.CanConsume:
		return true, nil
	case balance.Data.DIEMBalanceUSD != nil:
		return false, errors.New("x402: automatic top-up: the wallet is linked to an account that spends DIEM first, which USDC does not add to")
	}
	return false, nil
}
