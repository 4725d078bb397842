// Waiting: taking a lock in turn.

package filelock

import (
	"context"
	"os"
	"time"

	"github.com/venice-go/venice/internal/patience"
)

// Wait takes the lock in turn with the other processes, or fails when ctx ends. It asks again and again, since a goroutine
// that waits inside the system's own call could not be stopped.
func Wait(ctx context.Context, f *os.File) error {
	for {
		locked, err := Lock(f)
		if err == nil && !locked {
			err = patience.Sleep(ctx, 5*time.Millisecond)
		}
		if err != nil || locked {
			return err
		}
	}
}
