// Package jsonrpc asks a blockchain's node that the user named, by JSON-RPC 2.0 over HTTP.
package jsonrpc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/origin"
)

const (
	maxAnswer  = 1 << 20 // bytes of one answer
	rpcTimeout = 20 * time.Second
)

// A Node is asked at one address. The endpoint's path or query is often a key, so no error shows them.
type Node struct {
	endpoint func() string // a function, since fmt and reflection print what a field holds
	client   *http.Client
	hidden   func(text string) string // text without the secrets of the endpoint
}

// New returns the node at an address: https, or on this machine. The client may be nil.
func New(endpoint string, client *http.Client) (*Node, error) {
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Hostname() == "":
		return nil, errors.New("RPC: want an absolute URL such as https://node.example.org/")
	case u.Scheme != "https" && (u.Scheme != "http" || !origin.Loopback("http://"+strings.ToLower(u.Host))):
		return nil, fmt.Errorf("RPC: want https, or http to this machine, got %q", u.Scheme)
	}
	var own http.Client
	if client != nil {
		own = *client
	}
	if own.Timeout == 0 {
		own.Timeout = rpcTimeout
	}
	// A redirect would take the question, and the word on somebody's money, to a node that the user did not name.
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Node{func() string { return endpoint }, &own, hide(u)}, nil
}

// hide blots out whatever parts of the URL may be secret, since nodes and the network quote it in their errors.
func hide(u *url.URL) func(string) string {
	var pairs []string
	add := func(parts ...string) {
		for _, part := range parts {
			if len(part) >= 4 { // shorter ones are words such as "v2"
				pairs = append(pairs, part, "[redacted]")
			}
		}
	}
	add(u.String(), u.RequestURI(), u.EscapedPath(), u.Path, u.RawQuery, u.EscapedFragment(), u.Fragment)
	if u.User != nil {
		password, _ := u.User.Password()
		add(u.User.String(), u.User.Username(), password)
	}
	for _, values := range u.Query() {
		add(values...)
	}
	add(strings.Split(u.EscapedPath(), "/")...)
	add(strings.Split(u.Path, "/")...)
	return strings.NewReplacer(pairs...).Replace
}

// Call asks the node and decodes its result, which must be neither missing nor null.
func (n *Node) Call(ctx context.Context, result any, method string, params ...any) error {
	if err := n.exchange(ctx, result, method, params); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("RPC %s: %w", method, context.Cause(ctx))
		}
		return fmt.Errorf("RPC %s: %s", method, n.hidden(err.Error())) // not wrapped, as it holds the URL
	}
	return nil
}

func (n *Node) exchange(ctx context.Context, result any, method string, params []any) error {
	if params == nil {
		params = []any{}
	}
	question, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.endpoint(), bytes.NewReader(question))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.GetBody = nil // a question that failed is the caller's to ask again
	response, err := n.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case response.StatusCode != http.StatusOK:
		return fmt.Errorf("status %d", response.StatusCode)
	case err != nil:
		return err
	case len(body) > maxAnswer:
		return fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	}
	var answer struct {
		JSONRPC string         `json:"jsonrpc"`
		ID      jsontext.Value `json:"id"`
		Result  jsontext.Value `json:"result"`
		Error   *struct {
			Code    int64  `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return errors.New("the answer is no JSON-RPC")
	}
	switch {
	case answer.Error != nil:
		return fmt.Errorf("error %d: %.64q", answer.Error.Code, n.hidden(answer.Error.Message))
	case answer.JSONRPC != "2.0" || string(answer.ID) != "1":
		return errors.New("the answer is no JSON-RPC 2.0, or is to another question")
	case len(answer.Result) == 0 || answer.Result.Kind() == 'n':
		return errors.New("the answer has no result")
	}
	if err := json.Unmarshal(answer.Result, result); err != nil {
		return errors.New("the result is not of the type that was asked for")
	}
	return nil
}
