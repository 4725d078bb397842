// The fake as a server on loopback, for tests.

// Package venicetest is a fake of the Venice API that runs in the test's own process: no account and no network.
//
// It issues and checks the tokens of the mint routes, recovers the wallet that signed, keeps a ledger of stakes, stores
// the keys it mints and lets them in until they expire or are revoked. Every request is read, and every answer
// written, against the API's description: what the description does not allow is refused with the 400 of the real
// service, and an answer of the fake that breaks it fails the test.
//
// Operations without a behaviour of their own answer with made-up values that the description allows, the same in every
// run, and with small real files where media is due. [Handler.Respond] pins the answers of any operation,
// [Handler.OnRequest] shows what clients send, and [Sample] makes values of a schema for other uses. Signing in with a
// wallet and paying are not emulated: a request that tries is answered 501.
//
// Use [NewServer] in tests, and [NewHandler] to serve the fake in any other way.
package venicetest

import (
	"net/http/httptest"
	"testing"
)

// Server is a fake Venice on a loopback port. Its methods arrange what the fake knows; see [Handler].
type Server struct {
	*Handler
	// URL is the base URL for clients, with the path: "http://127.0.0.1:40123/api/v1".
	URL string

	http *httptest.Server
}

// NewServer starts a fake Venice that the end of the test stops. An answer that breaks the API's description fails the
// test. Examples and programs, which have no test, pass nil and call [Server.Close].
func NewServer(t testing.TB, options ...Option) *Server {
	if t != nil {
		t.Helper()
		options = append([]Option{OnViolation(func(err error) { t.Errorf("venicetest: %v", err) })}, options...)
	}
	h := NewHandler(options...)
	s := &Server{Handler: h, http: httptest.NewServer(h)}
	s.URL = s.http.URL + basePath
	if t != nil {
		t.Cleanup(s.Close)
	}
	return s
}

// Close stops the server once the requests under way are answered. More than one call does no harm.
func (s *Server) Close() { s.http.Close() }
