// SignIn: a wallet as the credentials of a client.

package signer

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// signInLife is how long a sign-in says that it is good. The service takes 5 minutes at most.
const signInLife = 4 * time.Minute

// SignIn lets a wallet make calls without an API key:
//
//	client, err := venice.New(venice.WithAuth(signer.SignIn(wallet)))
//
// Every attempt of a call gets a header SIGN-IN-WITH-X of its own, since each is good for one request: a message with a
// new nonce, for the host that the call goes to, good for 4 minutes, signed by the wallet. All of it is made here:
// nothing that a server sent, such as the siwxChallenge of a refusal, is ever signed.
//
// Operations that take no wallet are left alone; a route that [gen.Operations] does not list ([venice.Client.Do]) gets a
// sign-in whatever it is. A sign-in goes to https://api.venice.ai, to loopback and to what
// [AllowOrigin] names, over https or loopback, and never to where a redirect points; a call to anywhere else fails and
// is not sent. So does every call if there is no wallet, or an option was bad.
//
// If the service refuses a sign-in for its time, the difference of the clocks is taken from the refusal (up to an hour)
// and the call is tried once more.
func SignIn(wallet Wallet, options ...Option) venice.Auth { return newSignIn(wallet, options) }

// signIn is the auth that SignIn makes.
type signIn struct {
	wallet Wallet
	config *config
	err    error        // why there are no sign-ins
	ahead  atomic.Int64 // nanoseconds that the service's clock is ahead of ours

	checked atomic.Value // string: the domain and address that the last message was found to be right with
}

func newSignIn(wallet Wallet, options []Option) *signIn {
	s := &signIn{wallet: wallet}
	if s.config, s.err = newConfig(options); s.err == nil && wallet == nil {
		s.err = errors.New("signer: sign-in: no wallet")
	}
	return s
}

// Authorize implements [venice.Auth].
func (s *signIn) Authorize(ctx context.Context, req *http.Request, op *gen.Operation) error {
	if s.err != nil {
		return s.err
	}
	if !takesWallet(op) {
		return nil
	}
	if req.Response != nil {
		return errors.New("signer: sign-in: not for where a redirect points")
	}
	target, err := originOf(req.URL)
	if err == nil {
		err = s.config.allowOrigin(target)
	}
	if err != nil {
		return err
	}
	value, err := s.header(ctx, target)
	if err != nil {
		return err
	}
	req.Header.Set(signInName, value)
	return nil
}

// takesWallet reports whether a wallet may make a call. Of the operations that need no credentials, none gets any; whose
// access is not known gets them, since whoever made a wallet the client's credentials asked for that.
func takesWallet(op *gen.Operation) bool {
	return op != nil && (op.Access == gen.AccessAny || op.Access == gen.AccessWallet || op.Access == "")
}

// header makes and signs a message for an origin.
func (s *signIn) header(ctx context.Context, origin string) (string, error) {
	message, kind, err := s.message(origin)
	if err != nil {
		return "", err
	}
	// Only what depends on host and wallet can be wrong, and need not be looked at for every call.
	if whom := message.Domain + " " + message.Address; s.checked.Load() != whom {
		if err := message.check(); err != nil {
			return "", err
		}
		s.checked.Store(whom)
	}
	text := message.text()
	signature, err := s.wallet.SignMessage(ctx, text)
	if err != nil {
		return "", fmt.Errorf("signer: sign-in: %w", err)
	}
	h := SignInHeader{message.Address, string(text), NewSecret(signature), message.Chain(), kind, 0}
	return h.Encode()
}

// message is what the wallet is to sign now, and the type of its signature.
func (s *signIn) message(origin string) (m *SignInMessage, kind string, err error) {
	nonce := make([]byte, 8)
	if _, err := io.ReadFull(s.config.random, nonce); err != nil {
		return nil, "", fmt.Errorf("signer: sign-in: nonce: %w", err)
	}
	const milliseconds = "2006-01-02T15:04:05.000Z"
	now := s.config.now().Add(time.Duration(s.ahead.Load())).UTC()
	_, host, _ := strings.Cut(origin, "://")
	m = &SignInMessage{
		Domain:         host,
		Address:        s.wallet.Address(),
		Statement:      new("Sign in to Venice AI"),
		URI:            origin,
		Nonce:          hex.EncodeToString(nonce),
		IssuedAt:       now.Format(milliseconds),
		ExpirationTime: now.Add(signInLife).Format(milliseconds),
	}
	if s.config.domain != "" {
		m.Domain = s.config.domain
	}
	switch chain := s.wallet.Chain(); chain {
	case base:
		m.ChainID = strings.TrimPrefix(base, "eip155:")
	case solana:
		m.ChainID, kind = strings.TrimPrefix(solana, "solana:"), "ed25519"
	default:
		err = fmt.Errorf("signer: sign-in: by wallets on %s and %s, not on %q", base, solana, chain)
	}
	return m, kind, err
}
