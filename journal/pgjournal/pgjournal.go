// Package pgjournal keeps a journal in PostgreSQL, so that processes on many machines share one budget.
//
//	db, err := sql.Open("pgx", "postgres://payer@db.example/payments")
//	_, err = db.ExecContext(ctx, pgjournal.Schema) // once
//	payer := &x402.Payer{Journal: pgjournal.New(db), ...}
//
// It wants PostgreSQL 11 or later and brings no driver: any for database/sql will do, such as
// github.com/jackc/pgx/v5/stdlib or github.com/lib/pq. The connection goes to the primary; a standby would not know what
// was paid a moment ago, and is refused.
//
// What was paid is what the table says. A server that was restored from a backup, a standby that was promoted before it had
// everything, and one that runs with fsync off and lost its power may have forgotten payments, and have a budget for them
// again.
package pgjournal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal"
)

// Schema makes the table that a [Journal] needs, unless it is there: venice_journal, in the first schema of the search
// path. Who may read the table can use the signed payments in it for as long as they are good, and who may change it has
// no budget: let nobody else in. A server that logs the parameters of statements has the payments in its log as well.
const Schema = `CREATE TABLE IF NOT EXISTS venice_journal (
	account text NOT NULL,                      -- chain and address of a wallet, or the name of a cap
	number  bigint NOT NULL CHECK (number > 0), -- of the record within the account
	record  text NOT NULL,
	PRIMARY KEY (account, number)
)`

// A Journal is a [journal.Journal] in the table that [Schema] makes. It is safe for use by several goroutines at once.
type Journal struct{ db *sql.DB }

var _ journal.Journal = (*Journal)(nil)

// New returns the journal in a database. It asks nothing of the database yet.
func New(db *sql.DB) *Journal { return &Journal{db} }

// What an Update may take. A machine that vanishes in the middle of a step has the others wait until the server gives up
// on it; without a bound that is hours.
const (
	patience = time.Minute // for its turn and all answers, if ctx does not end before
	stepMost = "10s"       // for a step: the server then takes the turn away, and the Update fails
)

// Update implements [journal.Journal]: one transaction, under a lock of the account's, that is not reported as done before
// the server has it on disk, whatever synchronous_commit says. It gives up after a minute if ctx does not end before, and
// adds nothing if the step takes over 10 seconds. A record is UTF-8 without NUL characters.
func (j *Journal) Update(ctx context.Context, account string, step func([]gen.Secret) ([]gen.Secret, error)) error {
	if j == nil || j.db == nil {
		return errors.New("pgjournal: no database")
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("no turn, or no answer, within %v: %w", patience, context.DeadlineExceeded))
	defer cancel()
	tx, err := j.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return explain(ctx, err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	records, err := read(ctx, tx, account)
	if err != nil {
		return explain(ctx, err)
	}
	add, err := step(records)
	if err != nil {
		return err
	}
	for n, record := range add {
		if _, err := tx.ExecContext(ctx, `INSERT INTO venice_journal (account, number, record) VALUES ($1, $2, $3)`,
			account, len(records)+n+1, record.Reveal()); err != nil {
			return explain(ctx, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return explain(ctx, err)
	}
	return nil
}

// read takes the account's lock, which the end of the transaction gives back, and then reads: each statement sees what was
// committed before it began.
func read(ctx context.Context, tx *sql.Tx, account string) (records []gen.Secret, err error) {
	var readOnly, set string
	if err := tx.QueryRowContext(ctx, `SELECT current_setting('transaction_read_only'),
		set_config('idle_in_transaction_session_timeout', '`+stepMost+`', true) ||
		set_config('synchronous_commit', regexp_replace(current_setting('synchronous_commit'), '^(off|local)$', 'on'), true)`).
		Scan(&readOnly, &set); err != nil {
		return nil, err
	}
	if readOnly != "off" {
		return nil, errors.New("the server, or this session, is read-only: a journal needs the primary")
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, "venice_journal "+account); err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT number, record FROM venice_journal WHERE account = $1 ORDER BY number`, account)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells
	for rows.Next() {
		var number int
		var record string
		if err := rows.Scan(&number, &record); err != nil {
			return nil, err
		}
		if records = append(records, gen.NewSecret(record)); number != len(records) {
			return nil, fmt.Errorf("venice_journal: record %d of %s is missing: what it paid is not known any more", len(records), account)
		}
	}
	return records, rows.Err()
}

// explain adds what a driver leaves out: that ctx ended, and how the table is made.
func explain(ctx context.Context, err error) error {
	type stated interface { // as the errors of pgx and of pq are
		error
		SQLState() string
	}
	const undefinedTable = "42P01"
	if e, ok := errors.AsType[stated](err); ok && e.SQLState() == undefinedTable {
		err = fmt.Errorf("%w; pgjournal.Schema makes it", err)
	}
	if why := context.Cause(ctx); why != nil && !errors.Is(err, why) {
		err = fmt.Errorf("%w: %w", why, err)
	}
	return fmt.Errorf("pgjournal: %w", err)
}
