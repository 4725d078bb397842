// Bench measures the client against what one would use in its place: code by hand, and two clients of the API that
// Venice's chat follows. It prints ratios, since times say more about the machine than about the code.
//
//	go run .              the whole report, in three minutes or so
//	go run . calls crowd  some parts of it
//	go run . -brief       one short round of everything, to see that it works
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
)

// A part is one table of the report.
type part struct {
	name  string
	print func(context.Context, io.Writer, effort) error
}

var parts = []part{{"calls", calls}, {"framing", framing}, {"crowd", crowd}, {"held", held}, {"reuse", reuse}, {"decode", decode}, {"cached", cached}, {"transfer", transfer}, {"many", many}, {"signing", signing}, {"checked", checked}, {"fake", fake}, {"agents", agents}, {"proxied", proxied}}

func main() {
	short := flag.Bool("brief", false, "one short round of everything; its numbers mean nothing")
	flag.Parse()
	e := full
	if *short {
		e = brief
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := report(ctx, os.Stdout, e, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// report prints the parts of those names, or all of them if there are none.
func report(ctx context.Context, out io.Writer, e effort, names []string) error {
	for _, name := range names {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			return fmt.Errorf("no part is called %q: want calls, framing, crowd, held, reuse, decode, cached, transfer, many, signing, checked, fake, agents or proxied", name)
		}
	}
	e.judged = map[string]float64{}
	for _, p := range parts {
		if len(names) > 0 && !slices.Contains(names, p.name) {
			continue
		}
		if err := p.print(ctx, out, e); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return verdicts(out, e)
}
