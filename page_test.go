// Tests of pages: which are asked for, what is yielded, and what ends a sequence.

package venice_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A ledger serves numbered rows by limit with offset or page, and notes what it was asked for.
type ledger struct {
	t    *testing.T
	rows int
	asks []string
	bend func(map[string]any) // of each answer
}

// row has the fields of every kind of item that the tests tell apart.
func row(n int) map[string]any {
	id := strconv.Itoa(n)
	return map[string]any{"id": id, "notes": id}
}

func (l *ledger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.asks = append(l.asks, r.URL.Path+"?"+r.URL.RawQuery)
	number := func(name string, otherwise int) int {
		n, err := strconv.Atoi(cmp.Or(r.URL.Query().Get(name), strconv.Itoa(otherwise)))
		if err != nil {
			l.t.Error(err)
		}
		return n
	}
	limit, offset := number("limit", number("pageSize", 2)), number("offset", 0)
	page := number("page", 1)
	offset += (page - 1) * limit
	rows := []any{}
	for n := offset; n < min(offset+limit, l.rows); n++ {
		rows = append(rows, row(n))
	}
	pagination := map[string]any{"limit": limit, "offset": offset, "hasMore": offset+limit < l.rows,
		"page": page, "pageSize": limit, "total": l.rows, "totalPages": (l.rows + limit - 1) / limit}
	answer := map[string]any{"data": rows, "pagination": pagination}
	if strings.Contains(r.URL.Path, "transactions") {
		answer = map[string]any{"data": map[string]any{"transactions": rows, "pagination": pagination}}
	}
	if l.bend != nil {
		l.bend(answer)
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answer)
}

// sequences are those of the client, each with the ids of its items.
var sequences = map[string]func(context.Context, *venice.Client, int64) ([]string, error){
	"transactions": func(ctx context.Context, c *venice.Client, at int64) ([]string, error) {
		return take(c.AllX402Transactions(ctx, "0xabc", &gen.ListX402TransactionsParams{Offset: &at}), func(v gen.X402Transaction) string { return v.ID })
	},
	"characters": func(ctx context.Context, c *venice.Client, at int64) ([]string, error) {
		return take(c.AllCharacters(ctx, &gen.ListCharactersParams{Offset: &at}), func(v gen.Character) string { return v.ID })
	},
	"reviews": func(ctx context.Context, c *venice.Client, at int64) ([]string, error) {
		return take(c.AllCharacterReviews(ctx, "a slug", &gen.ListCharacterReviewsParams{Page: new(at/2 + 1)}), func(v gen.CharacterReview) string { return v.ID })
	},
}

// take ranges over a sequence to its end, or to the thousandth item.
func take[T any](seq iter.Seq2[T, error], id func(T) string) (ids []string, err error) {
	for item, err := range seq {
		if err != nil || len(ids) > 1000 {
			return ids, err
		}
		ids = append(ids, id(item))
	}
	return ids, nil
}

func TestPages(t *testing.T) {
	for name, all := range sequences {
		for rows := range 6 {
			for at := 0; at <= 2; at += 2 {
				var want []string
				for n := at; n < rows; n++ {
					want = append(want, strconv.Itoa(n))
				}
				l := &ledger{t: t, rows: rows}
				client, _ := serve(t, l.ServeHTTP)
				got, err := all(t.Context(), client, int64(at))
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("%s: %d rows from %d: got %q, %v after %q", name, rows, at, got, err, l.asks)
				}
			}
		}
	}
}

// The caller's parameters hold for every page, and stay the caller's; every loop begins at the beginning.
func TestPagesParameters(t *testing.T) {
	l := &ledger{t: t, rows: 5}
	client, _ := serve(t, l.ServeHTTP)
	params := gen.ListX402TransactionsParams{Limit: new(int64(3))}
	seq := client.AllX402Transactions(t.Context(), "0xabc", &params, venice.WithHeader("X-Mine", "yes"))
	if len(l.asks) != 0 {
		t.Error("asked before the loop began")
	}
	for range 2 {
		for item, err := range seq {
			if err != nil {
				t.Fatal(err)
			}
			if item.ID == "3" { // the first of the second page
				break
			}
		}
	}
	const path = "/x402/transactions/0xabc?limit=3&offset="
	if want := []string{path + "0", path + "3", path + "0", path + "3"}; !slices.Equal(l.asks, want) {
		t.Errorf("asked %q, want %q", l.asks, want)
	}
	if params.Offset != nil {
		t.Errorf("the parameters were changed: offset %d", *params.Offset)
	}

	l.asks = nil
	for _, err := range client.AllX402Transactions(t.Context(), "0xabc", nil) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if len(l.asks) != 1 {
		t.Errorf("asked %q, want one page", l.asks)
	}
}

