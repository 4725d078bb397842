// Serving, for the tests.

package proxy_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// serve serves until the test ends, and returns the base URL; nil is nobody, where somebody was.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	srv := httptest.NewServer(h)
	if h == nil {
		srv.Close()
	}
	t.Cleanup(srv.Close)
	return srv.URL
}
