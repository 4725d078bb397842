// Uploads: reading the caller's readers without depending on them.

package form

import (
	"context"
	"io"
	"sync"
)

// An upload reads from readers of the caller without depending on them: one that blocks must not keep a call from
// ending in time, and net/http waits for a Read that is under way. The goroutine between them starts with the first Read,
// and is a few pieces ahead, so that reading a file and sending it take the longer of their times and not both.
type upload struct {
	ctx    context.Context
	source io.Reader
	once   sync.Once

	pieces chan []byte // closed behind the last
	room   chan []byte // for more of them
	piece  []byte      // the one that is being sent
	left   []byte      // and what is left of it

	closed chan struct{}
	close  sync.Once
	err    error         // why there are no more pieces, once there are none
	ended  chan struct{} // closed when nothing more is read from the source
}

// How much is read at once: more, the larger the file, so that a small one takes little memory and a large one few turns.
const (
	firstPiece = 8 << 10
	mostPiece  = 128 << 10
	ahead      = 3 // pieces
)

// newUpload returns an upload that ends with ctx, which every call does.
func newUpload(ctx context.Context, source io.Reader) *upload {
	return &upload{
		ctx: ctx, source: source, pieces: make(chan []byte, ahead), room: make(chan []byte, ahead),
		closed: make(chan struct{}), ended: make(chan struct{}),
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
func (u *upload) fill() {
	defer close(u.ended)
	defer close(u.pieces)
	for range ahead {
		u.room <- nil
	}
	for size := firstPiece; ; {
		var piece []byte
		select {
		case piece = <-u.room:
		case <-u.closed:
		case <-u.ctx.Done():
		}
		if u.over() != nil {
			return
		}
		if cap(piece) < size {
			piece = make([]byte, size)
		}
		n, err := u.source.Read(piece[:size])
		if n == size {
			size = min(2*size, mostPiece)
		}
		u.pieces <- piece[:n] // there is room for all
		if u.err = err; err != nil {
			return
		}
	}
}

// next returns a piece, which is good until the next call.
func (u *upload) next() ([]byte, error) {
	u.once.Do(func() { go u.fill() })
	if u.piece != nil {
		u.room <- u.piece
		u.piece = nil
	}
	select {
	case u.piece = <-u.pieces:
	case <-u.closed:
	case <-u.ctx.Done():
	}
	if err := u.over(); err != nil {
		return nil, err
	}
	if u.piece == nil { // the last is behind us
		return nil, u.err
	}
	return u.piece, nil
}

func (u *upload) Read(p []byte) (n int, err error) {
	for len(u.left) == 0 {
		if u.left, err = u.next(); err != nil {
			return 0, err
		}
	}
	n = copy(p, u.left)
	u.left = u.left[n:]
	return n, nil
}

// WriteTo spares net/http a copy, and a turn for each of its smaller pieces.
func (u *upload) WriteTo(w io.Writer) (n int64, err error) {
	for {
		m, err := w.Write(u.left)
		n += int64(m)
		if err == nil {
			u.left, err = u.next()
		}
		switch {
		case err == io.EOF: //nolint:errorlint // as io.Copy has it: one that is wrapped is no end
			return n, nil
		case err != nil:
			return n, err
		}
	}
}
