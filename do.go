// Do: any route of the service by method and path, for what no method is made for yet, and the nodes of blockchains behind one.

package venice

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
	"github.com/venice-go/venice/internal/refusal"
	"github.com/venice-go/venice/internal/route"
)

// Do calls a route of the service that has no method of its own, with all that a method has: credentials, attempts,
// limits, options and errors.
//
//	var files struct{ Data []struct{ ID string } }
//	err := client.Do(ctx, "GET", "/files", nil, &files, venice.WithQuery("limit", "10"))
//
// The path begins with a slash, stands below the base URL, and has what is not plain in it escaped ([url.PathEscape]); a
// query goes by [WithQuery], and dots that lead elsewhere are refused. A body is encoded as JSON, and a [jsontext.Value] is
// JSON already; a struct that has a [gen.File] goes out as a form, its parts named as its JSON would be. For nil there is no
// body.
//
// A result that is a pointer takes a JSON answer. In types of your own a field without a tag has its name in any case, and
// omitempty leaves out a zero, as in encoding/json; types of package gen are read as methods read them, [ErrMisfit]
// included. A *[gen.Media] takes any answer unread, to be closed by the caller; its ContentType, if set before, is what is
// asked for. With nil the answer only needs a good status. For an event stream see [Stream].
//
// A route that [Operations] lists is called as what it is there. Of any other, GET and HEAD are sent again as reads are,
// and nothing else is ever sent twice, unless [WithEffect] says what that would do. An API key and a wallet's sign-in go to
// all of these. The call's name in errors and in the log is then method and path.
func (c *Client) Do(ctx context.Context, method, path string, body, result any, options ...CallOption) error {
	call, err := c.route(method, path, body)
	if err != nil {
		return err
	}
	call.accept, call.result = "application/json", result
	media, _ := result.(*gen.Media)
	switch v := reflect.ValueOf(result); {
	case result == nil:
		call.accept += ", */*"
	case v.Kind() != reflect.Pointer || v.IsNil():
		return fmt.Errorf("venice: %s: the result is to be a pointer, not a %T", call.op.Name, result)
	case media != nil:
		call.accept = cmp.Or(media.ContentType, "*/*")
	}
	got, err := c.fetch(ctx, call, options)
	switch {
	case err != nil || got == nil:
		return err
	case media == nil:
		return got.Close()
	}
	*media = *got
	return nil
}

// Stream is [Client.Do] for an event stream: it yields what comes, each event decoded into a T, as the methods that begin
// with Stream do. A T that is a jsontext.Value takes any. Most routes want to be told in the body that a stream is wanted.
func Stream[T any](ctx context.Context, client *Client, method, path string, body any, options ...CallOption) iter.Seq2[*T, error] {
	call, err := client.route(method, path, body)
	if err != nil {
		return func(yield func(*T, error) bool) { yield(nil, err) }
	}
	return stream[T](ctx, client, call, options)
}

// OperationOf returns the row of [Operations] that a request is of, by its method and its escaped path below the base URL.
// For a route that is not listed it makes one, whose name is method and path. Its Access is not known, nor is its Effect,
// but that GET and HEAD read.
func OperationOf(method, path string) Operation {
	for _, op := range operationTable {
		if op.Method == method && route.Matches(op.Path, path) {
			return *op
		}
	}
	op := Operation{Name: method + " " + path, Method: method, Path: path}
	if method == http.MethodGet || method == http.MethodHead {
		op.Effect = EffectRead
	}
	return op
}

var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

func (c *Client) route(method, path string, body any) (call, error) {
	if c.pipe == nil {
		return call{}, errZero
	}
	if !slices.Contains(methods, method) {
		return call{}, fmt.Errorf("venice: the method %q is none of %v", method, methods)
	}
	if err := route.Check(path); err != nil {
		return call{}, fmt.Errorf("venice: %s %q: %w", method, path, err)
	}
	op := OperationOf(method, path)
	op.Path = path // in place of a template
	k := call{op: &op, body: body, contentType: "application/json", own: true}
	if hasFile(body) {
		k.contentType = "multipart/form-data"
	}
	return k, nil
}

// hasFile reports whether a body is a struct for a form.
func hasFile(body any) bool {
	v := reflect.Indirect(reflect.ValueOf(body))
	if v.Kind() != reflect.Struct {
		return false
	}
	for i := range v.NumField() {
		switch v.Type().Field(i).Type {
		case reflect.TypeFor[gen.File](), reflect.TypeFor[*gen.File](), reflect.TypeFor[[]gen.File]():
			return true
		}
	}
	return false
}

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
