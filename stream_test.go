// Tests of streams: what ends one, and how.

package venice_test

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
)

func TestStream(t *testing.T) {
	noLeak(t)
	long := strings.Repeat("long", 50_000)
	for name, c := range map[string]struct {
		body string
		want []string
		text string // of the error, "" for none
		is   error
	}{
		"plain":            {"data: {\"name\":\"a\"}\n\ndata: {\"name\":\"b\"}\n\ndata: [DONE]\n\n", []string{"a", "b"}, "", nil},
		"empty":            {"data: [DONE]\n\n", nil, "", nil},
		"no space, CRLF":   {"data:{\"name\":\"a\"}\r\n\r\ndata:[DONE]\r\n\r\n", []string{"a"}, "", nil},
		"lone CR":          {"data:{\"name\":\"a\"}\r\rdata:[DONE]\r\r", []string{"a"}, "", nil},
		"named, comments":  {"\uFEFF: hi\n\n:\nevent: created\nid: 7\nretry: 10\ndata: {\"name\":\"a\"}\n\nevent: ping\ndata:\n\n: bye\ndata: [DONE]\n\n", []string{"a"}, "", nil},
		"several lines":    {"data: {\"name\":\ndata: \"a\"}\n\ndata: [DONE]\n\n", []string{"a"}, "", nil},
		"long line":        {"data: {\"name\":\"" + long + "\"}\n\ndata: [DONE]\n\n", []string{long}, "", nil},
		"done unended":     {"data: {\"name\":\"a\"}\n\ndata: [DONE]", []string{"a"}, "", nil},
		"after done":       {"data: [DONE]\n\ndata: {\"name\":\"late\"}\n\n", nil, "", nil},
		"null error":       {"data: {\"name\":\"a\",\"error\":null}\n\ndata: {\"name\":\"\\\"error\\\"\"}\n\ndata: [DONE]\n\n", []string{"a", `"error"`}, "", nil},
		"nested error":     {"data: {\"name\":\"a\",\"choices\":[{\"error\":1}]}\n\ndata: [DONE]\n\n", []string{"a"}, "", nil},
		"heartbeats":       {"data:\n\ndata: {\"name\":\"a\"}\n\ndata:\n\ndata: {\"name\":\"b\"}\n\ndata: [DONE]\n\n", []string{"a", "b"}, "", nil},
		"empty error":      {"data: {\"name\":\"a\",\"error\":\"\"}\n\ndata: [DONE]\n\n", []string{"a"}, "", nil},
		"too long":         {"data: {\"name\":\"a\"}\n\ndata: " + strings.Repeat("x", 17<<20) + "\n\n", []string{"a"}, "a line of the stream is longer than the limit of 16777216 bytes", nil},
		"no done":          {"data: {\"name\":\"a\"}\n\n", []string{"a"}, "cut off", venice.ErrStreamCut},
		"nothing at all":   {"", nil, "cut off", venice.ErrStreamCut},
		"cut in an event":  {"data: {\"name\":\"a\"}\n\ndata: {\"name\":\"b\"}", []string{"a"}, "cut off", venice.ErrStreamCut},
		"no JSON":          {"data: {\"name\":\"a\"}\n\ndata: oops\n\n", []string{"a"}, "the answer does not decode into *venice_test.thing", nil},
		"wrong type":       {"data: {\"name\":\"a\",\"tags\":{\"s3cret\":1}}\n\ndata: [DONE]\n\n", []string{"a"}, `at "/tags" does not fit`, venice.ErrMisfit},
		"wrong kind":       {"data: {\"name\":[{\"text\":\"a\"},{\"text\":\"b\"}]}\n\ndata: [DONE]\n\n", []string{"ab"}, "", nil},
		"in-band":          {"data: {\"name\":\"a\"}\n\ndata: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\",\"code\":null,\"retry_after\":3}}\n\ndata: [DONE]\n\n", []string{"a"}, "venice: createThing: 200 OK: server_error: overloaded (request ray)", venice.ErrServer},
		"in-band, string":  {"data: {\"error\":\"gone wrong\"}\n\n", nil, "gone wrong", nil},
		"in-band, unended": {"data: {\"error\":{\"message\":\"slow\",\"code\":\"rate_limit_exceeded\"}}", nil, "slow", venice.ErrRateLimited},
		"in-band, number":  {"data: {\"error\":{\"message\":\"slow\",\"code\":429}}\n\n", nil, "429: slow", venice.ErrRateLimited},
		"in-band, named":   {"event: error\ndata: {\"message\":\"overloaded\",\"code\":\"busy\"}\n\ndata: [DONE]\n\n", nil, "200 OK: busy: overloaded", nil},
		"in-band, plain":   {"event: error\ndata: overloaded\n\n", nil, "200 OK: overloaded", nil},
		"in-band, object":  {"data: {\"object\":\"error\",\"message\":\"sorry\",\"type\":\"server_error\",\"code\":502}\n\n", nil, "502: sorry", venice.ErrServer},
		"in-band, list":    {"data: [{\"error\":{\"message\":\"inner\"}}]\n\n", nil, "200 OK", nil},
		"no error":         {"data: {\"name\":\"a\",\"error\":false}\n\ndata: [DONE]\n\n", []string{"a"}, "", nil},
		"named before":     {"event: error\n\ndata: {\"name\":\"a\"}\n\nevent: error\nevent: fine\ndata: {\"name\":\"b\"}\n\ndata: [DONE]\n\n", []string{"a", "b"}, "", nil},
		"in-band, typed":   {"event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"sorry\"}\n\n", nil, "server_error: sorry", venice.ErrServer},
	} {
		client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("CF-RAY", "ray")
			answer(200, "text/event-stream; charset=utf-8", c.body)(w, r)
		})
		got, err := collect(t.Context(), client)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: chunks %.100q, want %.100q", name, got, c.want)
		}
		if c.text != "" {
			wantText(t, err, "venice: createThing: ", c.text)
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c.is != nil && !errors.Is(err, c.is) || !errors.Is(c.is, venice.ErrStreamCut) && errors.Is(err, venice.ErrStreamCut) {
			t.Errorf("%s: %v is not %v", name, err, c.is)
		}
		if strings.Contains(fmt.Sprint(err, errors.Unwrap(err)), "s3cret") {
			t.Errorf("%s: %v shows a value", name, err)
		}
	}
}

