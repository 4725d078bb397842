// The fake's chains: what its settlements look like to those who read the chain rather than ask the service.

package venicetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// A chainError is the error of a JSON-RPC answer.
type chainError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    any    `json:"data,omitempty"`
}

func chainFailure(code int, format string, values ...any) *chainError {
	return &chainError{Code: code, Message: fmt.Sprintf(format, values...)}
}

// chainMethod answers one method of a chain, with the mutex held.
type chainMethod func(h *Handler, params []json.RawMessage) (any, *chainError)

// serveChain answers JSON-RPC requests, one at a time as every request carries one.
func (h *Handler) serveChain(methods map[string]chainMethod) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var call struct {
			ID     json.RawMessage   `json:"id"`
			Method string            `json:"method"`
			Params []json.RawMessage `json:"params"`
		}
		reply := map[string]any{"jsonrpc": "2.0", "id": nil}
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&call); err != nil {
			reply["error"] = chainFailure(-32700, "parse error: want one JSON-RPC request: %v", err)
			writeJSON(w, http.StatusOK, reply)
			return
		}
		reply["id"] = call.ID
		method := methods[call.Method]
		if method == nil {
			reply["error"] = chainFailure(-32601, "the method %s is not emulated", call.Method)
			writeJSON(w, http.StatusOK, reply)
			return
		}
		h.lock()
		result, err := method(h, call.Params)
		h.mu.Unlock()
		if reply["result"] = result; err != nil {
			delete(reply, "result")
			reply["error"] = err
		}
		writeJSON(w, http.StatusOK, reply)
	}
}

func badParams(why string) *chainError { return chainFailure(-32602, "invalid params: %s", why) }

// param decodes the nth parameter; one that is missing leaves into as it is.
func param(params []json.RawMessage, n int, into any) error {
	if n >= len(params) {
		return nil
	}
	return json.Unmarshal(params[n], into)
}

// WithFinality sets how far the last finalized block of the fake's Base lies behind; 20 s if it is not set.
func WithFinality(behind time.Duration) Option {
	return func(h *Handler) { h.finality = behind }
}
