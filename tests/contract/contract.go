// The check: its options, and which traffic is looked at.

// Package contract holds live traffic with the service against the API's description, so that a program's tests, or the
// program itself, notice when the service does something else than was written down.
//
// A [Check] looks on from inside an HTTP client ([Check.Transport]), or from in front of a handler ([Check.Middleware]):
//
//	check, err := contract.New()
//	client := &http.Client{Transport: check.Transport(nil)} // for venice.WithHTTPClient, openai-go, go-openai ...
//	...
//	check.Report().Write(os.Stdout, "text")
//
// It tells three levels apart. [Break]: a client would misread the answer, such as a text where a number is due, a list
// that is missing, a page in place of JSON, or a stream without an end. [Drift]: the answer has what is not described, and is
// read all the same, such as a new member, a new value of an enum, an undescribed status or route. [Fine] is the rest, errors
// of every shape that the service documents included.
//
// Traffic is never altered, nor held back: what is read is passed on first, and of a stream each event is looked at as
// it comes. Bodies of requests are not looked at. Of answers up to 16 MiB are kept until their end is there, 64 MiB for
// all that are under way, and of a stream the event that comes, up to 1 MiB; what is larger is passed on, and counted as
// not looked at. A report holds up to 1,000 different findings, and no value of the traffic but words of an enum and names
// of members that look like words; never one that looks like a key, a token, a signature, an id or a data URL.
package contract

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/venice-go/venice/tests/internal/reading"
	"github.com/venice-go/venice/tests/internal/recording"
)

// A Check holds traffic against a description. Make it with [New]; it is safe for concurrent use.
type Check struct {
	reading *reading.Reading
	host    string // that requests go to; "" for any
	path    string // of the base URL, without a slash at its end
	folder  *recording.Folder

	kept atomic.Int64 // bytes of answers under way

	mu     sync.Mutex // guards what follows
	report Report
	at     map[finding]int // place in the report
	of     map[string]int  // operation -> place in the report
}

// An Option changes a new [Check].
type Option func(*settings) error

type settings struct {
	description []byte
	base        string
	folder      string
}

// WithDescription has traffic held against an OpenAPI 3.0 description, as YAML or JSON. The default is the one that package
// venice was made of, with its corrections.
func WithDescription(description []byte) Option {
	return func(s *settings) error {
		if len(description) == 0 {
			return errors.New("WithDescription: the description is empty")
		}
		s.description = description
		return nil
	}
}

// WithBase says which requests are looked at: those below a base URL ("https://api.venice.ai/api/v1"), or below a path on
// any host ("/api/v1"). The default is the path of the description's first server, on any host, so that tests against a
// fake are looked at like calls of the service.
func WithBase(base string) Option {
	return func(s *settings) error {
		u, err := url.Parse(base)
		if err != nil || u.RawQuery != "" || u.Fragment != "" || !strings.HasPrefix(base, "/") && (u.Host == "" || u.User != nil) {
			return errors.New("WithBase: want a URL such as https://api.venice.ai/api/v1, or a path such as /api/v1")
		}
		s.base = base
		return nil
	}
}

// WithRecording has answers that are not of the level [Break] written into a folder, which is made if it is not there: a
// file each, without credentials, signatures, data URLs and what else is known to be secret, up to 500. The package
// venicetest serves them again (Handler.Replay). What people wrote and models answered is in them: look before you
// publish any. There is no recording by default.
func WithRecording(folder string) Option {
	return func(s *settings) error {
		if folder == "" {
			return errors.New("WithRecording: want the name of a folder")
		}
		s.folder = folder
		return nil
	}
}

// New returns a check that has seen nothing yet.
func New(options ...Option) (*Check, error) {
	s := settings{}
	for _, o := range options {
		if err := o(&s); err != nil {
			return nil, fmt.Errorf("contract: %w", err)
		}
	}
	c := &Check{at: map[finding]int{}, of: map[string]int{}}
	if s.description == nil {
		c.reading = reading.Embedded()
	} else {
		var err error
		if c.reading, err = reading.New(s.description); err != nil {
			return nil, fmt.Errorf("contract: %w", err)
		}
	}
	c.report.Revision = c.reading.Doc.Info.Version
	base := c.reading.Base
	if s.base != "" {
		base, _ = url.Parse(s.base) // as WithBase did
		c.host = base.Host
	}
	if base != nil {
		c.path = strings.TrimRight(base.EscapedPath(), "/")
	}
	if s.folder != "" {
		if err := os.MkdirAll(s.folder, 0o700); err != nil {
			return nil, fmt.Errorf("contract: WithRecording: %w", err)
		}
		c.folder = recording.NewFolder(s.folder)
	}
	return c, nil
}

// begin returns the exchange of a request, or nil if it is none of the service's.
func (c *Check) begin(r *http.Request, host string) *exchange {
	path := r.URL.EscapedPath()
	below, is := strings.CutPrefix(path, c.path)
	if !is || below != "" && below[0] != '/' || c.host != "" && !strings.EqualFold(host, c.host) || r.Method == http.MethodOptions {
		return nil
	}
	x := &exchange{check: c, method: r.Method, operation: c.reading.Operation(r.Method, below)}
	if r.Method == http.MethodHead {
		x.operation = c.reading.Operation(http.MethodGet, below)
	}
	x.name = routeName(r.Method, below)
	if x.operation != nil {
		x.name = x.operation.String()
	}
	if c.folder != nil {
		x.secrets = recording.SecretsOf(r)
	}
	return x
}

// routeName is how a route that is not described is called: parts of its path that may be ids are not shown.
func routeName(method, path string) string {
	known := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead}
	name := "OTHER"
	for _, m := range known {
		if m == method {
			name = m
		}
	}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if i > 0 && (len(part) > 30 || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz_-") != "") {
			parts[i] = "*"
		}
	}
	return name + " " + strings.Join(parts[:min(len(parts), 8)], "/")
}
