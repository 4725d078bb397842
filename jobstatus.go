// Job statuses: what the service says of a job when the answer is not its media.

package venice

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
)

// A JobProgress is what the service says of a job that still runs.
type JobProgress struct {
	State   string        // "PROCESSING", or "COMPLETED" for a video that is at its DownloadURL; there may be others, and lower case
	Elapsed time.Duration // since the job began
	Average time.Duration // four of five such jobs take less
}

// A jobStatus is read in every spelling that the service, its documentation or its own client has.
type jobStatus struct {
	Status, State    string
	Elapsed, Average float64 // milliseconds
	DownloadURL, URL string
	Error            jsontext.Value
}

// word is the status itself.
func (s *jobStatus) word() string { return cmp.Or(s.Status, s.State) }

func (s *jobStatus) progress() JobProgress {
	return JobProgress{s.word(), ms(s.Elapsed), ms(s.Average)}
}

func (s *jobStatus) done() bool { return strings.EqualFold(s.word(), "COMPLETED") }

// Statuses of jobs that come to nothing, in upper case.
var failed = []string{"FAILED", "ERROR", "CANCELLED", "CANCELED"}

func (s *jobStatus) failed() bool {
	return slices.Contains(failed, strings.ToUpper(s.Status)) || slices.Contains(failed, strings.ToUpper(s.State)) ||
		len(s.Error) > 0 && !hollow(s.Error)
}

func (s *jobStatus) address() string { return cmp.Or(s.DownloadURL, s.URL) }

// failure is the error that a status is of which the answer's own does not tell, or nil.
func (s *jobStatus) failure(method string, body []byte) error {
	if !s.failed() {
		return nil
	}
	e := jobError(method, body)
	if e.read(body); e.Message == http.StatusText(e.Status) {
		e.Message = "the job failed, and the service gave no reason"
		if word := s.word(); word != "" && !strings.EqualFold(word, failed[0]) {
			e.Message = "the job's status is " + line(word, 100) + ", and the service gave no reason"
		}
	}
	return e
}

func jobError(method string, body []byte) *Error {
	return &Error{Operation: strings.Replace(method, "R", "r", 1), method: method, Status: http.StatusOK, Raw: body, Response: &Response{Status: http.StatusOK}}
}

// statusOf reads a status. Times that are none count as unknown; a job without a status would be awaited for ever.
func statusOf(method string, body []byte) (*jobStatus, error) {
	m, s := members(body), &jobStatus{}
	strange := func(text string) error {
		e := jobError(method, body)
		if e.read(body); e.Message == http.StatusText(e.Status) {
			e.Message, e.ours = text, true
		}
		return e
	}
	if m == nil {
		return nil, strange("the job's status is " + line(string(body), 100) + ", and no object")
	}
	for _, name := range slices.Sorted(maps.Keys(m)) { // in any case, as ever
		if lower := strings.ToLower(name); m[lower] == nil {
			m[lower] = m[name]
		}
	}
	for _, name := range []string{"status", "state"} {
		if k := m[name].Kind(); k != 0 && k != '"' && k != 'n' && s.Status == "" {
			return nil, strange("the job's " + name + " is " + line(string(m[name]), 100) + ", want a text such as PROCESSING")
		} else if k == '"' && name == "status" {
			s.Status = text(m[name])
		} else if k == '"' {
			s.State = text(m[name])
		}
	}
	if m["download_url"].Kind() == '"' {
		s.DownloadURL = text(m["download_url"])
	}
	if m["url"].Kind() == '"' {
		s.URL = text(m["url"])
	}
	s.Elapsed, _ = strconv.ParseFloat(text(m["execution_duration"]), 64)
	s.Average, _ = strconv.ParseFloat(text(m["average_execution_time"]), 64)
	s.Error = m["error"]
	if s.word() == "" && s.address() == "" && !s.failed() && m["execution_duration"] == nil {
		return nil, strange("the answer has no status of the job")
	}
	return s, nil
}

// unread is a call option that keeps a JSON answer as it came, whatever its type has room for.
type unread struct{ body []byte }

func (u *unread) ApplyCall(c *gen.Call) { c.Result = u }

func (u *unread) UnmarshalJSON(b []byte) error {
	u.body = bytes.Clone(b)
	return nil
}

// seen is what an answer about a job says: its media, or its status.
func seen[T any](answer *gen.JSONOrMedia[T], body []byte, method string, err error) (*gen.Media, *jobStatus, error) {
	if err == nil && answer.Media != nil {
		body, err = statusIn(answer.Media)
	}
	if err != nil {
		return nil, nil, err
	}
	if body == nil && answer.Media != nil {
		return answer.Media, nil, nil
	}
	s, err := statusOf(method, body)
	if err != nil {
		return nil, nil, err
	}
	return nil, s, s.failure(method, body)
}

// statusIn returns the status that the service sometimes sends as if it were media, and closes these; nil for media, of
// which nothing is lost.
func statusIn(m *gen.Media) ([]byte, error) {
	const most = 64 << 10
	if bare(m.ContentType) != "application/octet-stream" {
		return nil, nil
	}
	r := bufio.NewReaderSize(m.ReadCloser, most)
	if first, _ := r.Peek(1); string(first) == "{" {
		if all, err := r.Peek(most); errors.Is(err, io.EOF) && jsontext.Value(all).IsValid(decoding) && (members(all)["status"] != nil || members(all)["state"] != nil) {
			return all, m.Close()
		}
	}
	m.ReadCloser = struct {
		io.Reader
		io.Closer
	}{r, m.ReadCloser}
	return nil, nil
}

// ms takes milliseconds as the service gives them, within what a Duration can hold.
func ms(n float64) time.Duration {
	return time.Duration(min(max(n, 0), 1e12) * float64(time.Millisecond))
}
