// An answer of an operation: what its status and media type say of it, and how its body is read.

package reading

import (
	"bytes"
	"maps"
	"mime"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Shape is how the body of an answer is to be read.
type Shape int

// The shapes.
const (
	Opaque Shape = iota // bytes of which only the beginning is looked at
	JSON                // one value
	Events              // a stream of events, each with a value
)

const (
	jsonType   = "application/json"
	streamType = "text/event-stream"
)

// An Answer is one that came, before its body is read. It is safe for concurrent use.
type Answer struct {
	Shape Shape
	Found []Finding // by status and media type

	status int
	media  string // without parameters
	schema *node  // nil if nothing is described
}

// Answer judges the status and the Content-Type of an answer.
func (o *Operation) Answer(status int, contentType string) *Answer {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		media = strings.ToLower(strings.TrimSpace(strings.Split(contentType, ";")[0]))
	}
	a := &Answer{status: status, media: media, Shape: shapeOf(media)}
	ref := o.spec.Responses.Status(status)
	switch {
	case status < 200 || status == 204 || status == 304:
		a.Shape = Opaque
	case ref == nil && !o.reading.Fails(status):
		a.note(Drift, "the status is not described")
	case ref == nil: // errors come from what stands before every operation
	case status >= 400:
		a.schema = o.schema(ref.Value.Content[jsonType])
	case ref.Value.Content[media] != nil:
		a.schema = o.schema(ref.Value.Content[media])
	case len(ref.Value.Content) > 0:
		a.otherMedia(ref.Value.Content)
	}
	return a
}

func shapeOf(media string) Shape {
	switch {
	case media == streamType:
		return Events
	case media == jsonType || strings.HasSuffix(media, "+json"):
		return JSON
	}
	return Opaque
}

// otherMedia judges a good answer in a type that the description has not for its status. Another form of sound or film is
// played all the same; a page in place of JSON is not read.
func (a *Answer) otherMedia(content openapi3.Content) {
	known := strings.Join(slices.Sorted(maps.Keys(content)), ", ")
	main, _, _ := strings.Cut(a.media, "/")
	for media := range content {
		if other, _, _ := strings.Cut(media, "/"); (other == main && main != "text" && main != "application") || // another film
			shapeOf(media) == Opaque && a.media == "application/octet-stream" || // its form is told elsewhere
			shapeOf(media) == JSON && shapeOf(a.media) == JSON {
			a.note(Drift, "the media type %s is not described, which has %s", Word(a.media), known)
			return
		}
	}
	a.note(Break, "the media type %s in place of %s", Word(a.media), known)
}

func (a *Answer) note(l Level, format string, args ...any) {
	w := walker{}
	w.note(l, format, args...)
	a.Found = append(a.Found, w.found...)
}

// schema compiles that of a media type, once.
func (o *Operation) schema(media *openapi3.MediaType) *node {
	if media == nil || media.Schema == nil {
		return nil
	}
	o.reading.mu.Lock()
	defer o.reading.mu.Unlock()
	return o.reading.schemas.node(media.Schema.Value)
}

// decoding takes what clients take: a name twice, and text that is not UTF-8.
var decoding = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// Body reads a whole body of the shape JSON, or the beginning of an opaque one.
func (a *Answer) Body(body []byte) []Finding {
	w := walker{}
	switch {
	case a.Shape == Opaque && a.status < 400:
		w.opaque(a, body)
		return w.found
	case a.Shape != JSON:
		if a.status >= 400 {
			w.note(Drift, "an error that is no JSON")
		}
		return w.found
	}
	if a.status < 400 && a.schema != nil && a.schema.members != nil && a.schema.plain(body) {
		return nil
	}
	var v any
	if err := json.Unmarshal(body, &v, decoding); err != nil {
		l := Break
		if a.status >= 400 {
			l = Drift // which a client tells by the status
		}
		w.note(l, "%s in place of JSON", nothing(body, "something else"))
		return w.found
	}
	switch {
	case a.status >= 400:
		w.failure(v, a.schema)
	case saysError(v) && !a.describesError():
		w.note(Drift, "an error with a good status")
	case a.schema != nil:
		w.value(v, a.schema, true)
	}
	return w.found
}

func nothing(body []byte, other string) string {
	if len(bytes.TrimSpace(body)) == 0 {
		return "nothing"
	}
	return other
}

// opaque looks at the beginning of media.
func (w *walker) opaque(a *Answer, body []byte) {
	if a.schema == nil && len(a.Found) == 0 {
		return // no body is described
	}
	begin := bytes.TrimSpace(body)
	main, _, _ := strings.Cut(a.media, "/")
	isMedia := main == "image" || main == "audio" || main == "video"
	switch {
	case len(body) == 0 && isMedia:
		w.note(Break, "nothing in place of %s", a.media)
	case isMedia && (bytes.HasPrefix(begin, []byte(`{"`)) || bytes.HasPrefix(bytes.ToLower(begin), []byte("<!doctype html"))):
		w.note(Break, "JSON or a page in place of %s", a.media)
	}
}

func (a *Answer) describesError() bool {
	return a.schema != nil && a.schema.members["error"] != nil
}

// Event reads the data of one event of a stream. The service ends streams with the data [DONE].
func (a *Answer) Event(data []byte) []Finding {
	w := walker{}
	if string(data) == "[DONE]" || a.schema == nil || a.schema.plain(data) {
		return nil
	}
	var v any
	if err := json.Unmarshal(data, &v, decoding); err != nil {
		w.note(Break, "an event with %s in place of JSON", nothing(data, "something else"))
		return w.found
	}
	if !saysError(v) { // that a stream ends with an error is as documented
		w.value(v, a.schema, true)
	}
	return w.found
}
