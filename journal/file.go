// File: a journal in a file, for the processes of one machine.

package journal

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/filelock"
)

// A File is a [Journal] in a file. Any number of processes of one machine may use the same file: each step locks
// it. The file belongs on a local disk, since locks and syncing are not to be relied on elsewhere, and is to be kept: a
// budget begins anew without it. It holds signed payments, so only its owner may read it.
//
// The first line of the file says what it is. Each of the others is a checksum, an account and the records of one step, so
// that a step is there as a whole or not at all. A last line that was not written to its end, because the machine stopped,
// is dropped. Damage anywhere else is an error, and so is a file that is no journal, that others may read, or that was
// replaced while it was open.
type File struct {
	path string
	turn chan struct{} // held during a step: locks of a file are per process, or per handle, as the system likes it
	file *os.File
}

// header is the first line.
const header = "venice payment journal 1\n"

// OpenFile opens the journal at path, and makes it if there is none, with mode 0600.
func OpenFile(path string) (*File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	j := &File{path: path, turn: make(chan struct{}, 1), file: file}
	_, _, err = j.read("")
	if err := errors.Join(err, file.Sync(), filelock.SyncFolder(filepath.Dir(path))); err != nil {
		return nil, fmt.Errorf("journal: %w", errors.Join(err, file.Close()))
	}
	return j, nil
}

// Close lets go of the file. It waits for a step that is under way.
func (j *File) Close() error {
	if j == nil || j.file == nil {
		return nil
	}
	j.turn <- struct{}{}
	defer func() { <-j.turn }()
	return j.file.Close()
}

// Update implements [Journal].
func (j *File) Update(ctx context.Context, account string, step func([]gen.Secret) ([]gen.Secret, error)) error {
	if j == nil || j.file == nil {
		return errors.New("journal: none is open: make it with OpenFile")
	}
	select {
	case j.turn <- struct{}{}:
		defer func() { <-j.turn }()
	case <-ctx.Done():
		return fmt.Errorf("journal: %w", ctx.Err())
	}
	if err := j.check(); err != nil { // a closed one above all
		return fmt.Errorf("journal: %w", err)
	}
	if err := filelock.Wait(ctx, j.file); err != nil {
		return fmt.Errorf("journal: lock: %w", err)
	}
	defer filelock.Unlock(j.file)
	records, t, err := j.read(account)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	add, err := step(records)
	if err != nil || len(add) == 0 {
		return err
	}
	if err := j.append(account, add, t); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// check refuses a file that is not the one at the path any more, or that others may read.
func (j *File) check() error {
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
	case filelock.ModesMatter && open.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s has mode %04o, want 0600: it holds signed payments", j.path, open.Mode().Perm())
	}
	return nil
}

// A tail is where the next line goes, and what has to come before it.
type tail struct {
	end    int64
	before string
}

// read returns the account's records and where the file goes on.
func (j *File) read(account string) (records []gen.Secret, t tail, err error) {
	if err := j.check(); err != nil {
		return nil, t, err
	}
	raw, err := io.ReadAll(io.NewSectionReader(j.file, 0, 1<<62))
	if err != nil {
		return nil, t, err
	}
	rest, ok := bytes.CutPrefix(raw, []byte(header))
	if !ok {
		if !strings.HasPrefix(header, string(raw)) {
			return nil, t, fmt.Errorf("%s is no journal: its first line is not %q", j.path, strings.TrimSpace(header))
		}
		return nil, tail{0, header}, nil
	}
	for n := 2; len(rest) > 0; n++ {
		at := len(raw) - len(rest)
		t = tail{int64(at), ""}
		line, next, ended := bytes.Cut(rest, []byte("\n"))
		whose, some, err := parseLine(line)
		switch {
		case err == nil && !ended: // only the line feed is missing
			t = tail{int64(len(raw)), "\n"}
		case err == nil:
			t = tail{int64(at + len(line) + 1), ""}
		case len(next) == 0 && (!ended || torn(line, at)): // never synced, so that nothing was done on the strength of it
			return records, t, nil
		default:
			return nil, t, fmt.Errorf("%s: line %d: %w", j.path, n, err)
		}
		if string(whose) == account {
			for record := range strings.SplitSeq(string(some), "\t") {
				records = append(records, gen.NewSecret(record))
			}
		}
		rest = next
	}
	if t.end == 0 {
		t.end = int64(len(header))
	}
	return records, t, nil
}

// torn reports whether a line has the zeros that a block has that was not written when the machine stopped: from a block's
// start, or the line's, to a block's end, or the line's.
func torn(line []byte, at int) bool {
	const block = 512
	from := bytes.IndexByte(line, 0)
	if from < 0 {
		return false
	}
	to := from + len(line[from:]) - len(bytes.TrimLeft(line[from:], "\x00"))
	return (from == 0 || (at+from)%block == 0) && (to == len(line) || (at+to)%block == 0)
}

// append writes behind the last whole line and syncs. What it could not write whole it takes back.
func (j *File) append(account string, add []gen.Secret, t tail) error {
	line, separator := account, " "
	for _, record := range add {
		if strings.ContainsAny(record.Reveal(), "\t\n") || strings.ContainsAny(account, " \n") {
			return errors.New("a record has a tab or a line feed in it, or an account a space")
		}
		line += separator + record.Reveal()
		separator = "\t"
	}
	line = t.before + checksumOf(line) + " " + line + "\n"
	err := j.file.Truncate(t.end)
	if err == nil {
		_, err = j.file.WriteAt([]byte(line), t.end)
	}
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		return errors.Join(err, j.file.Truncate(t.end))
	}
	return nil
}

// parseLine makes nothing of a line but its parts: most lines are of other accounts, and each step reads them all.
func parseLine(line []byte) (account, records []byte, err error) {
	sum, rest, _ := bytes.Cut(line, []byte(" "))
	var told [4]byte
	if n, err := hex.Decode(told[:], sum[:min(len(sum), 8)]); err != nil || n != 4 || len(sum) != 8 ||
		binary.BigEndian.Uint32(told[:]) != crc32.Checksum(rest, castagnoli) || bytes.ContainsAny(sum, "ABCDEF") {
		return nil, nil, errors.New("damaged: its checksum is not that of its content")
	}
	account, records, ok := bytes.Cut(rest, []byte(" "))
	if !ok {
		return nil, nil, errors.New("damaged: no account and records")
	}
	return account, records, nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksumOf(line string) string {
	return fmt.Sprintf("%08x", crc32.Checksum([]byte(line), castagnoli))
}
