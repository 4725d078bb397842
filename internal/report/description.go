package main

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"
)

// description is what differs in two revisions of the API's description.
type description struct {
	from, to   string // revisions
	changes    checker.Changes
	operations []string // that changed, came or went
}

func compared(before, after string) (*description, error) {
	loader := openapi3.NewLoader() // which reads nothing but the file it is given
	was, err := load.NewSpecInfo(loader, load.NewSource(before), load.WithFlattenAllOf())
	if err != nil {
		return nil, err
	}
	is, err := load.NewSpecInfo(loader, load.NewSource(after), load.WithFlattenAllOf())
	if err != nil {
		return nil, err
	}
	d, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), was, is)
	if err != nil {
		return nil, err
	}
	all := checker.CheckBackwardCompatibilityUntilLevel(checker.NewConfig(checker.GetAllChecks()), d, sources, checker.INFO)
	// What becomes of components, the Go names say.
	all = slices.DeleteFunc(all, func(c checker.Change) bool { return c.GetPath() == "" })
	result := &description{from: was.Version, to: is.Version, changes: all}
	seen := make(map[string]bool)
	for _, c := range all {
		seen[c.GetOperation()+" "+c.GetPath()] = true
	}
	result.operations = slices.Sorted(maps.Keys(seen))
	return result, nil
}

func english(key string, args ...any) string { return checker.NewDefaultLocalizer()(key, args...) }

func (d *description) summarize(w io.Writer) {
	broken := 0
	for _, c := range d.changes {
		if c.IsBreaking() {
			broken++
		}
	}
	fmt.Fprintf(w, "The API's description: %s -> %s\n", inert(d.from), inert(d.to))
	fmt.Fprintf(w, "%s in %s; %d may break callers\n", counted(len(d.changes), "change"), counted(len(d.operations), "operation"), broken)
}

// write lists the changes by operation, what breaks first. A change of a type that several operations share stands once.
func (d *description) write(w io.Writer) {
	fmt.Fprintln(w, "## The API's description")
	fmt.Fprintln(w)
	d.summarize(w)
	fmt.Fprintln(w)
	for _, breaking := range []bool{true, false} {
		where := make(map[string][]string) // change -> operations
		for _, c := range d.changes {
			if c.IsBreaking() == breaking {
				text := plainPath(c.GetUncolorizedText(english))
				where[text] = append(where[text], c.GetOperation()+" "+c.GetPath())
			}
		}
		groups := make(map[string][]string) // operations -> changes
		for text, ops := range where {
			slices.Sort(ops)
			key := folded(slices.Compact(ops), 12)
			groups[key] = append(groups[key], text)
		}
		var lines []string
		for _, ops := range slices.Sorted(maps.Keys(groups)) {
			texts := alike(groups[ops])
			const most = 6
			line := ops + ": " + strings.Join(texts[:min(most, len(texts))], "; ")
			if n := len(texts) - most; n > 0 {
				line += fmt.Sprintf("; and %d more", n)
			}
			lines = append(lines, line)
		}
		if breaking {
			list(w, "**breaks** ", lines, 20)
		} else {
			list(w, "", lines, 30)
		}
	}
	fmt.Fprintln(w)
}

var (
	structure = regexp.MustCompile("/?allOf\\([^)`]*\\)|#/components/schemas/| \\(media type: [^)]*\\)| for the response status `200`| to the response with the `200` status")
	quoted    = regexp.MustCompile("`[^`]*`")
)

// plainPath takes out of a text what tells of the description's own structure, and what goes without saying.
func plainPath(text string) string { return structure.ReplaceAllString(text, "") }

// alike folds texts that differ in the first name that they quote, the way values of one enum do, and makes Markdown of
// them.
func alike(texts []string) []string {
	slices.Sort(texts)
	names := make(map[string][]string)
	var order []string
	for _, text := range slices.Compact(texts) {
		rest := text
		if at := quoted.FindStringIndex(text); at != nil {
			rest = text[:at[0]] + "\x00" + text[at[1]:]
			names[rest] = append(names[rest], text[at[0]+1:at[1]-1])
		}
		if !slices.Contains(order, rest) {
			order = append(order, rest)
		}
	}
	for i, rest := range order {
		before, after, found := strings.Cut(rest, "\x00")
		order[i] = spans(before)
		if found {
			order[i] += folded(names[rest], 8) + spans(after)
		}
	}
	return order
}

// spans makes code of what a text quotes.
func spans(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "`") {
		if i%2 == 1 {
			part = code(part)
		} else {
			part = inert(part)
		}
		b.WriteString(part)
	}
	return b.String()
}
