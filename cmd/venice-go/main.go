// The command's entry: which command runs, and what its result means for the shell.

// Command venice-go looks after keys and money at Venice.ai with a wallet or an API key, tries models, and serves a fake
// of the API for tests.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

func main() {
	// Whoever reads stdout may go away. That must come back as an error of the write, so that the user learns which
	// key was lost with it, instead of ending the process.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	os.Exit(code)
}

// A console is all that a command sees of the world.
type console struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            func(name string) string

	table  bool // stdout is a terminal: results are for people
	chatty bool // stderr is one: progress and remarks are welcome
	json   bool // --json was given
}

// run is the whole program but for the process it runs in. It returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env func(string) string) int {
	c := &console{stdin: stdin, stdout: stdout, stderr: &scrubber{w: stderr}, env: env, table: terminal(stdout), chatty: terminal(stderr)}
	return c.run(ctx, args)
}

func (c *console) run(ctx context.Context, args []string) int {
	if len(args) == 0 {
		fmt.Fprint(c.stderr, usage())
		return exitUsage
	}
	switch args[0] {
	case "help":
		if cmd, rest := find(args[1:]); cmd != nil && len(rest) == 0 {
			fmt.Fprint(c.stdout, cmd.help())
			return exitOK
		}
		fallthrough
	case "-h", "-help", "--help":
		fmt.Fprint(c.stdout, usage())
		return exitOK
	case "--version":
		args[0] = "version"
	}
	cmd, rest := find(args)
	if cmd == nil {
		fmt.Fprintf(c.stderr, "venice-go: %v\n", unknown(args))
		return exitUsage
	}
	f, act := newFlags(cmd)
	rest, err := f.parse(cmd, rest)
	if err == nil {
		c.json = f.json
		err = act(ctx, c, rest)
	}
	code := exitCode(err)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(c.stdout, cmd.help())
	case err != nil:
		fmt.Fprintf(c.stderr, "venice-go %s: %v\n", cmd.name, err)
		if code == exitUsage {
			fmt.Fprintf(c.stderr, "venice-go %s --help shows what is accepted\n", cmd.name)
		}
	}
	return code
}

// unknown says which commands there are: those of a group, if its name is right.
func unknown(args []string) error {
	var names, ofGroup []string
	for _, c := range commands() {
		first, second, group := strings.Cut(c.name, " ")
		if group && first == args[0] {
			ofGroup = append(ofGroup, second)
		}
		if !slices.Contains(names, first) {
			names = append(names, first)
		}
	}
	if ofGroup != nil {
		return fmt.Errorf("%s: want %s", args[0], strings.Join(ofGroup, ", "))
	}
	return fmt.Errorf("no command %q: want %s or help", args[0], strings.Join(names, ", "))
}
