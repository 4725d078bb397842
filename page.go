// Pages: lists that the service hands out page by page, as sequences of their items.

package venice

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"github.com/venice-go/venice/gen"
)

// AllX402Transactions ranges over a wallet's ledger, newest first, from params.Offset on. Like the other sequences of
// pages it asks for a page when the loop gets there, ends with the first error, and starts anew with every loop; rows
// that are added meanwhile can make an item come twice. The service takes 20 calls per minute, so ask for long pages:
// 100 rows are the most.
func (c *Client) AllX402Transactions(ctx context.Context, walletAddress string, params *gen.ListX402TransactionsParams, opts ...gen.CallOption) iter.Seq2[gen.X402Transaction, error] {
	p := fresh(params)
	return pages("transactions", deref(p.Offset), func(at int64) ([]gen.X402Transaction, int64, bool, error) {
		p := p
		p.Offset = &at
		page, err := c.ListX402Transactions(ctx, walletAddress, &p, opts...)
		if err != nil {
			return nil, 0, false, err
		}
		rows := page.Data.Transactions
		return rows, at + int64(len(rows)), page.Data.Pagination.HasMore, nil
	})
}

// AllCharacters ranges over the public characters that params choose, from params.Offset on. The service does not say
// how many there are, so the last call brings an empty page. A page has 50 by default and 100 at the most.
func (c *Client) AllCharacters(ctx context.Context, params *gen.ListCharactersParams, opts ...gen.CallOption) iter.Seq2[gen.Character, error] {
	p := fresh(params)
	return pages("characters", deref(p.Offset), func(at int64) ([]gen.Character, int64, bool, error) {
		p := p
		p.Offset = &at
		page, err := c.ListCharacters(ctx, &p, opts...)
		if err != nil {
			return nil, 0, false, err
		}
		return page.Data, at + int64(len(page.Data)), true, nil
	})
}

// AllCharacterReviews ranges over the reviews of the character with the slug, from params.Page on. A page has 20 by
// default and 100 at the most.
func (c *Client) AllCharacterReviews(ctx context.Context, slug string, params *gen.ListCharacterReviewsParams, opts ...gen.CallOption) iter.Seq2[gen.CharacterReview, error] {
	p := fresh(params)
	return pages("reviews", max(deref(p.Page), 1), func(at int64) ([]gen.CharacterReview, int64, bool, error) {
		p := p
		p.Page = &at
		page, err := c.ListCharacterReviews(ctx, slug, &p, opts...)
		if err != nil {
			return nil, 0, false, err
		}
		return page.Data, at + 1, at < page.Pagination.TotalPages, nil
	})
}

// fresh returns the parameters of the caller to be changed, and none for nil.
func fresh[T any](params *T) T {
	if params == nil {
		return *new(T)
	}
	return *params
}

// pages yields the items of the page at first and of those that follow. fetch returns the items at a place, the place of
// the next page, and whether there is one. A page without items is the last, whatever the service says, and one that
// came before is an error: it would come for ever, or hide what follows.
func pages[T any](what string, first int64, fetch func(at int64) ([]T, int64, bool, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen := map[[sha256.Size]byte]bool{}
		for at, more := first, true; more; {
			items, next, follows, err := fetch(at)
			if err == nil {
				var text []byte
				if text, err = json.Marshal(items); err == nil && seen[sha256.Sum256(text)] {
					err = fmt.Errorf("venice: %s: the page at %d repeats an earlier one", what, at)
				}
				seen[sha256.Sum256(text)] = true
			}
			if err != nil {
				yield(*new(T), err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			at, more = next, follows && len(items) > 0
		}
	}
}

// CSVRows ranges over the rows of a CSV answer, such as that of [gen.API.GetBillingUsageCSV], as they arrive and with
// their header, if any, as the first. It closes the media when the loop ends, so it can be ranged over once. The rows are
// those of one page: ask for the next by its number, until one brings no charges.
func CSVRows(media *gen.Media) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		defer media.Close()
		rows := csv.NewReader(media)
		rows.FieldsPerRecord = -1 // the service decides
		for {
			row, err := rows.Read()
			if err == io.EOF {
				return
			}
			if err != nil {
				err = fmt.Errorf("venice: CSV: %w", err)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}
