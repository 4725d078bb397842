// Origins: which addresses a client talks to, and where it follows redirects.

package venice

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
)

// address is where calls go, and what it came from.
type address struct {
	base   string // as given; New leaves it without a trailing slash
	origin string // the option or variable that gave it
	plain  []string
}

const baseVariable = "VENICE_BASE_URL"

// settle has the environment decide if no option did, and checks what was decided. It comes after all options, since
// which hosts may be called without TLS can be told after the address.
func (a *address) settle() (err error) {
	if a.origin == "" {
		a.base, a.origin = cmp.Or(os.Getenv(baseVariable), "https://api.venice.ai/api/v1"), baseVariable
	}
	if a.base, err = parseBase(a.base, a.plain); err != nil {
		return fmt.Errorf("%s: %w", a.origin, err)
	}
	return nil
}

// WithBaseURL sends calls to another address than the one in the environment variable VENICE_BASE_URL, or than
// https://api.venice.ai/api/v1 if that is unset or empty: the service's stand-in of a test, or a gateway that may see the
// credentials. New refuses an address with user information, a query or a fragment, and plain http to any host but this
// machine (localhost, 127.0.0.0/8, ::1) and those of [WithPlainHTTP], since credentials travel in headers. A trailing slash
// makes no difference.
func WithBaseURL(address string) Option {
	return clientOption(func(c *config) error {
		c.base, c.origin = address, "WithBaseURL"
		return nil
	})
}

// WithPlainHTTP lets the base URL be of plain http if its host is one of these, such as a proxy in the same cluster. Who is
// on the way can then read keys, requests and answers. A host is a name or an address without scheme and port. New refuses
// the service's own names, and addresses that are not of a private network; what a name stands for is not looked at.
// Wallets sign for no such host, whatever options say.
func WithPlainHTTP(hosts ...string) Option {
	return clientOption(func(c *config) error {
		for _, host := range hosts {
			name := strings.ToLower(strings.TrimSuffix(host, "."))
			ip, err := netip.ParseAddr(name)
			switch {
			case err == nil && (ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast()):
			case err == nil:
				return fmt.Errorf("WithPlainHTTP: %s is not of a private network", host)
			case name == "" || strings.ContainsAny(name, ":/?#@[]*% "):
				return fmt.Errorf("WithPlainHTTP: want a host without scheme and port, got %q", host)
			case strings.HasSuffix("."+name, ".venice.ai"):
				return fmt.Errorf("WithPlainHTTP: %s is the service's own", host)
			}
			c.plain = append(c.plain, name)
		}
		return nil
	})
}

// parseBase never quotes the address in an error: one that is refused for its user information holds a password.
func parseBase(address string, plain []string) (string, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		return "", errors.New("want an absolute URL such as https://api.venice.ai/api/v1")
	case u.User != nil:
		return "", errors.New("user information is not accepted in the URL; use WithAPIKey or WithAuth")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(address, "#"):
		return "", errors.New("a query or fragment is not accepted in the URL")
	case u.Scheme == "http" && !loopback(u.Hostname()) && !slices.Contains(plain, strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))):
		return "", fmt.Errorf("plain http is accepted for localhost, 127.0.0.0/8 and ::1 only; use https for %s", u.Host)
	case u.Scheme != "http" && u.Scheme != "https":
		return "", fmt.Errorf("want https (or http to this machine), got the scheme %q", u.Scheme)
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// A redirectRefusal says why a redirect was not followed. It names the origin only: a query may hold secrets.
type redirectRefusal string

func (r redirectRefusal) Error() string { return "redirect refused: " + string(r) }

// checkRedirect keeps a call where it was sent. net/http drops some credentials when it follows a redirect to another
// host, but neither a wallet's sign-in, nor a payment, nor a body; and a request that changes something is not to be
// repeated because a server says so. That leaves reads within one origin.
func checkRedirect(next *http.Request, via []*http.Request) error {
	switch {
	case origin(next.URL) != origin(via[0].URL):
		return redirectRefusal(fmt.Sprintf("%s is another origin than %s", origin(next.URL), origin(via[0].URL)))
	case via[0].Method != http.MethodGet:
		return redirectRefusal("only a GET is sent again, not a " + via[0].Method)
	case len(via) >= 10:
		return redirectRefusal("10 have been followed already")
	}
	return nil
}
