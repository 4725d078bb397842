// Pages by cursor, and pages as rows of CSV.

package client_test

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/venice-go/venice"
)

// A cursor that comes again would come for ever; an empty page need not be the last.
func TestCursors(t *testing.T) {
	for _, s := range sequences(t) {
		if s.start != "Cursor" {
			continue
		}
		l := &ledger{t: t, rows: 9, bend: func(a map[string]any) { a["nextCursor"] = "2" }}
		client, _ := serve(t, l.ServeHTTP)
		_, err := s.all(t.Context(), client, 0)
		wantText(t, err, "venice: "+s.name, "the same next page again")
		l = &ledger{t: t, rows: 5}
		l.bend = func(a map[string]any) {
			if len(l.asks) == 2 {
				a["data"] = []any{}
			}
		}
		client, _ = serve(t, l.ServeHTTP)
		if got, err := s.all(t.Context(), client, 0); err != nil || !slices.Equal(got, []string{"0", "1", "4"}) {
			t.Errorf("%s: an empty page: got %q, %v after %q", s.name, got, err, l.asks)
		}
	}
}

// The pages of a CSV answer have their cursor in a header; the header row comes once.
func TestCSVPages(t *testing.T) {
	client := reflect.TypeFor[*venice.Client]()
	for i := range client.NumMethod() {
		m := client.Method(i)
		if !strings.HasPrefix(m.Name, "All") || !strings.HasSuffix(m.Name, "CSV") {
			continue
		}
		c, _ := serve(t, (&ledger{t: t, rows: 5}).ServeHTTP)
		params := reflect.Zero(m.Type.In(m.Type.NumIn() - 2))
		var got []string
		for row, err := range m.Func.Call([]reflect.Value{reflect.ValueOf(c), reflect.ValueOf(t.Context()), params})[0].Seq2() {
			if !err.IsNil() {
				t.Fatal(m.Name, err)
			}
			got = append(got, row.Interface().([]string)[0])
		}
		if want := []string{"id", "0", "1", "2", "3", "4"}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", m.Name, got, want)
		}
	}
}

func TestPagesError(t *testing.T) {
	for _, s := range sequences(t) {
		l := &ledger{t: t, rows: 9}
		client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if len(l.asks) == 2 {
				answer(403, "application/json", `{"error":"not yours"}`)(w, r)
				return
			}
			l.ServeHTTP(w, r)
		})
		got, err := s.all(t.Context(), client, 0)
		if len(got) != 4 || !errors.Is(err, venice.ErrForbidden) {
			t.Errorf("%s: got %q, %v", s.name, got, err)
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
		for row, err := range media.CSVRows() {
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
	for _, err := range media.CSVRows() {
		wantText(t, err, "venice: CSV: broken")
		if failures++; failures > 1 {
			t.Fatal("goes on after an error")
		}
	}
	media, body := mediaOf(io.MultiReader(strings.NewReader("a\n"), strings.NewReader("b\n")), -1)
	for _, _ = range media.CSVRows() {
		break
	}
	if body.closed != 1 {
		t.Errorf("closed %d times after a break", body.closed)
	}
}
