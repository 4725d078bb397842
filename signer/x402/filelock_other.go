//go:build (!unix && !windows) || solaris || aix

// Systems without locks that a file journal could rely on.

package x402

import (
	"errors"
	"os"
)

const modesMatter = false

func lockFile(*os.File) (bool, error) { return false, errors.ErrUnsupported }

func unlockFile(*os.File) {}
