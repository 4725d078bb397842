// What a refused sign-in teaches: the difference of the clocks, and that it came a second time.

package signer

import (
	"net/http"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// maxSkew bounds the difference of the clocks that is made up for. A clock that is further off needs to be set.
const maxSkew = time.Hour

// Retry says what to do about a call that was refused with a 401: whether to send it once more, signed in anew, and if
// not, whether it may have been carried out all the same. It is to be asked once per call at most.
//
// A sign-in that was refused for its time was not used, so that any call may be sent again. A nonce that was used before
// means that the transport sent the request twice, and that the answer to the first copy was lost: a read is sent again,
// of anything else the first copy may have run. The routes that only take wallets do not say what was wrong.
func (s *signIn) Retry(op *gen.Operation, refusal *venice.Error, answer http.Header) (again, maybe bool) {
	if refusal.Status != http.StatusUnauthorized || !takesWallet(op) {
		return false, false
	}
	read := op.Effect == gen.EffectRead
	switch refusal.Code {
	case codeExpired, codeFutureTimestamp, codeNotBefore:
		return s.learn(answer), false
	case codeNonceReused:
		return read, !read
	case "":
		s.learn(answer)
		return read && op.Access == gen.AccessWallet, false
	}
	return false, false
}

// learn takes the service's time from an answer, and reports whether it can be made up for. It moves the times of
// sign-ins only.
func (s *signIn) learn(answer http.Header) bool {
	date, err := http.ParseTime(answer.Get("Date"))
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
