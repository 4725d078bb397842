// Payer: paying for a wallet's prepaid balance, within a budget.

package x402

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/internal/jsonrpc"
	"github.com/venice-go/venice/internal/origin"
	"github.com/venice-go/venice/internal/patience"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/signer"
)

// A Payer pays USDC for a wallet's prepaid balance at the service (x402), within a budget:
//
//	payer := &x402.Payer{
//		Wallet:  wallet,
//		Budget:  x402.Budget{PerPayment: 10 * x402.USD, Total: 100 * x402.USD, PerWindow: 20 * x402.USD, Window: 24 * time.Hour},
//		Journal: journal,
//	}
//	receipt, err := payer.TopUp(ctx, client, 5*x402.USD)
//
// # One intent, one signature
//
// Each payment is an [Intent], and gets one signature. It is written to the journal before the wallet is asked, and with
// the signature before it is sent. After a timeout, a broken connection or an answer that leaves things open, the same
// bytes are sent again, which the service credits once at most; a new signature is never made in their place. As long as
// one can still settle, no other is made for the wallet.
//
// A signature counts as spent until it is proven dead: by the chain, if RPC is set, once it can no longer settle, or by
// the user's word ([Payer.Resolve]). The service's word that it refused a payment ends the attempt, and is no such proof.
//
// # What is signed
//
// Transfers of USDC and nothing else: asset, network and EIP-712 domain are constants of this package, and what the
// service offers is held against them ([OfferError]). USDC goes to https://api.venice.ai or an origin that AllowOrigins
// names. The first recipient is remembered; another one is refused until [Payer.Confirm] names it.
//
// The fields are set before the first use. A Payer is safe for use by several goroutines at once and must not be copied.
// The zero Payer has no wallet and no budget, and pays nothing.
type Payer struct {
	// Wallet pays: a [signer.EVM] on Base, a [signer.Solana], or a [TransferSigner] of yours. One that signs messages or
	// digests alone cannot.
	Wallet signer.Wallet
	Budget Budget

	// Journal keeps what was signed. If nil, this process remembers, for all payers of the wallet, and its end frees the
	// budget.
	Journal journal.Journal
	// PayTo lists the recipients that are allowed, in the form of the wallet's chain. If nil, any is on first use.
	PayTo []string
	// RPC is the address of a JSON-RPC endpoint of the wallet's chain, https or on this machine. On Solana it is required.
	// On Base it is optional, and proves what became of payments of unknown outcome. Without it, a payment that was
	// refused, or of which no answer came, waits out its Life, in which nothing else is paid, and counts against the budget
	// for good unless Resolve frees it. With it the chain frees what was not made, once its newest final block is past the
	// payment's time.
	//
	// It is asked which chain it is of before anything is signed. It is believed when it says what became of a payment, so
	// it is not to be run by who is paid.
	RPC string
	// Life is how long a signature on Base is good for, at most what the service offers; 2 minutes if zero. Longer is
	// kinder to people who sign by hand, and keeps an unknown outcome unknown for longer. Solana has its own, about a
	// minute.
	Life time.Duration
	// TestAsset is a stand-in for USDC, such as the fake server offers, as a contract or a mint. With it no USDC is
	// signed for. It is paid to this machine, or to an origin that is named.
	TestAsset string
	// AllowOrigins are further origins that are paid, such as "https://gateway.example". Nothing is paid over plain http
	// to another machine.
	AllowOrigins []string
	// Now is the clock; [time.Now] if nil. If it is more than half a minute off the service's, nothing is signed.
	Now func() time.Time

	once    sync.Once
	config  *config
	err     error // why it cannot pay
	journal journal.Journal
	rail    rail
	asset   string        // what is paid with, in its one spelling
	chain   chain         // nil without RPC
	turn    chan struct{} // held by who pays, until it is known what became of the payment
}

const (
	defaultLife = 2 * time.Minute
	journalMost = time.Minute // for a step of the journal
)

// ownMemory is what payers without a journal have: one memory for all, so that a second payer of the same wallet has no
// budget of its own.
var ownMemory journal.Memory

// config is what tests change as well.
type config struct {
	origins origin.Named
	now     func() time.Time
	random  io.Reader
	sleep   func(context.Context, time.Duration) error
}

func (p *Payer) prepare() error {
	p.once.Do(func() { p.err = p.setUp() })
	return p.err
}

