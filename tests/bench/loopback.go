// Loopback: a server on 127.0.0.1 that costs as little as a server can, since it shares the machine with what is measured.

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"strconv"
	"strings"
	"sync"
)

// A loopback speaks just enough HTTP/1.1 for the clients here. Once a connection is up it allocates nothing, so that
// allocations counted in the process are the client's.
type loopback struct {
	listener net.Listener
	done     sync.WaitGroup
	mu       sync.Mutex
	conns    map[net.Conn]struct{}
	accepted int
}

// A responder answers one request; path and body are good until it returns. An error closes the connection.
type responder func(conn net.Conn, path, body []byte) error

func listen(respond responder) (*loopback, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &loopback{listener: l, conns: map[net.Conn]struct{}{}}
	s.done.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns[conn] = struct{}{}
			s.accepted++
			s.mu.Unlock()
			s.done.Go(func() { s.serve(conn, respond) })
		}
	})
	return s, nil
}

// connections says how many there have been.
func (s *loopback) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

func (s *loopback) base() string { return "http://" + s.listener.Addr().String() }

func (s *loopback) close() {
	s.listener.Close()
	s.mu.Lock()
	for conn := range s.conns {
		conn.Close()
	}
	s.mu.Unlock()
	s.done.Wait()
}

func (s *loopback) serve(conn net.Conn, respond responder) {
	defer func() {
		conn.Close()
		s.mu.Lock()
		delete(s.conns, conn)
		s.mu.Unlock()
	}()
	in := bufio.NewReader(conn)
	path, body := make([]byte, 0, 256), make([]byte, 4<<10)
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return
		}
		_, rest, _ := bytes.Cut(line, []byte(" "))
		target, _, _ := bytes.Cut(rest, []byte(" "))
		path = append(path[:0], target...)
		length, chunked := 0, false
		for {
			if line, err = in.ReadSlice('\n'); err != nil {
				return
			}
			name, value, header := bytes.Cut(bytes.TrimSpace(line), []byte(": "))
			if !header {
				break
			}
			if bytes.EqualFold(name, []byte("Content-Length")) {
				if length, err = strconv.Atoi(string(value)); err != nil {
					return
				}
			}
			chunked = chunked || bytes.EqualFold(name, []byte("Transfer-Encoding"))
		}
		if chunked || length > len(body) { // a file, of which nobody wants to know
			if drain(in, length, chunked) != nil {
				return
			}
			length = 0
		}
		for read := 0; read < length; {
			n, err := in.Read(body[read:length])
			if err != nil {
				return
			}
			read += n
		}
		if respond(conn, path, body[:length]) != nil {
			return
		}
	}
}

// drain reads a body to its end.
func drain(in *bufio.Reader, length int, chunked bool) error {
	body := io.LimitReader(in, int64(length))
	if chunked {
		body = httputil.NewChunkedReader(in)
	}
	type writer struct{ io.Writer } // without a way of its own to read, which has little room
	if _, err := io.CopyBuffer(writer{io.Discard}, body, make([]byte, 64<<10)); err != nil || !chunked {
		return err
	}
	_, err := in.ReadSlice('\n') // behind the last chunk
	return err
}

const (
	okJSON   = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCF-RAY: 8f2a-FRA\r\nContent-Length: %d\r\n\r\n%s"
	okStream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCF-RAY: 8f2a-FRA\r\nTransfer-Encoding: chunked\r\n\r\n"
	lastPart = "0\r\n\r\n"
)

// canned answers a request for a stream with events, each in a part of its own as a server that flushes sends it, and
// others with the chat answer.
func canned(events []string) responder {
	chat := fmt.Appendf(nil, okJSON, len(chatAnswer()), chatAnswer())
	stream := []byte(okStream)
	for _, e := range events {
		stream = appendPart(stream, e)
	}
	stream = append(stream, lastPart...)
	return func(conn net.Conn, path, body []byte) error {
		answer := chat
		if bytes.Contains(body, wantsStream) {
			answer = stream
		}
		_, err := conn.Write(answer)
		return err
	}
}

func appendPart(b []byte, parts ...string) []byte {
	part := strings.Join(parts, "")
	return fmt.Appendf(b, "%x\r\n%s\r\n", len(part), part)
}
