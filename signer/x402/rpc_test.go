// Tests of questions to nodes: which endpoints are asked, what is taken for an answer, and what errors show.

package x402

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/jsonrpc"
	"github.com/venice-go/venice/internal/solana"
)

// A question to a node.
type question struct {
	Method string
	Params []json.RawMessage
}

// answers are results by method: a value, an error of the node, or a function of the parameters that gives either.
type answers map[string]any

// node serves answers, and notes the methods that it was asked for.
func node(t testing.TB, list answers) (endpoint string, asked *[]string) {
	asked = new([]string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			JSONRPC string
			ID      int
			question
		}
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil || q.JSONRPC != "2.0" || q.Params == nil || r.Method != "POST" {
			t.Errorf("question %+v, %v", q, err)
		}
		*asked = append(*asked, q.Method)
		answer, ok := list[q.Method]
		if f, is := answer.(func(...json.RawMessage) any); is {
			answer = f(q.Params...)
		}
		reply := map[string]any{"jsonrpc": "2.0", "id": q.ID}
		if err, failed := answer.(error); failed || !ok {
			reply["error"] = map[string]any{"code": -32000, "message": fmt.Sprint("no: ", err)}
		} else {
			reply["result"] = answer
		}
		_ = json.NewEncoder(w).Encode(reply)
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

// with is the answers with one exchanged.
func (list answers) with(method string, answer any) answers {
	other := answers{method: answer}
	for m, a := range list {
		if m != method {
			other[m] = a
		}
	}
	return other
}

func TestEndpoints(t *testing.T) {
	for _, good := range []string{
		"https://node.example.org", "https://node.example.org/v2/key?x=y", "https://user:pass@node.example.org/",
		"http://localhost:8545", "http://127.0.0.1:8545/", "http://127.9.9.9", "http://[::1]:8899",
	} {
		for _, network := range []string{evm.Base, solana.Network} {
			if c, err := newNode(network, good, nil); c == nil || err != nil {
				t.Errorf("%s: %v", good, err)
			}
		}
	}
	for _, bad := range []string{
		"", "node.example.org", "https://", "https:///path", "http://node.example.org/secretkey", "ws://localhost", "file:///secretkey",
		"http://localhost.example.org", "http://10.0.0.1/", "https://[::1/secretkey", "https://node.example.org/%zzsecretkey", "ftp://secretkey@localhost",
	} {
		if c, err := newNode(evm.Base, bad, nil); c != nil || err == nil || strings.Contains(err.Error(), "secretkey") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if c, err := newNode("eip155:1", "https://node.example.org", nil); c != nil || err == nil || !strings.Contains(err.Error(), "eip155:1") {
		t.Errorf("%v, %v", c, err)
	}
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// replying is a client that gets one answer to everything.
func replying(status int, body string) *http.Client {
	return &http.Client{Transport: transportFunc(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}}, nil
	})}
}

func ask(client *http.Client, ctx context.Context) (quantity, error) {
	r, err := jsonrpc.New("https://node.example.org/", client)
	if err != nil {
		return 0, err
	}
	var q quantity
	return q, r.Call(ctx, &q, "eth_chainId")
}

func TestAnswers(t *testing.T) {
	good := `{"jsonrpc":"2.0","id":1,"result":"0x2105"}`
	for _, body := range []string{good, ` {"id":1,"jsonrpc":"2.0","error":null,"result":"0x2105","extra":[]}`, good + "\n"} {
		if q, err := ask(replying(200, body), t.Context()); err != nil {
			t.Errorf("%s: %d, %v", body, q, err)
		}
	}
	for want, bodies := range map[string][]string{
		"no JSON-RPC": {
			"", "null", "[]", "<html>", good[:20], good + good, `{"jsonrpc":"2.0","id":2,"result":"0x1"}`, `{"id":1,"result":"0x1"}`,
			`{"jsonrpc":"1.0","id":1,"result":"0x1"}`, `{"jsonrpc":"2.0","result":"0x1"}`, `[` + good + `]`,
			`{"jsonrpc":"2.0","id":1,"result":"0x1","result":"0x2105"}`,
		},
		"no result": {`{"jsonrpc":"2.0","id":1}`, `{"jsonrpc":"2.0","id":1,"result":null}`, `{"jsonrpc":"2.0","id":1,"Result":"0x1"}`},
		"error -3":  {`{"jsonrpc":"2.0","id":1,"error":{"code":-3,"message":"m"}}`, `{"jsonrpc":"2.0","id":null,"result":"0x2105","error":{"code":-3}}`},
		"of the type": {
			`{"jsonrpc":"2.0","id":1,"result":8453}`, `{"jsonrpc":"2.0","id":1,"result":"8453"}`, `{"jsonrpc":"2.0","id":1,"result":"0x"}`,
			`{"jsonrpc":"2.0","id":1,"result":"0x02105"}`, `{"jsonrpc":"2.0","id":1,"result":"0x2_1"}`, `{"jsonrpc":"2.0","id":1,"result":"0x-1"}`,
			`{"jsonrpc":"2.0","id":1,"result":"0x8000000000000000"}`, `{"jsonrpc":"2.0","id":1,"result":{}}`,
		},
		"longer than": {`{"jsonrpc":"2.0","id":1,"result":"0x2105"` + strings.Repeat(" ", 4<<20) + `}`},
	} {
		for _, body := range bodies {
			if q, err := ask(replying(200, body), t.Context()); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "RPC eth_chainId: ") {
				t.Errorf("%.80s: %d, %v; want %s", body, q, err, want)
			}
		}
	}
	for _, status := range []int{201, 204, 301, 307, 308, 400, 401, 429, 500, 503} {
		if _, err := ask(replying(status, good), t.Context()); err == nil || !strings.Contains(err.Error(), fmt.Sprint("status ", status)) {
			t.Errorf("status %d: %v", status, err)
		}
	}
}

