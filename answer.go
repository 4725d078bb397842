// Answers: JSON into results, and all else as media.

package venice

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/idle"
	"github.com/venice-go/venice/internal/loose"
	"github.com/venice-go/venice/internal/refusal"
)

// reporting is the step that fills in the caller's Response, if the call has one.
type reporting struct{ now func() time.Time }

func (r reporting) do(x *exchange, rest steps) error {
	err := rest.run(x)
	if to := x.settings.response; to != nil {
		keep := to.KeepRaw
		*to = *newResponse(x.resp, x.attempts, r.now())
		to.KeepRaw = keep
		if e, ok := answered(err); ok {
			to.keep(e.Raw)
		}
	}
	return err
}

// answering reads the answers of exchanges that came as far as a good status.
type answering struct {
	explain explaining
	refuse  refusing
}

// read reads JSON into the result and closes the exchange, or returns media, which close it.
func (a answering) read(x *exchange) (*gen.Media, error) {
	switch kindOf(x) {
	case kindJSON:
		defer x.close() //nolint:errcheck // the answer was read
		return nil, a.decode(x)
	case kindMedia:
		return mediaOf(x), nil
	}
	defer x.close() //nolint:errcheck // the answer is of no use
	return nil, a.unexpected(x)
}

type kind int

const (
	kindUnexpected kind = iota
	kindJSON
	kindMedia
)

// kindOf goes by the media type of the answer, and takes an answer without one for the JSON that was asked for.
func kindOf(x *exchange) kind {
	result, accept := x.call.result, x.call.accept
	if _, unread := result.(*gen.Media); unread {
		return kindMedia
	}
	got := mediaType(x.resp)
	isJSON := got == "" || got == "application/json" || strings.HasSuffix(got, "+json")
	if isJSON && (result != nil || x.settings.raw != nil || accept == "") {
		return kindJSON
	}
	for asked := range strings.SplitSeq(accept, ",") {
		switch asked = bare(asked); {
		case isJSON && asked == "application/json":
			return kindJSON
		case !isJSON && covers(asked, got):
			return kindMedia
		}
	}
	return kindUnexpected
}

// covers takes a sound, a picture or a film for what was asked for whatever its format, because the list of formats
// grows faster than the description of it. Text has to be what was asked for: a stray page of HTML is text too.
func covers(asked, got string) bool {
	family, _, _ := strings.Cut(asked, "/")
	switch family {
	case "audio", "image", "video":
		return got == "application/octet-stream" || strings.HasPrefix(got, family+"/")
	}
	return got == asked || asked == "*/*"
}

func mediaType(resp *http.Response) string { return bare(resp.Header.Get("Content-Type")) }

// bare returns a media type without its parameters.
func bare(t string) string {
	t, _, _ = strings.Cut(t, ";")
	return strings.ToLower(strings.TrimSpace(t))
}

// decode reads a JSON answer into the call's result.
func (a answering) decode(x *exchange) error {
	result := x.call.result
	if x.settings.raw != nil {
		result = x.settings.raw
	}
	room := bodies.Get().(*[]byte)
	body, err := readAtMost(*room, x.resp.Body, x.settings.limit, x.resp.ContentLength)
	x.settings.response.keep(body[:min(int64(len(body)), x.settings.limit)])
	switch {
	case err != nil:
		err = reason(x.ctx, err)
		return a.refuse.surprise(x, "the answer broke off: "+err.Error(), body, err)
	case int64(len(body)) > x.settings.limit:
		return a.refuse.surprise(x, fmt.Sprintf("the answer is larger than the limit of %d bytes; WithAnswerLimit raises it", x.settings.limit), body, nil)
	case refusal.IsError(body, result):
		e := a.refuse.read(x, body)
		e.maybe = resent[x.call.op.Effect]&saidBroken == 0 // it failed on the way, and the status does not say where
		return e
	}
	x.see(body)
	x.ended(EndedWhole)
	switch {
	case result == nil || x.resp.StatusCode == http.StatusNoContent:
		return nil
	case refusal.IsEmpty(body, result):
		return a.refuse.surprise(x, "the answer is empty", body, nil)
	}
	err = a.decodeInto(x, result, body, nil)
	if verify := x.settings.verify; verify != nil && (err == nil || errors.Is(err, ErrMisfit)) { // what else does not fit is not missed
		if err = verify(result); err != nil {
			return a.refuse.surprise(x, err.Error(), body, err)
		}
	}
	if err == nil && !x.call.own && x.settings.raw == nil && (x.settings.response == nil || !x.settings.response.KeepRaw) && len(x.watch) == 0 && cap(body) <= maxRoom {
		clear(body)
		*room = body
		bodies.Put(room)
	}
	return err
}

