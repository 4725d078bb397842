// Package reading holds answers against the API's description the way a client reads them: what is new is told from what
// is wrong. The fake and the check of live traffic share it.
package reading

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/venice-go/venice"
)

// A Reading is a description, ready to hold answers against.
type Reading struct {
	Doc  *openapi3.T // of which only requests are for others to change
	Base *url.URL    // of the service, by the description; nil if it names none

	byMethod map[string][]*Operation

	mu      sync.Mutex
	schemas compiler // grows with the answers that come
}

// An Operation is one that is described.
type Operation struct {
	ID, Method, Path string

	segments []string
	spec     *openapi3.Operation
	reading  *Reading
}

// Embedded returns the reading of the description in package venice. It is made once.
var Embedded = sync.OnceValue(func() *Reading {
	r, err := New(venice.Description())
	if err != nil {
		panic("the embedded description: " + err.Error()) // not for users to cause
	}
	r.addSeen()
	return r
})

// New reads an OpenAPI 3.0 description, as YAML or JSON.
func New(description []byte) (*Reading, error) {
	doc, err := openapi3.NewLoader().LoadFromData(description)
	if err != nil {
		return nil, fmt.Errorf("the description cannot be read: %w", err)
	}
	if doc.Paths.Len() == 0 {
		return nil, fmt.Errorf("the description has no paths: want OpenAPI 3.0")
	}
	r := &Reading{Doc: doc, byMethod: map[string][]*Operation{}, schemas: compiler{done: map[*openapi3.Schema]*node{}, seen: map[*openapi3.Schema]map[string]sight{}}}
	if len(doc.Servers) > 0 {
		if r.Base, err = url.Parse(strings.TrimRight(doc.Servers[0].URL, "/")); err != nil {
			return nil, fmt.Errorf("the description's server: %w", err)
		}
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			r.byMethod[method] = append(r.byMethod[method], &Operation{ID: op.OperationID, Method: method, Path: path,
				segments: strings.Split(path, "/"), spec: op, reading: r})
		}
	}
	for _, ops := range r.byMethod { // what is written out comes before what is a parameter
		slices.SortFunc(ops, func(a, b *Operation) int {
			return strings.Compare(strings.ReplaceAll(a.Path, "{", "~"), strings.ReplaceAll(b.Path, "{", "~"))
		})
	}
	return r, nil
}

// Operation finds the operation of a request by its method and its escaped path below the base, or returns nil.
func (r *Reading) Operation(method, path string) *Operation {
	segments := strings.Split(path, "/")
	for _, op := range r.byMethod[method] {
		if slices.EqualFunc(op.segments, segments, fits) {
			return op
		}
	}
	return nil
}

// Named finds an operation by method and path template, as "GET /api_keys/{id}", or returns nil.
func (r *Reading) Named(name string) *Operation {
	method, path, _ := strings.Cut(name, " ")
	return r.Operation(method, path)
}

// Allows reports whether the description has the path under another method.
func (r *Reading) Allows(path string) bool {
	for method := range r.byMethod {
		if r.Operation(method, path) != nil {
			return true
		}
	}
	return false
}

// fits reports whether a part of a path is what the template has in its place.
func fits(template, part string) bool {
	if strings.HasPrefix(template, "{") {
		return part != ""
	}
	plain, err := url.PathUnescape(part)
	return err == nil && plain == template
}

// String names the operation by method and path template.
func (o *Operation) String() string { return o.Method + " " + o.Path }

// Fails reports whether a status is that of an error which some operation has, so that any may have it.
func (r *Reading) Fails(status int) bool {
	for _, ops := range r.byMethod {
		for _, op := range ops {
			if status >= 400 && op.spec.Responses.Status(status) != nil {
				return true
			}
		}
	}
	return false
}
