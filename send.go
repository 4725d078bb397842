// Sending: an attempt on the wire, and what is known of how far it came.

package venice

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/venice-go/venice/internal/loose"
)

// begin begins an attempt.
func begin(x *exchange) {
	x.req, x.resp = nil, nil
	x.wire.reset()
	if x.trial = &x.first; x.first.Context == nil {
		x.ctx = x.wire.watch(x.ctx)
	} else {
		x.trial = new(attemptContext)
	}
	*x.trial = attemptContext{x.ctx, x.call.op, x.attempts + 1}
}

// sending is the step that hands a request to the transport.
type sending struct{ client http.Client }

// newSending has redirects signed anew, and followed only where the caller's own rule lets them be too.
func newSending(client http.Client, sign authorising) *sending {
	also := client.CheckRedirect
	client.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		if err := checkRedirect(next, via); err != nil {
			return err
		}
		if also != nil {
			if err := also(next, via); err != nil {
				return err
			}
		}
		op, _ := AttemptOf(next.Context())
		return sign.sign(next, op)
	}
	return &sending{client}
}

func (s *sending) do(x *exchange, _ steps) (err error) {
	if err := x.ctx.Err(); err != nil {
		return err
	}
	x.attempts++
	x.wire.sent = true
	x.resp, err = s.send(x.req)      //nolint:bodyclose // exchange.close does
	return loose.WithoutAddress(err) // the operation says as much
}

// send does what http.Client.Do does. That prepares for redirects, which takes more than all else it does, so it only gets
// to see what has to do with one, or is an error.
func (s *sending) send(req *http.Request) (*http.Response, error) {
	if s.client.Jar != nil || s.client.Timeout != 0 {
		return s.client.Do(req)
	}
	resp, err := s.client.Transport.RoundTrip(req)
	if err == nil && resp != nil && resp.Body != nil && (resp.StatusCode < 300 || resp.StatusCode > 399) {
		return resp, nil
	}
	client := s.client
	client.Transport = &repeating{client.Transport, func() (*http.Response, error) { return resp, err }}
	return client.Do(req)
}

// A repeating transport begins with what another has said already.
type repeating struct {
	http.RoundTripper
	said func() (*http.Response, error)
}

func (r *repeating) RoundTrip(req *http.Request) (*http.Response, error) {
	if said := r.said; said != nil {
		r.said = nil
		return said()
	}
	return r.RoundTripper.RoundTrip(req)
}

func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// A redirectRefusal says why a redirect was not followed. It names the origin only: a query may hold secrets.
type redirectRefusal string

func (r redirectRefusal) Error() string { return "redirect refused: " + string(r) }

// checkRedirect keeps a call where it was sent. net/http drops some credentials when it follows a redirect to another
// host, but neither a wallet's sign-in, nor a payment, nor a body; and a request that changes something is not to be
// repeated because a server says so. That leaves reads within one origin.
func checkRedirect(next *http.Request, via []*http.Request) error {
	switch {
	case origin(next.URL) != origin(via[0].URL):
		return redirectRefusal(fmt.Sprintf("%s is another origin than %s", origin(next.URL), origin(via[0].URL)))
	case via[0].Method != http.MethodGet:
		return redirectRefusal("only a GET is sent again, not a " + via[0].Method)
	case len(via) >= 10:
		return redirectRefusal("10 have been followed already")
	}
	return nil
}
