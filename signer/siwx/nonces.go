// Nonces: the memory of which sign-ins were used.

package siwx

import (
	"context"
	"sync"
	"time"
)

// nonces remembers nonces until they are of no use to anybody. The zero value is empty.
type nonces struct {
	mu    sync.Mutex
	used  map[walletNonce]bool
	queue []usedNonce // in the order of use
}

type walletNonce struct{ wallet, nonce string }

type usedNonce struct {
	walletNonce
	until time.Time
}

func (n *nonces) remember(_ context.Context, wallet, nonce string, until time.Time) (first bool, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.forget(until.Add(-nonceMemory))
	key := walletNonce{wallet, nonce}
	if n.used[key] {
		return false, nil
	}
	if n.used == nil {
		n.used = map[walletNonce]bool{}
	}
	n.used[key] = true
	n.queue = append(n.queue, usedNonce{key, until})
	return true, nil
}

// forget drops what is past. A clock that went back makes it forget later, never earlier.
func (n *nonces) forget(now time.Time) {
	for len(n.queue) > 0 && !now.Before(n.queue[0].until) {
		delete(n.used, n.queue[0].walletNonce)
		n.queue = n.queue[1:]
	}
}
