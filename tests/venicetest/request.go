// A request as the behaviours see it.

package venicetest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

type request struct {
	*http.Request
	operation string // method and path template, a key of behaviours
	route     *routers.Route
	input     *openapi3filter.RequestValidationInput
	raw       []byte
	body      map[string]any // the body, if it is a JSON object or a form
	key       *key           // the caller's key; nil on open routes and for wallets
	wallet    *wallet        // that signed in, or nil

	inFlight     bool  // it takes one of the wallet's places
	credit, diem money // what the caller could spend when it was let in
}

func newRequest(operation string, route *routers.Route, r *http.Request) *request {
	params := map[string]string{}
	for _, p := range append(route.PathItem.Parameters, route.Operation.Parameters...) {
		if p.Value.In == "path" {
			params[p.Value.Name] = r.PathValue(p.Value.Name)
		}
	}
	input := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: contractOptions}
	return &request{Request: r, operation: operation, route: route, input: input}
}

func (r *request) setBody(raw []byte) {
	r.raw = raw
	r.Body = io.NopCloser(bytes.NewReader(raw))
	r.body = nil
	_ = json.Unmarshal(raw, &r.body) // what is no object stays nil; the contract refuses it where one is due
}

// copy is the request for somebody else to read, body and all.
func (r *request) copy() *http.Request {
	own := r.Clone(r.Context())
	own.Body = io.NopCloser(bytes.NewReader(r.raw))
	return own
}

func (r *request) isForm() bool {
	return len(r.raw) > 0 && strings.HasPrefix(r.Header.Get("Content-Type"), multipartForm)
}

// bodySchema is that of the body in the media type it was sent in; an empty one if none is described.
func (r *request) bodySchema() *openapi3.Schema {
	if ref := r.route.Operation.RequestBody; ref != nil {
		if media := ref.Value.Content.Get(r.Header.Get("Content-Type")); media != nil && media.Schema != nil {
			return media.Schema.Value
		}
	}
	return &openapi3.Schema{}
}

// text returns a field of the body, or "" if it is absent or no string.
func (r *request) text(field string) string {
	s, _ := r.body[field].(string)
	return s
}

// refuseTooLarge is the 413 of the service, or a 400 where the description has none.
func (r *request) refuseTooLarge() answer {
	a := refuse(http.StatusRequestEntityTooLarge, "Request body exceeds the maximum allowed size.")
	a.body["code"] = "PAYLOAD_TOO_LARGE"
	if r.route.Operation.Responses.Status(a.status) == nil {
		a.status = http.StatusBadRequest
	}
	return a
}
