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
	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/origin"
	"github.com/venice-go/venice/internal/solana"
	"github.com/venice-go/venice/signer/siwx"
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
// Operations that take no wallet are left alone; a route that [venice.Operations] does not list ([venice.Client.Do]) gets a
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
}

func newSignIn(wallet Wallet, options []Option) *signIn {
	s := &signIn{wallet: wallet}
	if s.config, s.err = newConfig(options); s.err == nil && wallet == nil {
		s.err = errors.New("signer: sign-in: no wallet")
	}
	return s
}

// Authorize implements [venice.Auth].
func (s *signIn) Authorize(ctx context.Context, req *http.Request, op *venice.Operation) error {
	if s.err != nil {
		return s.err
	}
	if !takesWallet(op) {
		return nil
	}
	if req.Response != nil {
		return errors.New("signer: sign-in: not for where a redirect points")
	}
	target, err := origin.Of(req.URL)
	if err == nil {
		err = s.config.origins.Check(target)
	}
	if err != nil {
		return fmt.Errorf("signer: %w", err)
	}
	value, err := s.header(ctx, target)
	if err != nil {
		return err
	}
	req.Header.Set(siwx.HeaderName, value)
	return nil
}

// takesWallet reports whether a wallet may make a call. Of the operations that need no credentials, none gets any; whose
// access is not known gets them, since whoever made a wallet the client's credentials asked for that.
func takesWallet(op *venice.Operation) bool {
	return op != nil && (op.Access == venice.AccessAny || op.Access == venice.AccessWallet || op.Access == "")
}

// header makes and signs a message for an origin.
func (s *signIn) header(ctx context.Context, origin string) (string, error) {
	message, err := s.message(origin)
	if err != nil {
		return "", err
	}
	return message.Sign(func(text []byte) (string, error) {
		signature, err := signText(ctx, s.wallet, text, signInLife)
		if err != nil {
			err = fmt.Errorf("signer: sign-in: %w", err)
		}
		return signature, err
	})
}

// message is what the wallet is to sign now.
func (s *signIn) message(origin string) (*siwx.Message, error) {
	nonce := make([]byte, 8)
	if _, err := io.ReadFull(s.config.random, nonce); err != nil {
		return nil, fmt.Errorf("signer: sign-in: nonce: %w", err)
	}
	const milliseconds = "2006-01-02T15:04:05.000Z"
	now := s.config.now().Add(time.Duration(s.ahead.Load())).UTC()
	_, host, _ := strings.Cut(origin, "://")
	m := &siwx.Message{
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
	case evm.Base, solana.Network:
		_, m.ChainID, _ = strings.Cut(chain, ":")
		return m, nil
	default:
		return nil, fmt.Errorf("signer: sign-in: by wallets on %s and %s, not on %q", evm.Base, solana.Network, chain)
	}
}
