// Minting: what is stored before a key is asked for, with it, and in its place.

package autokey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
)

// maxLostAnswer is how much of an answer is stored in which a key of an unknown form could be, in bytes.
const maxLostAnswer = 64 << 10

// mint mints a key and stores it.
func (a *Auth) mint(ctx context.Context, r *record) (*signer.Key, error) {
	now := a.now().UTC().Truncate(time.Second)
	var request signer.KeyRequest
	if a.Request != nil {
		request = *a.Request
	}
	if a.Life > 0 {
		request.Expires = now.Add(a.Life).Truncate(time.Second)
	}
	options := []signer.Option{signer.WithClock(a.now), signer.BeforeMint(func(description string) error {
		r.Pending = &openMint{Description: description, Since: now}
		err := r.put()
		if err == nil {
			return nil
		}
		r.Pending = nil
		_ = r.put() // in case it was stored all the same
		return fmt.Errorf("it could not be stored: %w", err)
	})}
	for _, o := range a.AllowOrigins {
		options = append(options, signer.AllowOrigin(o))
	}
	key, err := signer.MintAPIKey(ctx, a.client, a.Wallet, &request, options...)
	if key == nil {
		return nil, r.fail(err, now)
	}
	r.Key, r.Pending, r.Refused = hold(key, now, request.Expires), nil, nil
	unstored := r.put()
	a.use(r.Key, unstored != nil)
	if unstored != nil {
		err = errors.Join(err, notStored(unstored))
	}
	return key, err
}

func notStored(err error) error {
	return fmt.Errorf("the key was minted and is used, and could not be stored, so that it goes with this program: %w", err)
}

// fail stores what a mint without a key leaves behind.
func (r *record) fail(err error, now time.Time) error {
	if lost, ok := errors.AsType[*signer.LostKeyError](err); ok {
		answer := lost.Answer.Reveal()
		r.Pending.Why, r.Pending.Answer = "the answer holds no key", sealed{signer.NewSecret(answer[:min(len(answer), maxLostAnswer)])}
		if lost.Err != nil {
			r.Pending.Why = lost.Err.Error()
		}
		_ = r.put() // what is stored already says as much, in fewer words
		return r.Pending.lost()
	}
	_, answered := errors.AsType[*venice.Error](err)
	if r.Pending == nil && !answered {
		return err
	}
	r.Pending = nil
	if answered {
		r.Refused = &refusal{err.Error(), now.Add(rest)}
	}
	return errors.Join(err, r.put())
}
