// The server that fails: a listener on loopback that meets each attempt with the next fault of a script.

package faults

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// A fault is what happens to one attempt.
type fault struct {
	kind   kind
	status int         // of an answer
	header http.Header // of an answer
}

func (f fault) String() string {
	return strings.TrimSpace(fmt.Sprint(f.kind, " ", f.status, " ", f.header))
}

type kind string

const (
	refuse       kind = "refuse"               // nobody listens
	resetUnread  kind = "reset unread"         // before the request is read
	resetRead    kind = "reset"                // after the request was read
	closeRead    kind = "close"                // the same, without a reset
	cutHeader    kind = "cut header"           // in the middle of an answer's headers
	garbage      kind = "garbage"              // something that is not HTTP
	stall        kind = "stall"                // never an answer
	truncate     kind = "truncate"             // an answer that ends before its announced length
	nonsense     kind = "nonsense"             // the right media type, the wrong content
	page         kind = "page"                 // HTML with a status of 200
	redirect     kind = "redirect"             // to another origin
	status       kind = "status"               // an answer that is an error
	good         kind = "good"                 // the answer that was asked for
	goodDripping kind = "good, byte by byte"   // the same, slowly
	goodZipped   kind = "good, compressed"     // the same, by gzip
	cutZipped    kind = "truncated and zipped" // gzip that ends early
)

// A server plays a script, and repeats the last fault of it.
type server struct {
	net.Listener
	t *testing.T

	mu       sync.Mutex
	script   []fault
	next     int
	requests []request // read to their end
	conns    map[net.Conn]bool
}

type request struct{ method, auth, key, body string }

func serve(t *testing.T, script ...fault) *server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{Listener: l, t: t, script: script, conns: map[net.Conn]bool{}}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns[c] = true
			s.mu.Unlock()
			go s.talk(c)
		}
	}()
	return s
}

func (s *server) url() string { return "http://" + s.Addr().String() }

// dial is for the client's transport: a connection that is refused never gets as far as the server.
func (s *server) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if s.peek().kind == refuse {
		s.take()
		address = "127.0.0.1:1"
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

func (s *server) peek() fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.script[min(s.next, len(s.script)-1)]
}

func (s *server) take() fault {
	f := s.peek()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	return f
}

func (s *server) seen() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// close also ends the connections that are open.
func (s *server) close() {
	_ = s.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
}

func (s *server) talk(c net.Conn) {
	defer func() {
		_ = c.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, c)
	}()
	in := bufio.NewReader(c)
	if s.peek().kind == resetUnread {
		_, _ = in.Peek(1) // a connection that is reset at once may not come about
		s.take()
		_ = c.(*net.TCPConn).SetLinger(0)
		return
	}
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.requests = append(s.requests, request{r.Method, r.Header.Get("Authorization"), r.Header.Get("Idempotency-Key"), string(body)})
		s.mu.Unlock()
		if !s.answer(c, in, r, s.take()) {
			return
		}
	}
}

// answer reports whether the connection can go on.
func (s *server) answer(c net.Conn, in io.Reader, r *http.Request, f fault) bool {
	contentType, body := goodAnswer(r)
	switch f.kind {
	case resetRead:
		_ = c.(*net.TCPConn).SetLinger(0)
		return false
	case closeRead:
		return false
	case cutHeader:
		_, _ = io.WriteString(c, "HTTP/1.1 200 O")
		return false
	case garbage:
		_, _ = io.WriteString(c, "220 mail.example ESMTP\r\n\r\n")
		return false
	case stall:
		_, _ = io.Copy(io.Discard, in) // until the client goes
		return false
	case truncate:
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: 5000\r\n\r\n%s", contentType, body[:len(body)/2])
		return false
	case nonsense:
		return write(c, 200, nil, contentType, strings.Replace(body, "{", "oops", 1))
	case page:
		return write(c, 200, nil, "text/html", "<p>Welcome to the hotel's network")
	case redirect:
		return write(c, f.status, http.Header{"Location": {"http://127.0.0.1:1/elsewhere"}}, "", "")
	case status:
		return write(c, f.status, f.header, "application/json", `{"error":"no"}`)
	case goodDripping:
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", contentType, len(body))
		for i := range body {
			_, _ = io.WriteString(c, body[i:i+1])
			time.Sleep(100 * time.Microsecond)
		}
		return true
	case goodZipped, cutZipped:
		if r.Header.Get("Accept-Encoding") != "gzip" {
			s.t.Errorf("%s: gzip is not accepted, but %q", r.URL.Path, r.Header.Get("Accept-Encoding"))
		}
		var zipped bytes.Buffer
		w := gzip.NewWriter(&zipped)
		fmt.Fprint(w, body)
		_ = w.Close()
		if f.kind == cutZipped {
			zipped.Truncate(zipped.Len() / 2)
		}
		return write(c, 200, http.Header{"Content-Encoding": {"gzip"}}, contentType, zipped.String())
	}
	return write(c, 200, nil, contentType, body)
}

func write(c net.Conn, status int, header http.Header, contentType, body string) bool {
	resp := &http.Response{StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Header: header.Clone(), Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
	if resp.Header == nil {
		resp.Header = http.Header{}
	}
	if contentType != "" {
		resp.Header.Set("Content-Type", contentType)
	}
	return resp.Write(c) == nil
}

// goodAnswer is the answer that the request wants.
func goodAnswer(r *http.Request) (contentType, body string) {
	switch accept := r.Header.Get("Accept"); {
	case accept == "text/event-stream":
		return accept, "data: {\"id\":\"1\"}\n\n: heartbeat\n\ndata: {\"id\":\"2\"}\n\ndata: [DONE]\n\n"
	case strings.Contains(accept, "audio/"):
		return "audio/mpeg", "\xff\xfb\x90\x00{media}"
	}
	return "application/json", `{"object":"an object, as it is","id":"x","success":true}`
}

// The ways in which a 429 says when to come back. All of them mean soon, so that the tests do not take long.
func busyHeaders(r *rand.Rand) http.Header {
	now := time.Now()
	soon := fmt.Sprint(now.Add(20 * time.Millisecond).UnixMilli())
	return []http.Header{
		{"Retry-After": {"0"}},
		{"Retry-After": {"0.01"}},
		{"Retry-After": {" 1e-2 "}},
		{"Retry-After": {now.Add(-time.Minute).UTC().Format(http.TimeFormat)}},
		{"Retry-After": {now.UTC().Format("Monday, 02-Jan-06 15:04:05 GMT")}},
		{"Retry-After": {"0.01"}, "X-Ratelimit-Reset-Requests": {fmt.Sprint(now.Add(time.Hour).UnixMilli())}},
		{"X-Ratelimit-Remaining-Requests": {"0"}, "X-Ratelimit-Reset-Requests": {soon}},
		{"X-Ratelimit-Remaining-Requests": {"7"}, "X-Ratelimit-Reset-Requests": {fmt.Sprint(now.Add(time.Hour).UnixMilli())}, "X-Ratelimit-Remaining-Tokens": {"0"}, "X-Ratelimit-Reset-Tokens": {soon}},
		{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Resets": {soon}},
		{"X-Ratelimit-Limit": {"100"}, "X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {fmt.Sprint(now.Add(time.Second).Unix())}},
		{"Retry-After": {"soon"}, "X-Ratelimit-Reset-Requests": {"never"}},
		nil,
	}[r.IntN(12)]
}
