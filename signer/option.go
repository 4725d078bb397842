// Option: what a caller may set for minting and signing in, and its defaults.

package signer

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/venice-go/venice/internal/origin"
	"github.com/venice-go/venice/internal/patience"
)

// An Option changes how a wallet is used. Bad input is reported by the function that the option is given to, or, by
// [SignIn], when calls are to be signed in.
type Option func(*config) error

// AllowOrigin names a further origin, such as "https://gateway.example", that may have this wallet sign its tokens, that
// the wallet signs in to. By default only https://api.venice.ai and loopback are: another host could pass on a token of the
// service, have it signed, and mint a key for itself. Nothing is ever signed for plain http to another machine.
func AllowOrigin(address string) Option {
	return func(c *config) error {
		o, err := origin.Parse(address)
		if err != nil {
			return fmt.Errorf("signer: %w", err)
		}
		c.origins = append(c.origins, o)
		return nil
	}
}

// WithDomain sets the domain that a sign-in names. By default it is the host that the call goes to, with its port if
// that is not the scheme's own. A gateway that hands calls on to the service needs "api.venice.ai" here; mind that it
// could then use each sign-in for a call of its own. Minting has no use for it.
func WithDomain(domain string) Option {
	return func(c *config) error {
		if u, err := url.Parse("https://" + domain); err != nil || domain == "" || u.Host != domain || u.User != nil {
			return errors.New("signer: WithDomain: want a host such as api.venice.ai, with a port or without")
		}
		c.domain = domain
		return nil
	}
}

// WithClock sets the clock that tokens are judged by and sign-ins are dated by; [time.Now] by default.
func WithClock(now func() time.Time) Option {
	return func(c *config) error {
		if now == nil {
			return errors.New("signer: WithClock: nil clock")
		}
		c.now = now
		return nil
	}
}

// BeforeMint has note called right before a request that may make a key is sent, with the description that the key would
// have. After a crash, or an answer that was lost, it is by what was noted that the key is found: see [LostKeyError]. An
// error keeps the request from being sent. A token that expires leads to a second call, with the same description. By
// default nothing is called; signing in has no use for it.
func BeforeMint(note func(description string) error) Option {
	return func(c *config) error {
		if note == nil {
			return errors.New("signer: BeforeMint: nil function")
		}
		c.before = note
		return nil
	}
}

type config struct {
	origins origin.Named
	domain  string // of sign-ins; "" for the host that they go to
	now     func() time.Time
	before  func(description string) error // may be nil
	random  io.Reader
	sleep   func(context.Context, time.Duration) error
}

func newConfig(options []Option) (*config, error) {
	c := &config{now: time.Now, random: rand.Reader, sleep: patience.Sleep}
	for _, o := range options {
		if o == nil {
			continue
		}
		if err := o(c); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// allow refuses a base URL whose origin is neither the service's, nor loopback, nor named by the caller.
func (c *config) allow(baseURL string) error {
	o, err := origin.Parse(baseURL)
	if err == nil {
		err = c.origins.Check(o)
	}
	if err != nil {
		return fmt.Errorf("signer: %w", err)
	}
	return nil
}
