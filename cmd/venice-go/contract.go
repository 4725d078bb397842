// The contract command: the check of live traffic as a proxy on this machine, for programs in any language.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/venice-go/venice/tests/contract"
)

var contractCommand = &command{
	name:  "contract",
	args:  programArgs,
	short: "hold live traffic against the API's description, as a proxy",
	about: `
venice-go contract passes calls on to the service, or to what stands in for it, and holds the answers against the API's
description. It reports answers that a client would misread (break) and what is new (drift). What programs send and get
is not altered, streams are passed on as they come, and no secret is in the report.

After -- comes a program to run, with VENICE_BASE_URL and OPENAI_BASE_URL set to the proxy; its end is the end of the
check. Without one the proxy serves until it is interrupted. The report goes to stdout, and what the program prints to
stderr, but to stdout if --output has the report elsewhere.

The proxy asks for gzip at most, since it has to read what comes. Where a wallet signs in, it signs for the service: the
program must name api.venice.ai as the domain itself.`,
	json: "the report, as --format json gives it: level, revision, operations [{name, answers, level, findings}]",
	codes: `
0  no answer was of the level that fails
1  it could not be served, the program failed or got no answer, or the report could not be written
7  the worst that was found is drift
8  a client would misread an answer`,
	example: "venice-go contract --upstream https://api.venice.ai/api/v1 -- npm test",
	setUp: func(f *flags) action {
		o := contractFlags{format: "text", failOn: contract.Break}
		f.text(&o.upstream, "upstream", "URL", "base URL to pass calls on to, with its path; needed")
		f.text(&o.listen, "listen", "HOST:PORT", "loopback address to serve on; 127.0.0.1:8403 by default, port 0 for any that is free, which is the default with a program")
		f.text(&o.format, "format", "text|json|junit|github", "form of the report; github is annotations. text by default")
		f.read(func(text string) error { return o.failOn.UnmarshalText([]byte(text)) },
			"fail-on", "break|drift|fine", "exit with 7 or 8 from this level on; break by default, fine never fails")
		f.text(&o.output, "output", "FILE", "write the report there, and not to stdout")
		f.text(&o.description, "description", "FILE", "hold answers against another OpenAPI 3.0 description")
		f.text(&o.record, "record", "FOLDER", "write answers, without secrets, as files that the fake serves again")
		return o.run
	},
}

type contractFlags struct {
	upstream, listen, format, output, description, record string
	failOn                                                contract.Level
	program                                               []string
}

// settle fills in what depends on other flags.
func (f *contractFlags) settle(c *console, program []string) error {
	f.program = program
	if f.listen == "" {
		f.listen = "127.0.0.1:8403"
		if len(f.program) > 0 {
			f.listen = "127.0.0.1:0"
		}
	}
	if c.json {
		f.format = "json"
	}
	if err := new(contract.Report).Write(io.Discard, f.format); err != nil {
		return failure{exitUsage, fmt.Errorf("--format: %w", err)}
	}
	return nil
}

func (f *contractFlags) run(ctx context.Context, c *console, program []string) error {
	if err := f.settle(c, program); err != nil {
		return err
	}
	check, err := f.check()
	if err != nil {
		return err
	}
	upstream, err := parseUpstream(f.upstream)
	if err != nil {
		return failure{exitUsage, err}
	}
	p, err := serveHere(f.listen, passOn(upstream, check))
	if err != nil {
		return err
	}
	p.url += upstream.EscapedPath()
	if len(f.program) > 0 {
		out := c.stderr
		if f.output != "" {
			out = c.stdout
		}
		err = runProgram(ctx, c, out, f.program, p.url)
	} else {
		fmt.Fprintf(c.stderr, "base URL  %s\nInterrupt (Ctrl-C) to stop and report.\n", p.url)
		err = p.wait(ctx)
	}
	p.stop()
	report := check.Report()
	return errors.Join(err, f.write(c.stdout, report), f.verdict(report))
}

// check makes the check as the flags say.
func (f *contractFlags) check() (*contract.Check, error) {
	var options []contract.Option
	if f.description != "" {
		text, err := os.ReadFile(f.description)
		if err != nil {
			return nil, failure{exitUsage, fmt.Errorf("--description: %w", err)}
		}
		options = append(options, contract.WithDescription(text))
	}
	if f.record != "" {
		options = append(options, contract.WithRecording(f.record))
	}
	u, err := parseUpstream(f.upstream)
	if err != nil {
		return nil, failure{exitUsage, err}
	}
	options = append(options, contract.WithBase("/"+strings.Trim(u.EscapedPath(), "/")))
	check, err := contract.New(options...)
	if err != nil {
		return nil, failure{exitUsage, err}
	}
	return check, nil
}

func (f *contractFlags) write(stdout io.Writer, r *contract.Report) error {
	if f.output == "" {
		return r.Write(stdout, f.format)
	}
	file, err := os.Create(f.output)
	if err != nil {
		return err
	}
	return errors.Join(r.Write(file, f.format), file.Close())
}

// verdict is the failure that the worst level is.
func (f *contractFlags) verdict(r *contract.Report) error {
	level := r.Level()
	switch {
	case f.failOn == contract.Fine:
		return nil
	case f.program != nil && r.Answers()+r.Skipped+r.Unfinished == 0:
		return errors.New("nothing was checked: no answer came through the proxy, to which VENICE_BASE_URL and OPENAI_BASE_URL lead the program")
	case level < f.failOn:
		return nil
	case level == contract.Break:
		return failure{exitBreak, errors.New("a client would misread an answer")}
	}
	return failure{exitDrift, errors.New("answers are not as described")}
}
