// Tests of uploads: what a transport is told when a call ends.

package form

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
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

// However the source hands its bytes out, and whichever way net/http takes them, they arrive in order, and its error behind
// them.
func TestUploadIsItsSource(t *testing.T) {
	want := make([]byte, 5*largePiece+7)
	for i := range want {
		want[i] = byte(i * i >> 8)
	}
	broken := errors.New("broken")
	for name, source := range map[string]func(io.Reader) io.Reader{
		"whole": func(r io.Reader) io.Reader { return r }, "halves": iotest.HalfReader, "the end with the last bytes": iotest.DataErrReader,
		"an error": func(r io.Reader) io.Reader { return io.MultiReader(r, iotest.ErrReader(broken)) },
	} {
		for way, take := range map[string]func(*upload) ([]byte, error){
			"Read":    func(u *upload) ([]byte, error) { return io.ReadAll(struct{ io.Reader }{u}) },
			"WriteTo": func(u *upload) ([]byte, error) { var b bytes.Buffer; _, err := u.WriteTo(&b); return b.Bytes(), err },
			"both": func(u *upload) ([]byte, error) {
				b := bytes.NewBuffer(make([]byte, 3))
				if _, err := io.ReadFull(u, b.Bytes()); err != nil {
					return nil, err
				}
				_, err := u.WriteTo(b)
				return b.Bytes(), err
			},
		} {
			u := newUpload(t.Context(), source(bytes.NewReader(want)))
			got, err := take(u)
			if !bytes.Equal(got, want) || (err != nil) != (name == "an error") || err != nil && !errors.Is(err, broken) {
				t.Errorf("%s by %s: %d of %d bytes, %v", name, way, len(got), len(want), err)
			}
			<-u.ended
			if _, again := u.Read(make([]byte, 1)); again == nil {
				t.Errorf("%s by %s: there is more behind the end", name, way)
			}
		}
	}
}

// Who closes it gets no more of it, also while it waits for its source.
func TestUploadCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source, writer := io.Pipe() // of which nothing comes
		u := newUpload(t.Context(), source)
		read := make(chan error)
		go func() { _, err := u.WriteTo(io.Discard); read <- err }()
		synctest.Wait()
		_, _ = u.Close(), u.Close()
		if err := <-read; !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("got %v, want %v", err, io.ErrClosedPipe)
		}
		_ = writer.Close()
		<-u.ended
	})
}

// What was read before it ended is not sent after.
func TestUploadForgets(t *testing.T) {
	u := newUpload(t.Context(), bytes.NewReader(make([]byte, 100)))
	if _, err := u.Read(make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	_ = u.Close()
	if n, err := u.Read(make([]byte, 10)); n != 0 || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("closed: %d bytes, %v", n, err)
	}
	u = newUpload(t.Context(), readerFunc(func([]byte) (int, error) { runtime.Goexit(); return 0, nil }))
	if n, err := u.Read(make([]byte, 10)); n != 0 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a source that ends its goroutine: %d bytes, %v", n, err)
	}
	u = newUpload(t.Context(), bytes.NewReader(make([]byte, 100)))
	if n, err := u.WriteTo(writerFunc(func(b []byte) (int, error) { return len(b) / 2, nil })); n != 50 || !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("half of it taken: %d bytes, %v", n, err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// A call that is over waits for a Read of the source only briefly, so one that takes its time is asked for little at once.
func TestUploadAsksASlowSourceForLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, pause := range []time.Duration{0, 10 * time.Millisecond} {
			var total, most int
			u := newUpload(t.Context(), readerFunc(func(b []byte) (int, error) {
				time.Sleep(pause)
				if total += len(b); total > 8*smallFile {
					return 0, io.EOF
				}
				most = max(most, len(b))
				return len(b), nil
			}))
			if _, err := u.WriteTo(io.Discard); err != nil {
				t.Fatal(err)
			}
			if want := map[bool]int{true: largePiece, false: smallPiece}[pause == 0]; most != want {
				t.Errorf("with pauses of %v: asked for %d bytes at once, want %d", pause, most, want)
			}
		}
	})
}
