// Revoking: the way back from a key that renews itself, and on from a mint whose outcome is not known.

package signer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// Revoke deletes the key at the service, and with it one that may have been minted when an answer was lost, and then forgets
// both. The next call that needs a key, in whatever process, mints another: end those that should not.
//
// To delete keys takes an ADMIN key of the wallet's account, which the client has to have: the service lets no INFERENCE
// key do it, not even to itself. If this KeyAuth's own key is an ADMIN one, the client that it authorises will do. Without
// any, a key can be forgotten and goes on to work until it expires: that is what Life is for.
//
// Nothing is forgotten on an error. A key that the client's account does not have is an error too, since the account could
// be another one: if it is not, the key is gone already, and [KeyAuth.Forget] is what is left to do.
func (k *KeyAuth) Revoke(ctx context.Context, client *venice.Client) error {
	if err := k.prepare(); err != nil {
		return err
	}
	if client == nil {
		return errors.New("signer: revoke: want a client that has an ADMIN key of the wallet's account")
	}
	err := k.store.Hold(ctx, func(record Secret, save func(Secret) error) error {
		s, err := k.read(record, client.BaseURL())
		if err != nil {
			return err
		}
		var own Secret
		if s.Key != nil {
			own = s.Key.Text.Secret
		}
		// A client that this KeyAuth authorises takes its key from here: it would wait for the store that is held.
		if err := k.revoke(context.WithValue(ctx, atHand{}, own), client, s); err != nil {
			return err
		}
		return k.forget(save)
	})
	if err != nil {
		return fmt.Errorf("signer: revoke: %w", err)
	}
	return nil
}

// revoke deletes the own key last, since it may be the one that deletes.
func (k *KeyAuth) revoke(ctx context.Context, client *venice.Client, s *storedKey) error {
	var ids []string
	if s.Pending != nil {
		some, err := keysNamed(ctx, client, s.Pending.Description)
		if err != nil {
			return err
		}
		ids = some
	}
	now := k.config.now()
	for _, key := range []*heldKey{k.now(), s.Key} { // of which one may be older, or not stored
		switch {
		case !key.good(now):
		case key != s.Key && (s.Key.is(key.Text.Secret) || s.Pending != nil && s.Pending.Description == key.Description):
		case key.ID != "":
			ids = append(ids, key.ID)
		default:
			some, err := keysNamed(ctx, client, key.Description)
			if err != nil {
				return err
			}
			ids = append(ids, some...)
		}
	}
	for _, id := range ids {
		if _, err := client.DeleteAPIKey(ctx, &gen.DeleteAPIKeyParams{ID: &id}); err != nil {
			return needsAdmin(err)
		}
	}
	return nil
}

// keysNamed returns the ids of the keys with a description, of which there is one.
func keysNamed(ctx context.Context, client *venice.Client, description string) (ids []string, err error) {
	list, err := client.ListAPIKeys(ctx)
	if err != nil && !errors.Is(err, venice.ErrMisfit) {
		return nil, needsAdmin(err)
	}
	for _, key := range list.Data {
		if key.Description != nil && *key.Description == description {
			ids = append(ids, key.ID)
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("the client's account has no key with the description %q: if it is the account of the wallet, "+
			"there is none, and KeyAuth.Forget is all that is left to do", description)
	}
	return ids, nil
}

func needsAdmin(err error) error {
	if errors.Is(err, venice.ErrUnauthorized) || errors.Is(err, venice.ErrNoCredentials) {
		return fmt.Errorf("%w. It takes an ADMIN key of the wallet's account: an INFERENCE key deletes none, not even itself", err)
	}
	return err
}

// Forget removes what is stored, and calls nobody: a key goes on to work until it expires, for whoever has it. It is for a
// key that was deleted elsewhere, and, after somebody has looked at the service that nothing was minted or has deleted it,
// the way on from a [*LostKeyError] and from a record that is damaged. The next call that needs a key mints one.
func (k *KeyAuth) Forget(ctx context.Context) error {
	if err := k.prepare(); err != nil {
		return err
	}
	err := k.store.Hold(ctx, func(record Secret, save func(Secret) error) error {
		if s, err := decodeStored(record.Reveal()); err == nil && s.Wallet != k.Wallet.Address() {
			return fmt.Errorf("what is stored belongs to the wallet %s", s.Wallet)
		}
		return k.forget(save)
	})
	if err != nil {
		return fmt.Errorf("signer: forget: %w", err)
	}
	return nil
}

func (k *KeyAuth) forget(save func(Secret) error) error {
	if err := save(Secret{}); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held, k.unsaved, k.failed, k.until = nil, false, nil, time.Time{}
	return nil
}
