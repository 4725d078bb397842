// Tests of edits: what a request is after them, and which are refused.

package venice_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// sent returns the body, the query and the media type that a call with the options goes out with, or its error.
func sent(t *testing.T, body any, contentType string, options ...venice.CallOption) (got, query, media string, err error) {
	t.Helper()
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		got, query, media = string(raw), r.URL.RawQuery, r.Header.Get("Content-Type")
		answer(200, "application/json", `{}`)(w, r)
	})
	c := call(opPost, body, options...)
	c.ContentType = contentType
	_, err = venice.DoerOf(client).Do(t.Context(), c)
	return got, query, media, err
}

func TestWithField(t *testing.T) {
	const doc = `{"z":1.50,"big":9007199254740993,"o":{"b":1,"a":[10,{"x":null}]},"~/":"t"}`
	type options = []venice.CallOption
	set, without := venice.WithField, venice.WithoutField
	for _, c := range []struct {
		doc, want string // the error, if it does not begin with a brace
		options   options
	}{
		{doc, `{"z":2,"big":9007199254740993,"o":{"b":1,"a":[10,{"x":null}]},"~/":"t"}`, options{set("/z", 2)}},
		{doc, `{"z":1.50,"big":9007199254740993,"o":{"b":1,"a":[10,{"x":null}]},"~/":"t","new":{"deep":{"er":[]}}}`, options{set("/new/deep/er", []int{})}},
		{doc, `{"z":1.50,"big":9007199254740993,"o":{"b":1,"a":[10,{"x":{"y":true}}]},"~/":"t"}`, options{set("/o/a/1/x/y", true)}},
		{doc, `{"z":1.50,"big":9007199254740993,"o":{"b":1,"a":[10,{"x":null},null]},"~/":"t"}`, options{set("/o/a/-", nil)}},
		{doc, `{"z":1.50,"big":9007199254740993,"o":{"b":1,"a":[10,{"x":null},"c"]},"~/":"t"}`, options{set("/o/a/2", "c")}},
		{doc, `{"z":1.50,"big":9007199254740993,"o":{"b":1,"a":[{"x":null}]},"~/":"t"}`, options{without("/o/a/0")}},
		{doc, `{"z":1.50,"big":9007199254740993,"o":{"b":1,"a":[10]},"~/":"t"}`, options{without("/o/a/1")}},
		{doc, `{"big":9007199254740993,"o":{"a":[10,{"x":null}]}}`, options{without("/z"), without("/o/b"), without("/~0~1")}},
		{doc, `{"z":1.50,"big":9007199254740993,"o":{"b":1,"a":[10,{}]},"~/":"t"}`, options{without("/o/a/1/x")}},
		{doc, `{"z":1.50,"big":9007199254740993,"o":{"b":1,"a":[10,{"x":null}]},"~/":"t","":1}`, options{set("/", 1)}},
		{doc, doc, options{without("/no"), without("/no/such"), without("/o/c"), without("/o/a/1/x/y")}},
		{doc, `{"a": 1.0, "b" :{ } }`, options{set("", jsontext.Value(`{"a": 1.0, "b" :{ } }`))}},
		{doc, `{ "b" :{"c":2 }, "d":0 }`, options{set("", jsontext.Value(`{"a": 1.0 , "b" :{ }, "d":0 }`)), without("/a"), set("/b/c", 2)}},
		{doc, `{"a":{"é\"":1}}`, options{set("", map[string]any{}), set("/a/é\"", 1)}},
		{"", `{"a":{"b":1}}`, options{set("/a/b", 1)}},
		{doc, `WithField "a": want a JSON Pointer`, options{set("a", 1)}},
		{doc, `WithField "/a~2": want a JSON Pointer`, options{set("/a~2", 1)}},
		{doc, `WithField "/z/a": "a" is looked for in what is neither`, options{set("/z/a", 1)}},
		{doc, `WithoutField "/~0~1/a": "a" is looked for`, options{without("/~0~1/a")}},
		{doc, `WithField "/o/a/3": a list of 2 has no element "3"`, options{set("/o/a/3", 1)}},
		{doc, `WithField "/o/a/00": a list of 2`, options{set("/o/a/00", 1)}},
		{doc, `WithField "/o/a/3/x": a list of 2`, options{set("/o/a/3/x", 1)}},
		{doc, `WithoutField "/o/a/-": a list of 2`, options{without("/o/a/-")}},
		{doc, `WithoutField "/o/a/2": a list of 2`, options{without("/o/a/2")}},
		{doc, `WithoutField "": it takes a member away`, options{without("")}},
		{doc, `WithField "/a": the value is no JSON`, options{set("/a", jsontext.Value(`{"a"`))}},
		{doc, `WithField "/a": the value is no JSON`, options{set("/a", jsontext.Value(nil))}},
		{doc, `WithField "/a": json: `, options{set("/a", func() {})}},
		{doc, `WithField "/a": a file goes into a form`, options{set("/a", gen.File{Reader: strings.NewReader("x")})}},
	} {
		var body any
		if c.doc != "" {
			body = jsontext.Value(c.doc)
		}
		got, _, _, err := sent(t, body, "application/json", c.options...)
		switch bad := c.want[0] != '{'; {
		case bad && got != "":
			t.Errorf("%s: sent %s", c.want, got)
		case bad:
			wantText(t, err, "venice: createThing: ", c.want)
		case err != nil || got != c.want:
			t.Errorf("%v\ngot  %s\nwant %s", err, got, c.want)
		}
	}
	for _, o := range []venice.CallOption{set("/a", 1), without("/a")} {
		_, _, _, err := sent(t, nil, "", o)
		wantText(t, err, "the request has no body")
	}
	if got, _, media, err := sent(t, (*thing)(nil), "application/json", without("/a")); got != "" || media != "" || err != nil {
		t.Errorf("no request: sent %q as %q, %v", got, media, err)
	}
}

