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
	maxAnswer  = 4 << 20 // bytes: a block of Base with its list of hashes takes some hundred thousand
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

// A Refusal is what a node answers in place of a result.
type Refusal struct {
	Code    int64          `json:"code"`
	Message string         `json:"message"`
	Data    jsontext.Value `json:"data"`
}

// Error has the beginning of the node's words.
func (r *Refusal) Error() string { return fmt.Sprintf("error %d: %.64q", r.Code, r.Message) }

// Call asks the node and decodes its result, which must be neither missing nor null.
func (n *Node) Call(ctx context.Context, result any, method string, params ...any) error {
	answer, err := n.Ask(ctx, method, params...)
	switch refusal, refused := errors.AsType[*Refusal](err); {
	case refused && ctx.Err() != nil:
		return fmt.Errorf("RPC %s: %w", method, context.Cause(ctx))
	case refused:
		return fmt.Errorf("RPC %s: %s", method, refusal.Error()) // not wrapped, as its data may quote the endpoint
	case err != nil:
		return err
	case answer.Kind() == 'n':
		return fmt.Errorf("RPC %s: the answer has no result", method)
	}
	if err := json.Unmarshal(answer, result); err != nil {
		return fmt.Errorf("RPC %s: the result is not of the type that was asked for", method)
	}
	return nil
}

// Ask asks the node and returns its result as it came, which may be null. What the node itself refuses is a [*Refusal];
// after any other error nobody knows whether it got the question.
func (n *Node) Ask(ctx context.Context, method string, params ...any) (jsontext.Value, error) {
	result, err := n.exchange(ctx, method, params)
	refusal, refused := errors.AsType[*Refusal](err)
	switch {
	case refused:
		refusal.Message = n.hidden(refusal.Message)
		return nil, refusal
	case err != nil && ctx.Err() != nil:
		return nil, fmt.Errorf("RPC %s: %w", method, context.Cause(ctx))
	case err != nil:
		return nil, fmt.Errorf("RPC %s: %s", method, n.hidden(err.Error())) // not wrapped, as it holds the URL
	}
	return result, nil
}

func (n *Node) exchange(ctx context.Context, method string, params []any) (jsontext.Value, error) {
	if params == nil {
		params = []any{}
	}
	question, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.endpoint(), bytes.NewReader(question))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.GetBody = nil // a question that failed is the caller's to ask again
	response, err := n.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	good, refused := response.StatusCode == http.StatusOK, response.StatusCode == http.StatusBadRequest // some refuse with 400
	switch {
	case !good && !refused:
		return nil, fmt.Errorf("status %d", response.StatusCode)
	case err != nil:
		return nil, err
	case len(body) > maxAnswer:
		return nil, fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	}
	result, err := Result(body)
	if _, is := errors.AsType[*Refusal](err); refused && !is {
		return nil, fmt.Errorf("status %d", response.StatusCode)
	}
	return result, err
}

// Result reads the answer to a question of ours: the result, which may be null, or a [*Refusal].
func Result(body []byte) (jsontext.Value, error) {
	var answer struct {
		JSONRPC string         `json:"jsonrpc"`
		ID      jsontext.Value `json:"id"`
		Result  jsontext.Value `json:"result"`
		Error   *Refusal       `json:"error"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.JSONRPC != "2.0" {
		return nil, errors.New("the answer is no JSON-RPC 2.0")
	}
	switch {
	case answer.Error != nil: // its id is null where the question was not understood
		return nil, answer.Error
	case string(answer.ID) != "1":
		return nil, errors.New("the answer is no JSON-RPC 2.0, or is to another question")
	case answer.Result == nil:
		return nil, errors.New("the answer has no result and no error")
	}
	return answer.Result, nil
}
