// Unlisted routes: what the service may have that the description does not.

package venicetest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Unlisted adds a route that the description does not have, named by method and path ("GET /files"). It lets in who has
// a key, or signs in with a wallet that has credit, and leaves the answer to do. [Handler.OnRequest] sees its requests.
// Unlisted panics for a route that the fake has already.
func (h *Handler) Unlisted(operation string, do http.HandlerFunc) {
	method, path, ok := strings.Cut(operation, " ")
	if !ok || !strings.HasPrefix(path, "/") {
		panic(fmt.Sprintf("venicetest: Unlisted: want method and path, such as GET /files, got %q", operation))
	}
	h.mux.HandleFunc(method+" "+basePath+path, func(w http.ResponseWriter, r *http.Request) {
		req := &request{Request: r, operation: operation}
		defer h.leave(req)
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]any{"error": "the request could not be read to its end"})
			return
		}
		req.setBody(body)
		h.show(req)
		if refusal := h.judge(req); refusal != nil {
			h.setHeaders(w.Header(), req, *refusal)
			refusal.write(w)
			return
		}
		h.setHeaders(w.Header(), req, answer{})
		do(w, req.Request)
	})
}

// judge is letIn for who does not hold the mutex.
func (h *Handler) judge(r *request) *answer {
	h.lock()
	defer h.mu.Unlock()
	return h.letIn(r)
}
