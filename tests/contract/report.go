// The report: what was seen so far.

package contract

import (
	"cmp"
	"slices"

	"github.com/venice-go/venice/tests/internal/reading"
)

// maxFindings is how many different findings a report holds.
const maxFindings = 1000

// A Report says what a [Check] has seen. Nothing in it is a secret.
type Report struct {
	Revision   string      `json:"revision"`       // of the description
	Operations []Operation `json:"operations"`     // those that were called, and routes that are not described, by name
	Findings   []Finding   `json:"findings"`       // the worst first, then by operation
	Left       int         `json:"left,omitempty"` // findings beyond the first 1,000 different ones
	Recorded   int         `json:"recorded"`       // answers that were written into a folder; see WithRecording
	Skipped    int         `json:"skipped"`        // answers that were too large, or in an encoding that is not read here
	Unfinished int         `json:"unfinished"`     // answers that ended, or were left, before their end

	RecordingError string `json:"recording_error,omitempty"` // why an answer was not written, of the first such
}

// An Operation is one that was called.
type Operation struct {
	Name    string `json:"name"`    // method and path template: "GET /api_keys/{id}"
	Answers int    `json:"answers"` // how many came
	Level   Level  `json:"level"`   // the worst of its findings
}

// A Finding is one way in which answers of an operation differ from its description.
type Finding struct {
	Level     Level  `json:"level"`
	Operation string `json:"operation"` // method and path template: "GET /api_keys/{id}"
	Status    int    `json:"status"`    // of the answer
	At        string `json:"at"`        // JSON Pointer into the body where it was seen first; "" for the whole
	What      string `json:"what"`      // is wrong or new, in words
	Count     int    `json:"count"`     // how often it was seen
}

// finding is what makes findings different.
type finding struct {
	level           reading.Level
	operation       string
	status          int
	place, whatever string
}

// Level is the worst level among the findings.
func (r *Report) Level() Level {
	l := Fine
	for _, f := range r.Findings {
		l = max(l, f.Level)
	}
	return l
}

// Answers is how many answers were looked at.
func (r *Report) Answers() (n int) {
	for _, o := range r.Operations {
		n += o.Answers
	}
	return n
}

// Report returns what was seen up to now. Answers that are under way count once they end, events of streams at once.
func (c *Check) Report() *Report {
	c.mu.Lock()
	r := c.report
	r.Operations, r.Findings = slices.Clone(r.Operations), slices.Clone(r.Findings)
	c.mu.Unlock()
	slices.SortFunc(r.Operations, func(a, b Operation) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Status, b.Status))
	})
	return &r
}

// operation returns the place of an operation in the report, or -1 if there are too many.
func (c *Check) operation(name string) int {
	i, known := c.of[name]
	if !known {
		if len(c.of) >= maxFindings {
			return -1
		}
		i = len(c.report.Operations)
		c.of[name] = i
		c.report.Operations = append(c.report.Operations, Operation{Name: name})
	}
	return i
}

// seen counts an answer.
func (c *Check) seen(operation string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := c.operation(operation); i >= 0 {
		c.report.Operations[i].Answers++
	}
}

func (c *Check) note(operation string, status int, f reading.Finding) {
	key := finding{f.Level, operation, status, f.Place, f.What}
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := c.operation(operation); i >= 0 {
		c.report.Operations[i].Level = max(c.report.Operations[i].Level, Level(f.Level))
	}
	i, known := c.at[key]
	if !known {
		if len(c.at) >= maxFindings {
			c.report.Left++
			return
		}
		i = len(c.report.Findings)
		c.at[key] = i
		c.report.Findings = append(c.report.Findings, Finding{Level: Level(f.Level), Operation: operation, Status: status, At: f.At, What: f.What})
	}
	c.report.Findings[i].Count++
}

func (c *Check) count(change func(*Report)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.report)
}
