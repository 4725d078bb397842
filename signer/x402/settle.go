// Settling: the same signed bytes, until the service has said what became of them.

package x402

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice"
)

const (
	sendEvery = 7 * time.Second  // the service takes 10 a minute from an address, questions for offers included
	sendLimit = time.Minute      // how long an answer may take
	waitMost  = 30 * time.Second // if the service asks to wait
	proveMost = 2 * time.Minute  // for what the chain is asked about a payment
)

// settle sends a payment until it is settled, refused, in doubt or past its time.
func (p *Payer) settle(ctx context.Context, client *venice.Client, i *Intent) (*Receipt, error) {
	var last error
	for sends := i.Until.Sub(i.Reserved) / sendEvery; ; sends-- {
		if sends < 0 || !p.config.now().Before(i.Until) { // a clock that goes back would have it go on for long
			return p.late(ctx, i, last)
		}
		// Whoever sends writes it down before, so that nobody takes a refusal for the answer to the only send.
		err := p.note(ctx, i, func(i Intent) *record {
			if i.State != IntentOpen {
				return nil // somebody else has settled it meanwhile
			}
			return &record{Type: recordSent}
		})
		if err != nil {
			return nil, &Error{ErrUnknown, *i, errors.Join(last, err)}
		}
		if i.State != IntentOpen {
			return p.outcome(i, last)
		}
		receipt, wait, err := p.send(ctx, client, i)
		if receipt != nil {
			return p.paid(ctx, i, receipt)
		}
		if last = err; wait < 0 {
			return p.refused(ctx, i, err)
		}
		_ = p.config.sleep(ctx, max(wait, sendEvery))
	}
}

// send hands the payload to the service, once. It returns a receipt, or how long to wait before it may be sent again,
// negative if the service refused it.
func (p *Payer) send(ctx context.Context, client *venice.Client, i *Intent) (*Receipt, time.Duration, error) {
	var got jsontext.Value // as it came, so that no surprise in it can cost the receipt
	var said venice.Response
	err := client.Do(ctx, "POST", "/x402/top-up", nil, &got, venice.WithResponse(&said), venice.WithMaxAttempts(1), venice.WithTimeout(sendLimit),
		venice.WithHeader("PAYMENT-SIGNATURE", i.Payload.Reveal()))
	receipt := readReceipt(got, said.Header.Get("Payment-Response"), i)
	if receipt != nil && said.Status/100 == 2 {
		return receipt, 0, nil
	}
	if err == nil {
		err = errors.New("the answer does not say what was credited")
	}
	err = i.discreet(err, readReason(said.Header.Get("Payment-Response")))
	var api *venice.Error
	switch {
	case errors.As(err, &api) && final(api.Status):
		return nil, -1, err
	case errors.As(err, &api) && api.Response != nil:
		return nil, min(api.Response.RetryAfter, waitMost), err
	}
	return nil, 0, err
}

// discreet takes the payment out of what the service said and the reason that it gave beside it: it may repeat what it was
// sent, and who has a payment can use it.
func (i *Intent) discreet(err error, reason string) error {
	var envelope struct {
		Payload struct{ Signature, Transaction string }
	}
	raw, _ := decode64(i.Payload.Reveal())
	_ = json.Unmarshal(raw, &envelope, json.MatchCaseInsensitiveNames(true))
	hide := func(text string) string {
		for _, secret := range []string{i.Payload.Reveal(), envelope.Payload.Signature, strings.TrimPrefix(envelope.Payload.Signature, "0x"), envelope.Payload.Transaction} {
			if secret != "" {
				text = strings.ReplaceAll(text, secret, "[redacted]")
			}
		}
		return text
	}
	var api *venice.Error
	if errors.As(err, &api) {
		e := *api
		e.Code, e.Message, e.Details, e.Raw = hide(e.Code), hide(e.Message), nil, nil
		err = &e
	}
	if reason != "" && err != nil && !strings.Contains(err.Error(), reason) {
		err = fmt.Errorf("%w; PAYMENT-RESPONSE: %s", err, hide(reason))
	}
	return err
}

// final reports whether a status says no. The others say not yet, or nothing about the payment.
func final(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests:
		return false
	}
	return status >= 400 && status < 500
}

// refused takes the service's no. It is final if it answers the only send; after another send it says nothing about
// that one, and sending again would say no more.
func (p *Payer) refused(ctx context.Context, i *Intent, why error) (*Receipt, error) {
	err := p.note(ctx, i, func(i Intent) *record {
		switch {
		case i.State != IntentOpen:
			return nil
		case i.Sends > 1:
			return &record{Type: recordDoubted, Refusal: why.Error()}
		}
		return &record{Type: recordRefused, Refusal: why.Error()}
	})
	if err != nil {
		return nil, &Error{ErrUnknown, *i, errors.Join(why, err)}
	}
	return p.outcome(i, why)
}

