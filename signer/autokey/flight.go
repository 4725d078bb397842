// flight: the one look into the store, and the one mint, that all who need a key wait for.

package autokey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/venice-go/venice/signer"
)

const (
	// rest is how long a mint that failed is not tried again: the time in which the service counts refusals.
	rest = 30 * time.Second
	// rush is how long after a mint no other one follows, whatever is said of the key: a service that refuses every key
	// would otherwise be asked for one after the other, each with limits of its own.
	rush = 10 * time.Minute
	// patience bounds a flight: a person may be asked to sign, and once more if the token expires meanwhile.
	patience = 35 * time.Minute
)

type flight struct {
	done chan struct{}
	err  error
}

// state returns the key in use, and why none is fetched for now.
func (a *Auth) state() (held *heldKey, failed error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.now().Before(a.until) {
		failed = a.failed
	}
	return a.held, failed
}

// key returns a key that is good. If it has to be fetched, and must not, it returns none.
func (a *Auth) key(ctx context.Context, must bool) (none signer.Secret, err error) {
	held, failed := a.state()
	switch good := held.good(a.now()); {
	case good && (failed != nil || !must):
		return held.Text.Secret, nil //nolint:nilerr // why there is no newer key does not matter yet
	case !must:
		return none, nil
	case failed != nil:
		return none, failed
	}
	err = a.renew(ctx, none)
	if held, _ = a.state(); held.good(a.now()) { // perhaps the old one
		return held.Text.Secret, nil
	}
	if err == nil {
		err = errors.New("autokey: the key expired while it was fetched")
	}
	return none, err
}

// renew has a key fetched or minted, if there is need: one that is not about to expire, and other than the one that is
// gone. It waits for it. A caller that stops waiting stops no mint: one that was sent is seen to its end.
func (a *Auth) renew(ctx context.Context, gone signer.Secret) error {
	for {
		a.mu.Lock()
		if !a.unsaved && a.held.good(a.now().Add(a.margin)) && !a.held.is(gone) {
			a.mu.Unlock()
			return nil
		}
		f, mine := a.flight, a.flight == nil
		if mine {
			f = &flight{done: make(chan struct{})}
			a.flight = f
			go a.fly(f, gone) //nolint:gosec // G118: fly says why it has a context of its own
		}
		a.mu.Unlock()
		select {
		case <-f.done:
		case <-ctx.Done():
			return fmt.Errorf("autokey: the key is fetched on without the caller: %w", ctx.Err())
		}
		// The flight was somebody else's, who may not know that the key is gone.
		if mine || f.err != nil || gone.IsZero() {
			return f.err
		}
	}
}

// fly runs apart from the call that began it: others wait for it too, and what that call's context has in it, such as what
// watches its connection, is not for these requests.
func (a *Auth) fly(f *flight, gone signer.Secret) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var key *signer.Key
	tried := false
	err := a.open(ctx, a.client.BaseURL(), func(r *record) (err error) {
		if tried, err = a.wants(r, gone); tried {
			key, err = a.mint(ctx, r)
		}
		return err
	})
	if err != nil {
		err = fmt.Errorf("autokey: %w", err)
	}
	if tried && a.Minted != nil {
		a.Minted(key, err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if key != nil && !a.unsaved {
		err = nil // about the answer, which was odd
	}
	f.err, a.flight, a.failed, a.until = err, nil, err, time.Time{}
	if err != nil {
		a.until = a.now().Add(rest)
	}
	close(f.done)
}

// wants takes over what is stored, and reports whether a key has to be minted. An error is why it must not.
func (a *Auth) wants(r *record, gone signer.Secret) (bool, error) {
	now := a.now()
	a.mu.Lock()
	held, unsaved := a.held, a.unsaved
	a.mu.Unlock()
	// Not if another process has one by now. If what was stored is gone, somebody has forgotten it, which is no reason to mint.
	if unsaved && (r.Pending == nil && r.Key == nil || r.Pending != nil && r.Pending.Description == held.Description) {
		r.Key, r.Pending = held, nil
		if err := r.put(); err != nil {
			return false, notStored(err)
		}
	}
	old := r.Key.is(gone)
	if r.Key != nil && !old {
		a.use(r.Key, false)
	}
	soon := rush
	if a.Life > 0 {
		soon = min(soon, (a.Life-a.margin)/2)
	}
	switch {
	case !old && r.Key.good(now.Add(a.margin)):
		return false, nil
	case r.Pending != nil:
		return false, r.Pending.lost()
	case r.Refused != nil && now.Before(r.Refused.Until) && r.Refused.Until.Sub(now) <= rest: // else a clock was off
		return false, r.Refused.repeated()
	case r.Key != nil && now.Sub(r.Key.Minted).Abs() < soon:
		return false, fmt.Errorf("the key minted %v ago is no good any more. The next is minted %v after it at the earliest",
			now.Sub(r.Key.Minted).Round(time.Second), soon)
	}
	return true, nil
}

func (a *Auth) use(key *heldKey, unsaved bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.held, a.unsaved = key, unsaved
}
