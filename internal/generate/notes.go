package main

// The report of an adoption, as far as the compiler knows it: what wants a person, and what it did by itself.

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// The sections of a report, in its order.
const (
	leaning   = "Gone, and the code leans on it"
	undecided = "Operations to decide on (tables.yaml: access, effects)"
	retiring  = "Retired or about to be (tables.yaml: retired)"
	guarded   = "Called like a secret, and so taken for one (tables.yaml: secrets, public)"
	bareProse = "No prose yet (internal/generate/prose)"
	chosen    = "Names that nobody chose (tables.yaml: names, methods, constants)"
	unmatched = "Entries that match nothing any more"
	dropped   = "Upstream says it now, so ours can go"
	mended    = "Mended in what was published"
)

var sectionOrder = []string{leaning, undecided, retiring, guarded, bareProse, chosen, unmatched, dropped, mended}

type report struct {
	From     string    `json:"from"` // revision before
	To       string    `json:"to"`
	Sections []section `json:"sections"`
}

type section struct {
	Title string   `json:"title"`
	Items []string `json:"items"`
}

// add notes one finding, once.
func (r *report) add(title, format string, args ...any) {
	i := slices.IndexFunc(r.Sections, func(s section) bool { return s.Title == title })
	if i < 0 {
		i = len(r.Sections)
		r.Sections = append(r.Sections, section{Title: title})
	}
	if item := fmt.Sprintf(format, args...); !slices.Contains(r.Sections[i].Items, item) {
		r.Sections[i].Items = append(r.Sections[i].Items, item)
	}
	slices.SortStableFunc(r.Sections, func(a, b section) int {
		return slices.Index(sectionOrder, a.Title) - slices.Index(sectionOrder, b.Title)
	})
}

// all lists the items of a section.
func (r *report) all(title string) []string {
	for _, s := range r.Sections {
		if s.Title == title {
			return s.Items
		}
	}
	return nil
}

// print writes the report for a terminal, a few items of each section.
func (r *report) print(w io.Writer) {
	const most = 12
	fmt.Fprintf(w, "revision %s (was %s)\n", r.To, r.From)
	for _, s := range r.Sections {
		fmt.Fprintf(w, "%s: %d\n", s.Title, len(s.Items))
		for _, item := range s.Items[:min(most, len(s.Items))] {
			fmt.Fprintf(w, "  %s\n", item)
		}
		if n := len(s.Items) - most; n > 0 {
			fmt.Fprintf(w, "  and %d more\n", n)
		}
	}
}

func (r *report) json() ([]byte, error) { return json.MarshalIndent(r, "", "  ") }
