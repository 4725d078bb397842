// Operations that the service has ended.

package venicetest

import (
	"net/http"
	"strings"
)

// retired is the answer of an operation that the service has ended, whoever calls it with whatever; nil for any other,
// and while answers are pinned.
func (h *Handler) retired(r *request) *answer {
	h.lock()
	defer h.mu.Unlock()
	instead := operations()[r.operation].Instead
	if instead == "" || h.pins[r.operation] != nil {
		return nil
	}
	a := refuse(http.StatusGone, "This endpoint has been retired.")
	a.outside = true
	a.header = http.Header{"Deprecation": {"true"}}
	name, _, _ := strings.Cut(instead, " ")
	if _, route := h.contract.find(name); route != nil {
		a.header.Set("Link", "<"+basePath+route.Path+`>; rel="successor-version"`)
	}
	return &a
}