// Loops over one sequence at the same time do not disturb each other; the race detector sees what they share.
func TestPagesTogether(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { (&ledger{t: t, rows: 5}).ServeHTTP(w, r) })
	for name, loop := range map[string]func() int{
		"transactions": counter(client.AllX402Transactions(t.Context(), "0xabc", nil)),
		"characters":   counter(client.AllCharacters(t.Context(), nil)),
		"reviews":      counter(client.AllCharacterReviews(t.Context(), "a slug", nil)),
	} {
		var loops sync.WaitGroup
		for range 4 {
			loops.Go(func() {
				if n := loop(); n != 5 {
					t.Errorf("%s: %d items, want 5", name, n)
				}
			})
		}
		loops.Wait()
	}
}

func counter[T any](seq iter.Seq2[T, error]) func() int {
	return func() (n int) {
		for _, err := range seq {
			if err == nil {
				n++
			}
		}
		return n
	}
}

func TestPagesEnd(t *testing.T) {
	// pagination finds the object wherever the answer has it.
	var pagination func(any) map[string]any
	pagination = func(v any) map[string]any {
		m, _ := v.(map[string]any)
		if p, ok := m["pagination"].(map[string]any); ok {
			return p
		}
		return pagination(m["data"])
	}
	setRows := func(answer map[string]any, rows []any) {
		if data, ok := answer["data"].(map[string]any); ok {
			data["transactions"] = rows
			return
		}
		answer["data"] = rows
	}
	for name, all := range sequences {
		turn := 0
		for what, c := range map[string]struct {
			bend func(map[string]any)
			want string // "" for no error
			most int    // calls
		}{
			"always the same page": {func(a map[string]any) { setRows(a, []any{row(0), row(1)}) }, "repeats an earlier one", 2},
			"two pages in turn": {func(a map[string]any) {
				turn++
				setRows(a, []any{row(turn % 2)})
			}, "repeats an earlier one", 3},
			"empty pages": {func(a map[string]any) { setRows(a, []any{}) }, "", 1},
		} {
			l := &ledger{t: t, rows: 4, bend: func(a map[string]any) {
				maps := pagination(a)
				maps["hasMore"], maps["totalPages"] = true, 1e6
				c.bend(a)
			}}
			client, _ := serve(t, l.ServeHTTP)
			_, err := all(t.Context(), client, 0)
			if c.want == "" && err != nil || len(l.asks) > c.most {
				t.Errorf("%s, %s: got %v after %q", name, what, err, l.asks)
			}
			if c.want != "" {
				wantText(t, err, "venice: "+name, c.want)
			}
		}
	}
}

func TestPagesError(t *testing.T) {
	for name, all := range sequences {
		l := &ledger{t: t, rows: 9}
		client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if len(l.asks) == 2 {
				answer(403, "application/json", `{"error":"not yours"}`)(w, r)
				return
			}
			l.ServeHTTP(w, r)
		})
		got, err := all(t.Context(), client, 0)
		if len(got) != 4 || !errors.Is(err, venice.ErrForbidden) {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func TestCSVRows(t *testing.T) {
	for text, want := range map[string]struct {
		rows [][]string
		err  string
	}{
		"":                                 {nil, ""},
		"a,b\n1,\"x,\ny\"\n2,short,long\n": {[][]string{{"a", "b"}, {"1", "x,\ny"}, {"2", "short", "long"}}, ""},
		"a\n\"b":                           {[][]string{{"a"}}, "venice: CSV: "},
	} {
		media, body := mediaOf(strings.NewReader(text), -1)
		var rows [][]string
		var end error
		for row, err := range venice.CSVRows(media) {
			if err != nil {
				end = err
				continue
			}
			rows = append(rows, row)
		}
		if !reflect.DeepEqual(rows, want.rows) || body.closed != 1 || (end == nil) != (want.err == "") {
			t.Errorf("%q: got %q, %v, closed %d times", text, rows, end, body.closed)
		}
		if want.err != "" {
			wantText(t, end, want.err)
		}
	}
	media, _ := mediaOf(iotest.ErrReader(errors.New("broken")), -1)
	failures := 0
	for _, err := range venice.CSVRows(media) {
		wantText(t, err, "venice: CSV: broken")
		if failures++; failures > 1 {
			t.Fatal("goes on after an error")
		}
	}
	media, body := mediaOf(io.MultiReader(strings.NewReader("a\n"), strings.NewReader("b\n")), -1)
	for range venice.CSVRows(media) {
		break
	}
	if body.closed != 1 {
		t.Errorf("closed %d times after a break", body.closed)
	}
}
