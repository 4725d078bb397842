// Options: what a client and a single call can be told.

package venice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/venice-go/venice/gen"
)

// An Option changes the client that [New] makes.
type Option interface {
	applyClient(*config) error
}

// A CallOption holds for every call when it is given to [New], and for one call when it is given to a method, where it
// wins over the client's. A call that is given a bad one fails before anything is sent.
type CallOption interface {
	Option
	gen.CallOption
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

// clockwork is what depends on time and chance. Tests bring their own.
type clockwork struct {
	now    func() time.Time
	sleep  func(context.Context, time.Duration) error
	jitter func(most time.Duration) time.Duration
}

// settings are the part of the configuration that a call may change for itself.
type settings struct {
	timeout  time.Duration // 0: none
	idle     time.Duration // 0: none
	limit    int64         // bytes of a JSON answer
	attempts int           // at most
	header   http.Header   // never changed in place: clients and calls share it
	query    url.Values    // nor this; a name without values is left out
	edits    []edit        // of the request
	own      bool          // request and result are of the caller's own types
	response *Response     // nil if nobody asked
}

func defaults() config {
	return config{
		settings:  settings{timeout: 10 * time.Minute, limit: 64 << 20, attempts: 4},
		userAgent: "venice-go",
		budget:    45,
		clockwork: clockwork{time.Now, sleep, func(most time.Duration) time.Duration { return rand.N(most + 1) }}, //nolint:gosec // jitter is no secret
	}
}

// apply changes the settings as the options of a call want.
func (s *settings) apply(c *gen.Call) error {
	changes, _ := c.Settings.([]callOption)
	for _, change := range changes {
		if err := change(s); err != nil {
			return err
		}
	}
	return nil
}

type clientOption func(*config) error

func (o clientOption) applyClient(c *config) error { return o(c) }

type callOption func(*settings) error

func (o callOption) applyClient(c *config) error { return o(&c.settings) }

// ApplyCall notes the option in the call; the client reads the notes when the call is made.
func (o callOption) ApplyCall(c *gen.Call) {
	noted, _ := c.Settings.([]callOption)
	c.Settings = append(slices.Clip(noted), o)
}

// WithAPIKey authorises calls with an API key, sent as a Bearer token. The default is the key in VENICE_API_KEY; to
// pass no key, leave the option out rather than passing "". The key goes to every operation that can use one: not to
// those that only take a wallet's sign-in or a payment, and not to the one that mints API keys, which must not learn
// of another. New refuses a key with spaces, control or non-ASCII characters.
func WithAPIKey(key string) Option {
	return clientOption(func(c *config) error {
		if err := c.setAPIKey(key); err != nil {
			return fmt.Errorf("WithAPIKey: %w", err)
		}
		return nil
	})
}

// WithAuth authorises calls with auth, for instance a wallet's sign-in, in place of an API key. WithAuth(nil) sends no
// credentials and leaves VENICE_API_KEY unread.
func WithAuth(auth Auth) Option {
	return clientOption(func(c *config) error {
		c.auth, c.authSet = auth, true
		return nil
	})
}

// WithHTTPClient sends calls through client, for a proxy, a certificate or a transport of one's own. The default is a
// client over [http.DefaultTransport]. The client is copied and never changed. Its CheckRedirect is asked after the
// rule that keeps calls at their origin; its Timeout also cuts off media and event streams, which [WithTimeout] does not.
func WithHTTPClient(client *http.Client) Option {
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
func WithUserAgent(name string) Option {
	return clientOption(func(c *config) error {
		if name == "" || !headerText(name) {
			return fmt.Errorf("WithUserAgent: want printable ASCII, got %q", name)
		}
		c.userAgent = name
		return nil
	})
}

// WithTimeout bounds how long a call may take, with all of its attempts and the waits between them: up to the end of a JSON answer, or
// up to the headers of media and of an event stream, whose reading has no bound but the context. The default is ten
// minutes, longer than the service takes over its slowest answers; 0 means no bound, and a negative duration is
// refused. A call that takes longer fails with an error that is [context.DeadlineExceeded].
func WithTimeout(d time.Duration) CallOption {
	return callOption(func(s *settings) error {
		if d < 0 {
			return fmt.Errorf("WithTimeout: want 0 or more, got %v", d)
		}
		s.timeout = d
		return nil
	})
}

// WithMaxAttempts bounds how often a call is sent, the first time included. The default is 4; 1 means that nothing is
// sent again, and less is refused. The package documentation says which calls are sent again after what.
func WithMaxAttempts(n int) CallOption {
	return callOption(func(s *settings) error {
		if n < 1 {
			return fmt.Errorf("WithMaxAttempts: want 1 or more, got %d", n)
		}
		s.attempts = n
		return nil
	})
}

// WithErrorBudget sets how many refusals (any 4xx but 429) the client may be answered within 30 seconds. A call that
// comes on top fails with [ErrErrorBudget] and is not sent: the service locks a key out that has been answered more than
// 50 of them. The default is 45, which leaves 5 for calls that are under way at the same time: take less for more of
// them, or bound them with [WithMaxInFlight]. Clients that share a key have to share the
// 50 as well; 0 switches the limit off, and less is refused.
func WithErrorBudget(n int) Option {
	return clientOption(func(c *config) error {
		if n < 0 {
			return fmt.Errorf("WithErrorBudget: want 0 or more, got %d", n)
		}
		c.budget = n
		return nil
	})
}

// WithMaxInFlight bounds how many calls are under way at the same time; others wait for their turn, or until their
// context or timeout ends. A call is under way from its first attempt until its answer is read: media until they are
// closed, a stream until the loop over it ends, and a loop that makes further calls needs places for these. The default
// is no bound; the service lets a wallet have 5. Less than 1 is refused.
func WithMaxInFlight(n int) Option {
	return clientOption(func(c *config) error {
		if n < 1 {
			return fmt.Errorf("WithMaxInFlight: want 1 or more, got %d", n)
		}
		c.inFlight = n
		return nil
	})
}

// WithPacing has calls wait while the service's answers say that nothing is left of a rate limit, or that the client
// should wait, instead of running into a 429. Limits are kept by operation, and count the calls that are under way. A
// call that would have to wait beyond its deadline fails at once with an error that is [ErrRateLimited]. By default calls
// are not paced.
func WithPacing() Option {
	return clientOption(func(c *config) error {
		c.paced = true
		return nil
	})
}

// WithLogger writes a line to logger for every attempt, once the headers of its answer are there: operation, number of
// the attempt, status, request id, duration, the service's error code or why there was no answer, and the wait before the
// next attempt. Successes are of level Info, failures of level Warn. No credentials, bodies, paths or parameters are in
// it, but the path of [Client.Do] if no operation has it; why there was no answer is the text of the network, of the [Auth] or of middleware, and may name the host. By
// default nothing is logged; nil is that.
func WithLogger(logger *slog.Logger) Option {
	return clientOption(func(c *config) error {
		c.logger = logger
		return nil
	})
}

// WithMiddleware sends every request through the transport that wrap makes of the client's own, for instance to trace or
// to count: each attempt is one request, and so is a redirect that is followed. It sees the credentials. Of several, the
// one given first sees a request first. There is none by default; nil, and a wrap that returns nil, are refused.
func WithMiddleware(wrap func(http.RoundTripper) http.RoundTripper) Option {
	return clientOption(func(c *config) error {
		if wrap == nil {
			return errors.New("WithMiddleware: the function is nil")
		}
		c.middleware = append(c.middleware, wrap)
		return nil
	})
}

// WithAnswerLimit bounds the size of a JSON answer in bytes, once decompressed, since it is held in memory. The default
// is 64 MiB; several large images as base64 can need more. Media and event streams are not bounded by it; a line of a
// stream, and an event, may have 16 MiB, which is fixed. A limit below 1
// is refused. A longer answer is an [*Error] that names the limit.
func WithAnswerLimit(bytes int64) CallOption {
	return callOption(func(s *settings) error {
		if bytes < 1 {
			return fmt.Errorf("WithAnswerLimit: want 1 or more, got %d", bytes)
		}
		s.limit = bytes
		return nil
	})
}

// WithHeader adds a header, or replaces an earlier one of that name. By default there is none beyond those that the
// client sets: it decides on the framing and media types itself (Accept, Accept-Encoding, Connection, Content-Length,
// Content-Type, Host, Transfer-Encoding are refused), and [Auth] has the last word on credentials. A name or value that
// HTTP does not allow is refused.
func WithHeader(name, value string) CallOption {
	return callOption(func(s *settings) error {
		key := http.CanonicalHeaderKey(name)
		switch {
		case !headerName(name):
			return fmt.Errorf("WithHeader: %q is not a header name", name)
		case slices.Contains(ownHeaders, key):
			return fmt.Errorf("WithHeader: the client decides on %s itself", key)
		case !headerText(value):
			return fmt.Errorf("WithHeader: the value for %s holds control or non-ASCII characters", key)
		}
		s.setHeader(key, value)
		return nil
	})
}

func (s *settings) setHeader(name, value string) {
	if s.header = s.header.Clone(); s.header == nil {
		s.header = http.Header{}
	}
	s.header.Set(name, value)
}

var ownHeaders = []string{"Accept", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Host", "Transfer-Encoding"}

func headerName(s string) bool {
	return s != "" && strings.Trim(s, "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

func headerText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}
