// What the contract tests run on: the typed client, a fake Venice, and a look at the wire between them.

// Package tests holds the typed client and the fake Venice against each other and against the API's description.
package tests

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/venicetest"
)

// The suite makes much garbage and holds on to little: collecting it less often saves a quarter of its time.
func init() { debug.SetGCPercent(800) }

// A wire carries requests and keeps the last request's body and answer.
type wire struct {
	to              http.RoundTripper    // nil: the network
	spoil           func(*http.Response) // unless nil, changes answers on their way
	mu              sync.Mutex
	query           string
	request, answer []byte
	requests        int
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		var err error
		if sent, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body.Close()
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	to := w.to
	if to == nil {
		to = http.DefaultTransport
	}
	resp, err := to.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	got, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(got))
	w.mu.Lock()
	defer w.mu.Unlock()
	w.query, w.request, w.answer = r.URL.RawQuery, sent, got
	w.requests++
	if w.spoil != nil {
		w.spoil(resp)
	}
	return resp, err
}

// A pair is a fake Venice and a client of it. An answer that breaks the description fails the test.
type pair struct {
	*venicetest.Server
	wire *wire
}

func newPair(t *testing.T, options ...venicetest.Option) pair {
	t.Helper()
	return pair{venicetest.NewServer(t, options...), new(wire)}
}

// A direct pair is a fake and a client without a network between them, for what is done many thousand times.
type direct struct {
	*venicetest.Handler
	*venice.Client
	wire *wire
}

func newDirect(t *testing.T, options ...venicetest.Option) direct {
	t.Helper()
	report := venicetest.OnViolation(func(err error) { t.Errorf("venicetest: %v", err) })
	h := venicetest.NewHandler(append([]venicetest.Option{report}, options...)...)
	w := &wire{to: inProcess{h}}
	c, err := venice.New(venice.WithBaseURL("http://localhost/api/v1"), venice.WithAPIKey(h.InferenceKey()), venice.WithHTTPClient(&http.Client{Transport: w}),
		venice.WithMaxAttempts(1), venice.WithErrorBudget(0))
	if err != nil {
		t.Fatal(err)
	}
	return direct{h, c, w}
}

// inProcess answers requests by calling a handler.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r = r.Clone(r.Context())
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w.Result(), nil
}

// client returns a client with a key, or without credentials if it is empty.
func (p pair) client(t *testing.T, key string) *venice.Client {
	t.Helper()
	auth := venice.WithAuth(nil)
	if key != "" {
		auth = venice.WithAPIKey(key)
	}
	c, err := venice.New(venice.WithBaseURL(p.URL), venice.WithHTTPClient(&http.Client{Transport: p.wire}),
		venice.WithMaxAttempts(1), venice.WithErrorBudget(0), auth)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wallet is made of a published test key, never to be funded.
func wallet(t *testing.T) *signer.EVM {
	t.Helper()
	w, err := signer.ParseEVM("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// A clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// exactJSON fails the test unless two JSON texts have one value; an absent body has the value of an empty text.
func exactJSON(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if a, b := value(t, what, got), value(t, what, want); !reflect.DeepEqual(a, b) {
		t.Errorf("%s:\ngot  %s\nwant %s", what, got, want)
	}
}

// sameJSON is exactJSON for answers, in which null says the same as absent.
func sameJSON(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if a, b := withoutNull(value(t, what, got)), withoutNull(value(t, what, want)); !reflect.DeepEqual(a, b) {
		t.Errorf("%s:\ngot  %s\nwant %s", what, got, want)
	}
}

func value(t *testing.T, what string, text []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil && len(text) > 0 {
		t.Fatalf("%s: %v in %s", what, err, text)
	}
	return v
}

func withoutNull(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if member == nil {
				delete(v, name)
				continue
			}
			v[name] = withoutNull(member)
		}
	case []any:
		for i := range v {
			v[i] = withoutNull(v[i])
		}
	}
	return v
}

// encode is v as the client would send it.
func encode(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// events returns the data of each event of a stream.
func events(stream []byte) (data []string) {
	for block := range strings.SplitSeq(strings.TrimSpace(string(stream)), "\n\n") {
		data = append(data, strings.TrimPrefix(block, "data: "))
	}
	return data
}
