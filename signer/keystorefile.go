// KeyStore: where a key that renews itself is kept, in a file or in memory.

package signer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/venice-go/venice/internal/filelock"
)

// A KeyStore keeps the record of one [KeyAuth]: a text that holds an API key. A store that several processes or machines
// share gives all of them one key.
type KeyStore interface {
	// Hold calls use with the record, or with the zero Secret if there is none, while nobody else who shares the store is
	// in Hold. That can take minutes, if a wallet asks a person. What save is given replaces the record, or removes it if
	// that is the zero Secret. It is durable when save returns, and whole or not there at all; save may be called more
	// than once. Hold returns what use returned, or why it could not be called.
	Hold(ctx context.Context, use func(record Secret, save func(record Secret) error) error) error
}

// A KeyFile is a [KeyStore] in a file of one's own, with mode 0600, for all processes of one machine. Its folder must be
// there, on a local disk, and be writable: a second file beside it, with ".lock" behind its name, is locked while the first
// is used, and stays; a third, with ".new", becomes the first once it is written. A file that others may read is refused,
// and so is what is no regular file, such as a symbolic link.
type KeyFile struct {
	Path string

	write func(file *os.File, text string) error // in tests, a disk that is full
}

// String returns the path.
func (f KeyFile) String() string { return f.Path }

// Hold implements [KeyStore].
func (f KeyFile) Hold(ctx context.Context, use func(record Secret, save func(Secret) error) error) error {
	if f.Path == "" {
		return errors.New("signer: key file: no path")
	}
	lock, err := openOwn(f.Path+".lock", os.O_RDWR|os.O_CREATE)
	if err != nil {
		return fmt.Errorf("signer: key file: lock: %w", err)
	}
	defer func() { _ = lock.Close() }() // nothing is written to it
	for locked := false; !locked; {
		if locked, err = filelock.Lock(lock); err == nil && !locked {
			err = sleep(ctx, 5*time.Millisecond)
		}
		if err != nil {
			return fmt.Errorf("signer: key file: lock %s.lock: %w", f.Path, err)
		}
	}
	defer filelock.Unlock(lock)
	record, err := f.read()
	if err != nil {
		return fmt.Errorf("signer: key file: %w", err)
	}
	return use(record, func(record Secret) error {
		if err := f.save(record.Reveal()); err != nil {
			return fmt.Errorf("signer: key file: %w", err)
		}
		return nil
	})
}

// maxKeyFile is far more than a record has, in bytes.
const maxKeyFile = 1 << 20

func (f KeyFile) read() (record Secret, err error) {
	file, err := openOwn(f.Path, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return Secret{}, nil
	}
	if err != nil {
		return Secret{}, err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxKeyFile))
	return NewSecret(string(text)), err
}

// openOwn opens a file that nobody else may read, and that is what its name says. It looks before it opens, since to open
// a pipe is to wait for its other end.
func openOwn(path string, flag int) (*os.File, error) {
	there, err := os.Lstat(path)
	fresh := errors.Is(err, fs.ErrNotExist) && flag&os.O_CREATE != 0
	if err != nil && !fresh {
		return nil, err
	}
	if !fresh && !there.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is a symbolic link, or no regular file at all: name the file itself", path)
	}
	file, err := os.OpenFile(path, flag, 0o600)
	if err != nil {
		return nil, err
	}
	open, err := file.Stat()
	if err == nil && fresh {
		there, err = os.Lstat(path)
	}
	switch {
	case err != nil:
	case !os.SameFile(open, there):
		err = fmt.Errorf("%s was replaced while it was opened", path)
	case filelock.ModesMatter && open.Mode().Perm()&0o077 != 0:
		err = fmt.Errorf("%s has mode %04o, want 0600: others may have read the key in it. Delete that key at the service "+
			"and then the file, or, if nobody has, chmod 600", path, open.Mode().Perm())
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// save replaces the file as a whole: another one is written beside it and takes its name.
func (f KeyFile) save(text string) error {
	folder := filepath.Dir(f.Path)
	next := f.Path + ".new" // one that is there was left behind by a program that was killed: the lock is held
	if err := remove(next); err != nil {
		return err
	}
	if text == "" {
		return errors.Join(remove(f.Path), filelock.SyncFolder(folder))
	}
	file, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	write := f.write
	if write == nil {
		write = func(file *os.File, text string) error { _, err := file.WriteString(text); return err }
	}
	err = write(file, text)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(next, f.Path)
	}
	if err != nil {
		return errors.Join(err, remove(next))
	}
	return filelock.SyncFolder(folder)
}

func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// keyMemory is the store of who gives none.
type keyMemory struct {
	turn   chan struct{}
	record Secret
}

func newKeyMemory() *keyMemory { return &keyMemory{turn: make(chan struct{}, 1)} }

func (m *keyMemory) Hold(ctx context.Context, use func(Secret, func(Secret) error) error) error {
	select {
	case m.turn <- struct{}{}:
		defer func() { <-m.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return use(m.record, func(record Secret) error { m.record = record; return nil })
}

// String says what it is in errors.
func (*keyMemory) String() string { return "memory" }
