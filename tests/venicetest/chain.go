// The fake's chains: what its settlements look like to those who read the chain rather than ask the service.

package venicetest

import (
	"encoding/json"
	"fmt"
	"io"
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

// serveChain answers JSON-RPC requests, one by one or many in a list.
func (h *Handler) serveChain(methods map[string]chainMethod) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			writeJSON(w, http.StatusOK, chainReply(nil, nil, chainFailure(-32700, "parse error: %v", err)))
			return
		}
		var batch []json.RawMessage
		if json.Unmarshal(raw, &batch) != nil {
			writeJSON(w, http.StatusOK, h.answerChain(methods, raw))
			return
		}
		replies := []any{}
		for _, one := range batch[:min(len(batch), 100)] {
			replies = append(replies, h.answerChain(methods, one))
		}
		writeJSON(w, http.StatusOK, replies)
	}
}

func (h *Handler) answerChain(methods map[string]chainMethod, raw json.RawMessage) map[string]any {
	var call struct {
		ID     json.RawMessage   `json:"id"`
		Method string            `json:"method"`
		Params []json.RawMessage `json:"params"`
	}
	if err := json.Unmarshal(raw, &call); err != nil {
		return chainReply(nil, nil, chainFailure(-32700, "parse error: want JSON-RPC requests with a list of parameters: %v", err))
	}
	method := methods[call.Method]
	if method == nil {
		return chainReply(call.ID, nil, chainFailure(-32601, "the method %s is not emulated", call.Method))
	}
	h.lock()
	defer h.mu.Unlock()
	result, err := method(h, call.Params)
	return chainReply(call.ID, result, err)
}

func chainReply(id json.RawMessage, result any, err *chainError) map[string]any {
	if err != nil {
		return map[string]any{"jsonrpc": "2.0", "id": id, "error": err}
	}
	return map[string]any{"jsonrpc": "2.0", "id": id, "result": result}
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
