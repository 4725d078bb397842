// Tests of pages: which are asked for, what is yielded, and what ends a sequence.

package client_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

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
	limit, offset := number("limit", number("pageSize", 2)), number("offset", number("cursor", 0))
	page := number("page", 1)
	offset += (page - 1) * limit
	rows := []any{}
	for n := offset; n < min(offset+limit, l.rows); n++ {
		rows = append(rows, row(n))
	}
	pagination := map[string]any{"limit": limit, "offset": offset, "hasMore": offset+limit < l.rows,
		"page": page, "pageSize": limit, "total": l.rows, "totalPages": (l.rows + limit - 1) / limit}
	answer := map[string]any{"data": rows, "pagination": pagination, "nextCursor": nil}
	if next := offset + limit; next < l.rows {
		answer["nextCursor"] = strconv.Itoa(next)
		w.Header().Set("X-Next-Cursor", strconv.Itoa(next))
	}
	if r.URL.Query().Has("cursor") && len(r.URL.Query()) > 1 {
		l.t.Errorf("beside the cursor: %s", r.URL.RawQuery)
	}
	if strings.Contains(r.URL.Path, "transactions") {
		answer = map[string]any{"data": map[string]any{"transactions": rows, "pagination": pagination}}
	}
	if l.bend != nil {
		l.bend(answer)
	}
	if strings.Contains(r.Header.Get("Accept"), "text/csv") {
		w.Header().Set("Content-Type", "text/csv")
		fmt.Fprint(w, "id,notes\n")
		for _, row := range rows {
			fmt.Fprintf(w, "%v,x\n", row.(map[string]any)["id"])
		}
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// A sequence is a method of the client that ranges over pages.
type sequence struct {
	name  string
	all   func(ctx context.Context, client *venice.Client, at int64) ([]string, error) // ids of the items from a place on
	start string                                                                       // field of the parameters: Offset, Page or Cursor
}

// sequences are those that the client has in this revision.
func sequences(t *testing.T) (out []sequence) {
	t.Helper()
	client := reflect.TypeFor[*venice.Client]()
	for i := range client.NumMethod() {
		m := client.Method(i)
		if !strings.HasPrefix(m.Name, "All") || strings.HasSuffix(m.Name, "CSV") {
			continue
		}
		s := sequence{name: m.Name}
		params := m.Type.In(m.Type.NumIn() - 2).Elem()
		for _, field := range []string{"Offset", "Page", "Cursor"} {
			if _, ok := params.FieldByName(field); ok {
				s.start = field
			}
		}
		s.all = func(ctx context.Context, client *venice.Client, at int64) ([]string, error) {
			args := []reflect.Value{reflect.ValueOf(client), reflect.ValueOf(ctx)}
			for range m.Type.NumIn() - 4 { // values of the path
				args = append(args, reflect.ValueOf("0xabc"))
			}
			p := reflect.New(params)
			switch s.start {
			case "Offset":
				p.Elem().FieldByName(s.start).Set(reflect.ValueOf(&at))
			case "Page":
				p.Elem().FieldByName(s.start).Set(reflect.ValueOf(new(at/2 + 1)))
			case "Cursor":
				if at > 0 {
					p.Elem().FieldByName(s.start).Set(reflect.ValueOf(new(strconv.FormatInt(at, 10))))
				}
			}
			return take(m.Func.Call(append(args, p))[0])
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		t.Fatal("the client has no sequences")
	}
	return out
}

// take ranges over a sequence to its end, or to the thousandth item.
func take(seq reflect.Value) (ids []string, err error) {
	for item, failure := range seq.Seq2() {
		if err, _ := failure.Interface().(error); err != nil || len(ids) > 1000 {
			return ids, err
		}
		text, err := json.Marshal(item.Interface())
		if err != nil {
			return ids, err
		}
		var one struct{ ID, Notes string }
		if err := json.Unmarshal(text, &one); err != nil {
			return ids, err
		}
		ids = append(ids, cmp.Or(one.ID, one.Notes))
	}
	return ids, nil
}

func TestPages(t *testing.T) {
	for _, s := range sequences(t) {
		for rows := range 6 {
			for at := 0; at <= 2; at += 2 {
				var want []string
				for n := at; n < rows; n++ {
					want = append(want, strconv.Itoa(n))
				}
				l := &ledger{t: t, rows: rows}
				client, _ := serve(t, l.ServeHTTP)
				got, err := s.all(t.Context(), client, int64(at))
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("%s: %d rows from %d: got %q, %v after %q", s.name, rows, at, got, err, l.asks)
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
	seq := client.AllX402Transactions(t.Context(), "0xabc", nil)
	var loops sync.WaitGroup
	for range 4 {
		loops.Go(func() {
			n := 0
			for _, err := range seq {
				if err == nil {
					n++
				}
			}
			if n != 5 {
				t.Errorf("%d items, want 5", n)
			}
		})
	}
	loops.Wait()
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
	for _, s := range sequences(t) {
		if s.start == "Cursor" {
			continue
		}
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
			_, err := s.all(t.Context(), client, 0)
			if c.want == "" && err != nil || len(l.asks) > c.most {
				t.Errorf("%s, %s: got %v after %q", s.name, what, err, l.asks)
			}
			if c.want != "" {
				wantText(t, err, "venice: "+s.name, c.want)
			}
		}
	}
}
