//go:build unix

// Tests of what can stand in a key file's place on Unix.

package signer

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestKeyFileOfOthers(t *testing.T) {
	m := newMint(t)
	folder := t.TempDir()
	path := filepath.Join(folder, "key")
	_, client := keyAuthOf(t, m, KeyFile{Path: path})
	if err := use(t, client); err != nil {
		t.Fatal(err)
	}
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
		_, client := keyAuthOf(t, m, KeyFile{Path: at(name)})
		if err := use(t, client); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Lstat(at("nothing")); err == nil || len(m.posts) != 1 {
		t.Errorf("the link was followed: %v; %d keys were minted", err == nil, len(m.posts))
	}
}
