// Forms of the report: for people, programs, test runners and GitHub.

package contract

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// formats are what [Report.Write] takes.
var formats = map[string]func(*Report, io.Writer) error{
	"text": (*Report).writeText, "json": (*Report).writeJSON, "junit": (*Report).writeJUnit, "github": (*Report).writeGitHub,
}

// Write writes the report as "text" for people, as "json" (a [Report]), as "junit", where each operation is a test that
// fails if its level is [Break], or as "github", the annotations of GitHub's workflows followed by the text. It refuses
// other formats.
func (r *Report) Write(w io.Writer, format string) error {
	write := formats[format]
	if write == nil {
		return fmt.Errorf("contract: no format %q: want text, json, junit or github", format)
	}
	return write(r, w)
}

func (r *Report) writeText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "contract: %s\n", r.summary())
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%s  %s\n", f.Level, f)
	}
	for _, line := range []struct {
		n    int
		text string
	}{
		{r.Left, "more findings than a report holds"},
		{r.Skipped, "answers not looked at: too large, or in an encoding that is not read here"},
		{r.Unfinished, "answers that ended, or were left, before their end"},
		{r.Recorded, "answers recorded"},
	} {
		if line.n > 0 {
			fmt.Fprintf(&b, "%d %s\n", line.n, line.text)
		}
	}
	if r.RecordingError != "" {
		fmt.Fprintf(&b, "recording failed: %s\n", r.RecordingError)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) summary() string {
	count := [3]int{}
	for _, f := range r.Findings {
		count[f.Level]++
	}
	return fmt.Sprintf("%d answers of %d operations, held against revision %s: %d break, %d drift",
		r.Answers(), len(r.Operations), r.Revision, count[Break], count[Drift])
}

// String is one line, without the level.
func (f Finding) String() string {
	at, times := f.At, ""
	if at != "" {
		at = " " + at
	}
	if f.Count > 1 {
		times = fmt.Sprintf(" (%d times)", f.Count)
	}
	return fmt.Sprintf("%s %d%s: %s%s", f.Operation, f.Status, at, f.What, times)
}

func (r *Report) writeJSON(w io.Writer) error {
	own := *r
	if own.Findings == nil {
		own.Findings = []Finding{}
	}
	if own.Operations == nil {
		own.Operations = []Operation{}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Level Level `json:"level"`
		Report
	}{r.Level(), own})
}

type suite struct {
	XMLName  xml.Name   `xml:"testsuite"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Cases    []testcase `xml:"testcase"`
}

type testcase struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	Failure *failure `xml:"failure"`
	Out     string   `xml:"system-out,omitempty"`
}

type failure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

func (r *Report) writeJUnit(w io.Writer) error {
	s := suite{Name: "contract", Tests: len(r.Operations)}
	for _, o := range r.Operations {
		c := testcase{Class: "contract", Name: o.Name}
		lines := map[Level][]string{}
		for _, f := range r.Findings {
			if f.Operation == o.Name {
				lines[f.Level] = append(lines[f.Level], f.String())
			}
		}
		if breaks := lines[Break]; len(breaks) > 0 {
			c.Failure = &failure{breaks[0], Break.String(), strings.Join(breaks, "\n")}
			s.Failures++
		}
		c.Out = strings.Join(lines[Drift], "\n")
		s.Cases = append(s.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(s); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// writeGitHub writes workflow commands, whose texts escape what would end them.
func (r *Report) writeGitHub(w io.Writer) error {
	text := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	title := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, f := range r.Findings {
		command := "warning"
		if f.Level == Break {
			command = "error"
		}
		if _, err := fmt.Fprintf(w, "::%s title=%s::%s\n", command, title.Replace("contract "+f.Level.String()), text.Replace(f.String())); err != nil {
			return err
		}
	}
	return r.writeText(w)
}
