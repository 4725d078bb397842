// Auth: how calls are authorised, and the API key as one way.

package venice

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/venice-go/venice/gen"
)

// An Auth adds credentials to requests. It is asked anew for every attempt, redirects included, because a wallet's
// sign-in is good for one request only. It sets headers of req and leaves the rest alone; op says which credentials the
// operation takes, and an Auth that has none of them does nothing. An error keeps the request from being sent. Several
// goroutines may ask at once.
type Auth interface {
	Authorize(ctx context.Context, req *http.Request, op *gen.Operation) error
}

// A Retrier is an Auth that may know what to do about a refusal. It is asked at most once per call, about an answer with
// status 401 or 402. With again the call is sent once more, with new credentials and whatever its effect, since what was
// refused was not carried out. An err that comes without it is added to the call's error: why the refusal could not be
// made good for, or [ErrMaybeSent] if an earlier copy of the request may have been carried out. The client is the one
// that the call was made with.
type Retrier interface {
	Auth
	Retry(ctx context.Context, client *Client, op *gen.Operation, refusal *Error) (again bool, err error)
}

// authFunc is a closure, so that not even a walk over its fields by reflection comes upon a secret.
type authFunc func(req *http.Request, op *gen.Operation)

func (f authFunc) Authorize(_ context.Context, req *http.Request, op *gen.Operation) error {
	f(req, op)
	return nil
}

func (c *config) setAPIKey(key string) error {
	if key == "" || strings.Contains(key, " ") || !headerText(key) {
		return errors.New("an API key is printable ASCII without spaces (the value given is not shown)")
	}
	bearer := []string{"Bearer " + key} // transports leave requests as they are, so that all may share it
	c.auth, c.authSet = authFunc(func(req *http.Request, op *gen.Operation) {
		if takesKey(op) {
			req.Header["Authorization"] = bearer
		}
	}), true
	return nil
}

// takesKey leaves out the operations that refuse a key, and the mint: whoever runs it asks for a key with a wallet,
// and no answer of it depends on the key that the client has already. Open operations get the key: the models that are
// listed, and quotes, may depend on who asks.
func takesKey(op *gen.Operation) bool {
	return op.Access != gen.AccessWallet && op.Access != gen.AccessPayment &&
		!strings.HasSuffix(op.Path, "/generate_web3_key")
}
