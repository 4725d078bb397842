// Reuse: whether a stream leaves its connection to the next call, which spares that a TLS handshake.

package main

import (
	"context"
	"fmt"
	"io"
	"net"
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
		rows = append(rows, []string{peers[i].name, fmt.Sprint(server.connections())})
	}
	return table(out, []string{fmt.Sprintf("%d streams, one after the other", streams), "connections"}, rows)
}
