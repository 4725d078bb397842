// Tests of what net/http would send again by itself on a connection that was used before.

package venice_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/venice-go/venice"
)

// TestNothingIsSentTwice has a first call leave a connection behind, which breaks under the second one.
func TestNothingIsSentTwice(t *testing.T) {
	rpc := &venice.Operation{Name: "rpc", Method: "POST", Path: "/crypto/rpc/{network}", Access: venice.AccessAny, Effect: venice.EffectInfer}
	write := &venice.Operation{Name: "write", Method: "DELETE", Path: "/things", Access: venice.AccessKey, Effect: venice.EffectWrite}
	operation := func(method string) *venice.Operation { return &venice.Operation{Method: method, Path: "/things"} }
	for name, c := range map[string]*venice.Call{
		"head":        call(operation("HEAD"), nil),
		"options":     call(operation("OPTIONS"), nil),
		"read":        call(opGet, nil),
		"post":        call(opPost, &thing{}),
		"no body":     call(opPost, nil),
		"delete":      call(write, nil),
		"rpc":         {Operation: rpc, Path: [][2]string{{"network", "base"}}, Body: &thing{}},
		"rpc, empty":  {Operation: rpc, Path: [][2]string{{"network", "base"}}},
		"own key":     call(opPost, &thing{}, venice.WithHeader("Idempotency-Key", "k")),
		"own old key": call(opPost, &thing{}, venice.WithHeader("X-Idempotency-Key", "k")),
	} {
		var requests atomic.Int64
		auth := &numbered{}
		client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			if requests.Add(1) > 1 {
				panic(http.ErrAbortHandler)
			}
			answer(200, "application/json", `{"name":"a"}`)(w, r)
		}, venice.WithAuth(auth))
		if _, err := get(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		_, err := venice.DoerOf(client).Do(t.Context(), c)
		if n := requests.Load(); err == nil || n != 2 || auth.n.Load() != 2 {
			t.Errorf("%s: %d requests with %d credentials, want 2 and 2; %v", name, n, auth.n.Load(), err)
		}
	}
}

// A GET has no body on the wire for all that keeps it from being sent twice.
func TestGetHasNoBody(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 || len(r.TransferEncoding) > 0 || r.Header.Get("Content-Length") != "" {
			t.Errorf("length %d, encoding %v, header %v", r.ContentLength, r.TransferEncoding, r.Header)
		}
		answer(200, "application/json", `{"name":"a"}`)(w, r)
	})
	for range 3 {
		if _, err := get(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	}
}

func TestIdempotencyKey(t *testing.T) {
	rpc := &venice.Operation{Name: "rpc", Method: "POST", Path: "/crypto/rpc/{network}", Access: venice.AccessAny, Effect: venice.EffectInfer}
	var keys []string
	client, _ := quick(t, func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		w.WriteHeader(500)
	})
	do := func(c *venice.Call, options ...venice.CallOption) []string {
		keys = nil
		c.Path = [][2]string{{"network", "base"}}
		c.Options = options
		if _, err := venice.DoerOf(client).Do(t.Context(), c); err == nil {
			t.Error("no error")
		}
		return keys
	}
	first, second := do(call(rpc, &thing{})), do(call(rpc, &thing{}))
	if len(first) != 4 || len(first[0]) < 20 || strings.Trim(first[0], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		t.Errorf("keys %q, want four", first)
	}
	for i := range first {
		if first[i] != first[0] || second[i] == first[0] {
			t.Errorf("keys %q and %q, want one for each call", first, second)
		}
	}
	if own := do(call(rpc, &thing{}), venice.WithHeader("Idempotency-Key", "mine")); own[0] != "mine" || own[3] != "mine" {
		t.Errorf("keys %q, want the caller's", own)
	}
	if other := do(call(opPost, &thing{})); other[0] != "" {
		t.Errorf("keys %q for another operation", other)
	}
}
