// Output: results as tables, lines or JSON, and remarks for people who watch.

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
	"unicode"
)

// terminal says whether somebody may sit at the other end. The null device looks like a terminal here, and says nothing,
// which is a no.
func terminal(stream any) bool {
	f, ok := stream.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&fs.ModeCharDevice != 0
}

// printJSON prints a value as one JSON value, with a line for each member where people read it.
func (c *console) printJSON(value any) error {
	e := json.NewEncoder(c.stdout)
	e.SetEscapeHTML(false)
	if c.table {
		e.SetIndent("", "  ")
	}
	return e.Encode(value)
}

// A table is a result of rows.
type table struct {
	head []string
	rows [][]string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// show prints a result: JSON if that was asked for, else a table for people, or lines for programs.
func (c *console) show(value any, t *table) error {
	if c.json {
		return c.printJSON(value)
	}
	if !c.table {
		for _, row := range t.rows {
			if _, err := fmt.Fprintln(c.stdout, strings.Join(clean(row), "\t")); err != nil {
				return err
			}
		}
		return nil
	}
	if len(t.rows) == 0 {
		_, err := fmt.Fprintln(c.stdout, "(nothing)")
		return err
	}
	// The head is as wide as it looks: what makes it bold is put around it afterwards.
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.Join(t.head, "\t"))
	for _, row := range t.rows {
		fmt.Fprintln(w, strings.Join(clean(row), "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	head, rows, _ := strings.Cut(b.String(), "\n")
	if c.colored() {
		head = "\x1b[1m" + head + "\x1b[0m"
	}
	_, err := fmt.Fprintf(c.stdout, "%s\n%s", head, rows)
	return err
}

// colored says whether the terminal may be told more than text (no-color.org).
func (c *console) colored() bool { return c.env("NO_COLOR") == "" && c.env("TERM") != "dumb" }

func clean(cells []string) []string {
	for i, cell := range cells {
		cells[i] = oneLine(cell)
	}
	return cells
}

// oneLine keeps what a server sent from steering the terminal, and from breaking a line.
func oneLine(text string) string { return printable(text, "") }

// printable keeps what a server sent from steering the terminal, but for the characters that may pass.
func printable(text, pass string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) && !strings.ContainsRune(pass, r) {
			return ' '
		}
		return r
	}, text)
}

// remark says something to people who watch, and nothing to programs.
func (c *console) remark(format string, args ...any) {
	if c.chatty {
		fmt.Fprintf(c.stderr, format+"\n", args...)
	}
}

// busy shows that something is under way, and for how long, to people who watch. The function that it returns ends that.
func (c *console) busy(what string) (done func()) {
	if !c.chatty {
		return func() {}
	}
	start, stop, gone := time.Now(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			fmt.Fprintf(c.stderr, "\r%s ... %ds", what, int(time.Since(start).Seconds()))
			select {
			case <-tick.C:
			case <-stop:
				fmt.Fprintf(c.stderr, "\r%*s\r", len(what)+12, "")
				return
			}
		}
	}()
	var once sync.Once
	return func() { once.Do(func() { close(stop); <-gone }) }
}

// readInput reads what is on stdin, up to most bytes.
func (c *console) readInput(most int64) (string, error) {
	raw, err := io.ReadAll(io.LimitReader(c.stdin, most+1))
	if err == nil && int64(len(raw)) > most {
		err = fmt.Errorf("stdin: more than %d bytes", most)
	}
	return string(raw), err
}

// newFile makes a file that nobody else may read, and replaces none.
func newFile(name, text string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.WriteString(text); err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
