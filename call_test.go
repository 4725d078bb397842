// Tests of the life of a call: timeouts, cancellation, connections that fail, and nothing left behind.

package venice_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// stall answers with what it is given and then keeps the connection open until the client goes.
func stall(contentType, begin string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that the client goes
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
			fmt.Fprint(w, begin)
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	}
}

func TestTimeoutOfPlainCall(t *testing.T) {
	noLeak(t)
	for _, handler := range []http.HandlerFunc{stall("", ""), stall("application/json", `{"name":`)} {
		client, _ := serve(t, handler, venice.WithTimeout(50*time.Millisecond))
		_, err := get(t.Context(), client)
		wantText(t, err, "venice: getThing: ", "no complete answer within 50ms")
		if timeout, ok := errors.AsType[net.Error](err); !errors.Is(err, context.DeadlineExceeded) || !ok || !timeout.Timeout() {
			t.Errorf("%v is no context.DeadlineExceeded", err)
		}
		client, _ = serve(t, handler)
		_, err = get(t.Context(), client, venice.WithTimeout(50*time.Millisecond))
		wantText(t, err, "within 50ms")
	}
}

func TestTimeoutOfUpload(t *testing.T) {
	noLeak(t)
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	r, w := io.Pipe()
	defer func() { _ = w.Close() }()
	c := call(opPost, &upload{File: gen.File{Reader: r}}, venice.WithTimeout(50*time.Millisecond))
	c.ContentType = "multipart/form-data"
	_, err := venice.DoerOf(client).Do(t.Context(), c)
	wantText(t, err, "within 50ms")
}

func TestTimeoutLeavesReadingAlone(t *testing.T) {
	noLeak(t)
	slow := func(contentType string, parts ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", contentType)
			for _, part := range parts {
				fmt.Fprint(w, part)
				w.(http.Flusher).Flush()
				time.Sleep(150 * time.Millisecond)
			}
		}
	}
	limit := venice.WithTimeout(400 * time.Millisecond)
	client, _ := serve(t, slow("image/png", "a", "b", "c", "d"), limit)
	media, err := open(t.Context(), client, "image/png")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(media); string(got) != "abcd" || err != nil {
		t.Errorf("media %q, %v", got, err)
	}
	media.Close()
	client, _ = serve(t, slow("text/event-stream", "data: {\"name\":\"a\"}\n\n", "data: {\"name\":\"b\"}\n\n", "data: [DONE]\n\n"), limit)
	if got, err := collect(t.Context(), client); strings.Join(got, "") != "ab" || err != nil {
		t.Errorf("stream %q, %v", got, err)
	}
	for _, accept := range []string{"image/png", "text/event-stream"} { // but the headers have to come in time
		client, _ = serve(t, stall("", ""), limit)
		if accept == "image/png" {
			_, err = open(t.Context(), client, accept)
		} else {
			_, err = collect(t.Context(), client)
		}
		wantText(t, err, "within 400ms")
	}
}

func TestCancelled(t *testing.T) {
	noLeak(t)
	for _, handler := range []http.HandlerFunc{
		stall("", ""), stall("text/event-stream", "data: {}\n\n"), stall("text/event-stream", "data: {"), stall("application/json", "{"),
	} {
		client, _ := serve(t, handler)
		for _, run := range []func(context.Context) error{
			func(ctx context.Context) error { _, err := get(ctx, client); return err },
			func(ctx context.Context) error { _, err := collect(ctx, client); return err },
		} {
			ctx, cancel := context.WithCancel(t.Context())
			var cancelled time.Time
			time.AfterFunc(50*time.Millisecond, func() { cancelled = time.Now(); cancel() })
			err := run(ctx)
			if e, ok := errors.AsType[*venice.Error](err); ok && e.Unwrap() == nil {
				continue // the plain call refuses an event stream, and the stream a JSON answer
			}
			if !errors.Is(err, context.Canceled) || errors.Is(err, venice.ErrStreamCut) {
				t.Errorf("got %v, want context.Canceled alone", err)
			}
			if took := time.Since(cancelled); took > time.Second {
				t.Errorf("it took %v to end", took)
			}
		}
	}
}

func TestConnectionErrors(t *testing.T) {
	client, server := serve(t, func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, venice.WithAPIKey("hunter2"))
	c := call(opPost, &thing{Name: "hunter2"})
	c.Query = [][2]any{{"token", "hunter2"}}
	_, reset := venice.DoerOf(client).Do(t.Context(), c)
	server.Close()
	_, refused := venice.DoerOf(client).Do(t.Context(), c)
	for _, err := range []error{reset, refused} {
		wantText(t, err, "venice: createThing: ")
		if _, ok := errors.AsType[*venice.Error](err); ok || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v is a *venice.Error, or shows a secret", err)
		}
	}
	if !errors.Is(reset, io.EOF) {
		t.Errorf("got %v, want the cause kept", reset)
	}
}

