// Streams that are slow, long, broken or given up.

package faults

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// handle starts a server and a client of it, both ended with the test.
func handle(t *testing.T, h http.HandlerFunc, options ...venice.ClientOption) *venice.Client {
	server := httptest.NewServer(h)
	transport := &http.Transport{}
	t.Cleanup(func() { transport.CloseIdleConnections(); server.Close() })
	defaults := []venice.ClientOption{venice.WithBaseURL(server.URL), venice.WithAuth(nil), venice.WithHTTPClient(&http.Client{Transport: transport})}
	client, err := venice.New(append(defaults, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// events answers with parts, each flushed by itself.
func events(w http.ResponseWriter, parts ...string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, part := range parts {
		fmt.Fprint(w, part)
		w.(http.Flusher).Flush()
	}
}

func chunk(id string) string { return fmt.Sprintf("data: {\"id\":%q}\n\n", id) }

// ids collects a stream.
func ids(ctx context.Context, c *venice.Client, o ...venice.CallOption) (got []string, err error) {
	for chunk, err := range c.StreamChatCompletion(ctx, chat, o...) {
		if err != nil {
			return got, err
		}
		got = append(got, chunk.ID)
	}
	return got, nil
}

func TestStreams(t *testing.T) {
	noLeak(t)
	long := strings.Repeat("x", 70<<10)
	bytewise := strings.Split(": open\r\n\r\n"+chunk("a")+":\n\n"+chunk("b")+"data: [DONE]\n\n", "")
	for name, c := range map[string]struct {
		parts []string
		want  string // ids, cut to 3 characters
		is    error
		text  string
	}{
		"70 KiB lines":     {[]string{chunk(long), chunk(long), "data: [DONE]\n\n"}, "[xxx xxx]", nil, ""},
		"dripping":         {bytewise, "[a b]", nil, ""},
		"in-band":          {[]string{chunk("a"), "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\ndata: [DONE]\n\n"}, "[a]", venice.ErrServer, "overloaded"},
		"in-band, limited": {[]string{"data: {\"error\":{\"message\":\"slow\",\"code\":\"rate_limit_exceeded\",\"retry_after\":1}}\n\n"}, "[]", venice.ErrRateLimited, "slow"},
		"no done":          {[]string{chunk("a")}, "[a]", venice.ErrStreamCut, ""},
		"cut in a line":    {[]string{chunk("a"), "data: {\"id\":"}, "[a]", venice.ErrStreamCut, ""},
		"nonsense":         {[]string{chunk("a"), "data: oops\n\n"}, "[a]", nil, "does not decode"},
		"heartbeats only":  {[]string{": a\n\n", "event: ping\n\n", "data:\n\n", "data: [DONE]\n\n"}, "[]", nil, ""},
	} {
		var requests atomic.Int64
		client := handle(t, func(w http.ResponseWriter, r *http.Request) { requests.Add(1); events(w, c.parts...) })
		got, err := ids(t.Context(), client)
		for i := range got {
			got[i] = got[i][:min(3, len(got[i]))]
		}
		if fmt.Sprint(got) != c.want || (err == nil) != (c.is == nil && c.text == "") || c.is != nil && !errors.Is(err, c.is) || err != nil && !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: got %v and %v, want %s, %v, %q", name, got, err, c.want, c.is, c.text)
		}
		if requests.Load() != 1 {
			t.Errorf("%s: %d requests; a stream that began is not begun again", name, requests.Load())
		}
	}
}

// Whatever a call waits for, cancelling it ends it within 100 ms.
func TestCancelling(t *testing.T) {
	noLeak(t)
	waiting := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		maybe   bool
	}{
		"headers": {waiting, true},
		"chunk":   {func(w http.ResponseWriter, r *http.Request) { events(w, chunk("a")); waiting(w, r) }, false},
		"backoff": {func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Retry-After", "20"); w.WriteHeader(429) }, false},
		"a 500's body": {func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(500)
			fmt.Fprint(w, "{")
			w.(http.Flusher).Flush()
			waiting(w, r)
		}, false},
	} {
		client := handle(t, c.handler)
		ctx, cancel := context.WithCancel(t.Context())
		var began time.Time
		time.AfterFunc(100*time.Millisecond, func() { began = time.Now(); cancel() })
		_, err := ids(ctx, client)
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("%s: it took %v", name, took)
		}
		if name != "a 500's body" && !errors.Is(err, context.Canceled) || errors.Is(err, venice.ErrMaybeSent) != c.maybe || errors.Is(err, venice.ErrStreamCut) {
			t.Errorf("%s: %v", name, err)
		}
	}
	client := handle(t, waiting, venice.WithMaxInFlight(1))
	go func() { _, _ = client.ListModels(t.Context(), nil, venice.WithTimeout(400*time.Millisecond)) }()
	time.Sleep(50 * time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := ids(ctx, client); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, venice.ErrMaybeSent) || time.Since(began) > 150*time.Millisecond {
		t.Errorf("waiting for a place: %v after %v", err, time.Since(began))
	}
}

// Breaking out of a stream, or closing media early, closes the connection.
func TestGivingUp(t *testing.T) {
	noLeak(t)
	gone := make(chan bool)
	client := handle(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if strings.Contains(r.URL.Path, "speech") {
			w.Header().Set("Content-Type", "audio/mpeg")
			fmt.Fprint(w, "sound")
			w.(http.Flusher).Flush()
		} else {
			events(w, chunk("a"), chunk("b"))
		}
		select {
		case <-r.Context().Done():
			gone <- true
		case <-time.After(5 * time.Second):
			gone <- false
		}
	})
	for _, _ = range client.StreamChatCompletion(t.Context(), chat) {
		break
	}
	if !<-gone {
		t.Error("the stream's connection stays open")
	}
	m, err := client.CreateSpeech(t.Context(), &gen.CreateSpeechRequest{Input: "Hello"})
	if err != nil {
		t.Fatal(err)
	}
	m.Close()
	if !<-gone {
		t.Error("the sound's connection stays open")
	}
}

// Compressed errors are read like any other.
func TestZippedError(t *testing.T) {
	client := handle(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(402)
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `{"error":"API key USD spend limit exceeded."}`)
		_ = z.Close()
	})
	if _, err := client.ListModels(t.Context(), nil); !errors.Is(err, venice.ErrSpendLimit) {
		t.Errorf("got %v", err)
	}
}

// Nothing of a call gets to another origin, whatever its effect.
func TestRedirectsAcrossOrigins(t *testing.T) {
	noLeak(t)
	var strayed atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { strayed.Add(1) }))
	defer other.Close()
	for _, a := range actions {
		for _, status := range []int{301, 302, 303, 307, 308} {
			var requests atomic.Int64
			client := handle(t, func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				http.Redirect(w, r, other.URL+"/?token=hunter2", status)
			})
			err := a.run(t.Context(), client)
			if e, ok := errors.AsType[*venice.Error](err); !ok || e.Status != status || strings.Contains(err.Error(), "hunter2") || requests.Load() != 1 || errors.Is(err, venice.ErrMaybeSent) {
				t.Errorf("%s, %d: %d requests, %v", a.name, status, requests.Load(), err)
			}
		}
	}
	if strayed.Load() > 0 {
		t.Errorf("%d requests went elsewhere", strayed.Load())
	}
}