func TestNoRedirects(t *testing.T) {
	elsewhere, asked := node(t, answers{"eth_chainId": "0x2105"})
	for _, status := range []int{301, 302, 303, 307, 308} {
		server := httptest.NewServer(http.RedirectHandler(elsewhere, status))
		defer server.Close()
		follow := func(*http.Request, []*http.Request) error { return nil }
		r, err := jsonrpc.New(server.URL, &http.Client{CheckRedirect: follow})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Call(t.Context(), new(quantity), "eth_chainId"); err == nil || !strings.Contains(err.Error(), fmt.Sprint("status ", status)) || len(*asked) != 0 {
			t.Errorf("%d: %v, asked elsewhere for %v", status, err, *asked)
		}
	}
}

// The key in an endpoint shows neither in errors, of whatever maker, nor when the reader is printed.
func TestEndpointsDoNotShow(t *testing.T) {
	const endpoint = "https://user1234:secret-pass@node.example.org/v2/secret-path/x?key=secret-key&b=secret%20blank#secret-part"
	echo := func(r *http.Request) string {
		return r.URL.String() + " " + r.URL.RequestURI() + " " + r.URL.Path + " secret-path secret-key user1234 secret-pass secret blank"
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for why, transport := range map[string]transportFunc{
		"the network": func(r *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: errors.New(echo(r))}
		},
		"the node": func(r *http.Request) (*http.Response, error) {
			body, _ := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "error": map[string]any{"message": "secret-key " + echo(r)}})
			return replying(200, string(body)).Transport.RoundTrip(r)
		},
		"a long message": func(r *http.Request) (*http.Response, error) {
			body, _ := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "error": map[string]any{"message": strings.Repeat(".", 58) + "secret-key"}})
			return replying(200, string(body)).Transport.RoundTrip(r)
		},
	} {
		r, err := jsonrpc.New(endpoint, &http.Client{Transport: transport})
		if err != nil {
			t.Fatal(err)
		}
		for _, ctx := range []context.Context{t.Context(), ended} {
			err := r.Call(ctx, new(quantity), "eth_chainId")
			if err == nil || ctx == ended && !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", why, err)
			}
			for ; err != nil; err = errors.Unwrap(err) {
				for _, form := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, err)} {
					if strings.Contains(form, "secret") || strings.Contains(form, "user1234") {
						t.Errorf("%s: %s", why, form)
					}
				}
			}
		}
		for _, c := range []any{r, *r, &baseNode{r}, solanaNode{r}} {
			if form := fmt.Sprintf("%v %+v %#v %s", c, c, c, c); strings.Contains(form, "secret") {
				t.Errorf("printed: %s", form)
			}
		}
	}
}

// Whatever a node answers, nobody is told for certain that a transfer is dead unless it is one of the true answers.
func FuzzRPC(f *testing.F) {
	f.Add(`{"jsonrpc":"2.0","id":1,"result":"0x2105"}`)
	f.Add(`{"jsonrpc":"2.0","id":1,"result":{"number":"0x1","timestamp":"0xffffffff"}}`)
	f.Add(`{"jsonrpc":"2.0","id":1,"result":[]}`)
	f.Add(`{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"header not found"}}`)
	f.Fuzz(func(t *testing.T, body string) {
		for network, transfer := range map[string]Transfer{evm.Base: baseTransfer(), solana.Network: solanaTransfer()} {
			c, err := newNode(network, "https://node.example.org/", replying(200, body))
			if err != nil {
				t.Fatal(err)
			}
			// One body cannot be the right answer to every question.
			if settled, final, _, err := c.outcome(t.Context(), &transfer, 1000); err == nil || settled || final {
				t.Errorf("%s: %q: %t, %t, %v", network, body, settled, final, err)
			}
			if _, err := c.prepare(t.Context(), &transfer); err == nil && network == solana.Network {
				t.Errorf("prepared by %q", body)
			}
		}
	})
}

// newNode reads a network as a payer does.
func newNode(network, endpoint string, client *http.Client) (chain, error) {
	r, err := railOf(network)
	if err != nil {
		return nil, err
	}
	node, err := jsonrpc.New(endpoint, client)
	if err != nil {
		return nil, err
	}
	return r.chain(node), nil
}
