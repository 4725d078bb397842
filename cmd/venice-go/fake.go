// A fake of the service that runs in this process, as emulate, demo and mint --emulate use it.

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

type fake struct {
	*venicetest.Handler
	url string // base URL for clients

	baseRPC, solanaRPC string // nodes of its chains

	failed     chan error
	server     *http.Server
	violations atomic.Int64
	log        io.Writer
}

// startFake serves a fake at addr, and warns unless that is loopback: the fake lets everybody in who asks.
func startFake(addr string, log io.Writer) (*fake, error) {
	at, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil || addr == "" || at.Port == 0 && !strings.HasSuffix(addr, ":0") {
		return nil, failure{exitUsage, fmt.Errorf("want an address and a port, such as 127.0.0.1:8402 or [::1]:8402, got %q", addr)}
	}
	listener, err := net.ListenTCP("tcp", at)
	if err != nil {
		return nil, err
	}
	name := listener.Addr().String()
	if !at.IP.IsLoopback() {
		fmt.Fprintf(log, "warning: %s is not this machine alone: whoever reaches it may use the fake, and sees what programs send it\n", name)
		if at.IP == nil || at.IP.IsUnspecified() { // no address to call
			name = net.JoinHostPort("127.0.0.1", strconv.Itoa(listener.Addr().(*net.TCPAddr).Port))
		}
	}
	host := "http://" + name
	f := &fake{
		url: host + "/api/v1", baseRPC: host + "/chain/base", solanaRPC: host + "/chain/solana",
		failed: make(chan error, 1), log: log,
	}
	f.Handler = venicetest.NewHandler(venicetest.OnViolation(f.violation))
	f.server = &http.Server{Handler: f.Handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { f.failed <- f.server.Serve(listener) }()
	return f, nil
}

// violation notes an answer of the fake that the API's description does not allow.
func (f *fake) violation(err error) {
	f.violations.Add(1)
	fmt.Fprintf(f.log, "violation of the contract: %v\n", err)
}

// stop lets requests under way end, for up to five seconds. Its error says that the fake broke the contract.
func (f *fake) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := f.server.Shutdown(ctx); err != nil {
		_ = f.server.Close() // what did not end by itself
	}
	if n := f.violations.Load(); n > 0 {
		return fmt.Errorf("the fake broke the contract %d time(s), as printed above", n)
	}
	return nil
}
