//go:build (!unix && !windows) || solaris || aix

// Systems without locks that a file could rely on.

package filelock

import (
	"errors"
	"os"
)

const ModesMatter = false

func Lock(*os.File) (bool, error) { return false, errors.ErrUnsupported }

func Unlock(*os.File) {}
