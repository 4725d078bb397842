//go:build unix && !solaris && !aix

// Package filelock locks files between processes, for as long as the process that did lives.
package filelock

import (
	"errors"
	"os"
	"syscall"
)

// ModesMatter says that a file's mode keeps others from reading it.
const ModesMatter = true

// Lock reports whether it got the lock. The lock goes with the process.
func Lock(f *os.File) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		default:
			return err == nil, err
		}
	}
}

// Unlock gives the lock up.
func Unlock(f *os.File) { _ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }
