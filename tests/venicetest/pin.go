// Pinned answers: what a test wants an operation to answer, whatever the fake would have done.

package venicetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/venice-go/venice/tests/internal/reading"
)

// An Answer is one that a test has pinned to an operation with [Handler.Respond]. The zero value is an answer of the
// lowest 2xx status that the description has, or 410 where it knows no 2xx, its body made from the schema.
type Answer struct {
	Status      int         // 0: the lowest 2xx that the description has, else 410
	ContentType string      // "": JSON, or the first media type of the status where that has others only
	Header      http.Header // further headers; these win over the fake's own, a nil value leaves a header out
	Body        []byte      // nil: made from the schema, or a small file of the media type; not nil but empty: no body
	Seed        uint64      // of a body of noise, as WithNoise has it; 0: a quiet body, the least that is valid
	Unchecked   bool        // the answer may break the description, to show how a client takes it
}

// A pin is the answers of one operation and the place of the next.
type pin struct {
	answers []Answer
	next    int
}

// Respond pins the answers of an operation, named by its id ("ListModels") or by method and path ("GET /models",
// "GET /api_keys/{id}"). They are given in turn, and the last one again and again; without answers the operation
// behaves as usual again.
//
// A pinned answer goes to every caller, with whatever credentials or none, but a request that the description does not
// allow is still refused with a 400 and takes no answer from the queue.
//
// A pinned answer is held against the description as a client reads it, so that all that the service was seen to send can be
// pinned: unknown members and values of enums pass, and so does an error of any shape. What a client would misread, such
// as a wrong type or a member that is always sent and is missing, fails the test and says where. Unchecked answers may be
// anything.
//
// Respond panics for an operation, status or media type that no client expects, and says which the description has. An
// error of any status that some operation has may come from each.
func (h *Handler) Respond(operation string, answers ...Answer) {
	name, route := h.contract.find(operation)
	if route == nil {
		panic(fmt.Sprintf("venicetest: Respond: no operation %q; there are %s", operation, strings.Join(h.contract.operations(), ", ")))
	}
	p := &pin{answers: slices.Clone(answers)}
	for i := range p.answers {
		a := &p.answers[i]
		a.Header, a.Body = a.Header.Clone(), bytes.Clone(a.Body)
		if err := a.complete(name, route.Operation); err != nil {
			panic(fmt.Sprintf("venicetest: Respond: %s: %v", name, err))
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pins[name] = p
	if len(answers) == 0 {
		delete(h.pins, name)
	}
}

// complete gives status and media type their defaults and checks both.
func (a *Answer) complete(operation string, op *openapi3.Operation) error {
	if a.Status == 0 {
		a.Status = usualStatus(op)
	}
	if a.Status < 200 || a.Status > 599 {
		return fmt.Errorf("the status %d is none of an answer, which are 200 to 599", a.Status)
	}
	content := openapi3.Content{"application/json": nil}
	if ref := op.Responses.Status(a.Status); ref != nil {
		content = ref.Value.Content
	} else if !a.Unchecked && !reading.Embedded().Fails(a.Status) {
		statuses := slices.Sorted(maps.Keys(op.Responses.Map()))
		return fmt.Errorf("no status %d is described; there are %s", a.Status, strings.Join(statuses, ", "))
	}
	if a.ContentType == "" {
		a.ContentType = firstType(content)
	}
	if reads := reading.Embedded().Named(operation).Answer(a.Status, a.ContentType); reading.Worst(reads.Found) == reading.Break && !a.Unchecked {
		return fmt.Errorf("the media type %q is not described for status %d; there are %s",
			a.ContentType, a.Status, strings.Join(slices.Sorted(maps.Keys(content)), ", "))
	}
	return nil
}

// checkPinned says what of a pinned answer a client would misread, or nil.
func checkPinned(operation string, a answer, header http.Header) error {
	reads := reading.Embedded().Named(operation).Answer(a.status, header.Get("Content-Type"))
	found := reads.Found
	switch {
	case reads.Shape != reading.Events:
		found = append(found, reads.Body(a.raw)...)
	case a.events == nil:
		for _, e := range parseEvents(a.raw) {
			found = append(found, reads.Event(e.(json.RawMessage))...)
		}
	}
	found = reading.Only(found, reading.Break)
	if len(found) == 0 {
		return nil
	}
	var said []string
	for _, f := range found[:min(len(found), 5)] {
		said = append(said, f.String())
	}
	return errors.New(strings.Join(said, "; "))
}

// usualStatus is the lowest 2xx that is described; an operation that the service has ended has only refusals.
func usualStatus(op *openapi3.Operation) int {
	statuses := slices.Sorted(maps.Keys(op.Responses.Map()))
	if i := slices.IndexFunc(statuses, func(s string) bool { return strings.HasPrefix(s, "2") }); i >= 0 {
		statuses = statuses[i:]
	} else if slices.Contains(statuses, "410") {
		return http.StatusGone
	}
	for _, s := range statuses {
		if status, err := strconv.Atoi(s); err == nil {
			return status
		}
	}
	return http.StatusOK
}

// firstType is JSON if it is there, else the first by name, or "" for an answer without a body.
func firstType(content openapi3.Content) string {
	types := slices.Sorted(maps.Keys(content))
	switch {
	case slices.Contains(types, "application/json"):
		return "application/json"
	case len(types) > 0:
		return types[0]
	}
	return ""
}

// take returns the next answer that is pinned to the operation, if any.
func (h *Handler) take(operation string) (Answer, bool) {
	p := h.pins[operation]
	if p == nil {
		return Answer{}, false
	}
	a := p.answers[p.next]
	p.next = min(p.next+1, len(p.answers)-1)
	return a, true
}