// The value is the one that there was when the option was applied, and the caller's request stays as it is.
func TestWithFieldLeavesTheRequest(t *testing.T) {
	raw, request := jsontext.Value(`[1]`), &thing{Name: "n", Tags: []string{"t"}}
	first, second := venice.WithField("/tags/0", raw), venice.WithField("/tags/-", "u")
	for range 2 {
		got, _, _, err := sent(t, request, "application/json", first, second)
		if want := `{"name":"n","tags":[[1],"u"]}`; got != want || err != nil {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
	if string(raw) != "[1]" || request.Tags[0] != "t" || len(request.Tags) != 1 {
		t.Error("the caller's values were changed")
	}
}

func TestWithFieldInForms(t *testing.T) {
	body := func() any { return &form{File: gen.File{Name: "a", Reader: strings.NewReader("one")}, Model: "m"} }
	another := gen.File{Name: "b", Reader: strings.NewReader("two")}
	got, _, media, err := sent(t, body(), "multipart/form-data", venice.WithField("/file", another), venice.WithoutField("/model"),
		venice.WithField("/new", "a b"), venice.WithField("/loop", true), venice.WithField("/list", []int{1}))
	if err != nil || !strings.HasPrefix(media, "multipart/form-data; boundary=") {
		t.Fatal(media, err)
	}
	var at int
	for _, want := range []string{`name="file"; filename="b"`, "two", `name="new"`, "\r\n\r\na b\r\n", `name="loop"`, "\r\n\r\ntrue\r\n", `name="list"`, "[1]"} {
		i := strings.Index(got[at:], want)
		if i < 0 {
			t.Fatalf("no %q, in this order, in\n%s", want, got)
		}
		at += i
	}
	if strings.Contains(got, "model") || strings.Contains(got, "one") {
		t.Errorf("what was replaced and left out was sent:\n%s", got)
	}
	for _, pointer := range []string{"", "/a/b"} {
		_, _, _, err := sent(t, body(), "multipart/form-data", venice.WithField(pointer, 1))
		wantText(t, err, "the request is a form")
	}
	_, _, _, err = sent(t, body(), "multipart/form-data", venice.WithField("/file", gen.File{}))
	wantText(t, err, "no Reader")
}

type form struct {
	File  gen.File `json:"file"`
	Model string   `json:"model"`
}

func TestWithQuery(t *testing.T) {
	var query string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.RawQuery
		answer(200, "application/json", `{}`)(w, r)
	})
	c := call(opPost, &thing{}, venice.WithQuery("x", "old"), venice.WithQuery("tag"),
		venice.WithQuery("limit", "7"), venice.WithQuery("x", "a b", "c&d=e"))
	c.Query = [][2]any{{"limit", 5}, {"tag", []string{"a", "b"}}, {"page", 1}}
	_, err := venice.DoerOf(client).Do(t.Context(), c)
	if want := "page=1&limit=7&x=a+b&x=c%26d%3De"; query != want || err != nil {
		t.Errorf("got %q, %v, want %q", query, err, want)
	}
	_, _, _, err = sent(t, &thing{}, "application/json", venice.WithQuery("", "x"))
	wantText(t, err, "WithQuery: the parameter has no name")
	client, _ = serve(t, func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.RawQuery
		answer(200, "application/json", `{}`)(w, r)
	}, venice.WithQuery("version", "2"))
	for _, c := range []struct {
		option venice.CallOption
		want   string
	}{{venice.WithQuery("b", "c"), "b=c&version=2"}, {venice.WithQuery("version"), ""}, {venice.WithQuery("a", "b"), "a=b&version=2"}} {
		if _, err := get(t.Context(), client, c.option); err != nil || query != c.want {
			t.Errorf("got %q, %v, want %q", query, err, c.want)
		}
	}
	if _, err := get(t.Context(), client, venice.WithQuery("")); err == nil || errors.Is(err, venice.ErrMaybeSent) {
		t.Error(err)
	}
}

// A number of encoding/json is a number, digit by digit, wherever the caller gives a value.
func TestNumbersStayNumbers(t *testing.T) {
	const want = `{"x":{"1.10":1.10,"b":[1.10,0]}}`
	value := map[string]any{"b": []any{json.Number("1.10"), json.Number("")}, "1.10": json.Number("1.10")}
	var got string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = string(body)
		answer(200, "application/json", `{"jsonrpc":"2.0","id":1,"result":1}`)(w, r)
	})
	if err := client.Do(t.Context(), "POST", "/x", map[string]any{"x": value}, nil); err != nil || got != want {
		t.Errorf("Do: %s, %v", got, err)
	}
	if err := client.Do(t.Context(), "POST", "/x", nil, nil, venice.WithField("/x", value)); err != nil || got != want {
		t.Errorf("WithField: %s, %v", got, err)
	}
	if _, err := venice.RPC[int](t.Context(), client, "base-mainnet", "m", []any{json.Number("1.10")}); err != nil || !strings.Contains(got, `"params":[1.10]`) {
		t.Errorf("RPC: %s, %v", got, err)
	}
	if j, err := gen.NewJSON(map[string]any{"x": value}); err != nil || j.String() != want {
		t.Errorf("NewJSON: %s, %v", j, err)
	}
	var m gen.Members
	if err := m.SetMember("x", json.Number("1.10")); err != nil || string(m.Unknown["x"]) != "1.10" {
		t.Errorf("SetMember: %s, %v", m.Unknown["x"], err)
	}
	if err := m.SetMember("x", json.Number("one")); err == nil {
		t.Error("what is no number went out as one")
	}
}
