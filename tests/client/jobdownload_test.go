// Tests of downloads: whom they are fetched from, and what goes along.

package client_test

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
)

// awaitDownload awaits a video that is done and at the address.
func awaitDownload(t *testing.T, address string, how venice.Waiting) (string, error) {
	t.Helper()
	s := &studio{t: t, answers: map[string][]http.HandlerFunc{"/video/retrieve": {running("COMPLETED", 1, 1)}}}
	client, _ := serve(t, s.ServeHTTP, venice.WithAPIKey("k3y"), venice.WithHeader("X-Mine", "yes"))
	media, err := client.AwaitJob(t.Context(), &venice.Job{Kind: "video", Model: "m", QueueID: "q", DownloadURL: address}, &how)
	if media == nil {
		return "", err
	}
	defer media.Close()
	b, err := io.ReadAll(media)
	return string(b), err
}

// storage is an https server and a client that trusts it, without keeping connections.
func storage(t *testing.T, handler http.HandlerFunc) (*httptest.Server, *http.Client) {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that fail on purpose
	server.StartTLS()
	t.Cleanup(server.Close)
	server.Client().Transport.(*http.Transport).DisableKeepAlives = true
	return server, server.Client()
}

func TestDownload(t *testing.T) {
	noLeak(t)
	var got *http.Request
	server, client := storage(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/film?s3cret", http.StatusFound)
			return
		}
		got = r
		answer(200, "video/mp4", "film")(w, r)
	})
	jar, _ := cookiejar.New(nil)
	address, _ := url.Parse(server.URL)
	jar.SetCookies(address, []*http.Cookie{{Name: "session", Value: "s3cret", Secure: true}})
	client.Jar = jar
	for _, path := range []string{"/film?s3cret", "/moved?s3cret"} {
		text, err := awaitDownload(t, server.URL+path, venice.Waiting{HTTPClient: client})
		if text != "film" || err != nil {
			t.Errorf("%s: got %q, %v", path, text, err)
		}
		if got.Method != "GET" || got.URL.RawQuery != "s3cret" {
			t.Errorf("%s: fetched by %s %s", path, got.Method, got.URL)
		}
		for _, name := range []string{"Authorization", "Cookie", "Referer", "X-Mine"} {
			if v := got.Header.Get(name); v != "" {
				t.Errorf("%s: %s: %s was sent", path, name, v)
			}
		}
	}
	if client.CheckRedirect != nil || client.Jar == nil {
		t.Error("the caller's client was changed")
	}

	how := venice.Waiting{LeaveAtURL: true, HTTPClient: client}
	text, err := awaitDownload(t, server.URL+"/film", how)
	if text != "" || err != nil {
		t.Errorf("left at the URL: got %q, %v", text, err)
	}
	s := &studio{t: t, answers: map[string][]http.HandlerFunc{"/video/retrieve": {running("COMPLETED", 1, 1)}}}
	api, _ := serve(t, s.ServeHTTP)
	n, err := api.SaveJob(t.Context(), &venice.Job{Kind: "video", DownloadURL: server.URL + "/film"}, filepath.Join(t.TempDir(), "film"), &how)
	if n != 4 || err != nil {
		t.Errorf("saved %d bytes, %v", n, err)
	}
}

func TestDownloadRefused(t *testing.T) {
	noLeak(t)
	requests, rounds, closed := 0, 0, make(chan struct{})
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests++ }))
	defer plain.Close()
	server, client := storage(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/plain":
			http.Redirect(w, r, plain.URL+"/s3cret", http.StatusFound)
		case "/round":
			rounds++
			http.Redirect(w, r, r.URL.String(), http.StatusFound)
		case "/expired":
			answer(403, "application/xml", "<s3cret/>")(w, r)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			close(closed)
		default:
			panic(http.ErrAbortHandler)
		}
	})
	for address, want := range map[string]string{
		plain.URL + "/s3cret":         "venice: download: the download URL is http://" + plain.Listener.Addr().String() + ": want https",
		"https://user:s3cret@a.test/": "want https and no user information",
		"//a.test/s3cret":             "want https",
		"https:///s3cret":             "want https",
		"https://a.test/\x7fs3cret":   "no valid address",
		server.URL + "/plain?s3cret":  "want https",
		server.URL + "/round?s3cret":  "more than 10 redirects",
		server.URL + "/cut?s3cret":    "venice: download: EOF",
		server.URL + "/expired":       "venice: download: 403 Forbidden",
	} {
		text, err := awaitDownload(t, address, venice.Waiting{HTTPClient: client})
		wantText(t, err, want)
		if text != "" || err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: got %q, %v", address, text, err)
		}
		if strings.HasSuffix(address, "/expired") && !errors.Is(err, venice.ErrForbidden) {
			t.Errorf("%v is not ErrForbidden", err)
		}
	}
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Error("the answer that was no good was left open")
	}
	if requests != 0 || rounds != 10 {
		t.Errorf("plain http was asked %d times, in a circle %d times", requests, rounds)
	}
	// A certificate that nobody vouches for.
	if _, err := awaitDownload(t, server.URL+"/s3cret", venice.Waiting{}); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v", err)
	}
}

// A redirect to what is no address is not shown, as its query may hold secrets.
func TestUnreadableRedirect(t *testing.T) {
	redirect := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "https://cdn.example/%zz?signature=hunter2")
		w.WriteHeader(http.StatusFound)
	}
	server, trusting := storage(t, redirect)
	_, download := awaitDownload(t, server.URL, venice.Waiting{HTTPClient: trusting})
	client, _ := serve(t, redirect)
	call := client.Do(t.Context(), "GET", "/things", nil, nil)
	for want, err := range map[string]error{"venice: download: ": download, "venice: GET /things: ": call} {
		if wantText(t, err, want+"the answer redirects to what is no valid address"); strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v shows a secret", err)
		}
	}
}
