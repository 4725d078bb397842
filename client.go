// The client: how one is made, and what it shows of itself.

package venice

import (
	"fmt"
	"log/slog"
	"os"

	"github.com/venice-go/venice/gen"
)

// A lower-case name keeps the embedded operations promoted and their field unexported.
type api = gen.API

// A Client calls the service. Its methods are the operations of [gen.API]. A Client is made by [New], is safe for
// use by several goroutines at once, and needs no closing. No printed form of it shows a credential.
type Client struct {
	api
	doer *doer
}

// New returns a client. Without options it talks to https://api.venice.ai/api/v1, or to the address in the environment
// variable VENICE_BASE_URL, with the API key in VENICE_API_KEY; if that is unset or empty it sends no credentials, which
// the operations that need some answer with [ErrPaymentRequired]. Options apply in order, so of two that contradict each
// other the later one holds. New sends nothing; its errors are about options, or about a variable that cannot be what it is
// for.
func New(options ...Option) (*Client, error) {
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
		if err := c.setAPIKey(key); err != nil {
			return nil, fmt.Errorf("venice: VENICE_API_KEY: %w", err)
		}
	}
	if err := c.settle(); err != nil {
		return nil, fmt.Errorf("venice: %w", err)
	}
	d, err := newDoer(c)
	if err != nil {
		return nil, fmt.Errorf("venice: %w", err)
	}
	return d.client(), nil
}

func (d *doer) client() *Client { return &Client{api: gen.NewAPI(d), doer: d} }

// BaseURL returns the address that the paths of operations are appended to, without a trailing slash. See [WithBaseURL].
func (c *Client) BaseURL() string { return c.doer.base }

// Format prints the base URL, whatever the verb: nothing else in a client is meant to be read.
func (c Client) Format(s fmt.State, _ rune) { fmt.Fprint(s, c.text()) }

// LogValue is what [slog] shows of a client: its base URL.
func (c Client) LogValue() slog.Value { return slog.StringValue(c.text()) }

func (c Client) text() string {
	if c.doer == nil {
		return "venice.Client()"
	}
	return "venice.Client(" + c.BaseURL() + ")"
}