// TestConnections counts how many connections calls leave open or have to make anew, whatever way they end.
func TestConnections(t *testing.T) {
	noLeak(t)
	handler := func(w http.ResponseWriter, r *http.Request) {
		switch r.Header.Get("X-Case") {
		case "error":
			answer(429, "application/json", `{"error":"slow down"}`)(w, r)
		case "media":
			answer(200, "image/png", strings.Repeat("x", 100_000))(w, r)
		case "html":
			answer(200, "text/html", "<p>"+strings.Repeat("x", 100_000))(w, r)
		case "endless":
			w.Header().Set("Content-Type", "text/event-stream")
			for r.Context().Err() == nil {
				fmt.Fprint(w, "data: {\"name\":\"a\"}\n\n")
			}
		default:
			answer(200, "application/json", `{"name":"a"}`)(w, r)
		}
	}
	var made, open_ atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(handler))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			made.Add(1)
			open_.Add(1)
		case http.StateClosed:
			open_.Add(-1)
		}
	}
	server.Start()
	defer server.Close()
	transport := &http.Transport{}
	client := newClient(t, venice.WithAuth(nil), venice.WithBaseURL(server.URL), venice.WithHTTPClient(&http.Client{Transport: transport}), venice.WithMaxAttempts(1))
	for name, c := range map[string]struct {
		run    func(venice.CallOption)
		reused bool
	}{
		"plain": {func(o venice.CallOption) { _, _ = get(t.Context(), client, o) }, true},
		"error": {func(o venice.CallOption) { _, _ = get(t.Context(), client, o) }, true},
		"html":  {func(o venice.CallOption) { _, _ = get(t.Context(), client, o) }, true},
		"media": {func(o venice.CallOption) {
			m, err := open(t.Context(), client, "image/png", o)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, m)
			m.Close()
		}, true},
		"media closed early": {func(venice.CallOption) {
			m, err := open(t.Context(), client, "image/png", venice.WithHeader("X-Case", "media"))
			if err != nil {
				t.Fatal(err)
			}
			m.Close()
		}, false},
		"endless": {func(o venice.CallOption) {
			c := call(opPost, &thing{}, o)
			n := 0
			for _, _ = range venice.DoerOf(client).Stream(t.Context(), c, func() any { return new(thing) }) {
				if n++; n == 3 {
					break
				}
			}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			made.Store(0)
			for range 5 {
				c.run(venice.WithHeader("X-Case", name))
			}
			if n := made.Load(); c.reused && n > 1 {
				t.Errorf("5 calls made %d connections", n)
			}
			transport.CloseIdleConnections()
			for i := 0; open_.Load() > 0; i++ {
				if i == 100 {
					t.Fatalf("%d connections stay open", open_.Load())
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
}

// TestEverythingIsReleased looks from the transport's side: whatever way a call ends, its body is closed and its context
// has ended.
func TestEverythingIsReleased(t *testing.T) {
	for _, c := range []struct {
		status            int
		contentType, body string
		run               func(*venice.Client)
	}{
		{200, "application/json", `{}`, func(c *venice.Client) { _, _ = get(t.Context(), c) }},
		{200, "application/json", `oops`, func(c *venice.Client) { _, _ = get(t.Context(), c) }},
		{200, "text/html", `oops`, func(c *venice.Client) { _, _ = get(t.Context(), c) }},
		{500, "application/json", `{}`, func(c *venice.Client) { _, _ = get(t.Context(), c) }},
		{200, "image/png", `x`, func(c *venice.Client) {
			if m, err := open(t.Context(), c, "image/png"); err != nil || m.Close() != nil {
				t.Error(err)
			}
		}},
		{200, "text/event-stream", "data: [DONE]\n\n", func(c *venice.Client) { _, _ = collect(t.Context(), c) }},
		{200, "text/event-stream", "data: oops\n\n", func(c *venice.Client) { _, _ = collect(t.Context(), c) }},
		{200, "text/html", "oops", func(c *venice.Client) { _, _ = collect(t.Context(), c) }},
		{500, "text/html", "oops", func(c *venice.Client) { _, _ = collect(t.Context(), c) }},
	} {
		var request *http.Request
		closed := 0
		client := newClient(t, venice.WithMaxAttempts(1), venice.WithAuth(nil), venice.WithHTTPClient(&http.Client{Transport: recorder(func(r *http.Request) (*http.Response, error) {
			request = r
			return &http.Response{StatusCode: c.status, Header: http.Header{"Content-Type": {c.contentType}},
				Body: closing{strings.NewReader(c.body), &closed}, Request: r}, nil
		})}))
		c.run(client)
		if closed != 1 || request.Context().Err() == nil {
			t.Errorf("%d %s %q: closed %d times, context %v", c.status, c.contentType, c.body, closed, request.Context().Err())
		}
	}
}

type closing struct {
	io.Reader
	count *int
}

func (c closing) Close() error { *c.count++; return nil }

// An option that is nil changes nothing, as in New.
func TestNilCallOption(t *testing.T) {
	client, _ := serve(t, answer(200, "application/json", `{"object":"list","data":[]}`))
	if _, err := client.ListModels(t.Context(), nil, nil); err != nil {
		t.Error(err)
	}
	for _, err := range client.StreamChatCompletion(t.Context(), &gen.ChatCompletionRequest{}, nil) {
		wantText(t, err, "CreateChatCompletion")
	}
}
