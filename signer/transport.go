// Transport: a wallet's sign-in for any HTTP client, such as one for another service's API that Venice understands.

package signer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/internal/origin"
	"github.com/venice-go/venice/internal/route"
	"github.com/venice-go/venice/signer/siwx"
)

// A Transport is an [http.RoundTripper] that signs requests in with a wallet, as [SignIn] does for this module's own
// client. With it a client for the OpenAI API, for one, works with a wallet and no key: give it an [http.Client] whose
// Transport this is, and the service's base URL.
//
// Requests for any address but BaseURL's origin fail, and so do those for routes that only take an API key, and what a
// redirect asks to sign in to. Of the others below BaseURL two kinds get a sign-in, in place of an Authorization header,
// which such a client adds for its own service: those for the routes that take a wallet, and, since it shows that credentials
// are wanted, any that has an Authorization header, whether [venice.Operations] lists its route or not. All others, and
// those beside BaseURL's path, go as they are.
//
// A request is sent once more in the cases that [SignIn] names, if it has no body or one that can be had again
// (GetBody). When a call that is billed comes back with status 401 and the code X402_SIGN_IN_NONCE_REUSED, a lower
// transport has sent it twice, and the first copy may have run.
//
// The fields are set before the first use. A Transport is safe for use by several goroutines at once and must not be
// copied. The zero Transport has no wallet, and fails every request.
type Transport struct {
	Auth    venice.Auth       // signs in: what SignIn returns, or one that pays as well; required
	BaseURL string            // what paths are appended to; https://api.venice.ai/api/v1 if empty
	Base    http.RoundTripper // sends the requests; http.DefaultTransport if nil

	once   sync.Once
	err    error // why nothing is sent
	origin string
	prefix string         // of paths
	client *venice.Client // for an Auth that makes calls itself
}

// RoundTrip implements [http.RoundTripper]. It leaves req as it is and closes its body, errors included.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.once.Do(t.prepare)
	signed, op, err := t.sign(req)
	if err != nil {
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, err
	}
	transport := t.Base
	if transport == nil {
		transport = http.DefaultTransport
	}
	resp, err := transport.RoundTrip(signed)
	if err != nil || resp.StatusCode != http.StatusUnauthorized && resp.StatusCode != http.StatusPaymentRequired {
		return resp, err
	}
	retrier, able := t.Auth.(venice.Retrier)
	if !able || op == nil {
		return resp, nil
	}
	if again, _ := retrier.Retry(req.Context(), t.client, op, peek(resp)); !again {
		// An error in place of the answer would tell a caller less, and make some send the request again.
		return resp, nil
	}
	if signed, _, err = t.sign(req); err != nil {
		return resp, nil //nolint:nilerr // see above
	}
	if req.Body != nil && req.Body != http.NoBody {
		if req.GetBody == nil {
			return resp, nil
		}
		if signed.Body, err = req.GetBody(); err != nil {
			return resp, nil //nolint:nilerr // see above
		}
	}
	resp.Body.Close()
	return transport.RoundTrip(signed)
}

func (t *Transport) prepare() {
	address := t.BaseURL
	if address == "" {
		address = origin.Service + "/api/v1"
	}
	if t.Auth == nil {
		t.err = errors.New("no Auth")
		return
	}
	t.client, t.err = venice.New(venice.WithBaseURL(address), venice.WithAuth(t.Auth), venice.WithHTTPClient(&http.Client{Transport: t.Base}))
	if t.err == nil {
		u, _ := url.Parse(address)
		t.origin, t.err = origin.Of(u)
		t.prefix = strings.TrimRight(u.EscapedPath(), "/")
	}
}

// sign returns a copy of the request with a sign-in, and the operation that it is for; or the request itself, and nil.
func (t *Transport) sign(req *http.Request) (*http.Request, *venice.Operation, error) {
	if t.err != nil {
		return nil, nil, fmt.Errorf("signer: Transport: %w", t.err)
	}
	if req.URL == nil || req.Header == nil {
		return nil, nil, errors.New("signer: Transport: a request without URL or header")
	}
	if target, err := origin.Of(req.URL); err != nil || target != t.origin {
		return nil, nil, fmt.Errorf("signer: Transport: made for %s only (see BaseURL); nothing was sent to %s", t.origin, req.URL.Host)
	}
	op, err := t.operation(req)
	if op == nil {
		return req, nil, err
	}
	signed := req.Clone(req.Context())
	for _, name := range []string{"Authorization", siwx.HeaderName, "X-Sign-In-With-X"} {
		signed.Header.Del(name)
	}
	if _, keyed := signed.Header["Idempotency-Key"]; keyed && signed.Body != nil {
		signed.GetBody = nil // else net/http sends it again when the connection breaks, with a sign-in that may be used
	}
	return signed, op, t.Auth.Authorize(req.Context(), signed, op)
}

// operation returns what a request that is to be signed is for, or nil for one that is not.
func (t *Transport) operation(req *http.Request) (*venice.Operation, error) {
	path, below := strings.CutPrefix(req.URL.EscapedPath(), t.prefix)
	if !below || route.Check(path) != nil {
		return nil, nil //nolint:nilerr // what it refuses is not below BaseURL
	}
	op := venice.OperationOf(req.Method, path)
	switch {
	case op.Access == venice.AccessKey:
		return nil, fmt.Errorf("signer: Transport: %s %s takes an API key, not a wallet", op.Method, op.Path)
	case takesWallet(&op) && op.Access != "":
	case req.Header.Get("Authorization") == "":
		return nil, nil
	default:
		op.Access = "" // so that it is signed, and its refusals are looked into
	}
	return &op, nil
}

// peek reads what a refusal says, and leaves it to be read again.
func peek(resp *http.Response) *venice.Error {
	body := resp.Body
	raw, _ := io.ReadAll(io.LimitReader(body, 1<<16))
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(raw), body), body}
	var said struct{ Code string }
	_ = json.Unmarshal(raw, &said) // without a code it is the refusal of a route that has none
	return &venice.Error{Status: resp.StatusCode, Code: said.Code, Raw: raw, Response: &venice.Response{Header: resp.Header}}
}
