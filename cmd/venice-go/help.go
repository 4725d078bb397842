// Help: the list of commands, and what each says of itself.

package main

import (
	"fmt"
	"strings"
)

const intro = `venice-go looks after keys and money at Venice.ai, tries models, and serves a fake for tests. It is not official.
`

const outro = `venice-go COMMAND --help says more about each, with an example.

Credentials are read from the environment, never from arguments: an API key from VENICE_API_KEY, a wallet's private key
from WALLET_PRIVATE_KEY or from a file that --key-file names. Where both would do, the wallet signs in if --key-file is
given, and else the API key goes. Another service than https://api.venice.ai/api/v1 is named by VENICE_BASE_URL or
--base-url; a wallet signs for other machines only if it is the flag.

On a terminal results are tables. Elsewhere they are lines with tabs between the columns, without a head, and stderr is
for errors alone; --json prints one JSON value. Members of JSON are added and never taken away or renamed. NO_COLOR is
obeyed.

Exit codes:
  0  it went well
  1  a failure without a code of its own, or an interrupt
  2  flags, arguments, environment or files are not as they should be; nothing was sent
  3  the wallet has no staked VVV
  4  refused; the same again will be refused too. Also what --max-usd does not allow
  5  no answer, or none that decides; trying again later may help
  6  the outcome is not known: something may have been made, paid or changed
  7  answers have what the description has not (contract)
  8  a client would misread an answer (contract)
`

// usage is the list of commands.
func usage() string {
	var b strings.Builder
	b.WriteString(intro)
	for _, s := range sections() {
		fmt.Fprintf(&b, "\n%s:\n", s.title)
		for _, c := range s.commands {
			fmt.Fprintf(&b, "  venice-go %-12s  %s\n", c.name, c.short)
		}
	}
	return b.String() + "\n" + outro
}

// help is what a command says of itself.
func (c *command) help() string {
	f, _ := newFlags(c)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nUsage:\n  %s\n", strings.TrimSpace(c.about), strings.TrimRight("venice-go "+c.name+" [flags] "+c.args, " "))
	b.WriteString("\nFlags:\n")
	width := 0
	for _, l := range f.list {
		width = max(width, len(l.name)+len(l.value)+3)
	}
	width = min(width, 26)
	for _, l := range f.list {
		head := strings.TrimRight("--"+l.name+" "+l.value, " ")
		if len(head) > width {
			fmt.Fprintf(&b, "  %s\n", head)
			head = ""
		}
		indent := "\n" + strings.Repeat(" ", width+4)
		fmt.Fprintf(&b, "  %-*s  %s\n", width, head, strings.Join(wrap(l.text, 116-width), indent))
	}
	if c.json != "" {
		fmt.Fprintf(&b, "\nJSON:\n%s\n", indented(strings.Join(wrap(c.json, 116), "\n")))
	}
	if c.codes != "" {
		fmt.Fprintf(&b, "\nExit codes, beside those of venice-go --help:\n%s\n", indented(c.codes))
	}
	return b.String() + "\nExample:\n" + indented(c.example) + "\n"
}

func indented(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
}

// wrap breaks a text into lines.
func wrap(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	return append(lines, line)
}
