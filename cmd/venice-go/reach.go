// Reach: the credentials and the service of a command, from flags and environment.

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/spend"
)

const serviceURL = "https://api.venice.ai/api/v1"

// reach is which service is called, and by whom.
type reach struct{ keyFile, baseURL string }

func (r *reach) declare(f *flags) {
	f.text(&r.keyFile, "key-file", "FILE", "file with the wallet's private key, - for stdin; keep it at mode 0600. Without it, WALLET_PRIVATE_KEY")
	r.declareURL(f)
}

func (r *reach) declareURL(f *flags) {
	f.text(&r.baseURL, "base-url", "URL", "service to call; VENICE_BASE_URL or "+serviceURL+" by default. A wallet signs for it: name only whom you trust")
}

func (r *reach) url(c *console) string {
	for _, url := range []string{r.baseURL, c.env("VENICE_BASE_URL")} {
		if url != "" {
			return url
		}
	}
	return serviceURL
}

// origins are the options of a wallet that signs for the service that --base-url names. What the environment names is not
// enough, beyond this machine: it is easily set for another reason.
func (r *reach) origins() []signer.Option {
	if r.baseURL == "" {
		return nil
	}
	return []signer.Option{signer.AllowOrigin(r.baseURL)}
}

// open is a client without credentials, or with those that happen to be there.
func (r *reach) open(c *console) (*venice.Client, error) {
	if key := c.env("VENICE_API_KEY"); key != "" {
		return r.client(c, venice.WithAPIKey(key))
	}
	return r.client(c, venice.WithAuth(nil))
}

// keyed is a client with the API key.
func (r *reach) keyed(c *console) (*venice.Client, error) {
	key := c.env("VENICE_API_KEY")
	if key == "" {
		return nil, failure{exitUsage, errors.New("no API key: put an ADMIN key into the environment variable VENICE_API_KEY (venice-go mint --type admin makes one)")}
	}
	return r.client(c, venice.WithAPIKey(key))
}

// signed is a client that signs in with the wallet.
func (r *reach) signed(c *console) (*venice.Client, signer.Wallet, error) {
	wallet, err := c.readWallet(r.keyFile)
	if err != nil {
		return nil, nil, err
	}
	client, err := r.client(c, venice.WithAuth(signer.SignIn(wallet, r.origins()...)))
	return client, wallet, err
}

// either is a client with the API key, or with the wallet if there is no key or --key-file was given.
func (r *reach) either(c *console) (client *venice.Client, wallet signer.Wallet, err error) {
	if c.env("VENICE_API_KEY") != "" && r.keyFile == "" {
		client, err = r.keyed(c)
		return client, nil, err
	}
	client, wallet, err = r.signed(c)
	if errors.Is(err, errNoKey) {
		err = failure{exitUsage, errors.New("no credentials: put an API key into VENICE_API_KEY, or a wallet's private key into WALLET_PRIVATE_KEY or a file that --key-file names")}
	}
	return client, wallet, err
}

func (r *reach) client(c *console, auth venice.ClientOption) (*venice.Client, error) {
	client, err := venice.New(auth, venice.WithBaseURL(r.url(c)))
	if err != nil {
		return nil, failure{exitUsage, fmt.Errorf("--base-url, VENICE_BASE_URL or VENICE_API_KEY: %w", err)}
	}
	return client, nil
}

// called gives the error of a call the exit code that it has: see the list in the help.
func called(err error) error {
	api, answered := errors.AsType[*venice.Error](err)
	code := exitUnavailable
	switch {
	case err == nil:
		return nil
	case errors.As(err, new(failure)):
		return err
	case errors.Is(err, venice.ErrMaybeSent):
		code = exitMaybe
	case errors.Is(err, context.Canceled):
		code = exitFailure
	case errors.Is(err, venice.ErrRateLimited), errors.Is(err, venice.ErrErrorBudget):
	case errors.Is(err, venice.ErrNoModel), errors.Is(err, spend.ErrCap), errors.Is(err, spend.ErrUnknownPrice), answered && 400 <= api.Status && api.Status < 500:
		code = exitRefused
	}
	return failure{code, err}
}
