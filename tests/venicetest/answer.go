// An answer of the fake, the headers that all answers carry, and how it gets on the wire.

package venicetest

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/venice-go/venice"
)

type answer struct {
	status    int
	header    http.Header
	body      map[string]any
	events    []any  // in place of body: an event stream
	raw       []byte // in place of body: bytes, of the type media
	media     string
	pieces    int    // in which raw comes, if more than one
	seed      uint64 // of a body made from the schema, or 0
	fault     error  // why no such body could be made
	outside   bool   // the description need not have a place for this answer
	pinned    bool   // held against the description as a client reads it
	uncounted bool   // by the error budget
	wider     bool   // counted by the wider one
	limit     string // the type of rate limit that was exceeded, if any
	cut       bool   // the connection ends in place of an answer
}

func ok(body map[string]any) answer { return answer{status: http.StatusOK, body: body} }

func refuse(status int, text string) answer {
	return answer{status: status, body: map[string]any{"error": text}}
}

func (a answer) contentType() string {
	switch {
	case a.events != nil:
		return eventStream
	case a.raw != nil:
		return a.media
	}
	return "application/json"
}

func (a answer) write(w http.ResponseWriter) {
	switch {
	case a.raw != nil:
		w.WriteHeader(a.status)
		a.writeRaw(w)
		return
	case a.events == nil:
		w.WriteHeader(a.status)
		_ = encode(w, a.body) // the other side left
		return
	}
	w.WriteHeader(a.status)
	for _, e := range a.events {
		if writeEvent(w, e) != nil {
			return // the other side left
		}
	}
	_, _ = io.WriteString(w, doneEvent) // which goes out with the end of the body, so that clients keep the connection
}

const doneEvent = "data: [DONE]\n\n"

// A named event goes by another name than its type.
type named struct {
	name  string
	event map[string]any
}

func (n named) MarshalJSON() ([]byte, error) { return json.Marshal(n.event) }

// writeRaw sends bytes, each piece at once.
func (a answer) writeRaw(w http.ResponseWriter) {
	n := max(1, a.pieces)
	for i := range n {
		w.Write(a.raw[i*len(a.raw)/n : (i+1)*len(a.raw)/n])
		if f, ok := w.(http.Flusher); ok && i < n-1 {
			f.Flush()
		}
	}
}

// eventName is the type of the event, or "" for one without a type, or with one that does not fit in a line.
func eventName(event any) string {
	if n, ok := event.(named); ok {
		return n.name
	}
	fields, _ := event.(map[string]any)
	name, _ := fields["type"].(string)
	if strings.ContainsAny(name, "\r\n") {
		return ""
	}
	return name
}

// writeEvent sends one event at once, so that clients see a stream and not a block.
func writeEvent(w http.ResponseWriter, event any) error {
	line := ""
	if name := eventName(event); name != "" {
		line = "event: " + name + "\n"
	}
	if n, is := event.(named); is {
		event = n.event
	}
	if _, err := io.WriteString(w, line+"data: "); err != nil {
		return err
	}
	if err := encode(w, event); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
	return err
}

// encode writes JSON and the end of the line, with the signs of HTML as they are, for they are so at the service.
func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// setHeaders sets the headers of every answer, and those of an answer to a key or a wallet.
func (h *Handler) setHeaders(header http.Header, r *request, a answer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := a.contentType(); t != "" {
		header.Set("Content-Type", t)
	}
	header.Set("Date", h.now().UTC().Format(http.TimeFormat)) // clients set their clocks by it
	header.Set("CF-RAY", h.randomHex(8)+"-TST")
	header.Set("x-venice-version", "venicetest")
	for k, v := range a.header {
		header[http.CanonicalHeaderKey(k)] = v
	}
	inference := operations()[r.operation].Access == venice.AccessAny
	if r.inFlight || r.key != nil && inference {
		for name, m := range map[string]money{"x-venice-balance-usd": r.credit, "x-venice-balance-diem": r.diem} {
			if m != 0 {
				header.Set(name, strconv.FormatFloat(m.usd(), 'f', -1, 64))
			}
		}
	}
	if r.key == nil || !inference {
		return
	}
	header.Set("x-ratelimit-limit-requests", strconv.Itoa(h.perMinute))
	header.Set("x-ratelimit-remaining-requests", strconv.Itoa(max(0, h.perMinute-r.key.calls)))
	header.Set("x-ratelimit-reset-requests", strconv.FormatInt(r.key.minute.Add(time.Minute).UnixMilli(), 10))
}
