// Node: who is asked about the chain, and given transactions.

package stake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// A Node answers one question in JSON-RPC about Base, by the method's name and its parameters. It returns the result as
// it came, which may be null. What the node itself refuses is a [*venice.RPCError]; after any other error nobody knows
// whether the node got the question. It may be called from several goroutines at once.
type Node func(ctx context.Context, method string, params ...any) (gen.JSON, error)

// Proxy returns the service's own node ("base-mainnet"). Each question is billed to the client's key or wallet, about
// 0.000014 USD, so that a wallet without balance has to start with another.
func Proxy(client *venice.Client) Node {
	return func(ctx context.Context, method string, params ...any) (gen.JSON, error) {
		if params == nil {
			params = []any{}
		}
		return venice.RPC[gen.JSON](ctx, client, "base-mainnet", method, params)
	}
}

const (
	maxAnswer  = 4 << 20 // bytes: a block of Base with its list of hashes takes some hundred thousand
	rpcTimeout = 20 * time.Second
)

// Endpoint returns the node at an address: https, or http to this machine. The address is often a key, so no error shows
// its path, query or user. With client nil a question may take 20 seconds.
func Endpoint(address string, client *http.Client) (Node, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "":
		return nil, errors.New("stake: RPC: want an absolute URL such as https://node.example.org/")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return nil, fmt.Errorf("stake: RPC: want https, or http to this machine, got %q", u.Scheme)
	}
	var own http.Client
	if client != nil {
		own = *client
	}
	if own.Timeout == 0 {
		own.Timeout = rpcTimeout
	}
	// A redirect would take a transaction to a node that the user did not name.
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	hide := secretsOf(u)
	return func(ctx context.Context, method string, params ...any) (gen.JSON, error) {
		result, err := post(ctx, &own, address, method, params)
		if refusal, ok := errors.AsType[*venice.RPCError](err); ok {
			refusal.Method, refusal.Message = method, hide(refusal.Message)
			return nil, refusal
		}
		if err != nil && ctx.Err() != nil {
			return nil, fmt.Errorf("stake: RPC %s: %w", method, context.Cause(ctx))
		}
		if err != nil {
			return nil, fmt.Errorf("stake: RPC %s: %s", method, hide(err.Error())) // not wrapped, as it holds the address
		}
		return result, nil
	}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// secretsOf blots out whatever parts of the address may be secret, since nodes and the network quote it in their errors.
func secretsOf(u *url.URL) func(string) string {
	parts := []string{u.String(), u.RequestURI(), u.RawQuery, u.Fragment}
	if u.User != nil {
		password, _ := u.User.Password()
		parts = append(parts, u.User.String(), u.User.Username(), password)
	}
	for _, values := range u.Query() {
		parts = append(parts, values...)
	}
	parts = append(parts, strings.Split(u.EscapedPath(), "/")...)
	parts = append(parts, strings.Split(u.Path, "/")...)
	var pairs []string
	for _, part := range parts {
		if len(part) >= 4 { // shorter ones are words such as "v2"
			pairs = append(pairs, part, "[redacted]")
		}
	}
	return strings.NewReplacer(pairs...).Replace
}

func post(ctx context.Context, client *http.Client, address, method string, params []any) (gen.JSON, error) {
	if params == nil {
		params = []any{}
	}
	question, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(question))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.GetBody = nil // a question that failed is the caller's to ask again
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case response.StatusCode != http.StatusOK && response.StatusCode != http.StatusBadRequest: // some refuse with 400
		return nil, fmt.Errorf("status %d", response.StatusCode)
	case err != nil:
		return nil, err
	case len(body) > maxAnswer:
		return nil, fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	}
	return resultIn(body)
}

// resultIn reads an answer: the result, which may be null, or the node's refusal.
func resultIn(body []byte) (gen.JSON, error) {
	var answer struct {
		JSONRPC string           `json:"jsonrpc"`
		ID      gen.JSON         `json:"id"`
		Result  gen.JSON         `json:"result"`
		Error   *venice.RPCError `json:"error"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.JSONRPC != "2.0" {
		return nil, errors.New("the answer is no JSON-RPC 2.0")
	}
	switch {
	case answer.Error != nil: // its id is null where the question was not understood
		return nil, answer.Error
	case answer.ID.String() != "1":
		return nil, errors.New("the answer is to another question")
	case answer.Result == nil:
		return nil, errors.New("the answer has neither a result nor an error")
	}
	return answer.Result, nil
}
