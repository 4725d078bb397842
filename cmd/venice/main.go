// The command's entry: which subcommand runs, and what its result means for the shell.

// Command venice mints API keys of Venice.ai with a wallet, stakes VVV for that, shows what the enclaves of private
// models prove, serves a fake of the API for tests, and checks live traffic.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

const usage = `venice mints API keys of Venice.ai with a wallet. It is not an official client.

  venice mint      mint an API key, and print it
  venice stake     stake VVV on Base, which minting takes
  venice tee       show what the enclave of a private model proves
  venice emulate   serve a fake of the API on this machine
  venice contract  hold live traffic against the API's description, as a proxy
  venice demo      mint a key and use it, against a fake in this process

venice COMMAND --help says more about each.
`

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
}

// A command is one subcommand. Its error tells the exit code: see failure.
type command struct {
	usage string
	run   func(ctx context.Context, c *console, args []string) error
}

var commands = map[string]command{
	"mint":     {mintUsage, mint},
	"stake":    {stakeUsage, stakeVVV},
	"tee":      {teeUsage, tee},
	"emulate":  {emulateUsage, emulate},
	"contract": {contractUsage, checkContract},
	"demo":     {demoUsage, demo},
}

// run is the whole program but for the process it runs in. It returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env func(string) string) int {
	c := &console{stdin, stdout, &scrubber{w: stderr}, env}
	if len(args) == 0 {
		fmt.Fprint(c.stderr, usage)
		return exitUsage
	}
	name := args[0]
	cmd, ok := commands[name]
	switch {
	case ok:
	case name == "help" || name == "-h" || name == "-help" || name == "--help":
		fmt.Fprint(c.stdout, usage)
		return exitOK
	default:
		fmt.Fprintf(c.stderr, "venice: no command %q: want mint, stake, tee, emulate, contract, demo or help\n", name)
		return exitUsage
	}

	err := cmd.run(ctx, c, args[1:])
	code := exitCode(err)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(c.stdout, cmd.usage)
	case err != nil:
		fmt.Fprintf(c.stderr, "venice %s: %v\n", name, err)
		if code == exitUsage {
			fmt.Fprintf(c.stderr, "venice %s --help shows what is accepted\n", name)
		}
	}
	return code
}

// newFlags returns the flags of a command, to be read by parseFlags. Its usage is the command's own text.
func newFlags() *flag.FlagSet {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	return fs
}

// parseFlags takes args for flags only. An argument that is none is not shown: it could be a key.
func parseFlags(fs *flag.FlagSet, args []string) error {
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil:
		return failure{exitUsage, err}
	case fs.NArg() > 0:
		return failure{exitUsage, fmt.Errorf("%d argument(s) too many: only flags are accepted", fs.NArg())}
	}
	return nil
}