// bodies have held answers that were decoded into types of package gen, which keep nothing of them. They are blank.
var bodies = sync.Pool{New: func() any { return new([]byte) }}

const maxRoom = 64 << 10 // more is for rare answers, and not kept

// decodeInto decodes an answer, or one of the events.
func (a answering) decodeInto(x *exchange, result any, data []byte, events *gen.Events) error {
	var err error
	if x.call.own {
		err = json.Unmarshal(data, result, decodingOwn)
	}
	if !x.call.own || err != nil && ofGen(reflect.TypeOf(result)) {
		err = events.Unmarshal(data, result)
	}
	if err == nil {
		return nil
	}
	if misfits, some := errors.AsType[*gen.MisfitError](err); some && misfits.Misfits[0].Pointer == "" {
		err = errors.New(misfits.Error()) // nothing of it fits, and there is no result beside the error
	} else if some {
		e := a.refuse.surprise(x, "of the answer "+misfits.Error(), data, fmt.Errorf("%w: %w", ErrMisfit, err))
		e.maybe = false // it was carried out, and the rest of its answer is at hand
		return e
	}
	text := "the answer does not decode into *" + strings.TrimLeft(fmt.Sprintf("%T", result), "*")
	if where := place(err); where != "" {
		text += " at " + loose.Line(where, 150) // of a path without end, the beginning
	}
	return a.refuse.surprise(x, text, data, err)
}

// ofGen reports a type of package gen, or one with such elements: those are read as methods read them.
func ofGen(t reflect.Type) bool {
	for t != nil && t.PkgPath() != refusal.GenPath {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			t = t.Elem()
		default:
			return false
		}
	}
	return t != nil
}

// place says where in a document the codec failed, as a JSON pointer, or "".
func place(err error) string {
	if e, ok := errors.AsType[*json.SemanticError](err); ok {
		return string(e.JSONPointer)
	}
	if e, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return string(e.JSONPointer)
	}
	return ""
}

func mediaOf(x *exchange) *gen.Media {
	x.stopClock()
	x.see(nil)
	var body io.ReadCloser = mediaBody{x}
	if x.settings.idle > 0 {
		body = idle.Body(x.ctx, body, x.settings.idle, x.cancel)
	}
	return &gen.Media{
		ReadCloser:  body,
		ContentType: x.resp.Header.Get("Content-Type"),
		Length:      x.resp.ContentLength,
		Header:      x.resp.Header,
	}
}

// A mediaBody is the rest of an exchange, closed as a whole.
type mediaBody struct{ x *exchange }

func (m mediaBody) Read(b []byte) (int, error) {
	n, err := m.x.resp.Body.Read(b)
	if err == io.EOF {
		m.x.ended(EndedWhole)
	}
	return n, err
}

func (m mediaBody) Close() error { return m.x.close() }

// unexpected is the error for a good status with an answer that nobody asked for: a proxy's page, as a rule.
func (a answering) unexpected(x *exchange) error {
	body, _ := readAtMost(nil, x.resp.Body, maxErrorBody, -1)
	x.settings.response.keep(body)
	if e := a.refuse.inBand(x, body, nil); e != nil {
		return e
	}
	return a.refuse.surprise(x, fmt.Sprintf("the answer is %q, want %s", mediaType(x.resp), x.call.accept), body, nil)
}
