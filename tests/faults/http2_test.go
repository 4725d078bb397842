// Version 2 of HTTP, where net/http sends requests again by itself if the server breaks them off in certain ways.

package faults

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/venice-go/venice"
)

// The types of frames, and what ends a stream.
const (
	frameData, frameHeaders, frameReset, frameSettings, frameGoAway = 0, 1, 3, 4, 7

	protocolError, internalError, refusedStream = 1, 2, 7
	goAway                                      = -1 // ends the first connection instead, and answers on the next ones
)

// serve2 reads each request to its end and breaks it off. It counts the requests, and those of GoAway's first connection
// not: the server disowns them.
func serve2(t *testing.T, how int) (*venice.Client, *numbered, *atomic.Int64) {
	// For a certificate, and a client that trusts it.
	https := httptest.NewUnstartedServer(nil)
	https.EnableHTTP2 = true
	https.StartTLS()
	certificate, client := https.TLS.Certificates[0], https.Client()
	https.Close()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	var requests atomic.Int64
	go func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go converse(c, how, n == 0, &requests)
		}
	}()
	auth := &numbered{}
	v, err := venice.New(venice.WithBaseURL("https://"+l.Addr().String()), venice.WithHTTPClient(client), venice.WithAuth(auth))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return v, auth, &requests
}

func converse(c net.Conn, how int, first bool, requests *atomic.Int64) {
	defer func() { _ = c.Close() }()
	send := func(kind, flags byte, stream uint32, payload []byte) {
		b := binary.BigEndian.AppendUint32(nil, uint32(len(payload))<<8|uint32(kind))
		b = binary.BigEndian.AppendUint32(append(b, flags), stream)
		_, _ = c.Write(append(b, payload...))
	}
	_, _ = io.ReadFull(c, make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")))
	send(frameSettings, 0, 0, nil)
	for {
		var head [9]byte
		if _, err := io.ReadFull(c, head[:]); err != nil {
			return
		}
		_, _ = io.CopyN(io.Discard, c, int64(binary.BigEndian.Uint32(head[:])>>8))
		kind, flags, stream := head[3], head[4], binary.BigEndian.Uint32(head[5:])
		if kind == frameSettings && flags&1 == 0 {
			send(frameSettings, 1, 0, nil)
		}
		if kind != frameData && kind != frameHeaders || flags&1 == 0 { // not the end of a request
			continue
		}
		switch {
		case how == goAway && first:
			send(frameGoAway, 0, 0, make([]byte, 8)) // of no stream was anything done
		case how == goAway:
			requests.Add(1)
			send(frameHeaders, 5, stream, []byte{0x8d}) // status 404, without a body
		default:
			requests.Add(1)
			send(frameReset, 0, stream, binary.BigEndian.AppendUint32(nil, uint32(how)))
		}
	}
}

func TestHTTP2(t *testing.T) {
	var all sync.WaitGroup
	for _, a := range actions {
		all.Go(func() { brokenOff(t, a) })
		all.Go(func() { disowned(t, a) })
	}
	all.Wait()
}

// A reset may follow what was carried out, so that only reads are sent again: by the client, and of those without a body
// once more each time by net/http, which cannot be kept from it.
func brokenOff(t *testing.T, a action) {
	for _, code := range []int{protocolError, internalError} {
		client, auth, requests := serve2(t, code)
		err := a.run(t.Context(), client, venice.WithMaxAttempts(2))
		least, most, maybe := int64(1), int64(1), true
		if a.effect == venice.EffectRead {
			least, most, maybe = 2, 6, false
		}
		if n := requests.Load(); err == nil || n < least || n > most || errors.Is(err, venice.ErrMaybeSent) != maybe || auth.asked.Load() != least {
			t.Errorf("%s, reset %d: %d requests with %d credentials; %v", a.name, code, n, auth.asked.Load(), err)
		}
	}
}

// What the server says that it has not begun with is as good as never sent.
func disowned(t *testing.T, a action) {
	client, _, requests := serve2(t, refusedStream)
	if err := a.run(t.Context(), client, venice.WithMaxAttempts(2)); err == nil || errors.Is(err, venice.ErrMaybeSent) || requests.Load() > 6 {
		t.Errorf("%s, refused: %d requests; %v", a.name, requests.Load(), err)
	}
	client, _, requests = serve2(t, goAway)
	err := a.run(t.Context(), client, venice.WithMaxAttempts(2))
	if again := a.effect != venice.EffectPay; requests.Load() != 1 && again || errors.Is(err, venice.ErrNotFound) != again || errors.Is(err, venice.ErrMaybeSent) {
		t.Errorf("%s, GOAWAY: %d requests; %v", a.name, requests.Load(), err)
	}
}
