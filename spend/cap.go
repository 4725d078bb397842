// Cap: what calls may cost, and what is reserved and settled for each of them.

package spend

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal"
)

// A Cap bounds what calls cost: those of a client ([venice.WithGuard]), those of a context ([venice.GuardContext]), or a
// single one. It does not matter who pays, a key or a wallet. Amounts are in USD, and a DIEM counts as one. A limit that is
// zero does not hold; PerWindow or Total is required.
//
// Before each attempt leaves, the most that it can cost is reserved; a call that does not fit is not sent, and its error is
// a [*CapError]. When the answer was read to its end, the reservation becomes what the service says that the call cost, or
// what follows from its usage. It is given back when nothing was carried out, and stays in full when that is not known. What
// the package documentation says of the bound holds for every cap. Calls that are not billed pass: those that read, that
// change what the service keeps, and payments, which x402.Budget bounds.
//
// A Cap is safe for use by several goroutines at once, and not to be copied or changed once it is in use.
type Cap struct {
	// Name tells the caps of one journal apart: letters, digits and ".-_:@/", at most 100. Caps with the same name and
	// journal are one, wherever they are, and should have the same limits.
	Name string

	PerCall   Amount        // most for one attempt of a call
	PerWindow Amount        // most for the calls of the last Window
	Window    time.Duration // how long that is, such as 24 hours; required with PerWindow
	Total     Amount        // most for all calls that the journal knows

	// Unknown is what a call counts as at most whose price is not known, such as a transcription, unless the service says
	// afterwards what it cost. It is then a promise of yours, and no part of the bound. Zero refuses such calls, with
	// [ErrUnknownPrice].
	Unknown Amount

	// Prices tells what calls can cost. It is required.
	Prices *Prices
	// Journal keeps what is spent. If nil, the Cap remembers by itself, and begins anew with each process. Each call takes two
	// steps of it. A step of a [journal.File] reads the file, which after ten thousand calls takes some milliseconds, and ten
	// times as long after ten times as many: pgjournal reads at most five hundred records, whatever came before.
	Journal journal.Journal
	// Now is the clock; [time.Now] if nil.
	Now func() time.Time

	own    journal.Memory
	mu     sync.Mutex
	volume *volume // of the journal, that is written to; nil before the first look
}

const journalMost = time.Minute // for a step of the journal

var named = regexp.MustCompile(`^[A-Za-z0-9._:@/-]{0,100}$`)

func (c *Cap) whole() error {
	switch {
	case c.Prices == nil:
		return errors.New("spend: Cap: Prices is required; NewPrices makes it")
	case !named.MatchString(c.Name):
		return fmt.Errorf("spend: Cap: the name %q: want letters, digits and .-_:@/, at most 100", c.Name)
	case min(c.PerCall, c.PerWindow, c.Total, c.Unknown) < 0 || c.Window < 0:
		return errors.New("spend: Cap: a limit is below zero")
	case c.PerWindow == 0 && c.Total == 0:
		return errors.New("spend: Cap: want PerWindow or Total, above zero: without either nothing bounds what is spent")
	case (c.PerWindow == 0) != (c.Window == 0):
		return errors.New("spend: Cap: PerWindow and Window go together")
	}
	return nil
}

// billed are the effects of operations that cost something. One that is not known may.
var billed = map[venice.Effect]bool{venice.EffectInfer: true, venice.EffectQueue: true, "": true}

// Admit implements [venice.Guard]. It reserves what the attempt can cost.
func (c *Cap) Admit(ctx context.Context, attempt *venice.Attempt) (venice.Witness, error) {
	if err := c.whole(); err != nil {
		return nil, err
	}
	if !billed[attempt.Operation.Effect] {
		return nil, nil
	}
	e, models, err := c.Prices.estimate(ctx, attempt.Path, attempt.Body)
	switch {
	case errors.Is(err, ErrUnknownPrice) && c.Unknown > 0:
		e = &Estimate{Most: Money{USD: c.Unknown}, Parts: []Part{{What: "call of unknown price", Most: 1, Price: gen.Price{USD: float64(c.Unknown) / float64(USD)}}}}
	case errors.Is(err, ErrUnknownPrice):
		return nil, fmt.Errorf("%w; the cap%s takes such calls with Unknown, the most that they count as", err, c.suffix())
	case err != nil:
		return nil, err
	}
	r := &reservation{cap: c, estimate: e, models: models, id: rand.Text()[:16]}
	return r, c.reserve(ctx, r, attempt.Operation.Name)
}

func (c *Cap) suffix() string {
	if c.Name == "" {
		return ""
	}
	return fmt.Sprintf(" %q", c.Name)
}

// reserve writes the most down, unless it does not fit.
func (c *Cap) reserve(ctx context.Context, r *reservation, call string) error {
	asked := r.estimate.usd()
	return c.update(ctx, func(b *book, now time.Time) ([]record, error) {
		spent := b.sum(now.Add(-c.Window))
		var over *CapError
		accepts := most
		for _, l := range []struct {
			name           string
			allowed, spent Amount
		}{{"PerCall", c.PerCall, 0}, {"PerWindow", c.PerWindow, spent.Window}, {"Total", c.Total, spent.Total}} {
			if l.allowed == 0 {
				continue
			}
			left := l.allowed - min(l.spent, l.allowed)
			if accepts = min(accepts, left); asked > left && over == nil {
				over = &CapError{Cap: c.Name, Limit: l.name, Allowed: l.allowed, Spent: l.spent, Asked: asked, Call: call}
			}
		}
		if over != nil {
			over.Accepts = accepts
			return nil, over
		}
		return []record{{Type: recordReserved, ID: r.id, At: now.UnixMilli(), Amount: asked}}, nil
	})
}

// A Spent is what counts against a [Cap].
type Spent struct {
	Window Amount // what was reserved within the last Window
	Total  Amount // all of it
	Open   Amount // of Total, what is reserved in full: calls under way, and those of unknown outcome
}

// Spent returns what counts against the cap now.
func (c *Cap) Spent(ctx context.Context) (s Spent, err error) {
	if err := c.whole(); err != nil {
		return s, err
	}
	err = c.update(ctx, func(b *book, now time.Time) ([]record, error) {
		s = b.sum(now.Add(-c.Window))
		return nil, nil
	})
	return s, err
}

// A reservation follows an attempt to its end.
type reservation struct {
	cap      *Cap
	estimate *Estimate
	models   map[string]*gen.Model
	id       string
	bill     bill
	header   http.Header // of what the estimate depends on
}

// See implements [venice.Witness].
func (r *reservation) See(h http.Header, data []byte) {
	if r.header == nil {
		r.header = http.Header{enhanceHeader: h[enhanceHeader]}
		r.bill.headers(h)
	}
	r.bill.read(data)
}

// End implements [venice.Witness]. What cannot be written down stays reserved in full.
func (r *reservation) End(how venice.Ending) {
	counts := r.estimate.usd()
	switch {
	case how == venice.EndedUndone:
		counts = 0
	case how == venice.EndedWhole, r.bill.last:
		counts = r.bill.settled(r.estimate, r.models, r.header)
	default:
		return
	}
	// Whatever became of the caller: its context may have ended, and what it does not need the next call does.
	_ = r.cap.update(context.Background(), func(*book, time.Time) ([]record, error) {
		return []record{{Type: recordSettled, ID: r.id, Amount: counts}}, nil
	})
}

func (c *Cap) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

func (c *Cap) journal() journal.Journal { return cmp.Or[journal.Journal](c.Journal, &c.own) }
