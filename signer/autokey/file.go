// File: where the processes of one machine keep a key.

package autokey

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/venice-go/venice/internal/filelock"
	"github.com/venice-go/venice/signer"
)

// A File is a [Store] in a file of one's own, with mode 0600, for all processes of one machine. Its folder must be
// there, on a local disk, and be writable: a second file beside it, with ".lock" behind its name, is locked while the first
// is used, and stays; a third, with ".new", becomes the first once it is written. A file that others may read is refused,
// and so is what is no regular file, such as a symbolic link.
type File struct {
	Path string

	write func(file *os.File, text string) error // in tests, a disk that is full
}

// String returns the path.
func (f File) String() string { return f.Path }

// Hold implements [Store].
func (f File) Hold(ctx context.Context, use func(record signer.Secret, save func(signer.Secret) error) error) error {
	if f.Path == "" {
		return errors.New("key file: no path")
	}
	lock, err := openOwn(f.Path+".lock", os.O_RDWR|os.O_CREATE)
	if err != nil {
		return fmt.Errorf("key file: lock: %w", err)
	}
	defer func() { _ = lock.Close() }() // nothing is written to it
	if err := filelock.Wait(ctx, lock); err != nil {
		return fmt.Errorf("key file: lock %s.lock: %w", f.Path, err)
	}
	defer filelock.Unlock(lock)
	record, err := f.read()
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	return use(record, func(record signer.Secret) error {
		if err := f.save(record.Reveal()); err != nil {
			return fmt.Errorf("key file: %w", err)
		}
		return nil
	})
}

// maxFile is far more than a record has, in bytes.
const maxFile = 1 << 20

func (f File) read() (record signer.Secret, err error) {
	file, err := openOwn(f.Path, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return signer.Secret{}, nil
	}
	if err != nil {
		return signer.Secret{}, err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxFile))
	return signer.NewSecret(string(text)), err
}

// openOwn opens a file that nobody else may read, and that is what its name says. It looks before it opens, since to open
// a pipe is to wait for its other end.
func openOwn(path string, flag int) (*os.File, error) {
	if there, err := os.Lstat(path); err == nil && !there.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is a symbolic link, or no regular file at all: name the file itself", path)
	}
	file, err := os.OpenFile(path, flag, 0o600)
	if err != nil {
		return nil, err
	}
	open, err := file.Stat()
	there, gone := os.Lstat(path) // again, since a link could have come in between
	switch {
	case err != nil || gone != nil:
		err = errors.Join(err, gone)
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
func (f File) save(text string) error {
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
