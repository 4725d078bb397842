// Options of a client, and what they and those of calls are kept in.

package venice

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/venice-go/venice/internal/loose"
	"github.com/venice-go/venice/internal/patience"
)

// A ClientOption changes the client that [New] makes.
type ClientOption interface {
	applyClient(*config) error
}

// A CallOption changes a single call. Options come last in every method, and apply in order. A call that is given a bad one
// fails before anything is sent.
type CallOption interface {
	applyCall(*settings) error
}

// An Option holds for every call when it is given to [New], and for one call when it is given to a method, where it wins
// over the client's.
type Option interface {
	ClientOption
	CallOption
}

// config is everything that options set.
type config struct {
	settings
	address
	http      http.Client
	userAgent string
	auth      Auth
	authSet   bool // an option has decided on auth, so the environment is not asked

	budget     int // how many refusals the client allows itself; 0: any number
	inFlight   int // how many calls may be under way; 0: any number
	paced      bool
	logger     *slog.Logger // nil: none
	middleware []func(http.RoundTripper) http.RoundTripper
	clockwork
}

// apply passes over options that are nil, such as one that is only chosen in some cases.
func apply(s *settings, opts []CallOption) error {
	for _, o := range opts {
		if o == nil {
			continue
		}
		if err := o.applyCall(s); err != nil {
			return err
		}
	}
	return nil
}

// atLeast is the error of an option's number, if it is too small.
func atLeast[T ~int | ~int64](least int, option string, got T) error {
	if got < T(least) {
		return fmt.Errorf("%s: want %d or more, got %v", option, least, got)
	}
	return nil
}

// address is where calls go, and what it came from.
type address struct {
	base   string // as given; New leaves it without a trailing slash
	origin string // the option or variable that gave it
	plain  []string
}

func defaults() config {
	return config{
		settings:  settings{timeout: 10 * time.Minute, limit: 64 << 20, attempts: 4},
		userAgent: "venice-go",
		budget:    45,
		clockwork: clockwork{time.Now, patience.Sleep, func(most time.Duration) time.Duration { return rand.N(most + 1) }}, //nolint:gosec // jitter is no secret
	}
}

type clientOption func(*config) error

func (o clientOption) applyClient(c *config) error { return o(c) }

// A sharedOption is one of calls and of clients, a callOption of calls alone.
type (
	sharedOption func(*settings) error
	callOption   func(*settings) error
)

func (o sharedOption) applyClient(c *config) error { return o(&c.settings) }
func (o sharedOption) applyCall(s *settings) error { return o(s) }
func (o callOption) applyCall(s *settings) error   { return o(s) }

// WithAPIKey authorises calls with an API key, sent as a Bearer token. The default is the key in VENICE_API_KEY; to
// pass no key, leave the option out rather than passing "". The key goes to every operation that can use one: not to
// those that only take a wallet's sign-in or a payment, and not to the one that mints API keys, which must not learn
// of another. New refuses a key with spaces, control or non-ASCII characters.
func WithAPIKey(key string) ClientOption {
	return clientOption(func(c *config) error {
		auth, err := bearer(key)
		if err != nil {
			return fmt.Errorf("WithAPIKey: %w", err)
		}
		c.auth, c.authSet = auth, true
		return nil
	})
}

// WithAuth authorises calls with auth, for instance a wallet's sign-in, in place of an API key. WithAuth(nil) sends no
// credentials and leaves VENICE_API_KEY unread.
func WithAuth(auth Auth) ClientOption {
	return clientOption(func(c *config) error {
		c.auth, c.authSet = auth, true
		return nil
	})
}

// WithHTTPClient sends calls through client, for a proxy, a certificate or a transport of one's own. The default is a
// client over [http.DefaultTransport]. The client is copied and never changed. Its CheckRedirect is asked after the
// rule that keeps calls at their origin; its Timeout also cuts off media and event streams, which [WithTimeout] does not.
func WithHTTPClient(client *http.Client) ClientOption {
	return clientOption(func(c *config) error {
		if client == nil {
			return errors.New("WithHTTPClient: client is nil")
		}
		c.http = *client
		return nil
	})
}

