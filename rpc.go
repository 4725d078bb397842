// RPC: one call of a blockchain node, and its result in a type of the caller's.

package venice

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
	"github.com/venice-go/venice/internal/refusal"
)

// RPC calls a method of a node of a blockchain network, such as "base-mainnet", by the service's proxy
// ([Client.CallRPC]), and decodes the result into a T: every digit of a number if T has room for it, and the result as it
// came if T is [gen.JSON].
//
//	balance, err := venice.RPC[string](ctx, client, "base-mainnet", "eth_getBalance", []any{address, "latest"})
//
// What the node refuses is an [*RPCError]. A batch goes by CallRPC.
func RPC[T any](ctx context.Context, client *Client, network, method string, params []any, options ...CallOption) (result T, err error) {
	if strings.TrimSpace(network) == "" {
		return result, fmt.Errorf("venice: RPC %s: the network is empty: want one such as \"base-mainnet\"", method)
	}
	call := struct {
		Version string `json:"jsonrpc"`
		ID      int    `json:"id"`
		Method  string `json:"method"`
		Params  []any  `json:"params"`
	}{"2.0", 1, method, params}
	var reply struct {
		Version string   `json:"jsonrpc"` // by which an error of the node is told from one of the service
		Result  gen.JSON `json:"result"`
		Error   gen.JSON `json:"error"`
	}
	err = client.Do(ctx, "POST", "/crypto/rpc/"+url.PathEscape(network), call, &reply, options...)
	refusal := rpcError(jsontext.Value(reply.Error))
	switch {
	case err != nil:
		return result, err
	case refusal != nil:
		refusal.Method = method
		if hide := client.pipe.answer.refuse.hide; hide != nil {
			refusal.Message = hide(refusal.Message)
		}
		return result, refusal
	case reply.Result == nil:
		return result, fmt.Errorf("venice: RPC %s: the node answered neither a result nor an error", method)
	}
	if err := reply.Result.Decode(&result); err != nil {
		return result, fmt.Errorf("venice: RPC %s: the result is no %T: %w", method, result, err)
	}
	return result, nil
}

// An RPCError is what a node answers in place of a result (JSON-RPC 2.0, section 5.1). The call was billed all the same.
type RPCError struct {
	Method  string   `json:"-"`
	Code    int64    `json:"code"`
	Message string   `json:"message"`
	Data    gen.JSON `json:"data"` // more of it, such as what a contract said when it reverted
}

// rpcError reads the error of a node, whatever its form, or returns nil for one that says nothing.
func rpcError(v jsontext.Value) *RPCError {
	if len(v) == 0 || loose.Hollow(v) {
		return nil
	}
	m := loose.Members(v)
	if m == nil {
		return &RPCError{Message: loose.First(refusal.Faults(v), string(v))}
	}
	e := &RPCError{Data: gen.JSON(m["data"])}
	if gen.Unmarshal(m["code"], &e.Code) != nil && m["code"] != nil { // a word
		e.Message = flatText(m["code"])
	}
	e.Message = loose.Joined(": ", e.Message, flatText(m["message"]))
	if e.Message == "" && e.Code == 0 {
		e.Message = flatText(v)
	}
	return e
}

// flatText is a text, or what an object or a list says.
func flatText(v jsontext.Value) string { return loose.First(loose.Text(v), refusal.Flat(v)) }

// Error has the node's words, on one line.
func (e *RPCError) Error() string {
	return fmt.Sprintf("venice: RPC %s: %d: %s", e.Method, e.Code, cmp.Or(loose.Line(e.Message, 300), "no message"))
}
