// Tests of encoding: addresses and JSON bodies.

package venice_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/venice-go/venice"
)

func TestEncodePath(t *testing.T) {
	var got string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.RequestURI
		answer(200, "application/json", `{}`)(w, r)
	})
	for _, c := range []struct {
		params [][2]string
		want   string // the address, or the error if it does not begin with a slash
	}{
		{[][2]string{{"id", "a"}, {"part", "p"}}, "/things/a/parts/p"},
		{[][2]string{{"id", "7"}, {"part", "x"}}, "/things/7/parts/x"},
		{[][2]string{{"id", "a/../b?c#d%2e é"}, {"part", "{id}"}}, "/things/a%2F..%2Fb%3Fc%23d%252e%20%C3%A9/parts/%7Bid%7D"},
		{[][2]string{{"id", ""}, {"part", "x"}}, `venice: getOneThing: path parameter id: want a value, got ""`},
		{[][2]string{{"id", ".."}, {"part", "x"}}, `venice: getOneThing: path parameter id: want a value, got ".."`},
		{[][2]string{{"id", "."}, {"part", "x"}}, `venice: getOneThing: path parameter id: want a value, got "."`},
		{[][2]string{{"id", "x"}}, "venice: getOneThing: a path parameter of /things/{id}/parts/{part} has no value"},
	} {
		got = ""
		op := call(opGetOne, nil)
		op.Path = c.params
		if _, err := venice.DoerOf(client).Do(t.Context(), op); err != nil {
			got += err.Error()
		}
		if got != c.want {
			t.Errorf("%v:\ngot  %s\nwant %s", c.params, got, c.want)
		}
	}
}

func TestEncodeQuery(t *testing.T) {
	var got string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.URL.RawQuery
		answer(200, "application/json", `{}`)(w, r)
	})
	limit, list := 5, []string{"a", "b&c=d"}
	c := call(opGet, nil)
	c.Query = [][2]any{
		{"limit", &limit}, {"none", (*int)(nil)}, {"tags", list}, {"empty", []string{}},
		{"nil", nil}, {"more", &list}, {"text", "x y+é/"}, {"yes", true}, {"id", ""},
	}
	if _, err := venice.DoerOf(client).Do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if want := "limit=5&tags=a&tags=b%26c%3Dd&more=a&more=b%26c%3Dd&text=x+y%2B%C3%A9%2F&yes=true&id="; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEncodeBody(t *testing.T) {
	var body, contentType string
	var length int64
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body, contentType, length = string(b), r.Header.Get("Content-Type"), r.ContentLength
		answer(200, "application/json", `{}`)(w, r)
	})
	for _, c := range []struct {
		body       any
		want, kind string
	}{
		{&thing{Name: "<é>"}, `{"name":"<é>","tags":[]}`, "application/json"},
		{&map[string]int{"b": 1, "a": 2, "c": 3}, `{"a":2,"b":1,"c":3}`, "application/json"},
		{(*thing)(nil), "", ""},
		{nil, "", ""},
	} {
		if _, err := venice.DoerOf(client).Do(t.Context(), call(opPost, c.body)); err != nil {
			t.Fatal(err)
		}
		if body != c.want || contentType != c.kind || length != int64(len(c.want)) {
			t.Errorf("got %s (%s, %d bytes), want %s (%s)", body, contentType, length, c.want, c.kind)
		}
	}
	_, err := venice.DoerOf(client).Do(t.Context(), call(opPost, &map[string]any{"f": func() {}}))
	wantText(t, err, "venice: createThing: request body: ")
}
