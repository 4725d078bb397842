// Tests of asking nodes over HTTP: what counts as an answer, and what no error shows.

package stake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/jsonrpc"
)

func answering(t *testing.T, status int, body string) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "https://elsewhere.example/")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestEndpointAnswers(t *testing.T) {
	for _, c := range []struct {
		status       int
		body, result string
		err          string
		refusal      bool
	}{
		{200, `{"jsonrpc":"2.0","id":1,"result":"0x1"}`, `"0x1"`, "", false},
		{200, `{"jsonrpc":"2.0","id":1,"result":null}`, `null`, "", false},
		{200, `{"jsonrpc":"2.0","id":1,"result":{"a":1}}`, `{"a":1}`, "", false},
		{200, `{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution\nreverted","data":"0x"}}`, "", "venice: RPC eth_x: 3: execution", true},
		{400, `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"hm"}}`, "", "-32700: hm", true},
		{200, `{"jsonrpc":"2.0","id":1}`, "", "no result and no error", false},
		{200, `{"jsonrpc":"2.0","id":2,"result":"0x1"}`, "", "another question", false},
		{200, `{"jsonrpc":"1.0","id":1,"result":"0x1"}`, "", "no JSON-RPC", false},
		{200, `{"id":1,"result":"0x1"}`, "", "no JSON-RPC", false},
		{200, `{"jsonrpc":"2.0","id":1,"result":"0x1","result":"0x2"}`, "", "no JSON-RPC", false},
		{200, `<html>`, "", "no JSON-RPC", false},
		{400, `<html>`, "", "status 400", false},
		{400, `{"jsonrpc":"2.0","id":1,"result":"0x1"}`, "", "status 400", false},
		{200, strings.Repeat(" ", 4<<20+1), "", "longer than", false},
		{302, ``, "", "status 302", false},
		{307, ``, "", "status 307", false},
		{429, `{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"slow down"}}`, "", "status 429", false},
		{502, ``, "", "status 502", false},
	} {
		node, err := Endpoint(answering(t, c.status, c.body), nil)
		if err != nil {
			t.Fatal(err)
		}
		result, err := node(t.Context(), "eth_x", 1)
		_, refusal := errors.AsType[*venice.RPCError](err)
		if result.String() != c.result || (err == nil) != (c.err == "") || refusal != c.refusal || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%d %.100s: %s, %v", c.status, c.body, result, err)
		}
	}
}

// The whole of a stake over HTTP, by any endpoint and by the service's.
func TestOverHTTP(t *testing.T) {
	for _, way := range []string{"endpoint", "proxy"} {
		f, s := newChain(t)
		s.Poll = 1
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var q struct {
				JSONRPC string
				ID      int
				Method  string
				Params  []any
			}
			body, _ := io.ReadAll(r.Body)
			if err := json.Unmarshal(body, &q); err != nil || q.JSONRPC != "2.0" || q.Params == nil || r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s, %v", body, err)
			}
			if want := map[string]string{"endpoint": "/v2/key", "proxy": "/api/v1/crypto/rpc/base-mainnet"}[way]; r.URL.Path != want {
				t.Errorf("asked at %s", r.URL)
			}
			answer := map[string]any{"jsonrpc": "2.0", "id": q.ID}
			result, err := f.call(r.Context(), q.Method, q.Params...)
			if refusal, ok := errors.AsType[*venice.RPCError](err); ok {
				answer["error"] = refusal
			} else {
				answer["result"] = json.RawMessage(result)
			}
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(answer)
		}))
		defer srv.Close()
		if way == "endpoint" {
			node, err := Endpoint(srv.URL+"/v2/key", srv.Client())
			if err != nil {
				t.Fatal(err)
			}
			s.RPC = node
		} else {
			client, err := venice.New(venice.WithBaseURL(srv.URL+"/api/v1"), venice.WithAPIKey("VENICE_INFERENCE_KEY_x"))
			if err != nil {
				t.Fatal(err)
			}
			s.RPC = Proxy(client)
		}
		if _, err := s.Stake(t.Context(), amount(t, "1.5")); err != nil || f.staked.Cmp(units(t, "1.5")) != 0 || f.nonces() != 2 {
			t.Errorf("%s: %v", way, err)
		}
		if _, err := s.Unstake(t.Context(), amount(t, "2")); err == nil || !strings.Contains(err.Error(), `so that it was not sent: "not staked"`) {
			t.Errorf("%s: %v", way, err)
		}
	}
}

