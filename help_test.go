// Helpers: a server on loopback, calls to it, and a check that nothing stays behind.

package venice_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// serve starts a server and a client of it whose connections end with the test. Unless an option says otherwise the client
// sends a call once.
func serve(t *testing.T, handler http.HandlerFunc, options ...venice.ClientOption) (*venice.Client, *httptest.Server) {
	t.Helper()
	server := httptest.NewServer(handler)
	transport := &http.Transport{}
	t.Cleanup(func() { transport.CloseIdleConnections(); server.Close() })
	defaults := []venice.ClientOption{venice.WithAuth(nil), venice.WithBaseURL(server.URL), venice.WithHTTPClient(&http.Client{Transport: transport}), venice.WithMaxAttempts(1)}
	return newClient(t, append(defaults, options...)...), server
}

func newClient(t *testing.T, options ...venice.ClientOption) *venice.Client {
	t.Helper()
	c, err := venice.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// thing is the request and the answer of the operations below.
type thing struct {
	Name string   `json:"name"`
	Tags []string `json:"tags"`
}

var (
	opGet    = &venice.Operation{Name: "getThing", Method: "GET", Path: "/things", Access: venice.AccessAny, Effect: venice.EffectRead}
	opGetOne = &venice.Operation{Name: "getOneThing", Method: "GET", Path: "/things/{id}/parts/{part}", Access: venice.AccessAny, Effect: venice.EffectRead}
	opPost   = &venice.Operation{Name: "createThing", Method: "POST", Path: "/things", Access: venice.AccessAny, Effect: venice.EffectInfer}
)

func call(op *venice.Operation, body any, options ...venice.CallOption) *venice.Call {
	c := &venice.Call{Operation: op, Body: body, ContentType: "application/json", Accept: "application/json"}
	c.Options = options
	return c
}

// get makes a plain call and returns its result.
func get(ctx context.Context, client *venice.Client, options ...venice.CallOption) (thing, error) {
	var out thing
	c := call(opGet, nil, options...)
	c.Result = &out
	_, err := venice.DoerOf(client).Do(ctx, c)
	return out, err
}

// open makes a call that wants media.
func open(ctx context.Context, client *venice.Client, accept string, options ...venice.CallOption) (*gen.Media, error) {
	c := call(opPost, &thing{}, options...)
	c.Accept = accept
	return venice.DoerOf(client).Do(ctx, c)
}

// collect ranges over a stream to its end.
func collect(ctx context.Context, client *venice.Client, options ...venice.CallOption) (names []string, err error) {
	c := call(opPost, &thing{}, options...)
	c.Accept = "text/event-stream"
	for v, err := range venice.DoerOf(client).Stream(ctx, c, func() any { return new(thing) }) {
		if chunk, came := v.(*thing); came {
			names = append(names, chunk.Name)
		}
		if err != nil {
			return names, err
		}
	}
	return names, nil
}

func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func asError(t *testing.T, err error) *venice.Error {
	t.Helper()
	e, ok := errors.AsType[*venice.Error](err)
	if !ok {
		t.Fatalf("got %v (%T), want a *venice.Error", err, err)
	}
	return e
}

func wantText(t *testing.T, err error, parts ...string) {
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

// noLeak fails if goroutines that were not there before are still there some time after the test, its servers closed.
func noLeak(t *testing.T) {
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

// allocated returns how many bytes f and what it caused allocated, freed since or not.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
