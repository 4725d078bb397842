// Retrying: whether a key that was refused is gone.

package autokey

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/venice-go/venice"
)

var _ venice.Retrier = (*Auth)(nil)

// Retry implements [venice.Retrier].
func (a *Auth) Retry(ctx context.Context, client *venice.Client, _ *venice.Operation, refusal *venice.Error) (bool, error) {
	if a.prepare() != nil || !unknownKey(refusal) || ctx.Value(atHand{}) != nil {
		return false, nil
	}
	before, _ := a.state()
	select { // one looks, the others wait, and do not count as under way meanwhile
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	held, failed := a.state()
	switch {
	case held == nil:
		return false, nil
	case before == nil || !held.is(before.Text.Secret): // renewed meanwhile
		return true, nil
	case failed != nil:
		return false, failed
	}
	// The refusal does not tell which key it is about: a call that was under way for long may have had an earlier one.
	_, err := client.GetRateLimits(context.WithValue(ctx, atHand{}, held.Text.Secret))
	look, answered := errors.AsType[*venice.Error](err)
	switch {
	case err == nil || errors.Is(err, venice.ErrMisfit):
		return true, nil
	case !answered || !unknownKey(look):
		return false, fmt.Errorf("autokey: whether the key is gone could not be found out: %w", err)
	}
	err = a.renew(ctx, held.Text.Secret)
	return err == nil, err
}

// unknownKey reports whether the service says that it does not know a key. It says 401 to much else: to a key of the wrong
// type, to models that are not in the account's plan, and to an account whose plan has ended.
func unknownKey(e *venice.Error) bool {
	return e.Status == http.StatusUnauthorized && (strings.EqualFold(e.Code, "AUTHENTICATION_FAILED") ||
		e.Code == "" && strings.TrimRight(e.Message, ". ") == "Authentication failed")
}