// paid writes a receipt down. The money is paid, whatever goes wrong here.
func (p *Payer) paid(ctx context.Context, i *Intent, receipt *Receipt) (*Receipt, error) {
	err := p.note(ctx, i, func(i Intent) *record {
		if i.State == IntentSettled {
			return nil
		}
		return &record{Type: recordSettled, Receipt: receipt, By: "service"}
	})
	if err != nil {
		return receipt, fmt.Errorf("x402: top-up: paid, but the journal does not know: %w", err)
	}
	return p.outcome(i, nil)
}

// outcome is what an intent's state means to the caller.
func (p *Payer) outcome(i *Intent, why error) (*Receipt, error) {
	if why == nil && i.Refusal != "" {
		why = errors.New(i.Refusal)
	}
	switch i.State {
	case IntentSettled:
		if i.Receipt.differs() {
			return i.Receipt, fmt.Errorf("x402: top-up: %w: %s USD for %v", ErrCreditDiffers, i.Receipt.Credited, i.Transfer.Amount)
		}
		return i.Receipt, nil
	case IntentRefused, IntentDead:
		return nil, &Error{ErrFailed, *i, why}
	}
	return nil, &Error{ErrUnknown, *i, why}
}

// late is about a payment whose time is over. The chain may know what became of it.
func (p *Payer) late(ctx context.Context, i *Intent, last error) (*Receipt, error) {
	if err := p.prove(ctx, i); err != nil {
		last = errors.Join(last, err)
	}
	return p.outcome(i, last)
}

// prove asks the chain about a payment whose time is over, and writes down what it says.
func (p *Payer) prove(ctx context.Context, i *Intent) error {
	// Of one that was refused it may be known earlier that it was made all the same.
	over := !p.config.now().Before(i.Until) || i.State == IntentRefused || i.State == IntentDoubted
	if p.chain == nil || !i.unproven() || !over {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, proveMost)
	defer cancel()
	settled, certain, transaction, err := p.chain.outcome(ctx, &i.Transfer, i.lastValid)
	if err != nil || !certain {
		return err
	}
	r := record{Type: recordDead, By: "chain"}
	if settled {
		r.Type, r.Receipt = recordSettled, &Receipt{Intent: i.ID, Amount: i.Transfer.Amount, Transaction: transaction}
	}
	return p.note(ctx, i, func(i Intent) *record {
		if !i.unproven() {
			return nil
		}
		return &r
	})
}

// clear settles what is open, so that the way is free for another signature, and returns the book as it is then.
func (p *Payer) clear(ctx context.Context, client *venice.Client, origin string, loose func(*Intent, error) context.Context) (*book, error) {
	for waited := time.Duration(0); ; {
		living, known, err := p.living(ctx)
		switch {
		case err != nil:
			return nil, err
		case living == nil:
			return known, nil
		case living.State == IntentOpen && living.Origin != origin:
			return nil, &Error{ErrOutstanding, *living, fmt.Errorf("it is for %s", living.Origin)}
		case living.State == IntentOpen && p.config.now().Before(living.Until):
			// What becomes of it shows in its state.
			if _, err := p.settle(loose(living, ErrOutstanding), client, living); living.State == IntentOpen && p.config.now().Before(living.Until) {
				return nil, err
			}
		case living.State == IntentReserved && waited < signMost:
			// Another process is about to have it signed, or ended on the way.
			if err := p.config.sleep(ctx, signEvery); err != nil {
				return nil, fmt.Errorf("x402: top-up: %w; nothing was signed", err)
			}
			waited += signEvery
		default:
			return nil, &Error{ErrOutstanding, *living, nil}
		}
	}
}

const (
	signEvery = time.Second      // how often to look whether another process has signed
	signMost  = 15 * time.Second // how long to wait for that
)

// living asks the chain about payments whose time is over, and returns the one that can still settle, or nil, and the
// book.
func (p *Payer) living(ctx context.Context) (living *Intent, known *book, err error) {
	if known, err = p.read(ctx); err != nil {
		return nil, nil, err
	}
	var silent error // a node that does not answer is asked about one payment, not about all
	for _, i := range known.intents {
		if silent == nil {
			silent = p.prove(ctx, i)
		}
		if i.alive(p.config.now()) {
			living = i
		}
	}
	if living != nil && silent != nil && !p.config.now().Before(living.Until) {
		return nil, nil, &Error{ErrOutstanding, *living, silent}
	}
	return living, known, nil
}
