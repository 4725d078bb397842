// Hostile requests, as bytes on a connection: whatever a page, a program or a name that was bound anew could send.

package proxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestHostileRequests(t *testing.T) {
	w := newWorld(t, nil)
	var reached atomic.Int64
	w.fake.OnRequest(func(operation string, _ *http.Request, _ []byte) {
		if operation == "CreateChatCompletion" || strings.HasPrefix(operation, "POST") {
			reached.Add(1)
		}
	})
	addr := strings.TrimPrefix(w.url, "http://")
	auth := "Authorization: Bearer " + editor + "\r\n"
	post := func(head string) string {
		return "POST /v1/chat/completions HTTP/1.1\r\nHost: " + addr + "\r\n" + auth + "Content-Type: application/json\r\n" + head +
			fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(hello), hello)
	}
	line := func(target string) string {
		return "POST " + target + " HTTP/1.1\r\nHost: " + addr + "\r\n" + auth + fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(hello), hello)
	}
	if got := send(t, addr, post("")); got != 200 || reached.Swap(0) == 0 {
		t.Fatalf("the plain request gets %d", got)
	}
	var all sync.WaitGroup
	for name, raw := range map[string]string{
		"other host":           strings.Replace(post(""), addr, "evil.example", 1),
		"bound anew":           strings.Replace(post(""), addr, "rebind.evil.example:"+strings.Split(addr, ":")[1], 1),
		"host like loopback":   strings.Replace(post(""), addr, "127.0.0.1.evil.example", 1),
		"no host":              strings.Replace(post(""), "Host: "+addr+"\r\n", "", 1),
		"two hosts":            post("Host: " + addr + "\r\n"),
		"private host":         strings.Replace(post(""), addr, "192.168.0.7", 1),
		"absolute target":      line("http://evil.example/v1/chat/completions"),
		"other origin":         post("Origin: https://evil.example\r\n"),
		"null origin":          post("Origin: null\r\n"),
		"own origin":           post("Origin: http://" + addr + "\r\n"),
		"cross site":           post("Sec-Fetch-Site: cross-site\r\n"),
		"same site":            post("Sec-Fetch-Site: same-site\r\n"),
		"preflight":            strings.Replace(post("Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n"), "POST", "OPTIONS", 1),
		"payment":              post("Payment-Signature: e30=\r\n"),
		"older payment":        post("X-PAYMENT: e30=\r\n"),
		"sign-in":              post("sign-in-with-x: e30=\r\n"),
		"older sign-in":        post("X-Sign-In-With-X: e30=\r\n"),
		"two keys":             post(auth),
		"two types":            post("Content-Type: multipart/form-data; boundary=x\r\n"),
		"two lengths":          post("Content-Length: 3\r\n"),
		"length and chunks":    post("Transfer-Encoding: chunked\r\n"),
		"chunks, hidden":       post("Transfer-Encoding: xchunked\r\n"),
		"space before colon":   post("Transfer-Encoding : chunked\r\n"),
		"upgrade":              post("Connection: upgrade\r\nUpgrade: websocket\r\n"),
		"h2c":                  post("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"),
		"dots":                 line("/v1/../v1/chat/completions"),
		"to keys by dots":      line("/v1/chat/../api_keys"),
		"escaped dots":         line("/v1/chat/%2e%2e/api_keys/generate_web3_key"),
		"escaped slash":        line("/v1/chat%2fcompletions"),
		"double slash":         line("//v1/chat/completions"),
		"inner double slash":   line("/v1//chat/completions"),
		"other case":           line("/V1/chat/completions"),
		"semicolon":            line("/v1/chat/completions;x=1"),
		"trailing slash":       line("/v1/chat/completions/"),
		"backslash":            line(`/v1\chat\completions`),
		"mint":                 line("/v1/api_keys/generate_web3_key"),
		"keys":                 line("/api/v1/api_keys"),
		"payment route":        line("/v1/x402/top-up"),
		"connect":              strings.Replace(line(addr), "POST", "CONNECT", 1),
		"trace":                strings.Replace(line("/v1/chat/completions"), "POST", "TRACE", 1),
		"huge announced":       "POST /v1/chat/completions HTTP/1.1\r\nHost: " + addr + "\r\n" + auth + "Content-Length: 99999999999\r\n\r\n" + strings.Repeat("x", 41<<20),
		"huge header":          post("X-Large: " + strings.Repeat("x", 2<<20) + "\r\n"),
		"control in the value": post("X-Odd: a\x00b\r\n"),
		"version 0.9":          "GET /v1/models\r\n\r\n",
		"TLS":                  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
	} {
		all.Go(func() {
			if got := send(t, addr, raw); got/100 == 2 {
				t.Errorf("%s: %d", name, got)
			}
		})
	}
	all.Wait()
	if n := reached.Load(); n > 0 {
		t.Errorf("%d of them reached the service", n)
	}
	if spent, err := w.Cap.Spent(t.Context()); err != nil || spent.Open != 0 {
		t.Errorf("%+v, %v", spent, err)
	}
}

// send writes bytes, and returns the status of the answer, or 0 if none came.
func send(t *testing.T, addr, raw string) int {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second)) // for what the server waits for more of
	go func() { _, _ = io.WriteString(conn, raw) }()      // which fails where the rest is not wanted
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}
