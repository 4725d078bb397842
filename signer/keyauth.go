// KeyAuth: an API key that renews itself, as the credentials of a client.

package signer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/internal/origin"
)

// A KeyAuth has a wallet with staked VVV mint the API key of a client when it is first needed, keeps it, and mints another
// one before it expires:
//
//	auth := &signer.KeyAuth{Wallet: wallet, Store: signer.KeyFile{Path: path}, Life: 24 * time.Hour}
//	client, err := venice.New(venice.WithAuth(auth))
//
// All goroutines, and all processes that share the store, use one key and mint it once. Calls that need a key wait for it;
// operations that need none get the key if it is at hand, and wait for nothing. A key that was stored by another wallet or
// for another service is not used, and neither replaced.
//
// Another key is also minted when the service says that it does not know the key (401, "Authentication failed"), and says
// so again to a look at the key's rate limits. No other refusal leads to a mint, and neither does that of a key that was
// minted within the last ten minutes, or within half its Life if that is shorter.
//
// Nothing is minted twice for one need. What is about to be minted is stored before, so that a lost answer, or a process
// that was killed meanwhile, is known to all: from then on calls that need a new key fail with a [*LostKeyError] until
// [KeyAuth.Revoke] or [KeyAuth.Forget] is called. A mint that failed otherwise is not tried again for 30 seconds, and
// nothing is minted if the store cannot be written, or holds what cannot be read. As long as the old key is good, all of
// this keeps no call from being made.
//
// A key that was minted and could not be stored is used until the program ends, Minted is given it, and storing it is tried
// again every 30 seconds of use. If the program ends before that works, the next one finds what a lost answer leaves.
//
// The exported fields are set before the first use. A KeyAuth is safe for use by several goroutines at once and must not be
// copied. With the zero value every call fails, for want of a wallet.
type KeyAuth struct {
	Wallet Wallet   // mints; required
	Store  KeyStore // keeps the key; if nil, memory does, and every program mints its own

	// Request says what is minted, as for MintAPIKey: an INFERENCE key without limits if nil. Limits are those of one key:
	// each renewal begins them anew, so that 5 USD for the lifetime of a key that lives for a day are 5 USD a day.
	// Expires stays zero. A key that is stored already is used as it is, whatever Request says.
	Request *KeyRequest
	// Life is how long a key lasts. With 0 it does not expire.
	Life time.Duration
	// Margin is how long before its end a key is renewed: if 0, a tenth of Life, and at most five minutes.
	Margin time.Duration

	// Client mints. It is another one than that whose calls are authorised, since these wait for it, in the places that
	// venice.WithMaxInFlight has. If nil, one is made for the address that the first call goes to, with the default
	// transport: give one, with venice.WithAuth(nil), where requests have to go by a transport of their own.
	Client *venice.Client
	// Minted, if not nil, is told what came of each attempt to mint: the key, an error, or both, which means that the key is
	// good and was not stored, or came in an odd answer. Calls that wait for the key wait for Minted too: it must not make
	// any that need one.
	Minted func(key *Key, err error)
	// Options are those of MintAPIKey.
	Options []Option

	once   sync.Once
	config *config
	bad    error // why it cannot work
	store  KeyStore
	margin time.Duration
	turn   chan struct{} // held by the one who looks whether a key is gone

	mu      sync.Mutex
	client  *venice.Client // that mints
	origin  string         // to which the key goes
	held    *heldKey
	unsaved bool // held is not stored
	flight  *keyFlight
	failed  error     // why the last flight did not bring a key
	until   time.Time // when to try again
}

func (k *KeyAuth) prepare() error {
	k.once.Do(func() {
		k.turn = make(chan struct{}, 1)
		if k.store = k.Store; k.store == nil {
			k.store = newKeyMemory()
		}
		if k.margin = k.Margin; k.margin == 0 {
			k.margin = min(5*time.Minute, k.Life/10)
		}
		k.config, k.bad = newConfig(k.Options)
		switch {
		case k.bad != nil:
		case k.Wallet == nil:
			k.bad = errors.New("signer: KeyAuth: no wallet")
		case k.Life < 0 || k.Life > 0 && k.Life < time.Minute:
			k.bad = fmt.Errorf("signer: KeyAuth: Life is %v, want at least a minute, or 0 for a key that does not expire", k.Life)
		case k.Margin < 0 || k.Life > 0 && k.Margin > k.Life/2:
			k.bad = fmt.Errorf("signer: KeyAuth: Margin is %v, want at most half of Life, which is %v", k.Margin, k.Life)
		case k.Request != nil && !k.Request.Expires.IsZero():
			k.bad = errors.New("signer: KeyAuth: Request.Expires is of one key; for all to come set Life")
		}
	})
	return k.bad
}

