// Uploads: reading the caller's readers without depending on them.

package form

import (
	"context"
	"io"
	"sync"
	"time"
)

// An upload reads from readers of the caller without depending on them: one that blocks must not keep a call from
// ending in time, and net/http waits for a Read that is under way. The goroutine between them starts with the first Read,
// and is some pieces ahead, so that reading a file and sending it take the longer of their times and not both.
type upload struct {
	ctx    context.Context
	source io.Reader
	once   sync.Once

	// As many pieces as may be ahead go round, so that neither channel is ever sent to when it is full.
	full chan []byte // closed behind the last
	room chan []byte // to be filled; nil asks for a new one

	mu   sync.Mutex // held by the reading side
	lent []byte     // the piece that is being sent
	left []byte     // what is left of it

	closed chan struct{}
	close  sync.Once
	err    error         // why there are no more pieces; good once full is closed
	ended  chan struct{} // closed when nothing more is read from the source
}

// Pieces are small, for the sake of small files, up to a size where turns take more time than memory does. From a source that
// is slow they are always small, since a Read of it cannot be ended.
const (
	ahead      = 3
	smallPiece = 8 << 10
	largePiece = 128 << 10
	smallFile  = 256 << 10
	slow       = 5 * time.Millisecond
)

// newUpload returns an upload that ends with ctx, which every call does.
func newUpload(ctx context.Context, source io.Reader) *upload {
	return &upload{
		ctx: ctx, source: source, full: make(chan []byte, ahead), room: make(chan []byte, ahead),
		closed: make(chan struct{}), ended: make(chan struct{}), err: io.ErrUnexpectedEOF,
	}
}

// begun reports whether anything was read, and sees to it that nothing will be if not.
func (u *upload) begun() bool {
	begun := true
	u.once.Do(func() { begun = false; _ = u.Close() })
	return begun
}

// Close ends it for both sides. It never fails.
func (u *upload) Close() error {
	u.close.Do(func() { close(u.closed) })
	return nil
}

// over says why it has ended before its source did, or nil.
func (u *upload) over() error {
	select {
	case <-u.closed:
		return io.ErrClosedPipe
	default:
		return context.Cause(u.ctx)
	}
}

// fill reads pieces as long as there is room.
func (u *upload) fill(room chan []byte) {
	defer close(u.ended)
	defer close(u.full)
	for range ahead {
		room <- nil
	}
	size, total := smallPiece, 0
	for {
		var piece []byte
		select {
		case piece = <-room:
		case <-u.closed:
		case <-u.ctx.Done():
		}
		if u.over() != nil {
			return
		}
		if cap(piece) < size {
			piece = make([]byte, size)
		}
		began := time.Now()
		n, err := u.source.Read(piece[:size])
		u.full <- piece[:n]
		if err != nil {
			u.err = err
			return
		}
		if total += n; total >= smallFile && time.Since(began) < slow {
			size = largePiece
		} else {
			size = smallPiece
		}
	}
}

// fetch sees to it that there is something left to send.
func (u *upload) fetch() error {
	for {
		if err := u.over(); err != nil {
			return err
		}
		switch {
		case len(u.left) > 0:
			return nil
		case u.room == nil:
			return u.err
		}
		u.once.Do(func() { go u.fill(u.room) })
		if u.lent != nil {
			u.room <- u.lent
			u.lent = nil
		}
		select {
		case piece, more := <-u.full:
			if u.lent, u.left = piece, piece; !more {
				u.room = nil // and the pieces with it: the answer may stay open for long
			}
		case <-u.closed:
		case <-u.ctx.Done():
		}
	}
}

func (u *upload) Read(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.fetch(); err != nil {
		return 0, err
	}
	n := copy(p, u.left)
	u.left = u.left[n:]
	return n, nil
}

// WriteTo spares net/http a copy, and a turn for each of its smaller pieces.
func (u *upload) WriteTo(w io.Writer) (n int64, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for {
		if err := u.fetch(); err == io.EOF { //nolint:errorlint // as io.Copy has it: one that is wrapped is no end
			return n, nil
		} else if err != nil {
			return n, err
		}
		m, err := w.Write(u.left)
		n += int64(m)
		u.left = u.left[m:]
		if err == nil && len(u.left) > 0 {
			err = io.ErrShortWrite
		}
		if err != nil {
			return n, err
		}
	}
}
