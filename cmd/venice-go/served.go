// Serving on this machine, until an interrupt.

package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// A served is what is served on this machine.
type served struct {
	url    string // without a path
	server *http.Server
	failed chan error
}

// serveHere serves at an address on loopback: keys and money pass through.
func serveHere(addr string, handler http.Handler) (*served, error) {
	at, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil || !at.IP.IsLoopback() {
		return nil, failure{exitUsage, fmt.Errorf("--listen: keys pass through, so it serves this machine only: want a loopback address and a port, such as 127.0.0.1:8403, got %q", addr)}
	}
	listener, err := net.ListenTCP("tcp", at)
	if err != nil {
		return nil, err
	}
	s := &served{url: "http://" + listener.Addr().String(), failed: make(chan error, 1)}
	s.server = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	go func() { s.failed <- s.server.Serve(listener) }()
	return s, nil
}

func (s *served) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.failed:
		return err
	}
}

// stop lets calls under way end, for up to five seconds.
func (s *served) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if s.server.Shutdown(ctx) != nil {
		_ = s.server.Close() // what did not end by itself
	}
}
