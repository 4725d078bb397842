// The book: what the records of a journal come to.

package x402

import (
	"context"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
)

// A record is one line of the book. Its type says which of the other members it has.
type record struct {
	Type string `json:"type"`
	At   int64  `json:"at"` // Unix milliseconds
	ID   string `json:"id,omitzero"`

	// reserved
	Origin    string    `json:"origin,omitzero"`
	Transfer  *Transfer `json:"transfer,omitzero"`
	Until     int64     `json:"until,omitzero"` // Unix seconds
	LastValid uint64    `json:"lastValid,omitzero"`

	Payload string   `json:"payload,omitzero"` // signed
	Receipt *Receipt `json:"receipt,omitzero"` // settled
	Refusal string   `json:"refusal,omitzero"` // refused, doubted
	By      string   `json:"by,omitzero"`      // settled, dead

	// pinned
	Rail string `json:"rail,omitzero"`
	To   string `json:"to,omitzero"`
}

const (
	recordReserved = "reserved"
	recordSigned   = "signed"
	recordSent     = "sent"
	recordSettled  = "settled"
	recordRefused  = "refused"
	recordDoubted  = "doubted"
	recordDead     = "dead"
	recordPinned   = "pinned"
)

func (r record) encode() (gen.Secret, error) {
	raw, err := json.Marshal(r)
	return gen.NewSecret(string(raw)), err
}

// A book is what a wallet paid, as the journal has it.
type book struct {
	intents []*Intent
	pins    map[string]string // recipients by rail
}

// readBook is strict: a record that it does not understand may be a payment.
func readBook(records []gen.Secret) (*book, error) {
	b := &book{pins: map[string]string{}}
	for n, raw := range records {
		var r record
		err := json.Unmarshal([]byte(raw.Reveal()), &r, json.RejectUnknownMembers(true))
		if err == nil {
			err = b.add(r)
		}
		if err != nil {
			return nil, fmt.Errorf("x402: journal: record %d of this wallet cannot be read by this version", n+1)
		}
	}
	return b, nil
}

func (b *book) add(r record) error {
	if r.Type == recordPinned {
		b.pins[r.Rail] = r.To
		return nil
	}
	i := b.find(r.ID)
	if r.Type == recordReserved && i == nil && r.Transfer != nil && r.Transfer.Amount > 0 {
		b.intents = append(b.intents, &Intent{ID: r.ID, Origin: r.Origin, Transfer: *r.Transfer, State: IntentReserved,
			Reserved: time.UnixMilli(r.At), Until: time.Unix(r.Until, 0), lastValid: r.LastValid})
		return nil
	}
	if i == nil {
		return fmt.Errorf("no payment %q", r.ID)
	}
	switch r.Type {
	case recordSigned:
		i.State, i.Payload = IntentOpen, signer.NewSecret(r.Payload)
		if rail := i.Transfer.rail(); b.pins[rail] == "" { // the first to be signed for is the one from then on
			b.pins[rail] = i.Transfer.To
		}
	case recordSent:
		i.Sends++
	case recordRefused:
		i.State, i.Refusal = IntentRefused, r.Refusal
	case recordDoubted:
		i.State, i.Refusal = IntentDoubted, r.Refusal
	case recordSettled:
		if r.Receipt == nil {
			return fmt.Errorf("payment %q without a receipt", r.ID)
		}
		i.State, i.Receipt, i.By = IntentSettled, r.Receipt, r.By
	case recordDead:
		i.State, i.By = IntentDead, r.By
	default:
		return fmt.Errorf("unknown type %q", r.Type)
	}
	return nil
}

func (b *book) find(id string) *Intent {
	for _, i := range b.intents {
		if i.ID == id {
			return i
		}
	}
	return nil
}

// living returns the payment that can still settle, or nil. There is one at most, unless clocks were wrong.
func (b *book) living(now time.Time) *Intent {
	for _, i := range b.intents {
		if i.alive(now) {
			return i
		}
	}
	return nil
}

// update takes the journal's atomic step on this wallet's book.
func (p *Payer) update(ctx context.Context, step func(*book, time.Time) ([]record, error)) error {
	ctx, cancel := context.WithTimeout(ctx, journalMost) // a payment that is loose has no other bound
	defer cancel()
	return p.journal.Update(ctx, p.Wallet.Chain()+":"+p.Wallet.Address(), func(records []gen.Secret) ([]gen.Secret, error) {
		now := p.config.now()
		b, err := readBook(records)
		if err != nil {
			return nil, err
		}
		add, err := step(b, now)
		if err != nil {
			return nil, err
		}
		lines := make([]gen.Secret, len(add))
		for i, r := range add {
			r.At = now.UnixMilli()
			if lines[i], err = r.encode(); err != nil {
				return nil, err
			}
		}
		return lines, nil
	})
}

// note adds a record to an intent, if step returns one for what the journal has of it, and brings i up to date.
func (p *Payer) note(ctx context.Context, i *Intent, step func(Intent) *record) error {
	return p.update(ctx, func(b *book, _ time.Time) (add []record, err error) {
		known := b.find(i.ID)
		if known == nil {
			return nil, fmt.Errorf("x402: journal: it does not know payment %s any more", i.ID)
		}
		if r := step(*known); r != nil {
			r.ID = i.ID
			add, err = []record{*r}, b.add(*r)
		}
		*i = *known
		return add, err
	})
}
