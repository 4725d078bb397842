// Auth: how calls are authorised, and the API key as one way.

package venice

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/venice-go/venice/internal/loose"
)

// An Auth adds credentials to requests. It is asked anew for every attempt, redirects included, because a wallet's
// sign-in is good for one request only. It sets headers of req and leaves the rest alone; op says which credentials the
// operation takes, and an Auth that has none of them does nothing. An error keeps the request from being sent. Several
// goroutines may ask at once.
type Auth interface {
	Authorize(ctx context.Context, req *http.Request, op *Operation) error
}

// authFunc is a closure, so that not even a walk over its fields by reflection comes upon a secret.
type authFunc func(req *http.Request, op *Operation)

func (f authFunc) Authorize(_ context.Context, req *http.Request, op *Operation) error {
	f(req, op)
	return nil
}

// bearer is the Auth that sends an API key.
func bearer(key string) (Auth, error) {
	if key == "" || strings.Contains(key, " ") || !loose.HeaderText(key) {
		return nil, errors.New("an API key is printable ASCII without spaces (the value given is not shown)")
	}
	value := []string{"Bearer " + key} // transports leave requests as they are, so that all may share it
	return authFunc(func(req *http.Request, op *Operation) {
		if takesKey(op) {
			req.Header["Authorization"] = value
		}
	}), nil
}

// takesKey leaves out the operations that refuse a key, and the mint: whoever runs it asks for a key with a wallet,
// and no answer of it depends on the key that the client has already. Open operations get the key: the models that are
// listed, and quotes, may depend on who asks.
func takesKey(op *Operation) bool {
	path, err := url.PathUnescape(op.Path)
	return op.Access != AccessWallet && op.Access != AccessPayment &&
		err == nil && !strings.HasSuffix(path, "/generate_web3_key")
}

// authorising is the step that adds credentials.
type authorising struct{ auth Auth }

func (a authorising) do(x *exchange, rest steps) error {
	if err := a.sign(x.req, x.call.op); err != nil {
		return err
	}
	return rest.run(x)
}

func (a authorising) sign(req *http.Request, op *Operation) error {
	if a.auth == nil {
		return nil
	}
	if err := a.auth.Authorize(req.Context(), req, op); err != nil {
		return fmt.Errorf("authorise: %w", err)
	}
	return nil
}

// hidden returns a function that takes the client's API key out of a text of the service's, which may repeat what it was
// sent, or nil if there is no key. A key of a few characters stays: it would be cut out of other words.
func hidden(auth Auth) func(string) string {
	const shortest = 8
	authorise, ok := auth.(authFunc)
	if !ok {
		return nil
	}
	req := &http.Request{Header: http.Header{}}
	authorise(req, &Operation{})
	_, key, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	if len(key) < shortest {
		return nil
	}
	return func(s string) string { return strings.ReplaceAll(s, key, redacted) }
}

// redacted stands where a secret was.
const redacted = "[redacted]"
