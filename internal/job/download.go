// Downloads: the media of jobs that are not at the API but at a URL.

package job

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/idle"
	"github.com/venice-go/venice/internal/loose"
)

// A StatusError is the HTTP status of a URL that gave no media.
type StatusError int

func (s StatusError) Error() string {
	return fmt.Sprintf("the download URL answers with status %d", int(s))
}

// Download fetches a URL that is a secret in itself, and so appears in no error and is not passed on as a referrer. It
// is fetched as anybody would fetch it: the transport of API calls may add to a request what only the API may see.
func Download(ctx context.Context, client *http.Client, address string, limit time.Duration) (media *gen.Media, err error) {
	fail := func(err error) error { return fmt.Errorf("download: %w", err) }
	ctx, cancel := context.WithCancelCause(ctx)
	defer func() {
		if err != nil {
			cancel(nil)
		}
	}()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fail(errors.New("the download URL is no valid address"))
	}
	if err := plainHTTPS(req.URL); err != nil {
		return nil, fail(err)
	}
	anybody := http.Client{CheckRedirect: func(next *http.Request, via []*http.Request) error {
		next.Header.Del("Referer")
		if len(via) >= 10 {
			return errors.New("more than 10 redirects")
		}
		return plainHTTPS(next.URL)
	}}
	if client != nil {
		anybody.Transport, anybody.Timeout = client.Transport, client.Timeout
	}
	resp, err := anybody.Do(req)
	if err != nil {
		return nil, fail(loose.WithoutAddress(err))
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, StatusError(resp.StatusCode)
	}
	body := idle.Body(ctx, resp.Body, limit, cancel)
	return &gen.Media{ReadCloser: body, ContentType: resp.Header.Get("Content-Type"), Length: resp.ContentLength, Header: resp.Header}, nil
}

func plainHTTPS(u *url.URL) error {
	if u.Scheme != "https" || u.Host == "" || u.User != nil {
		return fmt.Errorf("the download URL is %s://%s: want https and no user information", u.Scheme, u.Host)
	}
	return nil
}
