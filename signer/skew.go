// What a refused sign-in teaches: the difference of the clocks, and that it came a second time.

package signer

import (
	"context"
	"net/http"
	"time"

	"github.com/venice-go/venice"
)

// What the service says of a sign-in that was refused for its time, or that came a second time.
const (
	codeExpired         = "X402_SIGN_IN_EXPIRED"
	codeFutureTimestamp = "X402_SIGN_IN_FUTURE_TIMESTAMP"
	codeNotBefore       = "X402_SIGN_IN_NOT_BEFORE"
	codeNonceReused     = "X402_SIGN_IN_NONCE_REUSED"
)

// maxSkew bounds the difference of the clocks that is made up for. A clock that is further off needs to be set.
const maxSkew = time.Hour

var _ venice.Retrier = (*signIn)(nil)

// Retry implements [venice.Retrier].
//
// A sign-in that was refused for its time was not used, so that any call may be sent again. A nonce that was used before
// means that the transport sent the request twice, and that the answer to the first copy was lost: a read is sent again,
// of anything else the first copy may have run. The routes that only take wallets do not say what was wrong.
func (s *signIn) Retry(_ context.Context, _ *venice.Client, op *venice.Operation, refusal *venice.Error) (again bool, err error) {
	if refusal.Status != http.StatusUnauthorized || !takesWallet(op) {
		return false, nil
	}
	read := op.Effect == venice.EffectRead
	switch refusal.Code {
	case codeExpired, codeFutureTimestamp, codeNotBefore:
		return s.learn(refusal), nil
	case codeNonceReused:
		if !read {
			err = venice.ErrMaybeSent
		}
		return read, err
	case "":
		s.learn(refusal)
		return read && op.Access == venice.AccessWallet, nil
	}
	return false, nil
}

// learn takes the service's time from an answer, and reports whether it can be made up for. It moves the times of
// sign-ins only.
func (s *signIn) learn(refusal *venice.Error) bool {
	if refusal.Response == nil {
		return false
	}
	date, err := http.ParseTime(refusal.Response.Header.Get("Date"))
	if err != nil {
		return false
	}
	ahead := date.Sub(s.config.now())
	if ahead.Abs() > maxSkew {
		return false
	}
	s.ahead.Store(int64(ahead))
	return true
}
