// Package once keeps net/http from sending a request again by itself.
package once

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync/atomic"
)

// A Transport sends each request once, so that every attempt of the client's is one request, asks for
// credentials anew and is counted.
//
// Over version 1 of HTTP, net/http sends some requests again when a connection that was used before breaks, although the
// first may have arrived: a GET or the like, and anything with an Idempotency-Key. Over version 2 it sends any request
// again, and more than once, when the server says that it has not begun with it, and also when the server breaks off with
// PROTOCOL_ERROR, which it may do after it has begun. It never does if there is a body that it cannot read again.
type Transport struct {
	Base  http.RoundTripper
	http1 atomic.Bool // seen over TLS
}

// RoundTrip implements [http.RoundTripper].
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	empty := req.Body == nil || req.Body == http.NoBody
	_, keyed := req.Header["Idempotency-Key"]
	_, keyedToo := req.Header["X-Idempotency-Key"]
	version1 := req.URL.Scheme == "http" || t.http1.Load()
	switch {
	case version1 && !keyed && !keyedToo && !slices.Contains(replayed, req.Method):
	case !version1 && empty && slices.Contains(replayed, req.Method): // some servers refuse one with a body over version 2
		req = req.WithContext(bounded(req.Context()))
	default:
		r := *req
		if r.GetBody = nil; empty {
			r.Body = unknown{}
		}
		req = &r
	}
	resp, err := t.Base.RoundTrip(req)
	if resp != nil && resp.ProtoMajor == 1 {
		t.http1.Store(true)
	}
	return resp, err
}

// replayed are the methods of requests that net/http sends again by their names alone.
var replayed = []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace}

// unknown is an empty body of which net/http learns only by reading that it is empty. With a GET or the like it then sends
// none.
type unknown struct{}

func (unknown) Read([]byte) (int, error) { return 0, io.EOF }
func (unknown) Close() error             { return nil }

// bounded returns a context that ends when a request under it is sent for the third time, or with the one it is made of.
func bounded(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(ctx)
	var sent atomic.Int64
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {
		if sent.Add(1) > 2 {
			cancel(errTooOften)
		}
	}})
}

var errTooOften = errors.New("the server breaks the request off whenever it is sent")

// Disowned reports whether an error is the server's word, over version 2 of HTTP, that it has not begun with a request.
// net/http gives it as text only.
func Disowned(err error) bool {
	if err == nil {
		return false
	}
	text := err.Error()
	return strings.HasPrefix(text, "http2: Transport: cannot retry err [") &&
		(strings.Contains(text, "graceful shutdown GOAWAY]") || strings.Contains(text, "; REFUSED_STREAM; received from peer]"))
}
