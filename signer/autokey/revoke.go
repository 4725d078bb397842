// Revoking: the way back from a key, and on from a mint whose outcome is not known.

package autokey

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
)

// Revoke deletes the key at the service, and with it one that may have been minted when an answer was lost, and then forgets
// both. The next call that needs a key, in whatever process, mints another: end those that should not.
//
// To delete keys takes an ADMIN key of the wallet's account, which the client has to have: the service lets no INFERENCE
// key do it, not even to itself. If this Auth's own key is an ADMIN one, the client that it authorises will do. Without
// any, a key can be forgotten and goes on to work until it expires: that is what Life is for.
//
// Nothing is forgotten on an error. A key that the client's account does not have is an error too, since the account could
// be another one: if it is not, the key is gone already, and [Auth.Forget] is what is left to do.
func (a *Auth) Revoke(ctx context.Context, client *venice.Client) error {
	if err := a.prepare(); err != nil {
		return err
	}
	if client == nil {
		return errors.New("autokey: revoke: want a client that has an ADMIN key of the wallet's account")
	}
	err := a.open(ctx, client.BaseURL(), func(r *record) error {
		var own signer.Secret
		if r.Key != nil {
			own = r.Key.Text.Secret
		}
		// A client that this Auth authorises takes its key from here: it would wait for the store that is held.
		if err := a.revoke(context.WithValue(ctx, atHand{}, own), client, r); err != nil {
			return err
		}
		return a.forget(r.save)
	})
	switch {
	case errors.Is(err, venice.ErrUnauthorized) || errors.Is(err, venice.ErrNoCredentials):
		return fmt.Errorf("autokey: revoke: %w. It takes an ADMIN key of the wallet's account: an INFERENCE key deletes none, "+
			"not even itself", err)
	case err != nil:
		return fmt.Errorf("autokey: revoke: %w", err)
	}
	return nil
}

func (a *Auth) revoke(ctx context.Context, client *venice.Client, r *record) error {
	held, _ := a.state() // may be older than what is stored, or not be stored
	keys := []*heldKey{r.Key, held}
	if r.Pending != nil {
		keys = append(keys, &heldKey{Description: r.Pending.Description})
	}
	var names, ids []string
	for _, key := range keys {
		if !key.good(a.now()) || slices.Contains(names, key.Description) {
			continue
		}
		names = append(names, key.Description)
		some := []string{key.ID}
		if key.ID == "" {
			var err error
			if some, err = keysNamed(ctx, client, key.Description); err != nil {
				return err
			}
		}
		ids = append(ids, some...)
	}
	for _, id := range slices.Backward(ids) { // the own key last, since it may be the one that deletes
		if _, err := client.DeleteAPIKey(ctx, &gen.DeleteAPIKeyParams{ID: &id}); err != nil {
			return err
		}
	}
	return nil
}

// keysNamed returns the ids of the keys with a description, of which there is one.
func keysNamed(ctx context.Context, client *venice.Client, description string) (ids []string, err error) {
	list, err := client.ListAPIKeys(ctx)
	if err != nil && !errors.Is(err, venice.ErrMisfit) {
		return nil, err
	}
	for _, key := range list.Data {
		if key.Description != nil && *key.Description == description {
			ids = append(ids, key.ID)
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("the client's account has no key with the description %q: if it is the account of the wallet, "+
			"there is none, and Auth.Forget is all that is left to do", description)
	}
	return ids, nil
}

// Forget removes what is stored, and calls nobody: a key goes on to work until it expires, for whoever has it. It is for a
// key that was deleted elsewhere, and, after somebody has looked at the service that nothing was minted or has deleted it,
// the way on from a [*signer.LostKeyError] and from a record that is damaged. The next call that needs a key mints one.
func (a *Auth) Forget(ctx context.Context) error {
	if err := a.prepare(); err != nil {
		return err
	}
	err := a.store.Hold(ctx, func(record signer.Secret, save func(signer.Secret) error) error {
		if r, err := decode(record.Reveal()); err == nil && r.Wallet != a.Wallet.Address() {
			return fmt.Errorf("what is stored belongs to the wallet %s", r.Wallet)
		}
		return a.forget(save)
	})
	if err != nil {
		return fmt.Errorf("autokey: forget: %w", err)
	}
	return nil
}

func (a *Auth) forget(save func(signer.Secret) error) error {
	if err := save(signer.Secret{}); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.held, a.unsaved, a.failed, a.until = nil, false, nil, time.Time{}
	return nil
}
