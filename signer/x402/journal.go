// Journal: what a payer remembers, and the memory that a process has by itself.

package x402

import (
	"context"
	"slices"
	"sync"

	"github.com/venice-go/venice/signer"
)

// A Journal keeps what a [Payer] signed: from it follow the budget that is left, the recipients that are known and the
// payments that are open. There are [FileJournal] for one machine, package pgjournal for a PostgreSQL database that
// many machines share, and the memory of the process, which payers without a Journal have in common.
//
// Records are opaque. They are secrets, since a signed payment is worth its amount to whoever has it.
type Journal interface {
	// Update is the one atomic step. It calls step with all records of the account, in the order in which they were
	// added, and adds the records that step returns. Between the two no other Update of the same account runs, in no
	// process. When Update returns nil all that was added is durable; when step returns an error, nothing is added and
	// Update returns that error. After any other error the records may have been added, or not, but never in part. It
	// gives up waiting for its turn when ctx ends. Step has no effects, so Update may call it again.
	Update(ctx context.Context, account string, step func(records []signer.Secret) (add []signer.Secret, err error)) error
}

// ownMemory is what payers without a journal have: one memory for all, so that a second payer of the same wallet has no
// budget of its own.
var ownMemory memory

// memory is a journal that ends with the process. The zero value is empty.
type memory struct {
	mu      sync.Mutex
	records map[string][]signer.Secret
}

func (m *memory) Update(_ context.Context, account string, step func([]signer.Secret) ([]signer.Secret, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	add, err := step(slices.Clone(m.records[account]))
	if err != nil || len(add) == 0 {
		return err
	}
	if m.records == nil {
		m.records = map[string][]signer.Secret{}
	}
	m.records[account] = append(m.records[account], add...)
	return nil
}
