//go:build unix

// Tests of what can stand in a key file's place on Unix.

package autokey_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestFileOfOthers(t *testing.T) {
	w := newWorld(t)
	w.works(w.client(w.unending()), 1)
	path, folder := w.path, filepath.Dir(w.path)
	at := func(name string) string { return filepath.Join(folder, name) }
	copyTo := func(name string, mode os.FileMode) error {
		text, err := os.ReadFile(path)
		return errors.Join(err, os.WriteFile(at(name), text, 0o600), os.Chmod(at(name), mode))
	}
	for name, make := range map[string]func(name string) error{
		"for the group":      func(name string) error { return copyTo(name, 0o640) },
		"for all":            func(name string) error { return copyTo(name, 0o604) },
		"written by others":  func(name string) error { return copyTo(name, 0o602) },
		"a link":             func(name string) error { return os.Symlink(path, at(name)) },
		"a link to nothing":  func(name string) error { return os.Symlink(at("nothing"), at(name)) },
		"a folder":           func(name string) error { return os.Mkdir(at(name), 0o700) },
		"a pipe":             func(name string) error { return syscall.Mkfifo(at(name), 0o600) },
		"its lock is a link": func(name string) error { return os.Symlink(path, at(name+".lock")) },
		"its lock is a pipe": func(name string) error { return syscall.Mkfifo(at(name+".lock"), 0o600) },
	} {
		if err := make(name); err != nil {
			t.Fatal(err)
		}
		w.path = at(name)
		w.fails(w.client(w.unending()), nil, 1, name)
	}
	if _, err := os.Lstat(at("nothing")); err == nil {
		t.Error("the link was followed")
	}
}
