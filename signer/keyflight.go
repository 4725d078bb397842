// keyFlight: the one look into the store, and the one mint, that all who need a key wait for.

package signer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/venice-go/venice"
)

const (
	// keyRest is how long a mint that failed is not tried again. The service counts refusals by as much.
	keyRest = 30 * time.Second
	// keyRush is how long after a mint no other one follows, whatever is said of the key: a service that refuses every key
	// would otherwise be asked for one after the other, each with limits of its own.
	keyRush = 10 * time.Minute
	// keyPatience is for a person who is asked to sign, twice if the token expires meanwhile.
	keyPatience = 35 * time.Minute
)

// maxLostAnswer is how much of an answer is stored in which a key of an unknown form could be, in bytes.
const maxLostAnswer = 64 << 10

type keyFlight struct {
	done chan struct{}
	err  error
}

// key returns a key that is good. If it has to be fetched, and must not, it returns none.
func (k *KeyAuth) key(ctx context.Context, must bool) (Secret, error) {
	if text, done, err := k.ready(must); done {
		return text, err
	}
	err := k.renew(ctx, Secret{})
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.held.good(k.config.now()) { // perhaps the old one
		return k.held.Text.Secret, nil
	}
	if err == nil {
		err = errors.New("signer: key: it expired while it was fetched")
	}
	return Secret{}, err
}

// ready returns what is at hand, and whether that is all there is to do.
func (k *KeyAuth) ready(must bool) (text Secret, done bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.config.now()
	resting, good := now.Before(k.until), k.held.good(now)
	switch {
	case good && (resting || !must || k.fresh(Secret{})):
		return k.held.Text.Secret, true, nil
	case resting && must:
		return text, true, k.failed
	}
	return text, !must, nil
}

// renew has a key fetched or minted, other than the one that is gone, and waits for it. Who stops waiting stops nothing:
// a mint that was sent is seen to its end.
func (k *KeyAuth) renew(ctx context.Context, gone Secret) error {
	for {
		k.mu.Lock()
		if k.fresh(gone) { // since the caller looked
			k.mu.Unlock()
			return nil
		}
		f, mine := k.flight, k.flight == nil
		if mine {
			f = &keyFlight{done: make(chan struct{})}
			k.flight = f
			go k.fly(f, gone) //nolint:gosec // G118: fly says why it has a context of its own
		}
		k.mu.Unlock()
		select {
		case <-f.done:
		case <-ctx.Done():
			return fmt.Errorf("signer: key: it is fetched on without the caller: %w", ctx.Err())
		}
		// A flight of somebody else may have been content with the key that is gone.
		if mine || f.err != nil || gone.Reveal() == "" {
			return f.err
		}
	}
}

// fresh reports whether there is nothing to fetch.
func (k *KeyAuth) fresh(gone Secret) bool {
	return !k.unsaved && k.held.good(k.config.now().Add(k.margin)) && (gone.Reveal() == "" || !k.held.is(gone))
}

