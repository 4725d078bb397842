// Reuse: whether a stream leaves its connection to the next call, which spares that a TLS handshake.

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"time"
)

// late sends the end of the body a moment after the last event, as a server does whose handler has yet to return.
func late(events []string) responder {
	stream := []byte(okStream)
	for _, e := range events {
		stream = appendPart(stream, e)
	}
	return func(conn net.Conn, path, body []byte) error {
		if _, err := conn.Write(stream); err != nil {
			return err
		}
		time.Sleep(200 * time.Microsecond)
		_, err := conn.Write([]byte(lastPart))
		return err
	}
}

// reuse counts the connections of streams that follow each other.
func reuse(ctx context.Context, out io.Writer, e effort) error {
	const streams = 50
	events := []string{event(firstChunk()), event(chunk(" river", 1782500000)), event("[DONE]")}
	var rows [][]string
	for i := range peerCount {
		server, err := listen(late(events))
		if err != nil {
			return err
		}
		defer server.close()
		peers, err := newPeers(server.base(), newTransport)
		if err != nil {
			return err
		}
		for range streams {
			if err := peers[i].stream(ctx, func(piece) {}); err != nil {
				return fmt.Errorf("%s: %w", peers[i].name, err)
			}
		}
		if i == 1 {
			e.judge("streams one after the other: connections", float64(server.connections()))
		}
		rows = append(rows, []string{peers[i].name, fmt.Sprint(server.connections())})
	}
	if err := table(out, []string{fmt.Sprintf("%d streams, one after the other", streams), "connections"}, rows); err != nil {
		return err
	}
	return afar(ctx, out, e)
}

const trip = 50 * time.Millisecond // to the server and back

// A far connection brings what is written, and takes as long as the way there and back for it. So does dialing.
type far struct {
	net.Conn
	sent chan parcel
}

type parcel struct {
	bytes []byte
	due   time.Time
}

func dialFar(ctx context.Context, network, addr string) (net.Conn, error) {
	time.Sleep(trip)
	near, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	f := &far{near, make(chan parcel, 64)}
	go func() {
		for p := range f.sent {
			time.Sleep(time.Until(p.due))
			if _, err := near.Write(p.bytes); err != nil {
				return
			}
		}
	}()
	return f, nil
}

func (f *far) Write(p []byte) (int, error) {
	f.sent <- parcel{bytes.Clone(p), time.Now().Add(trip)}
	return len(p), nil
}

// afar measures the time to the first chunk of a stream that follows another, over TLS and version 1.1 of HTTP.
func afar(ctx context.Context, out io.Writer, e effort) error {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		for _, text := range []string{event(firstChunk()), event(chunk(" river", 1782500000)), event("[DONE]")} {
			_, _ = io.WriteString(w, text)
			_ = http.NewResponseController(w).Flush()
		}
		time.Sleep(200 * time.Microsecond)
	}))
	defer server.Close()
	transport := func() http.RoundTripper {
		t := server.Client().Transport.(*http.Transport).Clone()
		t.DialContext = dialFar
		return t
	}
	peers, err := newPeers(server.URL, transport)
	if err != nil {
		return err
	}
	var rows [][]string
	for i, p := range peers {
		var trips []float64
		for range 6 {
			var first time.Duration
			began := time.Now()
			err := p.stream(ctx, func(piece) {
				if first == 0 {
					first = time.Since(began)
				}
			})
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			trips = append(trips, float64(first)/float64(trip))
		}
		next := spreadOf(trips[1:])
		if i == 1 {
			e.judge("second stream, TLS, 50 ms: round trips", next.median)
		}
		rows = append(rows, []string{p.name, fmt.Sprintf("%.2f", trips[0]), next.String()})
	}
	return table(out, []string{fmt.Sprintf("first chunk, TLS, %v there and back", trip), "first stream, round trips", "those that follow"}, rows)
}
