// Reserving: from an offer to an intent in the journal.

package x402

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice"
)

// errOvertaken says that another process has reserved a payment since the book was looked at.
var errOvertaken = errors.New("another process is paying")

// reserve takes what the service offers, holds it against the terms, and writes the intent down, unless the book has more
// payments than were known. Nothing is signed yet.
func (p *Payer) reserve(ctx context.Context, client *venice.Client, origin string, amount Amount, known int) (*Intent, *offer, error) {
	nothing := func(err error) (*Intent, *offer, error) {
		if errors.Is(err, ErrOffer) { // says so itself
			return nil, nil, err
		}
		return nil, nil, fmt.Errorf("x402: top-up: %w; nothing was signed", err)
	}
	offers, err := p.discover(ctx, client)
	if err != nil {
		return nothing(err)
	}
	t := p.terms(origin, amount)
	offer, err := t.choose(offers)
	if err != nil {
		return nil, nil, err
	}
	intent, err := p.intent(ctx, t, offer, origin)
	if err != nil {
		return nothing(err)
	}
	err = p.update(ctx, func(b *book, now time.Time) ([]record, error) {
		if len(b.intents) != known {
			return nil, errOvertaken
		}
		if other := b.living(now); other != nil {
			return nil, &Error{ErrOutstanding, *other, nil}
		}
		if err := p.Budget.check(amount, b, now); err != nil {
			return nil, err
		}
		if known := b.pins[intent.Transfer.rail()]; known != "" && known != intent.Transfer.To {
			return nil, refuseOffer("recipient", intent.Transfer.To, "%s, as before; Confirm accepts another", known)
		}
		for _, other := range b.intents {
			if other.Transfer == intent.Transfer { // on Solana, with a memo and a blockhash that came twice
				return nil, errors.New("the same transfer was signed before: try again in a moment")
			}
		}
		return []record{{Type: recordReserved, ID: intent.ID, Origin: origin, Transfer: &intent.Transfer,
			Until: intent.Until.Unix(), LastValid: intent.lastValid}}, nil
	})
	switch {
	case err == nil:
		return intent, offer, nil
	case errors.Is(err, ErrOutstanding), errors.Is(err, ErrBudget), errors.Is(err, ErrOffer):
		return nil, nil, err
	}
	return nothing(err)
}

// ask has the service say what is payable: a top-up without a payment, which is answered with 402 and the offers.
func (p *Payer) ask(ctx context.Context, client *venice.Client) (*venice.Error, error) {
	_, err := client.TopUpX402(ctx, venice.WithMaxAttempts(1))
	var refusal *venice.Error
	switch {
	case err == nil:
		return nil, errors.New("the service took a payment that was not made")
	case !errors.As(err, &refusal) || refusal.Status != http.StatusPaymentRequired:
		return nil, err
	}
	return refusal, nil
}

// discover returns the offers. The answer has the service's time too. With a clock that is wrong, a signature would count
// as dead, or a budget as free, before its time.
func (p *Payer) discover(ctx context.Context, client *venice.Client) ([]offer, error) {
	refusal, err := p.ask(ctx, client)
	if err != nil {
		return nil, err
	}
	if date, err := http.ParseTime(refusal.Response.Header.Get("Date")); err == nil {
		if off := p.config.now().Sub(date); off.Abs() > grace {
			return nil, fmt.Errorf("this machine's clock is %v off the service's, want %v at most: set it", off.Round(time.Second), grace)
		}
	}
	return readOffers(refusal.Raw, refusal.Response.Header.Get("Payment-Required"))
}

func (p *Payer) terms(origin string, amount Amount) *terms {
	t := &terms{rail: p.rail, payer: p.Wallet.Address(), asset: p.asset, amount: amount, payTo: p.PayTo}
	if p.TestAsset == "" && !p.config.origins.Has(origin) {
		t.asset = ""
	}
	return t
}

// intent fills in what is signed.
func (p *Payer) intent(ctx context.Context, t *terms, o *offer, origin string) (*Intent, error) {
	random := make([]byte, 16+32)
	if _, err := io.ReadFull(p.config.random, random); err != nil {
		return nil, err
	}
	to, err := t.rail.account(o.PayTo)
	if err != nil {
		return nil, err
	}
	now := p.config.now()
	chain := t.rail.facts()
	life := min(p.Life, time.Duration(o.MaxTimeoutSeconds)*time.Second)
	if chain.life > 0 {
		life = chain.life
	}
	i := &Intent{ID: hex.EncodeToString(random[:16]), Origin: origin, State: IntentReserved, Reserved: now, Until: now.Add(life).Truncate(time.Second),
		Transfer: Transfer{Network: chain.network, Asset: t.asset, From: t.payer, To: to, Amount: t.amount}}
	x := &i.Transfer
	if p.chain != nil {
		if i.lastValid, err = p.chain.prepare(ctx, x); err != nil {
			return nil, err
		}
	}
	t.rail.fill(x, o, i.Until, [32]byte(random[16:]))
	_, err = x.Message()
	return i, err
}

// signed writes the signature down, or that there is none. It returns an error unless the payment is to be sent.
func (p *Payer) signed(ctx context.Context, i *Intent, o *offer, signature string, err error) error {
	write := func(r record) error {
		return p.note(ctx, i, func(i Intent) *record {
			if i.State != IntentReserved {
				return nil // the user, or the chain, has said what became of it
			}
			return &r
		})
	}
	if errors.Is(err, ErrDeclined) {
		late := write(record{Type: recordDead, By: "wallet"})
		return errors.Join(fmt.Errorf("x402: top-up: %w; nothing was signed", err), late)
	}
	var payload jsontext.Value
	var header string
	if err == nil {
		payload, err = i.Transfer.payload(signature)
	}
	if err == nil {
		header, err = o.header(strconv.FormatInt(int64(i.Transfer.Amount), 10), payload)
	}
	if err == nil {
		err = write(record{Type: recordSigned, Payload: header})
	}
	if err == nil && i.State != IntentOpen {
		err = fmt.Errorf("it is %s by the %s's word", i.State, i.By)
	}
	if err != nil {
		return &Error{ErrUnknown, *i, fmt.Errorf("it was not sent: %w", err)}
	}
	return nil
}
