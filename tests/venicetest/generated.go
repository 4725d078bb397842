// Answers made from the description, for operations without a behaviour of their own and for pinned answers without a
// body.

package venicetest

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
)

// Seed returns the seed that all random values of the fake follow from, but for noise; see [WithSeed].
func (h *Handler) Seed() uint64 { return h.seed }

// invent answers an operation that has no behaviour: valid and quiet, the same each time. With noise it is made up of
// everything that the description allows, and the same in every run that makes the same calls in the same order.
func (h *Handler) invent(r *request) answer {
	a := Answer{Status: usualStatus(r.route.Operation)}
	if refusal := h.sell(r); refusal != nil {
		return *refusal
	}
	if ref := r.route.Operation.Responses.Status(a.Status); ref != nil {
		if h.noise != nil {
			a.Seed = h.draw(r.operation)
		}
		a.ContentType = r.choose(ref.Value.Content, a.Seed)
	}
	return h.carryOut(r, a)
}

// draw returns the seed of the next answer of an operation. It depends on the calls of that operation alone, so that
// others at the same time do not disturb it.
func (h *Handler) draw(operation string) uint64 {
	h.drawn[operation]++
	sum := fnv.New64a()
	fmt.Fprint(sum, *h.noise, operation, h.drawn[operation])
	return max(sum.Sum64(), 1)
}

// carryOut makes the answer that a says, with a body from the schema if it has none.
func (h *Handler) carryOut(r *request, a Answer) answer {
	made := answer{status: a.Status, media: a.ContentType, header: a.Header, raw: a.Body, outside: a.Unchecked}
	ref := r.route.Operation.Responses.Status(a.Status)
	if a.Body != nil {
		return made
	}
	made.raw = []byte{}
	if ref == nil && !a.Unchecked {
		made.raw, made.fault = json.Marshal(map[string]any{"error": http.StatusText(a.Status)})
	}
	if ref == nil || ref.Value.Content.Get(a.ContentType) == nil {
		return made
	}
	if a.Seed == 0 && h.noise != nil {
		a.Seed = h.draw(r.operation)
	}
	made.seed = a.Seed
	schema := ref.Value.Content.Get(a.ContentType).Schema
	if a.ContentType == eventStream {
		made.raw = nil
		made.events, made.fault = sampleEvents(schema.Value, a.Seed)
		return made
	}
	made.raw, made.fault = sampleBody(a.ContentType, schema, a.Seed)
	return made
}

// valueOf is a sample of the seed, or a quiet value for 0.
func valueOf(schema *openapi3.Schema, seed uint64) (any, error) {
	if seed == 0 {
		return quiet(schema)
	}
	return Sample(schema, seed)
}

// sampleBody is a body of the type: JSON or text from the schema, or a small file.
func sampleBody(contentType string, schema *openapi3.SchemaRef, seed uint64) ([]byte, error) {
	if contentType != "application/json" && contentType != "text/plain" {
		return mediaFile(contentType, seed)
	}
	v, err := valueOf(schema.Value, seed)
	if text, plain := v.(string); plain && contentType == "text/plain" {
		return []byte(text), nil
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

// sampleEvents returns a few events of a stream, or a quiet one for the seed 0.
func sampleEvents(schema *openapi3.Schema, seed uint64) ([]any, error) {
	events := []any{}
	for i := range 1 + seed%4 {
		e, err := valueOf(schema, min(seed, 1)*(seed+i))
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}
