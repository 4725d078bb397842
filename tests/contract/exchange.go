// An exchange: one answer under way, from its status to its end.

package contract

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/venice-go/venice/tests/internal/reading"
	"github.com/venice-go/venice/tests/internal/recording"
)

const (
	maxBody  = 16 << 20 // bytes of one answer that are kept
	maxKept  = 64 << 20 // of all that are under way
	maxBegin = 512      // of media, whose beginning alone is looked at
)

// An exchange is safe for concurrent use, since a body may be closed while it is read.
type exchange struct {
	check     *Check
	method    string
	name      string
	operation *reading.Operation // nil for a route that is not described
	secrets   []string           // credentials of the request, which nothing that is recorded may have

	mu       sync.Mutex
	status   int
	header   http.Header
	encoding string
	length   int64 // of the body if it was told, else -1
	read     int64
	answer   *reading.Answer
	begin    []byte // of media
	kept     []byte
	lost     bool // more came than is kept
	skipped  bool // something could not be looked at
	events   framing
	done     bool // the stream said that it is
	broken   bool // something of the level Break was found
	ended    bool
}

// head takes the status and the header of the answer.
func (x *exchange) head(status int, header http.Header, length int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.status, x.header, x.length = status, header.Clone(), length
	x.encoding = strings.ToLower(header.Get("Content-Encoding"))
	if x.operation == nil {
		return
	}
	x.answer = x.operation.Answer(status, header.Get("Content-Type"))
	x.note(x.answer.Found)
}

// write takes what came of the body.
func (x *exchange) write(p []byte) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ended || x.answer == nil || x.method == http.MethodHead {
		return
	}
	x.read += int64(len(p))
	encoded := x.encoding != "" && x.encoding != "identity"
	if x.answer.Shape == reading.Events && !encoded {
		x.events.write(p, x.event)
	}
	if x.answer.Shape == reading.Opaque {
		x.begin = append(x.begin, p[:min(len(p), maxBegin-len(x.begin))]...)
	}
	if x.check.folder != nil || encoded || x.answer.Shape == reading.JSON {
		x.keep(p)
	}
}

// keep keeps a part of the body, or nothing of it once there is too much.
func (x *exchange) keep(p []byte) {
	if x.lost {
		return
	}
	if total := x.check.kept.Add(int64(len(p))); len(x.kept)+len(p) > maxBody || total > maxKept {
		x.check.kept.Add(-int64(len(p)))
		x.drop()
		x.lost = true
		return
	}
	x.kept = append(x.kept, p...)
}

func (x *exchange) drop() {
	x.check.kept.Add(-int64(len(x.kept)))
	x.kept = nil
}

// event takes the data of an event; nil for one that is too long.
func (x *exchange) event(data []byte) {
	switch {
	case data == nil:
		x.skipped = true
	case string(data) == "[DONE]":
		x.done = true
	default:
		x.note(x.answer.Event(data))
	}
}

// end judges the whole. An answer is complete if its end was read; a reader may also stop once it has what it wants.
func (x *exchange) end(complete bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ended {
		return
	}
	x.ended = true
	defer x.drop()
	complete = complete || x.length >= 0 && x.read == x.length || x.method == http.MethodHead
	switch {
	case x.operation == nil:
		what := "the route is not described"
		if x.status == http.StatusNotFound || x.status == http.StatusMethodNotAllowed {
			what += ", and the service has none"
		}
		x.check.seen(x.name)
		x.check.note(x.name, x.status, reading.Finding{Level: reading.Drift, What: what})
		return
	case x.answer == nil || x.method == http.MethodHead:
		x.check.seen(x.name)
		return
	}
	x.check.seen(x.name)
	body := x.kept
	if x.encoding != "" && x.encoding != "identity" {
		var err error
		if body, err = decoded(x.encoding, x.kept); err != nil && complete {
			x.skipped = true
		}
		x.begin = body[:min(len(body), maxBegin)]
		if x.answer.Shape == reading.Events {
			x.events.write(body, x.event)
		}
	}
	switch x.answer.Shape {
	case reading.Events:
		x.events.finish(x.event)
		if complete && !x.done && !x.skipped && x.status == http.StatusOK {
			x.note([]reading.Finding{{Level: reading.Break, What: "the stream ends without [DONE]"}})
		}
		complete = complete || x.done
	case reading.JSON:
		x.skipped = x.skipped || x.lost
		complete = complete || json.Valid(body)
		if complete && !x.skipped {
			x.note(x.answer.Body(body))
		}
	default:
		if !x.skipped && (complete || len(x.begin) > 0) {
			x.note(x.answer.Body(x.begin))
		}
	}
	switch {
	case x.skipped:
		x.check.count(func(r *Report) { r.Skipped++ })
	case !complete:
		x.check.count(func(r *Report) { r.Unfinished++ })
	case !x.broken && !x.lost && x.check.folder != nil && x.method == x.operation.Method:
		x.record(body)
	}
}

func (x *exchange) record(body []byte) {
	err := x.check.folder.Add(recording.Answer{Operation: x.name, Status: x.status, Header: x.header, Body: body,
		Stream: x.answer.Shape == reading.Events, JSON: x.answer.Shape == reading.JSON}, x.secrets)
	x.check.count(func(r *Report) {
		switch {
		case err != nil && r.RecordingError == "":
			r.RecordingError = err.Error()
		case err == nil:
			r.Recorded = x.check.folder.Len()
		}
	})
}

func (x *exchange) note(found []reading.Finding) {
	for _, f := range found {
		x.broken = x.broken || f.Level == reading.Break
		x.check.note(x.name, x.status, f)
	}
}

// decoded undoes what a server did to make a body smaller.
func decoded(encoding string, body []byte) ([]byte, error) {
	var from io.Reader
	var err error
	switch encoding {
	case "gzip", "x-gzip":
		from, err = gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		if from, err = zlib.NewReader(bytes.NewReader(body)); err != nil {
			from, err = flate.NewReader(bytes.NewReader(body)), nil
		}
	default:
		return nil, errEncoding
	}
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(from, maxBody+1))
	if err == nil && len(plain) > maxBody {
		err = errEncoding
	}
	return plain, err
}
