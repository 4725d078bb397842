// Tests of uploads: what a transport is told when a call ends.

package form

import (
	"context"
	"errors"
	"io"
	"testing"
)

// net/http may fail with what reading the body says. That has to be why the call ended.
func TestUploadEndsWithItsContext(t *testing.T) {
	mine := errors.New("mine")
	for name, end := range map[string]struct{ cause, want error }{"cancelled": {nil, context.Canceled}, "with a cause": {mine, mine}} {
		ctx, cancel := context.WithCancelCause(t.Context())
		source, writer := io.Pipe() // of which nothing comes
		u := newUpload(ctx, source)
		read := make(chan error)
		go func() { _, err := u.Read(make([]byte, 1)); read <- err }()
		if _, err := writer.Write(nil); err != nil { // returns once somebody reads
			t.Fatal(err)
		}
		cancel(end.cause)
		if err := <-read; !errors.Is(err, end.want) {
			t.Errorf("%s: got %v, want %v", name, err, end.want)
		}
		_ = writer.Close()
		<-u.ended
	}
}
