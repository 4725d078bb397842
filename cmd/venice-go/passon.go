// Passing on: what the contract command does with a call, and the program that makes the calls.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/venice-go/venice/tests/contract"
)

// parseUpstream reads the base URL of a service. Credentials in it would be sent to whoever is there.
func parseUpstream(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(text, "/"))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("--upstream: want a base URL such as https://api.venice.ai/api/v1")
	}
	return u, nil
}

// passOn sends calls to the host of upstream as they are, but for what the proxy cannot read: other encodings than gzip.
func passOn(upstream *url.URL, check *contract.Check) http.Handler {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true // the client decides
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = upstream.Scheme, upstream.Host, upstream.Host
			if asked := r.Out.Header.Get("Accept-Encoding"); asked != "" {
				r.Out.Header.Set("Accept-Encoding", readable(asked))
			}
		},
		Transport:     check.Transport(transport),
		FlushInterval: -1,
		ErrorLog:      log.New(io.Discard, "", 0), // its words could show what was sent
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadGateway)
			fmt.Fprint(w, `{"error":"venice-go contract: the upstream could not be reached"}`)
		},
	}
}

// readable is what the check can read of the encodings that a client takes.
func readable(asked string) string {
	var kept []string
	for part := range strings.SplitSeq(asked, ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" || name == "deflate" || name == "identity" {
			kept = append(kept, strings.TrimSpace(part))
		}
	}
	if len(kept) == 0 {
		return "identity"
	}
	return strings.Join(kept, ", ")
}

// runProgram runs the program whose calls are checked.
func runProgram(ctx context.Context, c *console, out io.Writer, program []string, base string) error {
	cmd := exec.CommandContext(ctx, program[0], program[1:]...)
	cmd.Env = append(os.Environ(), "VENICE_BASE_URL="+base, "OPENAI_BASE_URL="+base)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.stdin, out, c.stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the program: %w", err)
	}
	return nil
}
