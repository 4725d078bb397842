// Journal: what is remembered of money, and the memory that a process has by itself.

// Package journal keeps what was spent, so that limits hold across restarts, processes and machines: payments of package
// signer/x402, and calls of package spend. There are [File] for one machine, package pgjournal for a PostgreSQL database
// that many machines share, and [Memory].
package journal

import (
	"context"
	"slices"
	"sync"

	"github.com/venice-go/venice/gen"
)

// A Journal keeps records by account: the payments of a wallet, or the calls under a cap.
//
// Records are opaque. Those of payments are secrets, since a signed payment is worth its amount to whoever has it.
type Journal interface {
	// Update is the one atomic step. It calls step with all records of the account, in the order in which they were
	// added, and adds the records that step returns. Between the two no other Update of the same account runs, in no
	// process. When Update returns nil all that was added is durable; when step returns an error, nothing is added and
	// Update returns that error. After any other error the records may have been added, or not, but never in part. It
	// gives up waiting for its turn when ctx ends. Step has no effects, so Update may call it again.
	Update(ctx context.Context, account string, step func(records []gen.Secret) (add []gen.Secret, err error)) error
}

// A Memory is a journal that ends with the process. The zero value is empty.
type Memory struct {
	mu      sync.Mutex
	records map[string][]gen.Secret
}

// Update implements [Journal].
func (m *Memory) Update(_ context.Context, account string, step func([]gen.Secret) ([]gen.Secret, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	add, err := step(slices.Clone(m.records[account]))
	if err != nil || len(add) == 0 {
		return err
	}
	if m.records == nil {
		m.records = map[string][]gen.Secret{}
	}
	m.records[account] = append(m.records[account], add...)
	return nil
}