// fly runs apart from the call that began it: others wait for it too, and what that call's context has in it, such as what
// watches its connection, is not for these requests.
func (k *KeyAuth) fly(f *keyFlight, gone Secret) {
	ctx, cancel := context.WithTimeout(context.Background(), keyPatience)
	defer cancel()
	var key *Key
	tried := false
	err := k.store.Hold(ctx, func(record Secret, save func(Secret) error) (err error) {
		s, err := k.read(record, k.client.BaseURL())
		if err == nil {
			put := func() error { return s.put(save) }
			if tried, err = k.wants(s, put, gone); tried {
				key, err = k.mint(ctx, s, put)
			}
		}
		return err
	})
	if tried && k.Minted != nil {
		k.Minted(key, err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if key != nil && !k.unsaved {
		err = nil // about the answer, which was odd
	}
	f.err, k.flight, k.failed, k.until = err, nil, err, time.Time{}
	if err != nil {
		k.until = k.config.now().Add(keyRest)
	}
	close(f.done)
}

// read decodes what is stored, and refuses what is somebody else's.
func (k *KeyAuth) read(record Secret, service string) (*storedKey, error) {
	wallet := k.Wallet.Address()
	if record.reveal == nil { // an empty text is something else: a file that lost what was in it
		return &storedKey{Service: service, Wallet: wallet}, nil
	}
	place := "the store"
	if s, ok := k.store.(fmt.Stringer); ok {
		place = s.String()
	}
	s, err := decodeStored(record.Reveal())
	if err != nil {
		return nil, fmt.Errorf("signer: key: %s is %w. It is left as it is, and nothing is minted beside it: if there is no other "+
			"copy, delete the wallet's keys that nothing uses at the service, with an ADMIN key, and call KeyAuth.Forget", place, err)
	}
	if s.Wallet != wallet || s.Service != service {
		return nil, fmt.Errorf("signer: key: %s has the key of wallet %s at %s, and not that of %s at %s: use a store for each",
			place, s.Wallet, s.Service, wallet, service)
	}
	return s, nil
}

func (s *storedKey) put(save func(Secret) error) error {
	record, err := s.encode()
	if err != nil {
		return err
	}
	return save(record)
}

// wants takes over what is stored, and reports whether a key has to be minted. An error is why it must not.
func (k *KeyAuth) wants(s *storedKey, put func() error, gone Secret) (bool, error) {
	now := k.config.now()
	k.mu.Lock()
	held, unsaved := k.held, k.unsaved
	k.mu.Unlock()
	// Not if another process has one by now. If what was stored is gone, somebody has forgotten it, which is no reason to mint.
	if unsaved && s.Key == nil && s.Pending == nil || unsaved && s.Pending != nil && s.Pending.Description == held.Description {
		s.Key, s.Pending = held, nil
		if err := put(); err != nil {
			return false, notStored(err)
		}
	}
	old := s.Key != nil && gone.Reveal() != "" && s.Key.is(gone)
	if s.Key != nil && !old {
		k.use(s.Key, false)
	}
	rush := keyRush
	if k.Life > 0 {
		rush = min(rush, (k.Life-k.margin)/2)
	}
	switch {
	case !old && s.Key.good(now.Add(k.margin)):
		return false, nil
	case s.Pending != nil:
		return false, s.Pending.lost()
	case s.Refused != nil && now.Before(s.Refused.Until) && s.Refused.Until.Sub(now) <= keyRest: // else a clock was off
		return false, s.Refused.refusedBefore()
	case s.Key != nil && now.Sub(s.Key.Minted).Abs() < rush:
		return false, fmt.Errorf("signer: key: the one minted %v ago is no good any more. The next is minted %v after it at the earliest",
			now.Sub(s.Key.Minted).Round(time.Second), rush)
	}
	return true, nil
}

func (k *KeyAuth) use(key *heldKey, unsaved bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held, k.unsaved = key, unsaved
}

func notStored(err error) error {
	return fmt.Errorf("signer: key: it was minted and is used, and could not be stored, so that it goes with this program: %w", err)
}

// mint mints a key and stores it.
func (k *KeyAuth) mint(ctx context.Context, s *storedKey, put func() error) (*Key, error) {
	now := k.config.now().UTC().Truncate(time.Second)
	var request KeyRequest
	if k.Request != nil {
		request = *k.Request
	}
	var expires time.Time
	if k.Life > 0 {
		expires = now.Add(k.Life).Truncate(time.Second)
		request.Expires = expires
	}
	c, body, err := prepare(k.client, &request, k.Options)
	if err != nil {
		return nil, err
	}
	key, err := c.mint(ctx, k.client, k.Wallet, body, func() error {
		s.Pending = &openMint{Description: *body.Description, Since: now}
		err := put()
		if err == nil {
			return nil
		}
		s.Pending = nil
		_ = put() // in case it was stored all the same
		return fmt.Errorf("signer: key: not minted, since it could not be stored: %w", err)
	})
	if key != nil {
		s.Key, s.Pending, s.Refused = hold(key, now, expires), nil, nil
		unstored := put()
		k.use(s.Key, unstored != nil)
		if unstored != nil {
			err = errors.Join(err, notStored(unstored))
		}
		return key, err
	}
	return nil, s.fail(err, now, put)
}

// fail stores what a mint without a key leaves behind.
func (s *storedKey) fail(err error, now time.Time, put func() error) error {
	if lost, ok := errors.AsType[*LostKeyError](err); ok {
		answer := lost.Answer.Reveal()
		s.Pending.Why, s.Pending.Answer = "the answer holds no key", sealed{NewSecret(answer[:min(len(answer), maxLostAnswer)])}
		if lost.Err != nil {
			s.Pending.Why = lost.Err.Error()
		}
		_ = put() // what is stored already says as much, in fewer words
		return s.Pending.lost()
	}
	api, answered := errors.AsType[*venice.Error](err)
	if s.Pending == nil && !answered {
		return err
	}
	s.Pending = nil
	if answered {
		s.Refused = &noMintYet{api.Error(), now.Add(keyRest)}
	}
	return errors.Join(err, put())
}
