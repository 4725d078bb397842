// Package job reads what the service says of a job when the answer is not its media.
package job

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/loose"
)

// A Status is read in every spelling that the service, its documentation or its own client has.
type Status struct {
	Elapsed, Average time.Duration // since the job began, and of most such jobs; 0 if it is not known

	status, state    string
	downloadURL, url string
	err              jsontext.Value
}

// Word is the status itself.
func (s *Status) Word() string { return cmp.Or(s.status, s.state) }

// Done reports whether the job has come to its end.
func (s *Status) Done() bool { return strings.EqualFold(s.Word(), "COMPLETED") }

// Address is where the media are, or "".
func (s *Status) Address() string { return cmp.Or(s.downloadURL, s.url) }

// Statuses of jobs that come to nothing, in upper case.
var failed = []string{"FAILED", "ERROR", "CANCELLED", "CANCELED"}

// Failed reports whether the job has come to nothing.
func (s *Status) Failed() bool {
	return slices.Contains(failed, strings.ToUpper(s.status)) || slices.Contains(failed, strings.ToUpper(s.state)) ||
		len(s.err) > 0 && !loose.Hollow(s.err)
}

// Failure says that the job failed, for a service that gave no reason.
func (s *Status) Failure() string {
	if word := s.Word(); word != "" && !strings.EqualFold(word, failed[0]) {
		return "the job's status is " + loose.Line(word, 100) + ", and the service gave no reason"
	}
	return "the job failed, and the service gave no reason"
}

// Read reads a status. Times that are none count as unknown; a job without a status would be awaited for ever.
func Read(body []byte) (*Status, error) {
	m, s := loose.Members(body), &Status{}
	if m == nil {
		return nil, fmt.Errorf("the job's status is %s, and no object", loose.Line(string(body), 100))
	}
	for _, name := range slices.Sorted(maps.Keys(m)) { // names fit in any case
		if lower := strings.ToLower(name); m[lower] == nil {
			m[lower] = m[name]
		}
	}
	for _, name := range []string{"status", "state"} {
		if k := m[name].Kind(); k != 0 && k != '"' && k != 'n' && s.status == "" {
			return nil, fmt.Errorf("the job's %s is %s, want a text such as PROCESSING", name, loose.Line(string(m[name]), 100))
		} else if k == '"' && name == "status" {
			s.status = loose.Text(m[name])
		} else if k == '"' {
			s.state = loose.Text(m[name])
		}
	}
	if m["download_url"].Kind() == '"' {
		s.downloadURL = loose.Text(m["download_url"])
	}
	if m["url"].Kind() == '"' {
		s.url = loose.Text(m["url"])
	}
	s.Elapsed, s.Average = ms(m["execution_duration"]), ms(m["average_execution_time"])
	s.err = m["error"]
	if s.Word() == "" && s.Address() == "" && !s.Failed() && m["execution_duration"] == nil {
		return nil, fmt.Errorf("the answer has no status of the job")
	}
	return s, nil
}

// ms takes milliseconds as the service gives them, within what a Duration can hold.
func ms(v jsontext.Value) time.Duration {
	n, _ := strconv.ParseFloat(loose.Text(v), 64)
	return time.Duration(min(max(n, 0), 1e12) * float64(time.Millisecond))
}
