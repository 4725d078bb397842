// Uploads: reading the caller's readers without depending on them.

package form

import (
	"context"
	"io"
	"sync"
)

// An upload reads from readers of the caller without depending on them: one that blocks must not keep a call from
// ending in time, and net/http waits for a Read that is under way. The goroutine between them starts with the first Read.
type upload struct {
	*io.PipeReader
	start func()
	once  sync.Once
	ended chan struct{} // closed when nothing more is read from the source
}

// newUpload returns an upload that ends with ctx, which every call does.
func newUpload(ctx context.Context, source io.Reader) *upload {
	r, w := io.Pipe()
	u := &upload{PipeReader: r, ended: make(chan struct{})}
	u.start = func() {
		context.AfterFunc(ctx, func() { w.CloseWithError(context.Cause(ctx)) }) // w, whose error is what a Read gets
		go func() {
			defer close(u.ended)
			_, err := io.Copy(w, source)
			w.CloseWithError(err)
		}()
	}
	return u
}

// begun reports whether anything was read, and sees to it that nothing will be if not.
func (u *upload) begun() bool {
	begun := true
	u.once.Do(func() { begun = false; _ = u.Close() })
	return begun
}

func (u *upload) Read(p []byte) (int, error) {
	u.once.Do(u.start)
	return u.PipeReader.Read(p)
}
