// The client: how one is made, the steps that every call of it goes through, and what it shows of itself.

package venice

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/venice-go/venice/internal/limit"
	"github.com/venice-go/venice/internal/once"
)

// A Client calls the service. It has a method for each of [Operations], and more for what takes several calls. A Client is
// made by [New], is safe for use by several goroutines at once, and needs no closing. No printed form of it shows a
// credential.
type Client struct {
	pipe *pipeline
}

// New returns a client. Without options it talks to https://api.venice.ai/api/v1, or to the address in the environment
// variable VENICE_BASE_URL, with the API key in VENICE_API_KEY; if that is unset or empty it sends no credentials, which
// the operations that need some answer with [ErrPaymentRequired]. Options apply in order, so of two that contradict each
// other the later one holds. New sends nothing; its errors are about options, or about a variable that cannot be what it is
// for.
func New(options ...ClientOption) (*Client, error) {
	c := defaults()
	for _, o := range options {
		if o == nil {
			continue
		}
		if err := o.applyClient(&c); err != nil {
			return nil, fmt.Errorf("venice: %w", err)
		}
	}
	if key := os.Getenv("VENICE_API_KEY"); key != "" && !c.authSet {
		auth, err := bearer(key)
		if err != nil {
			return nil, fmt.Errorf("venice: VENICE_API_KEY: %w", err)
		}
		c.auth = auth
	}
	if err := c.settle(); err != nil {
		return nil, fmt.Errorf("venice: %w", err)
	}
	client := &Client{}
	pipe, err := newPipeline(c, client)
	if err != nil {
		return nil, fmt.Errorf("venice: %w", err)
	}
	client.pipe = pipe
	return client, nil
}

// A pipeline carries out calls.
type pipeline struct {
	config
	steps  steps
	answer answering
}

func newPipeline(c config, client *Client) (*pipeline, error) {
	sender := c.http
	var err error
	if sender.Transport, err = c.transport(); err != nil {
		return nil, err
	}
	sign := authorising{c.auth}
	explain := explaining{c.now}
	refuse := refusing{c.now, c.auth == nil, hidden(c.auth)}
	places := newPlaces(&c)
	return &pipeline{c, steps{
		explain,          // names the operation in what went wrong
		reporting{c.now}, // fills in the caller's Response
		timing{c.now},    // ends the call in time
		encoding{c.base}, // makes bytes of the request
		newRetrying(&c, client.renewal(c.auth), places), // sends it again after what may pass: what follows is done for each attempt
		budgeting{&limit.Budget{Most: c.budget}, c.now}, // stops before the service locks the key out
		newPacing(&c),            // waits while a rate limit is used up
		guarding{places},         // asks whether it may go, and has what comes of it be seen
		requesting{c.userAgent},  // makes an HTTP request
		sign,                     // adds credentials
		refuse,                   // takes any status but 2xx for an error
		newSending(sender, sign), // and this is the wire
	}, answering{explain, refuse}}, nil
}

// A Retrier is an Auth that can get better credentials, or money, after a refusal. It is asked at most once per call, about
// an answer with status 401 or 402. If it returns true for again, the call is sent once more with new credentials, whatever
// its effect, because a refused call was not carried out. If not, its error is added to the call's: why there are no better
// credentials, or [ErrMaybeSent] if an earlier copy of the request may have been carried out. The client is the one that the
// call was made with.
type Retrier interface {
	Auth
	Retry(ctx context.Context, client *Client, op *Operation, refusal *Error) (again bool, err error)
}

// renewal returns how the Auth is asked for better credentials, or nil if it has no way to get any.
func (c *Client) renewal(auth Auth) renewal {
	if r, able := auth.(Retrier); able {
		return func(ctx context.Context, op *Operation, refusal *Error) (bool, error) {
			return r.Retry(ctx, c, op, refusal)
		}
	}
	return nil
}

// transport is the caller's, kept from sending a request twice, behind all middleware.
func (c *config) transport() (http.RoundTripper, error) {
	transport := c.http.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	transport = &once.Transport{Base: transport}
	for _, wrap := range slices.Backward(c.middleware) {
		if transport = wrap(transport); transport == nil {
			return nil, errors.New("WithMiddleware: the function returned no transport")
		}
	}
	return transport, nil
}

// BaseURL returns the address that the paths of operations are appended to, without a trailing slash; "" of the zero
// Client. See [WithBaseURL].
func (c *Client) BaseURL() string {
	if c.pipe == nil {
		return ""
	}
	return c.pipe.base
}

// Format prints the base URL, whatever the verb: nothing else in a client is meant to be read.
func (c Client) Format(s fmt.State, _ rune) { fmt.Fprint(s, c.text()) }

// LogValue is what [slog] shows of a client: its base URL.
func (c Client) LogValue() slog.Value { return slog.StringValue(c.text()) }

func (c Client) text() string {
	if c.pipe == nil {
		return "venice.Client()"
	}
	return "venice.Client(" + c.BaseURL() + ")"
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
