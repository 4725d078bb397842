// Proxied: what package proxy costs beside a bare httputil.ReverseProxy that flushes at once.

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/proxy"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/spend"
	"github.com/venice-go/venice/tests/venicetest"
)

// proxied measures streams of chunks that the service writes one by one, as it does, and all at once, where passing them on
// costs least. The proxy signs each call in, holds it to a cap, and reads its chunks.
func proxied(ctx context.Context, out io.Writer, e effort) error {
	fake := httptest.NewServer(venicetest.NewHandler()) // for its list of prices
	defer fake.Close()
	var rows [][]string
	for _, way := range []struct {
		name    string
		respond responder
	}{{"one by one", onebyone(streamAnswer())}, {"all at once", canned(streamAnswer())}} {
		up, err := listen(way.respond)
		if err != nil {
			return err
		}
		defer up.close()
		bare, err := bareProxy(up.base())
		if err != nil {
			return err
		}
		ours, err := ourProxy(up.base(), fake.URL+"/api/v1")
		if err != nil {
			return err
		}
		var tasks []task
		for _, t := range []struct {
			name    string
			handler http.Handler
		}{{"bare ReverseProxy", bare}, {"package proxy", ours}} {
			srv := httptest.NewServer(t.handler)
			defer srv.Close()
			tasks = append(tasks, task{t.name, streamChunks, func(ctx context.Context) error { return readStream(ctx, srv.URL+"/v1/chat/completions") }})
		}
		results, err := rounds(ctx, tasks, e.rounds, e.batch)
		if err != nil {
			return err
		}
		for _, r := range results {
			rows = append(rows, []string{"proxied chunk", way.name, r.name, r.ratio(results[0]).String(), fmt.Sprintf("%.1f", r.allocs()), fmt.Sprintf("%.0f", r.bytes())})
		}
	}
	return table(out, []string{"one", "sent", "proxy", "time / bare", "allocations", "bytes"}, rows)
}

// onebyone answers as canned does, with a write for each event.
func onebyone(events []string) responder {
	return func(conn net.Conn, _, _ []byte) error {
		if _, err := io.WriteString(conn, okStream); err != nil {
			return err
		}
		for _, e := range events {
			if _, err := conn.Write(appendPart(nil, e)); err != nil {
				return err
			}
		}
		_, err := io.WriteString(conn, lastPart)
		return err
	}
}

func bareProxy(up string) (http.Handler, error) {
	to, err := url.Parse(up)
	if err != nil {
		return nil, err
	}
	bare := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }, FlushInterval: -1, Transport: newTransport()}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Read before, since a server this fast answers while net/http is still at the end of the request, and then breaks off.
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		bare.ServeHTTP(w, r)
	}), nil
}

const proxyToken = "a-token-of-the-benchmark"

func ourProxy(up, prices string) (http.Handler, error) {
	wallet, err := signer.GenerateEVM()
	if err != nil {
		return nil, err
	}
	client, err := venice.New(venice.WithBaseURL(prices), venice.WithAuth(nil))
	if err != nil {
		return nil, err
	}
	all := &spend.Cap{Total: 1_000_000 * spend.USD, Prices: spend.NewPrices(client)}
	return &proxy.Handler{Auth: signer.SignIn(wallet), BaseURL: up + "/api/v1", Base: newTransport(), Cap: all,
		Clients: []proxy.Client{{Name: "bench", Token: gen.NewSecret(proxyToken), Cap: all}}}, nil
}

// readStream reads a stream to its end, and sees that it is whole.
func readStream(ctx context.Context, url string) error {
	const body = `{"model":"zai-org-glm-5-1","stream":true,"max_completion_tokens":1000,"messages":[{"role":"user","content":"Hello"}]}`
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+proxyToken)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || n < 10*streamChunks) {
		err = fmt.Errorf("a stream of %d bytes, with status %d", n, resp.StatusCode)
	}
	return err
}