// WithUserAgent sets the User-Agent header. The default is "venice-go". New refuses an empty name, control and
// non-ASCII characters.
func WithUserAgent(name string) ClientOption {
	return clientOption(func(c *config) error {
		if name == "" || !loose.HeaderText(name) {
			return fmt.Errorf("WithUserAgent: want printable ASCII, got %q", name)
		}
		c.userAgent = name
		return nil
	})
}

// WithBaseURL sends calls to another address than the one in the environment variable VENICE_BASE_URL, or than
// https://api.venice.ai/api/v1 if that is unset or empty: the service's stand-in of a test, or a gateway that may see the
// credentials. New refuses an address with user information, a query or a fragment, and plain http to any host but this
// machine (localhost, 127.0.0.0/8, ::1) and those of [WithPlainHTTP], since credentials travel in headers. A trailing slash
// makes no difference.
func WithBaseURL(address string) ClientOption {
	return clientOption(func(c *config) error {
		c.base, c.origin = address, "WithBaseURL"
		return nil
	})
}

// WithPlainHTTP lets the base URL be of plain http if its host is one of these, such as a proxy in the same cluster. Who is
// on the way can then read keys, requests and answers. A host is a name or an address without scheme and port. New refuses
// the service's own names, and addresses that are not of a private network; what a name stands for is not looked at.
// Wallets sign for no such host, whatever options say.
func WithPlainHTTP(hosts ...string) ClientOption {
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

// WithErrorBudget sets how many refusals (any 4xx but 429) the client may be answered within 30 seconds. A call that
// comes on top fails with [ErrErrorBudget] and is not sent: the service locks a key out that has been answered more than
// 50 of them. The default is 45, which leaves 5 for calls that are under way at the same time: take less for more of
// them, or bound them with [WithMaxInFlight]. Clients that share a key have to share the 50 as well; 0 switches the limit
// off, and less is refused.
func WithErrorBudget(n int) ClientOption {
	return clientOption(func(c *config) error {
		c.budget = n
		return atLeast(0, "WithErrorBudget", n)
	})
}

// WithMaxInFlight bounds how many calls are under way at the same time; others wait for their turn, or until their
// context or timeout ends. A call is under way from its first attempt until its answer is read: media until they are
// closed, a stream until the loop over it ends, and a loop that makes further calls needs places for these. The default
// is no bound; the service lets a wallet have 5. Less than 1 is refused.
func WithMaxInFlight(n int) ClientOption {
	return clientOption(func(c *config) error {
		c.inFlight = n
		return atLeast(1, "WithMaxInFlight", n)
	})
}

// WithPacing has calls wait while the service's answers say that nothing is left of a rate limit, or that the client
// should wait, instead of running into a 429. Limits are kept by operation, and count the calls that are under way. A
// call that would have to wait beyond its deadline fails at once with an error that is [ErrRateLimited]. By default calls
// are not paced.
func WithPacing() ClientOption {
	return clientOption(func(c *config) error {
		c.paced = true
		return nil
	})
}

// WithLogger writes a line to logger for every attempt, once the headers of its answer are there: operation, number of
// the attempt, status, request id, duration, the service's error code or why there was no answer, and the wait before the
// next attempt. Successes are of level Info, failures of level Warn. No credentials, bodies or parameters are in it, and no
// path but that of a route which [Operations] does not list. Why there was no answer is the text of the network, of the
// [Auth] or of middleware, and may name the host. By default nothing is logged; nil is that.
func WithLogger(logger *slog.Logger) ClientOption {
	return clientOption(func(c *config) error {
		c.logger = logger
		return nil
	})
}

// WithMiddleware sends every request through the transport that wrap makes of the client's own, for instance to trace or
// to count: each attempt is one request, and so is a redirect that is followed. It sees the credentials. Of several, the
// one given first sees a request first. Middleware that keeps a request back returns an error that is [ErrNotCarriedOut];
// after any other error the request may have been carried out. There is none by default; nil, and a wrap that returns nil,
// are refused.
func WithMiddleware(wrap func(http.RoundTripper) http.RoundTripper) ClientOption {
	return clientOption(func(c *config) error {
		if wrap == nil {
			return errors.New("WithMiddleware: the function is nil")
		}
		c.middleware = append(c.middleware, wrap)
		return nil
	})
}
