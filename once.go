// Once: keeping net/http from sending a request again by itself.

package venice

import (
	"io"
	"net/http"
	"sync/atomic"
)

// A once is a transport that sends each request once, so that every attempt of the client's is one request, asks for
// credentials anew and is counted. When a connection that was used before breaks, net/http sends some requests again,
// with the same single-use sign-in, although the first may have arrived: a GET, and anything with an Idempotency-Key.
// It does not when there is a body that it cannot read again. Version 2 of HTTP tells what a server has not begun with,
// so that sending that again is fine.
type once struct {
	base  http.RoundTripper
	http1 atomic.Bool // seen
}

func (t *once) RoundTrip(req *http.Request) (*http.Response, error) {
	_, keyed := req.Header["Idempotency-Key"]
	_, keyedToo := req.Header["X-Idempotency-Key"]
	if keyed || keyedToo || req.Method == http.MethodGet && t.http1.Load() {
		r := *req
		if r.GetBody = nil; r.Body == nil || r.Body == http.NoBody {
			r.Body = unknown{}
		}
		req = &r
	}
	resp, err := t.base.RoundTrip(req)
	if resp != nil && resp.ProtoMajor == 1 {
		t.http1.Store(true)
	}
	return resp, err
}

// unknown is an empty body that net/http only finds out to be empty when it reads it. Of a GET it then sends none.
type unknown struct{}

func (unknown) Read([]byte) (int, error) { return 0, io.EOF }
func (unknown) Close() error             { return nil }
