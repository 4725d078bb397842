// Job statuses: what the service says of a job when the answer is not its media.

package venice

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
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
	Status      string         `json:"status"`
	Elapsed     float64        `json:"execution_duration"`
	Average     float64        `json:"average_execution_time"`
	DownloadURL string         `json:"download_url"`
	URL         string         `json:"url"`
	Error       jsontext.Value `json:"error"`
}

func (s *jobStatus) progress() JobProgress {
	return JobProgress{s.Status, ms(s.Elapsed), ms(s.Average)}
}

func (s *jobStatus) done() bool { return strings.EqualFold(s.Status, "COMPLETED") }

func (s *jobStatus) address() string { return cmp.Or(s.DownloadURL, s.URL) }

// failure is the error that a status is of which the answer's own does not tell, or nil.
func (s *jobStatus) failure(method string, body []byte) error {
	if !strings.EqualFold(s.Status, "FAILED") && text(s.Error) == "" && members(s.Error) == nil {
		return nil
	}
	e := &Error{Operation: strings.Replace(method, "R", "r", 1), method: method, Status: http.StatusOK, Raw: body, Response: &Response{Status: http.StatusOK}}
	if e.read(body); e.Message == http.StatusText(e.Status) {
		e.Message = "the job failed, and the service gave no reason"
	}
	return e
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
	s := new(jobStatus)
	if err := recast(jsontext.Value(body), s); err != nil {
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
		if all, err := r.Peek(most); errors.Is(err, io.EOF) && jsontext.Value(all).IsValid(decoding) && members(all)["status"] != nil {
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