// An error in a stream that has a code of its own is still of the kind of its type, and may say how long to wait.
func TestStreamErrorKind(t *testing.T) {
	for text, want := range map[string]error{
		`{"message":"m","type":"server_error","code":"model_overloaded"}`:              venice.ErrServer,
		`{"message":"m","type":"rate_limit_error","code":"slow_down","retry_after":7}`: venice.ErrRateLimited,
		`{"message":"m","type":"odd_error","code":"context_length_exceeded"}`:          venice.ErrContextLength,
		`{"message":"m","type":"odd_error","code":"odd"}`:                              nil,
	} {
		client, _ := serve(t, answer(200, "text/event-stream", `data: {"error":`+text+"}\n\ndata: [DONE]\n\n"))
		_, err := collect(t.Context(), client)
		for _, kind := range []error{venice.ErrServer, venice.ErrRateLimited, venice.ErrContextLength} {
			if errors.Is(err, kind) != (errors.Is(kind, want)) {
				t.Errorf("%s: %v is %v: %t", text, err, kind, !errors.Is(kind, want))
			}
		}
		wait := time.Duration(0)
		if errors.Is(want, venice.ErrRateLimited) {
			wait = 7 * time.Second
		}
		if e := asError(t, err); e.Response.RetryAfter != wait {
			t.Errorf("%s: to wait %v, want %v", text, e.Response.RetryAfter, wait)
		}
	}
}

// The timeout is for the headers: what follows takes as long as it takes.
func TestStreamOutlastsTimeout(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		answer(200, "text/event-stream", "data: {\"name\":\"a\"}\n\n")(w, r)
		w.(http.Flusher).Flush()
		time.Sleep(700 * time.Millisecond)
		fmt.Fprint(w, "data: {\"name\":\"b\"}\n\ndata: [DONE]\n\n")
	})
	if got, err := collect(t.Context(), client, venice.WithTimeout(500*time.Millisecond)); err != nil || len(got) != 2 {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestStreamConnectionCut(t *testing.T) {
	noLeak(t)
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		answer(200, "text/event-stream", "data: {\"name\":\"a\"}\n\ndata: {")(w, r)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	got, err := collect(t.Context(), client)
	if len(got) != 1 || !errors.Is(err, venice.ErrStreamCut) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %q and %v", got, err)
	}
	wantText(t, err, "venice: createThing: the stream was cut off before its end: unexpected EOF")
}

func TestStreamOtherAnswers(t *testing.T) {
	noLeak(t)
	for _, c := range []struct {
		status            int
		contentType, text string
	}{
		{200, "application/json", "200 OK: slow down"},
		{200, "text/html", "200 OK: slow down"},
		{429, "application/json", "429 Too Many Requests: slow down"},
		{402, "text/event-stream", "402 Payment Required: slow down"},
	} {
		client, _ := serve(t, answer(c.status, c.contentType, `{"error":"slow down"}`))
		got, err := collect(t.Context(), client)
		wantText(t, err, "venice: createThing: "+c.text)
		if e := asError(t, err); len(got) > 0 || e.Status != c.status || string(e.Raw) != `{"error":"slow down"}` {
			t.Errorf("chunks %q, status %d, kept %q", got, e.Status, e.Raw)
		}
	}
}

func TestStreamIsSentWhenRanged(t *testing.T) {
	requests := 0
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests++
		if b, _ := io.ReadAll(r.Body); string(b) != `{"name":"ask","tags":[]}` {
			t.Errorf("body %s", b)
		}
		answer(200, "text/event-stream", "data: {\"name\":\"a\"}\n\ndata: [DONE]\n\n")(w, r)
	})
	c := call(opPost, &thing{Name: "ask"})
	seq := venice.DoerOf(client).Stream(t.Context(), c, func() any { return new(thing) })
	if requests != 0 {
		t.Error("a request was sent before the stream was ranged over")
	}
	for range 2 {
		for _, err := range seq {
			if err != nil {
				t.Error(err)
			}
		}
	}
	if requests != 2 {
		t.Errorf("%d requests for two ranges, want 2", requests)
	}
}

// The options of a stream are those it was made with, whatever becomes of the caller's slice.
func TestStreamKeepsItsOptions(t *testing.T) {
	var got []string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("X-Mine"))
		answer(200, "text/event-stream", "data: [DONE]\n\n")(w, r)
	})
	shared := make([]venice.CallOption, 0, 1)
	first := venice.Stream[thing](t.Context(), client, "POST", "/things", nil, append(shared, venice.WithHeader("X-Mine", "first"))...)
	second := venice.Stream[thing](t.Context(), client, "POST", "/things", nil, append(shared, venice.WithHeader("X-Mine", "second"))...)
	for _, seq := range []iter.Seq2[*thing, error]{first, second} {
		for _, err := range seq {
			t.Error(err)
		}
	}
	if want := []string{"first", "second"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
