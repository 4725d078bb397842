// Answers: what is read of them on their way, and how refusals look to OpenAI's SDKs.

package proxy

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/internal/refusal"
	"github.com/venice-go/venice/internal/secrets"
	"github.com/venice-go/venice/spend"
)

// A fault is a refusal: a status, and what OpenAI's errors have in "type", "code" and "message".
type fault struct {
	status              int
	kind, code, message string
}

func (f *fault) Error() string { return f.message }

const invalid = "invalid_request_error"

// write says it in the shape that OpenAI's SDKs read.
func (f *fault) write(w http.ResponseWriter) {
	message := string(secrets.ScrubTraffic([]byte(f.message)))
	w.Header().Set("Content-Type", "application/json")
	if f.status != http.StatusTooManyRequests && f.status != http.StatusServiceUnavailable {
		w.Header().Set("X-Should-Retry", "false") // which they obey: what failed on the way may be billed
	}
	w.WriteHeader(f.status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": message, "type": f.kind, "param": nil, "code": f.code}})
}

// explain is the refusal that an error of ours becomes.
func explain(err error) *fault {
	said, is := errors.AsType[*fault](err)
	switch {
	case is:
		return said
	case errors.Is(err, spend.ErrCap):
		return &fault{402, "insufficient_quota", "insufficient_quota", err.Error()}
	case errors.Is(err, spend.ErrUnknownPrice):
		return &fault{400, invalid, "unknown_price", err.Error()}
	}
	return &fault{502, "server_error", "upstream_error", "the service could not be called: " + err.Error()}
}

// dropped are headers of answers that are the owner's business.
var dropped = []string{"Set-Cookie", "Payment-Required", "Payment-Response", "X-Payment-Response", "X-Venice-Balance-Usd", "X-Venice-Balance-Diem",
	"Alt-Svc", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"}

// answered has an answer read on its way. A refusal becomes an error, which ReverseProxy has its ErrorHandler write.
func answered(resp *http.Response) error {
	c := callOf(resp.Request)
	c.status = resp.StatusCode
	for _, name := range dropped {
		resp.Header.Del(name)
	}
	if resp.StatusCode < 300 {
		kind, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
		resp.Body = &tap{ReadCloser: resp.Body, call: c, header: resp.Header, stream: kind == "text/event-stream", text: kind == "application/json"}
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	resp.Body.Close()
	if err == nil && resp.StatusCode/100 == 4 && resp.StatusCode != http.StatusRequestTimeout {
		c.end(venice.EndedUndone)
	}
	return refusalOf(resp.StatusCode, body)
}

func refusalOf(status int, body []byte) *fault {
	said := refusal.Read(body, status)
	f := &fault{status, invalid, said.Code, said.Message}
	if why := refusal.Why(body); why != "" && !strings.Contains(f.message, why) {
		f.message += ": " + why
	}
	switch {
	case status == http.StatusUnauthorized: // the program's token was good
		return &fault{502, "server_error", "upstream_credentials", "the service does not take the proxy's credentials: " + f.message}
	case status == http.StatusPaymentRequired:
		f.kind, f.code = "insufficient_quota", "insufficient_quota"
	case status == http.StatusTooManyRequests:
		f.kind = "rate_limit_error"
	case status >= 500:
		f.kind = "server_error"
	}
	return f
}

const (
	maxLine = 1 << 20  // of a stream that is read on its way; a longer one passes unread
	maxText = 16 << 20 // of an answer in JSON
)

// A tap reads what passes: the events of a stream, or an answer as a whole.
type tap struct {
	io.ReadCloser
	call         *call
	header       http.Header
	stream, text bool
	held         []byte // of a line or a text that is not whole yet
	skip         bool   // it is too long
	failed       bool   // the stream says so
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	switch {
	case t.stream:
		t.events(p[:n])
	case t.text && !t.skip:
		t.held = append(t.held, p[:n]...)
		t.skip = len(t.held) > maxText
	}
	if err == io.EOF && !t.stream { // a stream says itself when it is whole
		if t.skip {
			t.held = nil
		}
		t.call.see(t.header, t.held)
		t.call.end(venice.EndedWhole)
	}
	return n, err
}

// events shows the data of each line that is whole.
func (t *tap) events(p []byte) {
	for len(p) > 0 {
		line, rest, whole := bytes.Cut(p, []byte("\n"))
		if len(t.held) > 0 || !whole {
			t.skip = t.skip || len(t.held)+len(line) > maxLine
			if !t.skip {
				t.held = append(t.held, line...)
			}
			line = t.held
		}
		if !whole {
			return
		}
		if data, is := bytes.CutPrefix(line, []byte("data:")); is && !t.skip {
			t.event(bytes.TrimSpace(data))
		}
		t.held, t.skip, p = t.held[:0], false, rest
	}
}

func (t *tap) event(data []byte) {
	switch {
	case string(data) != "[DONE]":
		t.failed = t.failed || bytes.HasPrefix(data, []byte(`{"error"`))
		t.call.see(t.header, data)
	case !t.failed:
		t.call.end(venice.EndedWhole)
	}
}
