// Option: what a caller may set for minting and signing in, and its defaults.

package signer

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
)

// origin is where the service lives.
const origin = "https://api.venice.ai"

// An Option changes how a wallet is used. Bad input is reported by the function that the option is given to, or, by
// [SignIn], when calls are to be signed in.
type Option func(*config) error

// AllowOrigin names a further origin, such as "https://gateway.example", that may have this wallet sign its tokens, that
// the wallet signs in to, and, of a [Payer], that is paid USDC. By default only https://api.venice.ai is, and loopback
// for all but USDC: another host could pass on a token of the service, have it signed, and mint a key for itself. Nothing is
// ever signed for plain http to another machine.
func AllowOrigin(origin string) Option {
	return func(c *config) error {
		o, err := parseOrigin(origin)
		if err != nil {
			return err
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
		if domain == "" || !made(domainChars)(domain) {
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

type config struct {
	origins []string
	domain  string // of sign-ins; "" for the host that they go to
	auto    *AutoTopUp
	now     func() time.Time
	random  io.Reader
	sleep   func(context.Context, time.Duration) error
}

func newConfig(options []Option) (*config, error) {
	c := &config{origins: []string{origin}, now: time.Now, random: rand.Reader, sleep: sleep}
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
	o, err := parseOrigin(baseURL)
	if err != nil {
		return err
	}
	return c.allowOrigin(o)
}

// allowOrigin is asked before anything is signed for an origin. Naming it does not help plain http: who is on the way could
// use a sign-in, mint with a proof, or change who is paid.
func (c *config) allowOrigin(o string) error {
	switch {
	case loopback(o):
		return nil
	case strings.HasPrefix(o, "http:"):
		return fmt.Errorf("signer: %s: want https, since whoever is on the way could use the signature", o)
	case c.named(o):
		return nil
	}
	return fmt.Errorf("signer: %s is neither %s nor loopback: if it may have this wallet's signature, name it with AllowOrigin", o, origin)
}

// named reports whether an origin is the service's, or was named by the caller.
func (c *config) named(o string) bool { return slices.Contains(c.origins, o) }

// loopback reports whether an origin is this machine.
func loopback(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())
}

func parseOrigin(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		u = new(url.URL)
	}
	return originOf(u)
}

// originOf returns scheme, host and port of a URL in one spelling.
func originOf(u *url.URL) (string, error) {
	if u.Host == "" || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return "", errors.New("signer: origin: want https://host or http://host, with a port or without")
	}
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	} else {
		host = strings.TrimSuffix(host, ":80")
	}
	return u.Scheme + "://" + host, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
