// What the fake knows of wallets and payments.

package venicetest

import (
	"net/http"
	"time"
)

// books are guarded by the handler's mutex.
type books struct {
	wallets     map[string]*wallet      // by address
	nonces      map[[2]string]time.Time // of sign-ins, by wallet and nonce: when they may be forgotten
	noncesFull  int                     // how many there are when they are next gone through
	budgets     map[string]*budget      // of refusals, by caller, model and user; nil for none
	calls       map[string][]time.Time  // of the last minute on limited routes, by route and caller; nil for no limits
	usdc        holdings                // on both chains
	payments    map[string]*payment     // settled or in progress, by id
	settlements []Settlement            // the oldest first
	blockhashes map[string]int64        // those that were given: the last valid block height
	sent        int                     // payments, whatever became of them
	fault       func(n int, r *http.Request) Fault
	rewrite     func(offer []byte) (body []byte, header string)
	baseBook
}

func newBooks() books {
	return books{
		wallets:     map[string]*wallet{},
		nonces:      map[[2]string]time.Time{},
		calls:       map[string][]time.Time{},
		usdc:        holdings{},
		payments:    map[string]*payment{},
		blockhashes: map[string]int64{},
		baseBook:    newBaseBook(),
	}
}
