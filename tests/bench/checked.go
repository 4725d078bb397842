// Checked: what the check of live traffic adds to a chunk and to a call.

package main

import (
	"context"
	"fmt"
	"io"

	"github.com/venice-go/venice/tests/contract"
)

// checked measures this client with and without the check in its transport, in memory and over loopback.
func checked(ctx context.Context, out io.Writer, e effort) error {
	server, err := listen(canned(streamAnswer()))
	if err != nil {
		return err
	}
	defer server.close()
	var rows [][]string
	for _, what := range []string{"chat call", "chunk"} {
		for _, where := range []string{"memory", "loopback"} {
			base, transport := server.base()+"/api/v1", newTransport()
			if where == "memory" {
				base, transport = "https://service.test/api/v1", newMemory(streamAnswer())
			}
			check, err := contract.New()
			if err != nil {
				return err
			}
			plain, err := newVenice(base, transport)
			if err != nil {
				return err
			}
			watched, err := newVenice(base, check.Transport(transport))
			if err != nil {
				return err
			}
			watched.name = "with the check"
			results, err := rounds(ctx, []task{plain.task(what), watched.task(what)}, e.rounds, e.batch)
			if err != nil {
				return err
			}
			if r := check.Report(); r.Answers() == 0 || r.Level() != contract.Fine || r.Skipped > 0 {
				return fmt.Errorf("the check did not read what was sent: %+v", r)
			}
			for _, r := range results {
				rows = append(rows, []string{what, where, r.name, r.ratio(results[0]).String(),
					fmt.Sprintf("%.1f", r.allocs()), fmt.Sprintf("%.0f", r.bytes())})
			}
		}
	}
	return table(out, []string{"one", "over", "client", "time / without", "allocations", "bytes"}, rows)
}