// atHand is the key, as a [Secret], that a call of this auth's own has to be made with.
type atHand struct{}

// Authorize implements [venice.Auth].
func (k *KeyAuth) Authorize(ctx context.Context, req *http.Request, op *venice.Operation) error {
	if err := k.prepare(); err != nil {
		return err
	}
	switch {
	case op == nil || op.Access == venice.AccessWallet || op.Access == venice.AccessPayment:
		return nil
	case strings.HasSuffix(op.Path, "/generate_web3_key"): // which depends on no key, and must not learn of one
		return nil
	}
	if err := k.settle(req, op); err != nil {
		return err
	}
	text, own := ctx.Value(atHand{}).(Secret)
	if !own {
		var err error
		if text, err = k.key(ctx, op.Access != venice.AccessOpen); err != nil {
			return err
		}
	}
	if text.Reveal() != "" {
		req.Header.Set("Authorization", "Bearer "+text.Reveal())
	}
	return nil
}

// settle decides, by the first call, which service the key is of, and refuses calls to any other.
func (k *KeyAuth) settle(req *http.Request, op *venice.Operation) error {
	target, err := origin.Of(req.URL)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.client == nil {
		if err := k.connect(req, op); err != nil {
			return err
		}
	}
	if target != k.origin {
		return fmt.Errorf("signer: key: it is of %s, and the call goes to %s", k.origin, target)
	}
	return nil
}

func (k *KeyAuth) connect(req *http.Request, op *venice.Operation) (err error) {
	client := k.Client
	if client == nil {
		base := *req.URL
		base.RawQuery = ""
		// The path has as many parts behind the base URL's as the operation's has, whatever these are.
		path := base.EscapedPath()
		for range strings.Count(op.Path, "/") {
			path = path[:max(0, strings.LastIndexByte(path, '/'))]
		}
		if client, err = venice.New(venice.WithBaseURL(base.Scheme+"://"+base.Host+path), venice.WithAuth(nil)); err != nil {
			return fmt.Errorf("signer: key: %w", err)
		}
	}
	if err := k.config.allow(client.BaseURL()); err != nil {
		return err
	}
	k.origin, _ = origin.Parse(client.BaseURL()) // allow has read it
	k.client = client
	return nil
}

// Retry implements [venice.Retrier].
func (k *KeyAuth) Retry(ctx context.Context, client *venice.Client, op *venice.Operation, refusal *venice.Error) (bool, error) {
	if k.prepare() != nil || !unknownKey(refusal) || ctx.Value(atHand{}) != nil {
		return false, nil
	}
	before := k.now()
	select { // one looks, the others wait, in no place of the client
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	text, wait := k.now(), k.resting()
	switch {
	case text == nil:
		return false, nil
	case before == nil || !text.is(before.Text.Secret): // renewed meanwhile
		return true, nil
	case wait != nil:
		return false, wait
	}
	// The refusal does not tell which key it is about: a call that was under way for long may have had an earlier one.
	_, err := client.GetRateLimits(context.WithValue(ctx, atHand{}, text.Text.Secret))
	look, answered := errors.AsType[*venice.Error](err)
	switch {
	case err == nil || errors.Is(err, venice.ErrMisfit):
		return true, nil
	case !answered || !unknownKey(look):
		return false, fmt.Errorf("signer: key: whether it is gone could not be found out: %w", err)
	}
	if err := k.renew(ctx, text.Text.Secret); err != nil {
		return false, err
	}
	return true, nil
}

// unknownKey reports whether the service says that it does not know a key. It says 401 to much else: to a key of the wrong
// type, to models that are not in the account's plan, and to an account whose plan has ended.
func unknownKey(e *venice.Error) bool {
	return e.Status == http.StatusUnauthorized && (strings.EqualFold(e.Code, "AUTHENTICATION_FAILED") ||
		e.Code == "" && strings.TrimRight(e.Message, ". ") == "Authentication failed")
}

func (k *KeyAuth) now() *heldKey {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.held
}

func (k *KeyAuth) resting() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.config.now().Before(k.until) {
		return k.failed
	}
	return nil
}
