// Package clienttest is what tests of the client share: a server on loopback, a client of it, and looks at errors.
package clienttest

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
)

// Serve starts a server and a client of it whose connections end with the test. Unless an option says otherwise the client
// sends a call once.
func Serve(t *testing.T, handler http.HandlerFunc, options ...venice.ClientOption) (*venice.Client, *httptest.Server) {
	t.Helper()
	server := httptest.NewServer(handler)
	transport := &http.Transport{}
	t.Cleanup(func() { transport.CloseIdleConnections(); server.Close() })
	defaults := []venice.ClientOption{venice.WithAuth(nil), venice.WithBaseURL(server.URL), venice.WithHTTPClient(&http.Client{Transport: transport}), venice.WithMaxAttempts(1)}
	return New(t, append(defaults, options...)...), server
}

// New makes a client, or ends the test.
func New(t *testing.T, options ...venice.ClientOption) *venice.Client {
	t.Helper()
	c, err := venice.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Answer is a handler that always answers the same.
func Answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// AsError is the *venice.Error that err is, or ends the test.
func AsError(t *testing.T, err error) *venice.Error {
	t.Helper()
	e, ok := errors.AsType[*venice.Error](err)
	if !ok {
		t.Fatalf("got %v (%T), want a *venice.Error", err, err)
	}
	return e
}

// WantText fails unless the error says all parts.
func WantText(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("got no error, want one that says %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got %q, want %q in it", err, part)
		}
	}
}

// NoLeak fails if goroutines that were not there before are still there some time after the test, its servers closed.
func NoLeak(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		for range 100 {
			if runtime.NumGoroutine() <= before {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		stacks := make([]byte, 1<<20)
		t.Errorf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
	})
}

// Allocated returns how many bytes f and what it caused allocated, freed since or not.
func Allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
