// Tests of the server around the fake.

package venicetest_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

// The server is gone when its test is over.
func TestServerStops(t *testing.T) {
	var url string
	t.Run("test", func(t *testing.T) { url = venicetest.NewServer(t).URL })
	if resp, err := http.Get(url + "/models"); err == nil {
		resp.Body.Close()
		t.Error("still answers")
	}
}

// Without a test, the caller stops it; twice is no harm.
func TestServerWithoutTest(t *testing.T) {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	caller{t: t, srv: srv}.do("GET", "/models", nil).want(t, 200, "list")
	srv.Close()
}

// Options that are nil leave the defaults.
func TestNilOptions(t *testing.T) {
	srv := venicetest.NewServer(t, venicetest.WithClock(nil), venicetest.OnViolation(nil))
	caller{t: t, srv: srv}.do("GET", "/models", nil).want(t, 200, "list")
}

// Many callers at once do not disturb each other; the race detector watches.
func TestConcurrentCallers(t *testing.T) {
	srv := venicetest.NewServer(t)
	w := testWallet(t)
	if err := srv.Stake(w.Address(), 1); err != nil {
		t.Fatal(err)
	}
	body := caller{t: t, srv: srv}.mintBody(w)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			admin := caller{t, srv, srv.AdminKey()}
			for range 5 {
				for _, r := range []reply{
					admin.do("POST", mintPath, body),
					admin.do("POST", "/api_keys", map[string]any{"apiKeyType": "INFERENCE", "description": "x"}),
					admin.do("POST", "/chat/completions", with("stream", true)),
					admin.do("GET", "/api_keys", nil),
				} {
					if r.status != 200 {
						t.Errorf("answer %d %s", r.status, r.raw)
					}
				}
			}
		})
	}
	wg.Wait()
	list := caller{t, srv, srv.AdminKey()}.do("GET", "/api_keys", nil).body["data"].([]any)
	if len(list) != 8+8*5+1 {
		t.Errorf("%d keys of the account, want 49", len(list))
	}
}

// Clients stop reading at [DONE]. The end of the body comes with it, so that the next call finds the connection.
func TestStreamKeepsConnection(t *testing.T) {
	srv := venicetest.NewServer(t)
	c := caller{t, srv, srv.InferenceKey()}
	dialed := 0
	trace := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		if !got.Reused {
			dialed++
		}
	}})
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for range 20 {
		resp, err := client.Do(c.request("POST", "/chat/completions", with("stream", true)).WithContext(trace))
		if err != nil {
			t.Fatal(err)
		}
		var read bytes.Buffer
		for part := make([]byte, 4096); !bytes.HasSuffix(read.Bytes(), []byte("data: [DONE]\n\n")); {
			n, err := resp.Body.Read(part)
			read.Write(part[:n])
			if err != nil && err != io.EOF {
				t.Fatal(err)
			}
		}
		_ = resp.Body.Close()
	}
	if dialed > 1 {
		t.Errorf("20 streams took %d connections", dialed)
	}
}
