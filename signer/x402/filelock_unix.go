//go:build unix && !solaris && !aix

// Locks of files, and modes, on Unix.

package x402

import (
	"errors"
	"os"
	"syscall"
)

// modesMatter says that a file's mode keeps others from reading it.
const modesMatter = true

// lockFile reports whether it got the lock. The lock goes with the process.
func lockFile(f *os.File) (bool, error) {
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

func unlockFile(f *os.File) { _ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }
