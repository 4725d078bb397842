// Bench measures the client against what one would use in its place: code by hand, and two clients of the API that
// Venice's chat follows. It prints ratios, since times say more about the machine than about the code.
//
//	go run .          the whole report, in two minutes or so
//	go run . -brief   one short round of everything, to see that it works
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	short := flag.Bool("brief", false, "one short round of everything; its numbers mean nothing")
	flag.Parse()
	e := full
	if *short {
		e = brief
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := report(ctx, os.Stdout, e); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func report(ctx context.Context, out io.Writer, e effort) error {
	for _, part := range []func(context.Context, io.Writer, effort) error{compare, framing, crowd, reuse, download, signing} {
		if err := part(ctx, out, e); err != nil {
			return err
		}
	}
	return nil
}
