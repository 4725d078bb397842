// Tests of the idle limit: what counts as something, and whose time is measured.

package venice_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/venice-go/venice"
)

// trickle answers with the parts, each after a pause of its own, and then says nothing more, as over a connection that the
// context of the request ends.
func trickle(contentType string, pause time.Duration, parts ...string) http.RoundTripper {
	return recorder(func(r *http.Request) (*http.Response, error) {
		from, to := io.Pipe()
		context.AfterFunc(r.Context(), func() { to.CloseWithError(r.Context().Err()) })
		go func() {
			for _, part := range parts {
				time.Sleep(pause)
				_, _ = io.WriteString(to, part)
			}
		}()
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {contentType}}, Body: from, ContentLength: -1, Request: r}, nil
	})
}

func trickler(t *testing.T, contentType string, pause time.Duration, parts ...string) *venice.Client {
	return newClient(t, venice.WithAuth(nil), venice.WithHTTPClient(&http.Client{Transport: trickle(contentType, pause, parts...)}))
}

func wantIdle(t *testing.T, name string, err error, began time.Time, after time.Duration) {
	t.Helper()
	if !errors.Is(err, venice.ErrIdle) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, venice.ErrStreamCut) {
		t.Errorf("%s: %v is not ErrIdle, or something else too", name, err)
	}
	if took := time.Since(began); took != after {
		t.Errorf("%s: after %v, want %v", name, took, after)
	}
}

func TestIdleStream(t *testing.T) {
	const a, b, done = "data: {\"name\":\"a\"}\n\n", "data: {\"name\":\"b\"}\n\n", "data: [DONE]\n\n"
	for name, c := range map[string]struct {
		parts []string
		names string
		after time.Duration // the end; each part comes 7 seconds after the one before
		idle  bool
	}{
		"all in time":     {[]string{a, b, done}, "ab", 21 * time.Second, false},
		"silence":         {[]string{a}, "a", 17 * time.Second, true},
		"nothing at all":  {nil, "", 10 * time.Second, true},
		"comments":        {[]string{a, ": keep\n\n", ": keep\n\n", b, done}, "a", 17 * time.Second, true},
		"empty events":    {[]string{a, "data:\n\n", "data:\n\n", b, done}, "a", 17 * time.Second, true},
		"an event's half": {[]string{a, "data: {\"na", "me\":\"b\"}\n\n", done}, "a", 17 * time.Second, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			names, err := collect(t.Context(), trickler(t, "text/event-stream", 7*time.Second, c.parts...), venice.WithIdleTimeout(10*time.Second))
			if strings.Join(names, "") != c.names {
				t.Errorf("%s: chunks %q", name, names)
			}
			if c.idle {
				wantIdle(t, name, err, began, c.after)
				wantText(t, err, "venice: createThing: nothing came for too long: 10s")
			} else if err != nil || time.Since(began) != c.after {
				t.Errorf("%s: %v after %v", name, err, time.Since(began))
			}
			time.Sleep(time.Minute) // what still writes ends
		})
	}
}

// The time that the loop's body takes is the caller's own.
func TestIdleStreamWaitsForItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := trickler(t, "text/event-stream", 0, "data: {}\n\n", "data: {}\n\n", "data: [DONE]\n\n")
		for _, err := range venice.DoerOf(client).Stream(t.Context(), call(opPost, &thing{}, venice.WithIdleTimeout(time.Second)), func() any { return new(thing) }) {
			if err != nil {
				t.Error(err)
			}
			time.Sleep(time.Hour)
		}
	})
}

func TestIdleMedia(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		media, err := open(t.Context(), trickler(t, "image/png", 7*time.Second, "ab", "c", "d"), "image/png", venice.WithIdleTimeout(10*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour) // the caller's
		body, err := io.ReadAll(media)
		if string(body) != "abcd" {
			t.Errorf("read %q", body)
		}
		wantIdle(t, "media", err, began, time.Hour+24*time.Second)
		media.Close()
	})
}

// A job's media that are not at the API are watched in the same way.
func TestIdleJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		job := &venice.Job{Kind: "video", Model: "m", QueueID: "q", DownloadURL: "https://cdn.example/v"}
		how := &venice.Waiting{HTTPClient: &http.Client{Transport: trickle("video/mp4", 7*time.Second, "ab")}}
		began := time.Now()
		_, err := statusOnly(t).SaveJob(t.Context(), job, t.TempDir()+"/v.mp4", how, venice.WithIdleTimeout(10*time.Second))
		wantIdle(t, "job", err, began, 17*time.Second)
		_, err = statusOnly(t).AwaitJob(t.Context(), job, how, venice.WithIdleTimeout(-1))
		wantText(t, err, "WithIdleTimeout: want 0 or more, got -1ns")
	})
}

// statusOnly is a client of a service at which every video is done.
func statusOnly(t *testing.T) *venice.Client {
	return newClient(t, venice.WithAuth(nil), venice.WithHTTPClient(&http.Client{Transport: recorder(func(r *http.Request) (*http.Response, error) {
		body := io.NopCloser(strings.NewReader(`{"status":"COMPLETED","execution_duration":1,"average_execution_time":1}`))
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: body, ContentLength: -1, Request: r}, nil
	})}))
}
