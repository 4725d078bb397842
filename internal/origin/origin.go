// Package origin decides which origins may have what a wallet signed.
package origin

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
)

// Service is where the service lives.
const Service = "https://api.venice.ai"

// Parse returns scheme, host and port of an address in one spelling.
func Parse(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		u = new(url.URL)
	}
	return Of(u)
}

// Of returns scheme, host and port of a URL in one spelling.
func Of(u *url.URL) (string, error) {
	if u.Host == "" || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return "", errors.New("origin: want https://host or http://host, with a port or without")
	}
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	} else {
		host = strings.TrimSuffix(host, ":80")
	}
	return u.Scheme + "://" + host, nil
}

// Loopback reports whether an origin is this machine.
func Loopback(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())
}

// Named are the origins that a caller named, as [Parse] spells them.
type Named []string

// Has reports whether an origin is the service's, or was named.
func (n Named) Has(origin string) bool { return origin == Service || slices.Contains(n, origin) }

// Check is asked before anything is signed for an origin. Naming it does not help plain http: who is on the way could use
// a sign-in, mint with a proof, or change who is paid.
func (n Named) Check(origin string) error {
	plain := strings.HasPrefix(origin, "http:")
	switch {
	case !plain && n.Has(origin), Loopback(origin):
		return nil
	case plain:
		return fmt.Errorf("%s: want https, since whoever is on the way could use the signature", origin)
	}
	return fmt.Errorf("%s is neither %s nor loopback: if it may have this wallet's signature, name it with AllowOrigin", origin, Service)
}
