// Auth: an API key that renews itself, as the credentials of a client.

// Package autokey has a wallet with staked VVV mint the API key of a client, and another one before it expires: an [Auth]
// is the client's credentials, and a [File] keeps its key for all processes of a machine.
package autokey

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
	"github.com/venice-go/venice/signer"
)

// An Auth has a wallet with staked VVV mint the API key of a client when it is first needed, keeps it, and mints another
// one before it expires:
//
//	auth := &autokey.Auth{Wallet: wallet, Store: autokey.File{Path: path}, Life: 24 * time.Hour}
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
// that was killed meanwhile, is known to all: from then on calls that need a new key fail with a [*signer.LostKeyError]
// until [Auth.Revoke] or [Auth.Forget] is called. A mint that failed otherwise is not tried again for 30 seconds, and
// nothing is minted if the store cannot be written, or holds what cannot be read. As long as the old key is good, all of
// this keeps no call from being made.
//
// A key that was minted and could not be stored is used until the program ends, Minted is given it, and storing it is tried
// again every 30 seconds of use. If the program ends before that works, the next one finds what a lost answer leaves.
//
// The exported fields are set before the first use. An Auth is safe for use by several goroutines at once and must not be
// copied. With the zero value every call fails, for want of a wallet.
type Auth struct {
	Wallet signer.Wallet // mints; required
	Store  Store         // keeps the key; if nil, memory does, and every program mints its own

	// Request says what is minted, as for [signer.MintAPIKey]: an INFERENCE key without limits if nil. Limits are those of
	// one key: each renewal begins them anew, so that 5 USD for the lifetime of a key that lives for a day are 5 USD a day.
	// Expires stays zero. A key that is stored already is used as it is, whatever Request says.
	Request *signer.KeyRequest
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
	Minted func(key *signer.Key, err error)
	// AllowOrigins are further origins that keys are minted at, as [signer.AllowOrigin] names them.
	AllowOrigins []string
	// Now is the clock; [time.Now] if nil.
	Now func() time.Time

	once    sync.Once
	bad     error // why it cannot work
	store   Store
	margin  time.Duration
	now     func() time.Time
	origins origin.Named
	turn    chan struct{} // held by the one who looks whether a key is gone

	mu      sync.Mutex
	client  *venice.Client // that mints
	origin  string         // to which the key goes
	held    *heldKey
	unsaved bool // held is not stored
	flight  *flight
	failed  error     // why the last flight did not bring a key
	until   time.Time // when to try again
}

func (a *Auth) prepare() error {
	a.once.Do(func() {
		if err := a.setUp(); err != nil {
			a.bad = fmt.Errorf("autokey: %w", err)
		}
	})
	return a.bad
}

func (a *Auth) setUp() error {
	a.turn = make(chan struct{}, 1)
	if a.store = a.Store; a.store == nil {
		a.store = newMemory()
	}
	if a.now = a.Now; a.now == nil {
		a.now = time.Now
	}
	if a.margin = a.Margin; a.margin == 0 {
		a.margin = min(5*time.Minute, a.Life/10)
	}
	for _, address := range a.AllowOrigins {
		o, err := origin.Parse(address)
		if err != nil {
			return fmt.Errorf("AllowOrigins: %w", err)
		}
		a.origins = append(a.origins, o)
	}
	switch {
	case a.Wallet == nil:
		return errors.New("no wallet")
	case a.Life < 0 || a.Life > 0 && a.Life < time.Minute:
		return fmt.Errorf("Life is %v, want at least a minute, or 0 for a key that does not expire", a.Life)
	case a.Margin < 0 || a.Life > 0 && a.Margin > a.Life/2:
		return fmt.Errorf("Margin is %v, want at most half of Life, which is %v", a.Margin, a.Life)
	case a.Request != nil && !a.Request.Expires.IsZero():
		return errors.New("Request.Expires is of one key; for all to come set Life")
	}
	return nil
}

// atHand is the key, as a [signer.Secret], that a call of this auth's own has to be made with.
type atHand struct{}

// Authorize implements [venice.Auth].
func (a *Auth) Authorize(ctx context.Context, req *http.Request, op *venice.Operation) error {
	if err := a.prepare(); err != nil {
		return err
	}
	switch {
	case op == nil || op.Access == venice.AccessWallet || op.Access == venice.AccessPayment:
		return nil
	case strings.HasSuffix(op.Path, "/generate_web3_key"): // which depends on no key, and must not learn of one
		return nil
	}
	if err := a.settle(req, op); err != nil {
		return fmt.Errorf("autokey: %w", err)
	}
	text, own := ctx.Value(atHand{}).(signer.Secret)
	if !own {
		var err error
		if text, err = a.key(ctx, op.Access != venice.AccessOpen); err != nil {
			return err
		}
	}
	if !text.IsZero() {
		req.Header.Set("Authorization", "Bearer "+text.Reveal())
	}
	return nil
}

// settle decides, by the first call, which service the key is of, and refuses calls to any other.
func (a *Auth) settle(req *http.Request, op *venice.Operation) error {
	target, err := origin.Of(req.URL)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.client == nil {
		if err := a.connect(req, op); err != nil {
			return err
		}
	}
	if target != a.origin {
		return fmt.Errorf("the key is of %s, and the call goes to %s", a.origin, target)
	}
	return nil
}

func (a *Auth) connect(req *http.Request, op *venice.Operation) (err error) {
	client := a.Client
	if client == nil {
		base := *req.URL
		base.RawQuery = ""
		// The path has as many parts behind the base URL's as the operation's has, whatever these are.
		path := base.EscapedPath()
		for range strings.Count(op.Path, "/") {
			path = path[:max(0, strings.LastIndexByte(path, '/'))]
		}
		if client, err = venice.New(venice.WithBaseURL(base.Scheme+"://"+base.Host+path), venice.WithAuth(nil)); err != nil {
			return err
		}
	}
	service, err := origin.Parse(client.BaseURL())
	if err == nil {
		err = a.origins.Check(service)
	}
	if err != nil {
		return err
	}
	a.client, a.origin = client, service
	return nil
}
