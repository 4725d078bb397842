package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
)

// What is fetched is hostile until shown otherwise: no word of it may become markup, a link, a mention or an expression
// that a workflow evaluates.

// code makes a code span of a name.
func code(s string) string { return "`" + strings.ReplaceAll(flat(s), "`", "'") + "`" }

// inert takes the meaning from what Markdown, HTML, a workflow or a shell would read in a text.
func inert(s string) string {
	return strings.NewReplacer("`", "'", "<", "‹", ">", "›", "*", "∗", "[", "(", "]", ")", "@", "(at)", "$", "§", "#", "♯", "|", "¦", "\\", "/", "://", ": //").Replace(flat(s))
}

// flat puts a text on one line of bounded length, without control characters and what turns the direction of a line.
func flat(s string) string {
	const most = 240
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, s)
	s = strings.ReplaceAll(s, "${{", "{{")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// folded lists names as code, a few of them.
func folded(names []string, most int) string {
	var spans []string
	for _, name := range names[:min(most, len(names))] {
		spans = append(spans, code(name))
	}
	s := strings.Join(spans, ", ")
	if n := len(names) - most; n > 0 {
		s += fmt.Sprintf(" and %d more", n)
	}
	return s
}

// list writes lines, which are Markdown already, as a list of at most so many.
func list(w io.Writer, mark string, lines []string, most int) {
	for _, line := range lines[:min(most, len(lines))] {
		fmt.Fprintf(w, "- %s%s\n", mark, line)
	}
	if n := len(lines) - most; n > 0 {
		fmt.Fprintf(w, "- %sand %d more\n", mark, n)
	}
}

func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// section is one of the compiler's notes: what wants a person.
type section struct {
	Title string
	Items []string
}

func readNotes(name string) ([]section, error) {
	if name == "" {
		return nil, nil
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var notes struct{ Sections []section }
	err = json.Unmarshal(b, &notes)
	return notes.Sections, err
}

func writeNotes(w io.Writer, notes []section) {
	fmt.Fprintln(w, "## What wants a person")
	fmt.Fprintln(w)
	if len(notes) == 0 {
		fmt.Fprintln(w, "Nothing.")
	}
	for _, s := range notes {
		fmt.Fprintf(w, "**%s**: %d\n\n", inert(s.Title), len(s.Items))
		var lines []string
		for _, item := range s.Items {
			lines = append(lines, code(item))
		}
		list(w, "", lines, 20)
		fmt.Fprintln(w)
	}
}
