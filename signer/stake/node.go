// Node: who is asked about the chain, and given transactions.

package stake

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/jsonrpc"
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

// Endpoint returns the node at an address: https, or http to this machine. The address is often a key, so no error shows
// its path, query or user. With client nil a question may take 20 seconds.
func Endpoint(address string, client *http.Client) (Node, error) {
	node, err := jsonrpc.New(address, client)
	if err != nil {
		return nil, fmt.Errorf("stake: %w", err)
	}
	return func(ctx context.Context, method string, params ...any) (gen.JSON, error) {
		result, err := node.Ask(ctx, method, params...)
		return asked(method, result, err)
	}, nil
}

// asked is the answer to a question in the terms of a Node.
func asked(method string, result jsontext.Value, err error) (gen.JSON, error) {
	if refusal, ok := errors.AsType[*jsonrpc.Refusal](err); ok {
		return nil, &venice.RPCError{Method: method, Code: refusal.Code, Message: refusal.Message, Data: gen.JSON(refusal.Data)}
	}
	if err != nil {
		return nil, fmt.Errorf("stake: %w", err)
	}
	return gen.JSON(result), nil
}
