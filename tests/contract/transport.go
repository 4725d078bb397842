// The check from inside a client.

package contract

import (
	"errors"
	"io"
	"net/http"
)

// Transport returns a RoundTripper that sends requests by base, or by [http.DefaultTransport] if it is nil, and holds their
// answers against the description. Requests and answers are those of base, to the byte; an answer is judged when its end
// was read or it is closed, and events of a stream as they are read.
func (c *Check) Transport(base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	return &transport{c, base}
}

type transport struct {
	check *Check
	base  http.RoundTripper
}

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	x := t.check.begin(r, r.URL.Host)
	resp, err := t.base.RoundTrip(r)
	if err != nil || x == nil || resp.StatusCode == http.StatusSwitchingProtocols {
		return resp, err
	}
	x.head(resp.StatusCode, resp.Header, resp.ContentLength)
	if resp.Body == nil || resp.Body == http.NoBody {
		x.end(true)
		return resp, nil
	}
	resp.Body = &body{resp.Body, x}
	return resp, nil
}

// CloseIdleConnections does so where the base can, as [http.Client] asks for it.
func (t *transport) CloseIdleConnections() {
	if c, can := t.base.(interface{ CloseIdleConnections() }); can {
		c.CloseIdleConnections()
	}
}

// A body passes on what is read, and shows it to the exchange.
type body struct {
	io.ReadCloser
	exchange *exchange
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.exchange.write(p[:n])
	if err != nil {
		b.exchange.end(errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF))
	}
	return n, err
}

func (b *body) Close() error {
	err := b.ReadCloser.Close()
	b.exchange.end(false)
	return err
}
