package filelock

import (
	"errors"
	"os"
)

// SyncFolder makes the names of the files in a folder as durable as their content.
func SyncFolder(path string) error {
	if !ModesMatter {
		return nil // Windows syncs no folders
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
