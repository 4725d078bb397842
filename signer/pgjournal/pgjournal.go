// Package pgjournal keeps a payer's journal in PostgreSQL, so that processes on many machines share one wallet's budget.
//
// It works with any driver for database/sql, such as github.com/jackc/pgx/v5/stdlib, and brings none.
package pgjournal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/venice-go/venice/signer"
)

// Schema makes the table that a [Journal] needs, unless it is there: venice_journal, in the first schema of the search
// path. Who may read the table can use the signed payments in it for as long as they are good, and who may change it has
// no budget: let nobody else in.
const Schema = `CREATE TABLE IF NOT EXISTS venice_journal (
	account text NOT NULL,                      -- chain and address of the wallet
	number  bigint NOT NULL CHECK (number > 0), -- of the record within the account
	record  text NOT NULL,
	PRIMARY KEY (account, number)
)`

// A Journal is a [signer.Journal] in the table that [Schema] makes. It is safe for use by several goroutines at once.
type Journal struct{ db *sql.DB }

var _ signer.Journal = (*Journal)(nil)

// New returns the journal in a database. It asks nothing of the database yet.
func New(db *sql.DB) *Journal { return &Journal{db} }

// Update implements [signer.Journal]: one transaction, under a lock of the account's, that is not reported as done before
// the server has it on disk.
func (j *Journal) Update(ctx context.Context, account string, step func([]signer.Secret) ([]signer.Secret, error)) error {
	if j == nil || j.db == nil {
		return errors.New("pgjournal: no database")
	}
	tx, err := j.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return fmt.Errorf("pgjournal: %w", err)
	}
	defer tx.Rollback()
	records, err := read(ctx, tx, account)
	if err != nil {
		return fmt.Errorf("pgjournal: %w", err)
	}
	add, err := step(records)
	if err != nil {
		return err
	}
	for n, record := range add {
		if _, err := tx.ExecContext(ctx, `INSERT INTO venice_journal (account, number, record) VALUES ($1, $2, $3)`,
			account, len(records)+n+1, record.Reveal()); err != nil {
			return fmt.Errorf("pgjournal: record %d: %w", len(records)+n+1, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("pgjournal: %w", err)
	}
	return nil
}

// read takes the account's lock, which the end of the transaction gives back, and then reads: each statement sees what was
// committed before it began.
func read(ctx context.Context, tx *sql.Tx, account string) (records []signer.Secret, err error) {
	if _, err := tx.ExecContext(ctx, `SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') IN ('off', 'local')`); err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, "venice_journal "+account); err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT number, record FROM venice_journal WHERE account = $1 ORDER BY number`, account)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var number int
		var record string
		if err := rows.Scan(&number, &record); err != nil {
			return nil, err
		}
		if records = append(records, signer.NewSecret(record)); number != len(records) {
			return nil, fmt.Errorf("record %d of the account is missing", len(records))
		}
	}
	return records, rows.Err()
}
