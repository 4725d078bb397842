// The contract: the API's description, held against every request read and every answer written.

package venicetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/venice-go/venice/tests/internal/reading"
)

const eventStream = "text/event-stream"

// contractOptions leave credentials to letIn, show behaviours what the client sent rather than defaults, and refuse
// answers whose status is not described.
var contractOptions = &openapi3filter.Options{
	AuthenticationFunc:    openapi3filter.NoopAuthenticationFunc,
	SkipSettingDefaults:   true,
	IncludeResponseStatus: true,
}

type contract struct {
	routes map[string]*routers.Route // by operation: "GET /api_keys/{id}"
}

// description returns the contract of the embedded description, which is read once and shared.
var description = sync.OnceValue(func() *contract { return newContract(reading.Embedded().Doc) })

// newContract takes the document over. Headers that are credentials are no longer required by it: they are for letIn.
func newContract(doc *openapi3.T) *contract {
	c := &contract{map[string]*routers.Route{}}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			for _, p := range op.Parameters {
				if p.Value.Name == "SIGN-IN-WITH-X" {
					p.Value.Required = false
				}
			}
			c.routes[method+" "+path] = &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: op}
		}
	}
	return c
}

// find returns an operation by its name or by method and path, or nil.
func (c *contract) find(operation string) (name string, route *routers.Route) {
	for name, route := range c.routes {
		if operation == name || operation == nameOf(name) {
			return name, route
		}
	}
	return "", nil
}

// nameOf is the name of an operation in the client, by method and path.
func nameOf(operation string) string { return operations()[operation].Name }

// operations lists the operations by name, with method and path.
func (c *contract) operations() (list []string) {
	for name := range c.routes {
		list = append(list, fmt.Sprintf("%s (%s)", nameOf(name), name))
	}
	slices.Sort(list)
	return list
}

// checkRequest returns the refusal that the service would give, or nil for a valid request.
func (c *contract) checkRequest(r *request) *answer {
	if a := c.checkBody(r); a != nil {
		return a
	}
	if a := refuseUnknown(r); a != nil {
		return a
	}
	options := *contractOptions
	options.ExcludeRequestBody = r.isForm()
	r.input.Options = &options
	err := openapi3filter.ValidateRequest(r.Context(), r.input)
	if err == nil && r.isForm() {
		err = r.bodySchema().VisitJSON(r.body, openapi3.VisitAsRequest())
	}
	if err == nil {
		return nil
	}
	path, why := explain(err)
	return new(invalid(path, why))
}

// checkBody does what the validation of the whole request does not: it asks for JSON where JSON is due, and does not
// take an absent body for a valid one.
func (c *contract) checkBody(r *request) *answer {
	if r.route.Operation.RequestBody == nil {
		return nil
	}
	content := r.route.Operation.RequestBody.Value.Content
	if len(r.raw) == 0 {
		if media := content.Get("application/json"); media != nil && len(media.Schema.Value.Required) > 0 {
			return new(invalid(nil, "the body is missing"))
		}
		return nil
	}
	sent := r.Header.Get("Content-Type")
	switch {
	case sent == "" || content.Get(sent) == nil:
		return uncounted(refuse(http.StatusBadRequest, "'Content-Type' must be 'application/json'"))
	case strings.HasPrefix(sent, "application/json") && !json.Valid(r.raw):
		return uncounted(refuse(http.StatusBadRequest, "Invalid JSON request"))
	case r.isForm():
		var err error
		if r.body, err = r.readForm(r.bodySchema()); err != nil {
			return new(invalid(nil, err.Error()))
		}
	}
	return nil
}

// invalid is the service's answer to a request that its schema refuses: a text, a tree and a list.
func invalid(path []string, why string) answer {
	tree := map[string]any{"_errors": []any{why}}
	for i := len(path) - 1; i >= 0; i-- {
		tree = map[string]any{"_errors": []any{}, path[i]: tree}
	}
	a := refuse(http.StatusBadRequest, "Invalid request parameters")
	a.body["details"] = tree
	steps := []any{} // in which the places of a list are numbers
	for _, step := range path {
		if at, err := strconv.ParseUint(step, 10, 31); err == nil {
			steps = append(steps, at)
		} else {
			steps = append(steps, step)
		}
	}
	a.body["issues"] = []any{map[string]any{"path": steps, "message": why}}
	return a
}

// refuseUnknown names all members at the top of a body that is closed to them, as the service does.
func refuseUnknown(r *request) *answer {
	schema := r.bodySchema()
	if closed := schema.AdditionalProperties.Has; closed == nil || *closed || r.isForm() {
		return nil
	}
	var unknown []string
	for name := range r.body {
		if schema.Properties[name] == nil {
			unknown = append(unknown, name)
		}
	}
	if unknown == nil {
		return nil
	}
	slices.Sort(unknown)
	a := invalid(nil, "Unrecognized key(s) in object: '"+strings.Join(unknown, "', '")+"'")
	issue := a.body["issues"].([]any)[0].(map[string]any)
	issue["code"], issue["keys"] = "unrecognized_keys", unknown
	return &a
}

// explain finds the place and the reason in an error of the validation.
func explain(err error) (path []string, why string) {
	if e := (*openapi3filter.RequestError)(nil); errors.As(err, &e) && e.Parameter != nil {
		path = []string{e.Parameter.Name}
	}
	e := (*openapi3.SchemaError)(nil)
	if !errors.As(err, &e) {
		return path, err.Error()
	}
	for { // the innermost reason says most
		inner := (*openapi3.SchemaError)(nil)
		if !errors.As(e.Origin, &inner) {
			return append(path, e.JSONPointer()...), e.Reason
		}
		if _, direct := e.Origin.(*openapi3.SchemaError); direct { //nolint:errorlint // else it is one of many, which know their whole way
			path = append(path, e.JSONPointer()...)
		}
		e = inner
	}
}

// checkAnswer says how an answer breaks the description, or nil.
func (c *contract) checkAnswer(r *request, a answer, header http.Header) error {
	body := a.raw
	if body == nil {
		var err error
		if body, err = json.Marshal(a.body); err != nil {
			return err
		}
	}
	events := a.events
	if events == nil && a.media == eventStream {
		events = parseEvents(a.raw)
	}
	options := *contractOptions
	options.ExcludeResponseBody = events != nil // each event is checked for itself
	err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: r.input, Status: a.status, Header: header,
		Body: io.NopCloser(bytes.NewReader(body)), Options: &options,
	})
	for i := 0; i < len(events) && err == nil; i++ {
		err = checkEvent(r.route.Operation, a.status, events[i])
	}
	return err
}

// parseEvents returns the data of each event, as JSON that may be invalid.
func parseEvents(stream []byte) []any {
	events := []any{}
	for line := range strings.Lines(string(stream)) {
		if data, ok := strings.CutPrefix(line, "data:"); ok && strings.TrimSpace(data) != "[DONE]" {
			events = append(events, json.RawMessage(data))
		}
	}
	return events
}

func checkEvent(op *openapi3.Operation, status int, event any) error {
	var media *openapi3.MediaType
	if ref := op.Responses.Status(status); ref != nil {
		media = ref.Value.Content.Get(eventStream)
	}
	if media == nil {
		return errors.New("no event stream is described")
	}
	data, err := json.Marshal(event)
	if err != nil {
		return err
	}
	var plain any // as a client decodes it
	if err := json.Unmarshal(data, &plain); err != nil {
		return err
	}
	return media.Schema.Value.VisitJSON(plain, openapi3.VisitAsResponse())
}