func (p *Payer) setUp() (err error) {
	if p.Wallet == nil {
		return errors.New("x402: Payer: no wallet")
	}
	if err := p.Budget.whole(); err != nil {
		return err
	}
	p.config = &config{now: p.Now, random: rand.Reader, sleep: patience.Sleep}
	if p.config.now == nil {
		p.config.now = time.Now
	}
	for _, address := range p.AllowOrigins {
		o, err := origin.Parse(address)
		if err != nil {
			return fmt.Errorf("x402: Payer: AllowOrigins: %w", err)
		}
		p.config.origins = append(p.config.origins, o)
	}
	if p.Life == 0 {
		p.Life = defaultLife
	}
	if p.Life < minLife || p.Life > time.Hour {
		return fmt.Errorf("x402: Payer: Life is %v, want %v to 1h0m0s", p.Life, minLife)
	}
	if p.journal = p.Journal; p.journal == nil {
		p.journal = &ownMemory
	}
	if p.rail, err = railOf(p.Wallet.Chain()); err != nil {
		return fmt.Errorf("x402: Payer: the wallet: %w", err)
	}
	_, own := p.Wallet.(TransferSigner)
	_, checks := p.Wallet.(checkedSigner)
	chain, address := p.rail.facts(), p.Wallet.Address()
	switch account, err := p.rail.account(address); {
	case !own && !checks:
		return fmt.Errorf("x402: Payer: a wallet of type %T cannot pay: want *signer.EVM, *signer.Solana or a TransferSigner", p.Wallet)
	case err != nil || account != address:
		return fmt.Errorf("x402: Payer: the wallet's address is %.64q, want %s in its one spelling", address, chain.form)
	case chain.life > 0 && p.RPC == "":
		return fmt.Errorf("x402: Payer: on %s RPC is required, for the blockhash of a payment", chain.network)
	}
	if p.asset, err = p.paysWith(chain); err != nil {
		return err
	}
	if p.RPC != "" {
		node, err := jsonrpc.New(p.RPC, nil)
		if err != nil {
			return fmt.Errorf("x402: %w", err)
		}
		p.chain = p.rail.chain(node)
	}
	p.turn = make(chan struct{}, 1)
	return nil
}

func (p *Payer) paysWith(chain facts) (asset string, err error) {
	if p.TestAsset == "" {
		return chain.usdc, nil
	}
	asset, err = p.rail.account(p.TestAsset)
	switch {
	case err != nil:
		return "", fmt.Errorf("x402: Payer: TestAsset: want a contract's address on Base, a mint's on Solana: %w", err)
	case asset == chain.usdc:
		return "", errors.New("x402: Payer: TestAsset is USDC itself")
	}
	return asset, nil
}

// TopUp pays an amount of 5 to 10,000 USD for the wallet's prepaid balance. Payments that are open, of an earlier run or
// of another process, are settled first. Callers take turns, so that each pays for itself.
//
// It takes seconds as a rule, and at most a few minutes. Once the wallet has signed, ctx no longer governs the payment: a
// caller that leaves gets a [*Error], and the payment goes on in this process until its outcome is known;
// [Payer.Settle] waits for that.
//
// Errors. Nothing was signed by [ErrBudget], [ErrOffer] and [ErrOutstanding]. [ErrFailed] and
// [ErrUnknown] are about a payment that was. With any other error nothing was signed, unless a receipt comes with
// it: that is good, the money was paid.
//
// The client needs no credentials. It must not send by itself what it was not told to; middleware that retries would.
func (p *Payer) TopUp(ctx context.Context, client *venice.Client, amount Amount) (*Receipt, error) {
	return p.topUp(ctx, client, amount, func(context.Context) (bool, error) { return true, nil })
}

// topUp asks whether it is needed once the way is free, and returns nothing at all if it is not. Whatever is paid between
// that and the reservation, by another process, has it ask again.
func (p *Payer) topUp(ctx context.Context, client *venice.Client, amount Amount, needed func(context.Context) (bool, error)) (*Receipt, error) {
	origin, err := p.ready(client)
	if err != nil {
		return nil, err
	}
	if amount < minAmount || amount > maxAmount {
		return nil, fmt.Errorf("x402: top-up of %v: want %v to %v; nothing was signed", amount, minAmount, maxAmount)
	}
	return p.inTurn(ctx, func(loose func(*Intent, error) context.Context) (*Receipt, error) {
		var intent *Intent
		var offer *offer
		for intent == nil {
			known, err := p.clear(ctx, client, origin, loose)
			if err != nil {
				return nil, err
			}
			if need, err := needed(ctx); err != nil || !need {
				return nil, err
			}
			if err := p.Budget.check(amount, known, p.config.now()); err != nil {
				return nil, err // as it would be later, without troubling the service
			}
			if intent, offer, err = p.reserve(ctx, client, origin, amount, len(known.intents)); err != nil && !errors.Is(err, errOvertaken) {
				return nil, err
			}
		}
		signature, err := p.sign(ctx, intent)
		free := context.WithoutCancel(ctx)
		if !errors.Is(err, ErrDeclined) { // else there is nothing that goes on without the caller
			free = loose(intent, ErrUnknown)
		}
		if err := p.signed(free, intent, offer, signature, err); err != nil {
			return nil, err
		}
		return p.settle(free, client, intent)
	})
}

// Format prints the wallet's address, whatever the verb: an endpoint's address is often a key.
func (p *Payer) Format(s fmt.State, _ rune) { fmt.Fprint(s, p.text()) }

// LogValue is what [slog] shows of a payer.
func (p *Payer) LogValue() slog.Value { return slog.StringValue(p.text()) }

// MarshalText is what JSON shows of a payer.
func (p *Payer) MarshalText() ([]byte, error) { return []byte(p.text()), nil }

func (p *Payer) text() string {
	if p == nil || p.Wallet == nil {
		return "x402.Payer()"
	}
	return "x402.Payer(" + p.Wallet.Address() + ")"
}

// ready returns the origin that would be paid, if it may be.
func (p *Payer) ready(client *venice.Client) (string, error) {
	if err := p.prepare(); err != nil {
		return "", err
	}
	if client == nil {
		return "", errors.New("x402: Payer: no client")
	}
	o, err := origin.Parse(client.BaseURL())
	if err == nil {
		err = p.config.origins.Check(o)
	}
	if err != nil {
		return "", fmt.Errorf("x402: %w", err)
	}
	return o, nil
}
