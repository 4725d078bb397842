// The end of a stream: its connection is used again, without the caller having to wait for it.

package client_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A pipes is a listener of connections within the process, which a test's own clock holds for.
type pipes struct {
	conns  chan net.Conn
	dialed int
	closed sync.Once
	done   chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.closed.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	mine, its := net.Pipe()
	p.dialed++
	p.conns <- its
	return mine, nil
}

// streaming calls body with a client of a server that sends two chunks and [DONE], and then does what end does.
func streaming(t *testing.T, end func(w io.Writer, r *http.Request), body func(t *testing.T, p *pipes, client *venice.Client)) {
	synctest.Test(t, func(t *testing.T) {
		p := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Type", "text/event-stream")
			for _, data := range []string{`{"id":"1","choices":[]}`, `{"id":"2","choices":[]}`, "[DONE]"} {
				fmt.Fprintf(w, "data: %s\n\n", data)
				w.(http.Flusher).Flush()
			}
			end(w, r)
		})}
		go server.Serve(p) //nolint:errcheck // it is closed
		transport := &http.Transport{DialContext: p.dial}
		client, err := venice.New(venice.WithBaseURL("http://localhost"), venice.WithAPIKey("key"), venice.WithHTTPClient(&http.Client{Transport: transport}))
		if err != nil {
			t.Fatal(err)
		}
		body(t, p, client)
		transport.CloseIdleConnections()
		_ = server.Close()
	})
}

// whole reads a stream to its end, or only its first chunk.
func whole(t *testing.T, client *venice.Client, all bool) {
	t.Helper()
	n := 0
	for _, err := range client.StreamChatCompletion(t.Context(), &gen.ChatCompletionRequest{Model: model, Messages: []gen.ChatMessage{gen.UserMessage("Hi")}}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; !all {
			return
		}
	}
	if n != 2 {
		t.Fatalf("%d chunks", n)
	}
}

func TestStreamsShareAConnection(t *testing.T) {
	streaming(t, func(io.Writer, *http.Request) { time.Sleep(200 * time.Microsecond) }, func(t *testing.T, p *pipes, client *venice.Client) {
		for range 50 {
			whole(t, client, true)
		}
		if p.dialed != 1 {
			t.Errorf("%d connections for 50 streams, one after the other", p.dialed)
		}
	})
}

// Who ends late, or goes on, keeps neither the caller nor the connection.
func TestStreamWithoutEnd(t *testing.T) {
	for name, end := range map[string]func(io.Writer, *http.Request){
		"silent":  func(_ io.Writer, r *http.Request) { <-r.Context().Done() },
		"endless": func(w io.Writer, r *http.Request) { _, _ = io.Copy(w, endless{}) },
		"slow":    func(io.Writer, *http.Request) { time.Sleep(100 * time.Millisecond) },
	} {
		t.Run(name, func(t *testing.T) {
			streaming(t, end, func(t *testing.T, p *pipes, client *venice.Client) {
				for range 3 {
					began := time.Now()
					whole(t, client, true)
					if took := time.Since(began); took > 10*time.Millisecond {
						t.Errorf("the caller waits for %v", took)
					}
					time.Sleep(2 * time.Second)
				}
				if want := map[string]int{"silent": 3, "endless": 3, "slow": 1}[name]; p.dialed != want {
					t.Errorf("%d connections, want %d", p.dialed, want)
				}
			})
		})
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestStreamThatIsLeft(t *testing.T) {
	left := make(chan time.Time, 1)
	streaming(t, func(_ io.Writer, r *http.Request) { <-r.Context().Done(); left <- time.Now() }, func(t *testing.T, _ *pipes, client *venice.Client) {
		began := time.Now()
		whole(t, client, false)
		synctest.Wait()
		if at := <-left; !at.Equal(began) {
			t.Errorf("the connection of a stream that is left is closed after %v", at.Sub(began))
		}
	})
}
