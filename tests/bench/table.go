// Tables: results as Markdown, ready for the README.

package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

func table(out io.Writer, head []string, rows [][]string) error {
	width := make([]int, len(head))
	for _, row := range append([][]string{head}, rows...) {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	rule := make([]string, len(head))
	for i := range rule {
		rule[i] = strings.Repeat("-", width[i])
	}
	var text strings.Builder
	for _, row := range append([][]string{head, rule}, rows...) {
		for i, cell := range row {
			fmt.Fprintf(&text, "| %-*s ", width[i], cell)
		}
		text.WriteString("|\n")
	}
	_, err := fmt.Fprintln(out, text.String())
	return err
}
