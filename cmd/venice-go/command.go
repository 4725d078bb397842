// Commands and their flags: what each is told, and how arguments are read.

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A command is one of the program's. Its help is made of these fields and of the flags that setUp declares.
type command struct {
	name    string // as it is typed, such as "keys list"
	args    string // what it takes beside flags, such as "ID..."; "" for nothing
	most    int    // how many of those; 0 for any number, if args says that there are some
	short   string // for the list of commands
	about   string // what it does, in lines of up to 120 characters
	json    string // what --json prints
	codes   string // exit codes that mean more than the common ones
	example string // lines to be typed
	setUp   func(f *flags) action
}

// An action carries a command out. Its error tells the exit code: see failure.
type action func(ctx context.Context, c *console, args []string) error

// A section is commands for one kind of user.
type section struct {
	title    string
	commands []*command
}

// sections are all commands, in the order of the help.
func sections() []section {
	return []section{
		{"Keys and money", []*command{mintCommand, keysList, keysMake, keysChange, keysRevoke, balanceCommand, topUpCommand,
			ledgerCommand, usageCommand, stakeCommand, addressCommand, estimateCommand}},
		{"A look and a try", []*command{modelsCommand, chatCommand, imageCommand}},
		{"A wallet for every tool", []*command{proxyCommand}},
		{"For developers", []*command{teeCommand, emulateCommand, contractCommand, demoCommand, versionCommand, completionCommand()}},
	}
}

func commands() (all []*command) {
	for _, s := range sections() {
		all = append(all, s.commands...)
	}
	return all
}

// find returns the command that args begin with, and what follows its name.
func find(args []string) (*command, []string) {
	for _, c := range commands() {
		words := strings.Fields(c.name)
		if len(args) >= len(words) && slices.Equal(words, args[:len(words)]) {
			return c, args[len(words):]
		}
	}
	return nil, args
}

// flags are a command's, in the order in which its help shows them.
type flags struct {
	set  *flag.FlagSet
	list []flagHelp
	json bool
}

type flagHelp struct {
	name, value, text string // value is "" for a switch; words with bars between them are all that is accepted
}

func newFlags(c *command) (*flags, action) {
	f := &flags{set: flag.NewFlagSet("", flag.ContinueOnError)}
	f.set.SetOutput(io.Discard)
	act := c.setUp(f)
	f.yes(&f.json, "json", "print JSON on stdout: see below")
	return f, act
}

func (f *flags) note(name, value, text string) {
	f.list = append(f.list, flagHelp{name, value, text})
}

// text declares a flag that is a text. What into holds already is the default.
func (f *flags) text(into *string, name, value, text string) {
	f.note(name, value, text)
	f.set.StringVar(into, name, *into, "")
}

// yes declares a switch.
func (f *flags) yes(into *bool, name, text string) {
	f.note(name, "", text)
	f.set.BoolVar(into, name, false, "")
}

// number declares a flag that is a whole number.
func (f *flags) number(into *int, name, value, text string) {
	f.note(name, value, text)
	f.set.IntVar(into, name, *into, "")
}

// read declares a flag that read understands.
func (f *flags) read(read func(string) error, name, value, text string) {
	f.note(name, value, text)
	f.set.Func(name, "", read)
}

// parse reads the flags, and returns what is none, wherever it stands. After -- nothing is a flag.
func (f *flags) parse(c *command, args []string) (rest []string, err error) {
	var last []string
	if i := slices.Index(args, "--"); i >= 0 {
		args, last = args[:i], args[i:]
	}
	for len(args) > 0 {
		if err := f.set.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, failure{exitUsage, err}
		}
		if args = f.set.Args(); len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	if c.args == programArgs { // which minds the dashes, and nothing before them
		if len(last) == 1 {
			return nil, failure{exitUsage, errors.New("want a program to run after --")}
		}
		if len(rest) > 0 {
			return nil, tooMany(len(rest))
		}
	}
	rest = append(rest, last[min(1, len(last)):]...)
	switch {
	case c.args == "" && len(rest) > 0:
		return nil, tooMany(len(rest))
	case c.most > 0 && len(rest) > c.most:
		return nil, failure{exitUsage, fmt.Errorf("%d argument(s) too many: want %s", len(rest)-c.most, c.args)}
	}
	return rest, nil
}

// programArgs is what a command takes that runs another program.
const programArgs = "[-- PROGRAM ARGUMENTS...]"

// tooMany does not show what there is too much of: it could be a key.
func tooMany(n int) error {
	return failure{exitUsage, fmt.Errorf("%d argument(s) too many: only flags are accepted", n)}
}
