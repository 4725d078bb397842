// Package page ranges over lists that the service hands out a page at a time.
package page

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/venice-go/venice/gen"
)

// Numbered yields the items of the page at first and of those that follow. fetch returns the items at a place, the place of
// the next page, and whether there is one. A page without items is the last, whatever the service says, and one that
// came before is an error: it would come for ever, or hide what follows.
func Numbered[T any](what string, first int64, fetch func(at int64) ([]T, int64, bool, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen := map[[sha256.Size]byte]bool{}
		for at, more := first, true; more; {
			items, next, follows, err := fetch(at)
			if err == nil {
				var text []byte
				if text, err = json.Marshal(items); err == nil && seen[sha256.Sum256(text)] {
					items, err = nil, fmt.Errorf("venice: %s: the page at %d repeats an earlier one", what, at)
				}
				seen[sha256.Sum256(text)] = true
			}
			if !yieldAll(items, err, yield) {
				return
			}
			at, more = next, follows && len(items) > 0
		}
	}
}

// Cursors does the same where each page names the next; an empty page need not be the last.
func Cursors[T any](what, first string, fetch func(at string) ([]T, string, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen := map[string]bool{first: true}
		for at := first; ; {
			items, next, err := fetch(at)
			if !yieldAll(items, err, yield) || next == "" {
				return
			}
			if seen[next] {
				yieldAll(nil, fmt.Errorf("venice: %s: the service names the same next page again", what), yield)
				return
			}
			seen[next], at = true, next
		}
	}
}

// yieldAll yields the items, and then what did not fit of them or why there are none. Only the latter is the end.
func yieldAll[T any](items []T, err error, yield func(T, error) bool) bool {
	for _, item := range items {
		if !yield(item, nil) {
			return false
		}
	}
	_, misfit := errors.AsType[*gen.MisfitError](err)
	return err == nil || yield(*new(T), err) && misfit
}

// CSV yields the rows of all pages, the header row once. The cursor of the next page comes in an HTTP header.
func CSV(what, first, header string, fetch func(at string) (*gen.Media, error)) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		var head []string
		seen := map[string]bool{first: true}
		for at := first; ; {
			media, err := fetch(at)
			if err != nil {
				yield(nil, err)
				return
			}
			top := true
			for row, err := range media.CSVRows() {
				switch {
				case err == nil && top && head == nil:
					head = slices.Clone(row)
				case err == nil && top && slices.Equal(head, row):
					top = false
					continue
				}
				top = false
				if !yield(row, err) || err != nil {
					return
				}
			}
			next := media.Header.Get(header)
			if next == "" {
				return
			}
			if seen[next] {
				yield(nil, fmt.Errorf("venice: %s: the service names the same next page again", what))
				return
			}
			seen[next], at = true, next
		}
	}
}
