// FileJournal: a journal in a file, for the processes of one machine.

package signer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A FileJournal is a [Journal] in a file. Any number of processes of one machine may use the same file: each step locks
// it. The file belongs on a local disk, since locks and syncing are not to be relied on elsewhere, and is to be kept: a
// budget begins anew without it. It holds signed payments, so only its owner may read it.
//
// A line of the file is a checksum, an account and the records of one step, so that a step is there as a whole or not at
// all. A last line that was not finished, because the machine stopped, is dropped. Damage anywhere else is an error, and so is a file that others may read, or that was replaced
// while it was open.
type FileJournal struct {
	path string
	turn chan struct{} // held during a step: locks of a file are per process, or per handle, as the system likes it
	file *os.File
}

// OpenFileJournal opens the journal at path, and makes it if there is none, with mode 0600.
func OpenFileJournal(path string) (*FileJournal, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("signer: journal: %w", err)
	}
	j := &FileJournal{path: path, turn: make(chan struct{}, 1), file: file}
	if err := errors.Join(j.check(), file.Sync(), syncFolder(filepath.Dir(path))); err != nil {
		file.Close()
		return nil, fmt.Errorf("signer: journal: %w", err)
	}
	return j, nil
}

// Close lets go of the file. It waits for a step that is under way.
func (j *FileJournal) Close() error {
	j.turn <- struct{}{}
	defer func() { <-j.turn }()
	return j.file.Close()
}

// Update implements [Journal].
func (j *FileJournal) Update(ctx context.Context, account string, step func([]Secret) ([]Secret, error)) error {
	select {
	case j.turn <- struct{}{}:
		defer func() { <-j.turn }()
	case <-ctx.Done():
		return fmt.Errorf("signer: journal: %w", ctx.Err())
	}
	if err := j.lock(ctx); err != nil {
		return fmt.Errorf("signer: journal: lock: %w", err)
	}
	defer unlockFile(j.file)
	records, end, err := j.read(account)
	if err != nil {
		return fmt.Errorf("signer: journal: %w", err)
	}
	add, err := step(records)
	if err != nil || len(add) == 0 {
		return err
	}
	if err := j.append(account, add, end); err != nil {
		return fmt.Errorf("signer: journal: %w", err)
	}
	return nil
}

// lock waits its turn among the processes. To be woken is not worth a goroutine that cannot be stopped.
func (j *FileJournal) lock(ctx context.Context) error {
	for {
		switch locked, err := lockFile(j.file); {
		case err != nil:
			return err
		case locked:
			return nil
		}
		if err := sleep(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
}

// check refuses a file that is not the one at the path any more, or that others may read.
func (j *FileJournal) check() error {
	open, err := j.file.Stat()
	if err != nil {
		return err
	}
	there, err := os.Stat(j.path)
	switch {
	case err != nil:
		return err
	case !os.SameFile(open, there):
		return fmt.Errorf("%s was replaced by another file", j.path)
	case !open.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", j.path)
	case modesMatter && open.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s has mode %04o, want 0600: it holds signed payments", j.path, open.Mode().Perm())
	}
	return nil
}

// read returns the account's records and where the last whole line ends.
func (j *FileJournal) read(account string) (records []Secret, end int64, err error) {
	if err := j.check(); err != nil {
		return nil, 0, err
	}
	raw, err := io.ReadAll(io.NewSectionReader(j.file, 0, 1<<62))
	if err != nil {
		return nil, 0, err
	}
	for n := 1; len(raw) > 0; n++ {
		line, rest, ended := bytes.Cut(raw, []byte("\n"))
		whose, some, err := parseLine(line)
		// A tail that was torn by the end of the machine lacks its end, or has zeros where it was not written. It was never
		// synced, so that nothing was done on the strength of it.
		if !ended || err != nil && len(rest) == 0 && bytes.IndexByte(line, 0) >= 0 {
			break
		}
		if err != nil {
			return nil, 0, fmt.Errorf("%s: line %d: %w", j.path, n, err)
		}
		if whose == account {
			for record := range strings.SplitSeq(some, "\t") {
				records = append(records, NewSecret(record))
			}
		}
		raw, end = rest, end+int64(len(line))+1
	}
	return records, end, nil
}

// append writes behind the last whole line and syncs. What it could not write whole it takes back.
func (j *FileJournal) append(account string, add []Secret, end int64) error {
	line, separator := account, " "
	for _, record := range add {
		if strings.ContainsAny(record.Reveal(), "\t\n") || strings.ContainsAny(account, " \n") {
			return errors.New("a record has a tab or a line feed in it, or an account a space")
		}
		line += separator + record.Reveal()
		separator = "\t"
	}
	line = checksumOf(line) + " " + line + "\n"
	err := j.file.Truncate(end)
	if err == nil {
		_, err = j.file.WriteAt([]byte(line), end)
	}
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		return errors.Join(err, j.file.Truncate(end))
	}
	return nil
}

func parseLine(line []byte) (account, records string, err error) {
	sum, rest, _ := strings.Cut(string(line), " ")
	if sum != checksumOf(rest) {
		return "", "", errors.New("damaged: its checksum is not that of its content")
	}
	account, records, ok := strings.Cut(rest, " ")
	if !ok {
		return "", "", errors.New("damaged: no account and records")
	}
	return account, records, nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksumOf(line string) string {
	return fmt.Sprintf("%08x", crc32.Checksum([]byte(line), castagnoli))
}

// syncFolder makes the name of a new file as durable as its content.
func syncFolder(path string) error {
	if !modesMatter {
		return nil // Windows syncs no folders
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