func TestEndpoints(t *testing.T) {
	for address, want := range map[string]string{
		"https://node.example/v2/key": "", "http://127.0.0.1:8545": "", "http://[::1]:8545/": "", "http://localhost": "", "HTTP://LOCALHOST": "",
		"http://node.example/": "want https", "http://localhost.example/": "want https", "http://10.0.0.1": "want https", "ws://127.0.0.1": "want https",
		"node.example": "absolute URL", "": "absolute URL", "https://": "absolute URL", "https://%zz": "absolute URL", "file:///etc/passwd": "absolute URL",
	} {
		node, err := Endpoint(address, nil)
		if (err == nil) != (want == "") || (node == nil) != (err != nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// An endpoint's address is often a key, and nodes quote it.
func TestNoErrorShowsTheEndpoint(t *testing.T) {
	const secrets = "/v2/path-key?apikey=query-key"
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":%q}}`, "no such key: "+r.URL.String()+" path-key query-key")
	}))
	defer echo.Close()
	dead := httptest.NewServer(nil)
	dead.Close()
	for _, address := range []string{echo.URL, dead.URL} {
		node, err := Endpoint(strings.Replace(address, "://", "://user-name:pass-word@", 1)+secrets, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, s := newChain(t)
		s.RPC = node
		_, err = node(t.Context(), "eth_chainId")
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "err", err, "staker", s)
		all := fmt.Sprintf("%v %+v %#v %s", err, err, err, &log) + fmt.Sprintf("%v %+v %#v", s, s, s)
		for _, secret := range []string{"path-key", "query-key", "pass-word", "user-name", strings.Repeat("01", 32)} {
			if err == nil || strings.Contains(all, secret) {
				t.Errorf("%s: %s", secret, all)
			}
		}
	}
	node, err := Endpoint(echo.URL+secrets, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("tea time"))
	if _, err := node(ctx, "eth_chainId"); err == nil || err.Error() != "stake: RPC eth_chainId: tea time" {
		t.Error(err)
	}
}

// Numbers and bytes are read to the letter.
func TestQuantities(t *testing.T) {
	for text, want := range map[string]int64{"0x0": 0, "0x1": 1, "0xff": 255, "0xFF": 255} {
		var q quantity
		if err := q.UnmarshalText([]byte(text)); err != nil || q.n.Int64() != want {
			t.Error(text, err)
		}
	}
	for _, text := range []string{"", "0x", "1", "0x01", "0x00", "0x-1", "0x+1", "0xg", "0x1_0", "0x " + "1", "0X1", "0x" + strings.Repeat("f", 65)} {
		if q := new(quantity); q.UnmarshalText([]byte(text)) == nil {
			t.Error(text)
		}
	}
}

func FuzzNodeAnswers(f *testing.F) {
	for _, body := range []string{
		`{"jsonrpc":"2.0","id":1,"result":"0x1"}`, `{"jsonrpc":"2.0","id":1,"result":null}`,
		`{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted","data":"0x` + documented + `"}}`,
		`{"jsonrpc":"2.0","id":1,"result":{"transactionHash":"0x","status":"0x1","blockNumber":"0x1","gasUsed":"0x1","effectiveGasPrice":"0x1"}}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		answer := func() (gen.JSON, error) {
			result, err := jsonrpc.Result(body)
			return asked("eth_x", result, err)
		}
		node := Node(func(context.Context, string, ...any) (gen.JSON, error) { return answer() })
		c := &chain{node: node, from: address{1}}
		ctx := t.Context()
		_ = c.identify(ctx)
		_ = c.checkContract(ctx)
		_, _ = c.cooldown(ctx)
		_, _ = c.nonce(ctx, 0)
		_, _ = c.balance(ctx)
		if p, err := c.price(ctx, big.NewInt(1000)); err == nil && (p.fee.Cmp(big.NewInt(1000)) > 0 || p.tip.Cmp(p.fee) > 0) {
			t.Errorf("%v", p)
		}
		if r, _, err := c.receipt(ctx, "0x", 1); err == nil && r != nil && r.Nonce != 1 {
			t.Error(r)
		}
		if _, err := answer(); err != nil {
			_, _ = revertIn(err)
		}
	})
}
