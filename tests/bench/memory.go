// Memory: a transport that answers without a network, so that what remains is the client's own work.

package main

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// A memory answers requests for a stream with events and others with chat, one request at a time. It allocates next to
// nothing itself: the response and its body.
type memory struct {
	chat, events []byte
	request      [4 << 10]byte
}

var (
	jsonHeader   = http.Header{"Content-Type": {"application/json"}, "Cf-Ray": {"8f2a-FRA"}}
	streamHeader = http.Header{"Content-Type": {"text/event-stream"}, "Cf-Ray": {"8f2a-FRA"}}
	wantsStream  = []byte(`"stream":true`)
)

func newMemory(events []string) *memory {
	return &memory{chat: []byte(chatAnswer()), events: []byte(strings.Join(events, ""))}
}

// RoundTrip reads the request, as a transport must, and answers.
func (m *memory) RoundTrip(req *http.Request) (*http.Response, error) {
	defer req.Body.Close()
	n, err := io.ReadFull(req.Body, m.request[:])
	if err != io.ErrUnexpectedEOF {
		return nil, err // no request here is that long
	}
	answer, header := m.chat, jsonHeader
	if bytes.Contains(m.request[:n], wantsStream) {
		answer, header = m.events, streamHeader
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(answer)), ContentLength: int64(len(answer)), Request: req,
	}, nil
}
