// Origins: which addresses a client talks to, and where it follows redirects.

package venice

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// parseBase never quotes the address in an error: one that is refused for its user information holds a password.
func parseBase(address string) (string, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		return "", errors.New("want an absolute URL such as https://api.venice.ai/api/v1")
	case u.User != nil:
		return "", errors.New("user information is not accepted in the URL; use WithAPIKey or WithAuth")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(address, "#"):
		return "", errors.New("a query or fragment is not accepted in the URL")
	case u.Scheme == "http" && !loopback(u.Hostname()):
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
