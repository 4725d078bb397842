// The book: what the records of a cap come to.

package spend

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice/gen"
)

// A record is one line of the book. Its type says which of the other members it has.
type record struct {
	Type   string `json:"type"`
	ID     string `json:"id,omitzero"`
	At     int64  `json:"at,omitzero"` // Unix milliseconds
	Amount Amount `json:"amount,omitzero"`
	Book   *book  `json:"book,omitzero"` // opened, moved
}

const (
	recordReserved = "reserved"
	recordSettled  = "settled"
	recordOpened   = "opened" // a volume, with what the one before came to
	recordMoved    = "moved"  // to the next volume
)

// A book is what counts against a cap.
type book struct {
	Total  Amount  `json:"total"`            // what was settled
	Recent []entry `json:"recent,omitempty"` // of that, what may be within the window, oldest first
	Open   []entry `json:"open,omitempty"`   // reserved and not settled, oldest first

	index map[string]int // into Open
	moved bool
}

// An entry is one call, or several that were settled at about the same time, the last of them at that time.
type entry struct {
	ID     string `json:"id,omitzero"`
	At     int64  `json:"at"`
	Amount Amount `json:"amount"`
}

// readBook is strict: a record that it does not understand may be a call, and a volume that does not say what the one
// before came to, as all but the first do, has lost it.
func readBook(records []gen.Secret, later bool) (*book, error) {
	b := &book{index: map[string]int{}}
	for n, raw := range records {
		var r record
		err := json.Unmarshal([]byte(raw.Reveal()), &r, json.RejectUnknownMembers(true))
		if err == nil && (r.Type == recordOpened) != (later && n == 0) {
			err = errors.New("not where it belongs")
		}
		if err == nil {
			err = b.add(r)
		}
		if err != nil {
			return nil, fmt.Errorf("spend: journal: record %d of this cap cannot be read by this version", n+1)
		}
	}
	return b, nil
}

func (b *book) add(r record) error {
	switch {
	case b.moved:
		return errors.New("a record after the volume was closed")
	case r.Type == recordOpened && r.Book != nil:
		b.Total, b.Recent, b.Open = r.Book.Total, r.Book.Recent, nil
		for _, e := range r.Book.Open {
			b.open(e)
		}
	case r.Type == recordMoved && r.Book != nil:
		b.moved = true
	case r.Type == recordReserved && r.ID != "" && r.Amount >= 0:
		if _, twice := b.index[r.ID]; twice {
			return fmt.Errorf("call %q twice", r.ID)
		}
		b.open(entry{r.ID, r.At, r.Amount})
	case r.Type == recordSettled && r.Amount >= 0:
		i, known := b.index[r.ID]
		if !known {
			return nil // settled before, by a write that was thought to have failed
		}
		delete(b.index, r.ID)
		b.Total = b.Total.plus(r.Amount)
		if r.Amount > 0 {
			b.Recent = append(b.Recent, entry{At: b.Open[i].At, Amount: r.Amount})
		}
		b.Open[i] = entry{}
	default:
		return fmt.Errorf("type %q", r.Type)
	}
	return nil
}

func (b *book) open(e entry) {
	b.index[e.ID] = len(b.Open)
	b.Open = append(b.Open, e)
}

// sum is what counts, of which in the window what came after a time. Not what came between then and now: a clock that went
// back must not hide what was spent after it.
func (b *book) sum(after time.Time) Spent {
	s := Spent{Total: b.Total}
	from := after.UnixMilli()
	for _, e := range b.Recent {
		if e.At > from {
			s.Window = s.Window.plus(e.Amount)
		}
	}
	for _, e := range b.Open {
		s.Open, s.Total = s.Open.plus(e.Amount), s.Total.plus(e.Amount)
		if e.At > from {
			s.Window = s.Window.plus(e.Amount)
		}
	}
	return s
}

// grains is how many entries a window has at most in what a volume begins with.
const grains = 100

// longest is how long a call may be under way. What was not settled by then is spent, in full.
const longest = 24 * time.Hour

// carry is the book as the next volume begins with it: of what is settled, what left the window is dropped, and the rest
// joined to entries that each count from their last call on.
func (b *book) carry(now time.Time, window time.Duration) *book {
	next, recent := &book{Total: b.Total}, slices.Clone(b.Recent)
	for _, e := range b.Open {
		switch {
		case e.ID == "":
		case e.At > now.Add(-longest).UnixMilli():
			next.Open = append(next.Open, e)
		default:
			next.Total, recent = next.Total.plus(e.Amount), append(recent, entry{At: e.At, Amount: e.Amount})
		}
	}
	after := now.Add(-window)
	slices.SortStableFunc(recent, func(a, b entry) int { return int(max(-1, min(1, a.At-b.At))) })
	grain, began := max(1, window.Milliseconds()/grains), int64(0)
	for _, e := range recent {
		n := len(next.Recent)
		switch {
		case e.At <= after.UnixMilli():
		case n > 0 && e.At-began < grain:
			next.Recent[n-1].At, next.Recent[n-1].Amount = e.At, next.Recent[n-1].Amount.plus(e.Amount)
		default:
			next.Recent, began = append(next.Recent, e), e.At
		}
	}
	return next
}
