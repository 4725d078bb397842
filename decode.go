// Decoding: what kind of answer came, and JSON answers into results.

package venice

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice/gen"
)

// maxErrorBody bounds what is read of an error, and what is kept of any body in [Error.Raw].
const maxErrorBody = 1 << 20

type kind int

const (
	kindUnexpected kind = iota
	kindJSON
	kindMedia
)

// kind goes by the media type of the answer, and takes an answer without one for the JSON that was asked for.
func (x *exchange) kind() kind {
	if _, unread := x.call.Result.(*gen.Media); unread {
		return kindMedia
	}
	got := mediaType(x.resp)
	isJSON := got == "" || got == "application/json" || strings.HasSuffix(got, "+json")
	if isJSON && (x.call.Result != nil || x.call.Accept == "") {
		return kindJSON
	}
	for asked := range strings.SplitSeq(x.call.Accept, ",") {
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
func (x *exchange) decode() error {
	body, err := readAtMost(x.resp.Body, x.settings.limit, x.resp.ContentLength)
	x.keep(body[:min(int64(len(body)), x.settings.limit)])
	switch {
	case err != nil:
		err = x.reason(err)
		return x.surprise("the answer broke off: "+err.Error(), body, err)
	case int64(len(body)) > x.settings.limit:
		return x.surprise(fmt.Sprintf("the answer is larger than the limit of %d bytes; WithAnswerLimit raises it", x.settings.limit), body, nil)
	case isError(body, x.call.Result):
		e := x.refusal(body)
		e.maybe = resent[x.call.Operation.Effect]&saidBroken == 0 // it failed on the way, and the status does not say where
		return e
	case x.call.Result == nil || x.resp.StatusCode == http.StatusNoContent:
		return nil
	case isEmpty(body, x.call.Result):
		return x.surprise("the answer is empty", body, nil)
	}
	return x.decodeInto(x.call.Result, body)
}

func (x *exchange) decodeInto(result any, data []byte) error {
	var err error
	if x.settings.own {
		err = json.Unmarshal(data, result, decodingOwn)
	}
	if !x.settings.own || err != nil && ofGen(reflect.TypeOf(result)) {
		err = gen.Unmarshal(data, result)
	}
	if err == nil {
		return nil
	}
	if misfits, some := errors.AsType[*gen.MisfitError](err); some && misfits.Misfits[0].Pointer == "" {
		err = errors.New(misfits.Error()) // nothing of it fits, and there is no result beside the error
	} else if some {
		e := x.surprise("of the answer "+misfits.Error(), data, fmt.Errorf("%w: %w", ErrMisfit, err))
		e.maybe = false // it was carried out, and the rest of its answer is at hand
		return e
	}
	text := fmt.Sprintf("the answer does not decode into %T", result)
	if where := place(err); where != "" {
		text += " at " + line(where, 150) // of a path without end, the beginning
	}
	return x.surprise(text, data, err)
}

// ofGen reports a type of package gen, or one with such elements: those are read as methods read them.
func ofGen(t reflect.Type) bool {
	for t != nil && t.PkgPath() != genPath {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			t = t.Elem()
		default:
			return false
		}
	}
	return t != nil
}

func (x *exchange) media() *gen.Media {
	x.stopClock()
	var body io.ReadCloser = mediaBody{x.resp.Body, x}
	if x.settings.idle > 0 {
		body = watched(x.ctx, body, x.settings.idle, x.cancel)
	}
	return &gen.Media{
		ReadCloser:  body,
		ContentType: x.resp.Header.Get("Content-Type"),
		Length:      x.resp.ContentLength,
		Header:      x.resp.Header,
	}
}

// A mediaBody is the rest of an exchange, closed as a whole.
type mediaBody struct {
	io.Reader
	x *exchange
}

func (m mediaBody) Close() error { return m.x.release() }

// unexpected is the error for a good status with an answer that nobody asked for: a proxy's page, as a rule.
func (x *exchange) unexpected() error {
	body, _ := readAtMost(x.resp.Body, maxErrorBody, -1)
	x.keep(body)
	if e := x.inBand(body, nil); e != nil {
		return e
	}
	return x.surprise(fmt.Sprintf("the answer is %q, want %s", mediaType(x.resp), x.call.Accept), body, nil)
}

// surprise is the error for a call that the service took, with an answer that cannot be used. What came is kept: it
// may be an API key that is shown only once.
func (x *exchange) surprise(text string, body []byte, cause error) *Error {
	e := x.newError(bytes.Clone(body[:min(len(body), maxErrorBody)]))
	e.Message, e.ours, e.RequestID, e.cause, e.maybe = line(text, maxText), true, requestID(x.resp.Header), cause, x.call.Operation.Effect != gen.EffectRead
	return e
}

// readAtMost returns up to limit+1 bytes, the last of which tells that there was more. It makes room for as many as
// are announced, within reason: an announcement costs the sender nothing.
func readAtMost(r io.Reader, limit, announced int64) ([]byte, error) {
	b := make([]byte, 0, 1+min(max(announced, bytes.MinRead), limit, maxErrorBody)) // the 1 is for finding the end
	for {
		n, err := r.Read(b[len(b) : min(int64(cap(b)-1), limit)+1])
		b = b[:len(b)+n]
		switch {
		case err == io.EOF || err == nil && int64(len(b)) > limit:
			return b, nil
		case err != nil:
			return b, err
		case len(b) == cap(b):
			b = slices.Grow(b, len(b))
		}
	}
}
