// What lets scripts of web pages call the service: the headers of CORS, and the question that browsers ask first.

package venicetest

import "net/http"

// openToBrowsers says that any page may call and read all of an answer, and answers the question before a call. Scripts
// send their credentials in headers, never in cookies, so that there is nothing to protect. That browsers get in is
// known of the service; the exact headers by which are not.
func openToBrowsers(w http.ResponseWriter, r *http.Request) (answered bool) {
	if r.Header.Get("Origin") == "" {
		return false
	}
	header := w.Header()
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers", "*")
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	header.Set("Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE")
	header.Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers")) // a star would leave Authorization out
	header.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
	return true
}
