// The check from in front of a handler.

package contract

import (
	"cmp"
	"net/http"
)

// Middleware returns a handler that has next answer, and holds its answers against the description. It is for proxies, and
// for servers that stand in for the service. What next writes is passed on at once; flushing, and what else
// [http.ResponseController] does, goes through to the connection.
func (c *Check) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := c.begin(r, r.Host)
		if x == nil || r.Header.Get("Upgrade") != "" {
			next.ServeHTTP(w, r)
			return
		}
		seen := &writer{ResponseWriter: w, exchange: x}
		complete := false
		defer func() { // also when next panics, to cut the connection
			if complete {
				seen.begin(nil)
			}
			x.end(complete)
		}()
		next.ServeHTTP(seen, r)
		complete = r.Context().Err() == nil
	})
}

// A writer passes on what is written, and shows it to the exchange.
type writer struct {
	http.ResponseWriter
	exchange *exchange
	status   int
	begun    bool
}

// begin tells the exchange of status and header. A server finds out the media type by the first bytes if nobody says it.
func (w *writer) begin(first []byte) {
	if w.begun {
		return
	}
	w.begun = true
	header := w.Header().Clone()
	if _, said := header["Content-Type"]; !said && len(first) > 0 {
		header.Set("Content-Type", http.DetectContentType(first))
	}
	w.exchange.head(cmp.Or(w.status, http.StatusOK), header, -1)
}

func (w *writer) WriteHeader(status int) {
	if w.status == 0 && status >= 200 { // others announce one that is to come
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *writer) Write(p []byte) (int, error) {
	w.begin(p)
	n, err := w.ResponseWriter.Write(p)
	w.exchange.write(p[:n])
	return n, err
}

// Flush sends what is written so far.
func (w *writer) Flush() { _ = w.FlushError() } // not every writer can

// FlushError is Flush for http.ResponseController.
func (w *writer) FlushError() error { return http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap is for http.ResponseController.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
