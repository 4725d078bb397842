// Volumes: a journal keeps all that was ever written, and each step reads it. So that a cap does not get slower by the
// call, its book goes on in a new account when the one that it is in is full.

package spend

import (
	"context"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice/gen"
)

// full is how many records a volume has before the book moves on.
const full = 500

// A volume is the account that a book is in, and what it begins with.
type volume struct {
	number int
	begins *book
}

func (c *Cap) account(n int) string { return fmt.Sprintf("spend:%s:%d", c.Name, n) }

// update takes the journal's atomic step on the book. Where a volume ends, whoever comes first writes down what the book
// came to, and only that decides what the next one begins with.
func (c *Cap) update(ctx context.Context, step func(*book, time.Time) ([]record, error)) error {
	ctx, cancel := context.WithTimeout(ctx, journalMost)
	defer cancel()
	v, err := c.last(ctx)
	for err == nil {
		var next *book
		err = c.journal().Update(ctx, c.account(v.number), func(records []gen.Secret) ([]gen.Secret, error) {
			now := c.now()
			b, err := readBook(records, v.number > 0)
			if err != nil {
				return nil, err
			}
			next = nil
			var add []record
			switch {
			case b.moved:
				next, err = movedTo(records[len(records)-1])
				return nil, err
			case len(records) == 0 && v.begins != nil:
				add = []record{{Type: recordOpened, Book: v.begins}}
				if err := b.add(add[0]); err != nil {
					return nil, err
				}
			case len(records) >= full:
				next = b.carry(now, c.Window)
				return encode([]record{{Type: recordMoved, Book: next}})
			}
			more, err := step(b, now)
			if err != nil || len(more) == 0 {
				return nil, err
			}
			return encode(append(add, more...))
		})
		if err != nil || next == nil {
			break
		}
		v = &volume{v.number + 1, next}
		c.mu.Lock()
		if c.volume.number < v.number {
			c.volume = v
		}
		c.mu.Unlock()
	}
	return err
}

func movedTo(last gen.Secret) (*book, error) {
	var r record
	err := json.Unmarshal([]byte(last.Reveal()), &r)
	return r.Book, err
}

func encode(records []record) (lines []gen.Secret, err error) {
	for _, r := range records {
		raw, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		lines = append(lines, gen.NewSecret(string(raw)))
	}
	return lines, nil
}

// last returns the volume to begin with: the last that something was written in, found in steps that double and then
// halve.
func (c *Cap) last(ctx context.Context) (*volume, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.volume != nil {
		return c.volume, nil
	}
	written := func(n int) (is bool, err error) {
		err = c.journal().Update(ctx, c.account(n), func(records []gen.Secret) ([]gen.Secret, error) {
			is = len(records) > 0
			return nil, nil
		})
		return is, err
	}
	low, high := 0, 1 // low may be written in, and high is not
	for {
		is, err := written(high)
		if err != nil {
			return nil, err
		}
		if !is {
			break
		}
		low, high = high, 2*high
	}
	for high-low > 1 {
		middle := (low + high) / 2
		is, err := written(middle)
		if err != nil {
			return nil, err
		}
		if is {
			low = middle
		} else {
			high = middle
		}
	}
	c.volume = &volume{number: low}
	return c.volume, nil
}
