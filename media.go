// Media: saving them as a file, whole or not at all, and how far an upload or a download has come.

package venice

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/venice-go/venice/gen"
)

// Save writes media to a file and closes the media. Nobody sees half a file: the bytes go to a hidden one in the same
// folder, are synced, and take the name in one step, replacing what was there (a symbolic link itself, not what it points
// at). If anything fails before that, nothing is left behind and a file that was there stays as it was. If only closing
// the media fails, there is an error and the file is good. A large answer takes no more memory than a small one. The file
// is readable as the process's umask allows.
//
// Save returns the number of bytes written. Media that end before their announced length are an error that is
// [io.ErrUnexpectedEOF].
func Save(media *gen.Media, file string) (int64, error) {
	if media == nil || media.ReadCloser == nil {
		return 0, errors.New("venice: Save: no media to save")
	}
	n, err := writeFile(file, media)
	if closed := media.Close(); err == nil && closed != nil {
		return n, fmt.Errorf("venice: %s is saved, but closing its media failed: %w", file, closed)
	}
	if err != nil {
		return n, fmt.Errorf("venice: Save: %w", err)
	}
	return n, nil
}

func writeFile(file string, media *gen.Media) (int64, error) {
	// Not os.CreateTemp, whose files only their owner may read.
	name := filepath.Join(filepath.Dir(file), fmt.Sprintf(".venice-%016x.part", rand.Uint64())) //nolint:gosec // O_EXCL below tells if it is taken
	part, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)                    //nolint:gosec // media are for whoever the umask lets read
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(part, media.ReadCloser)
	if err == nil && media.Length > 0 && n != media.Length {
		err = fmt.Errorf("%d bytes of %d: %w", n, media.Length, io.ErrUnexpectedEOF)
	}
	if err == nil {
		err = part.Sync()
	}
	if closed := part.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(name, file)
	}
	if err != nil {
		os.Remove(name)
	}
	return n, err
}

// Progress returns a reader of r that calls report after each read with the number of bytes read so far. It measures an
// upload as the Reader of a [gen.File], and a download as the ReadCloser of a [gen.Media]:
//
//	request.File.Reader = venice.Progress(file, show)
//	media.ReadCloser = venice.Progress(media.ReadCloser, show)
//
// Bytes of an upload are read a little before they are sent, by a goroutine of the call's own: report must guard what it
// shares with others, and be quick, because reading waits for it. An upload that is sent again counts anew.
//
// The reader can be closed and sought in if r can; closing any other does nothing.
func Progress(r io.Reader, report func(bytes int64)) io.ReadCloser {
	return &progress{r: r, report: report}
}

type progress struct {
	r      io.Reader
	report func(int64)
	done   int64
}

func (p *progress) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if n > 0 {
		p.done += int64(n)
		p.report(p.done)
	}
	return n, err
}

func (p *progress) Close() error {
	if c, ok := p.r.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// Seek lets the client send an upload again.
func (p *progress) Seek(offset int64, whence int) (int64, error) {
	s, ok := p.r.(io.Seeker)
	if !ok {
		return 0, errors.New("not a reader to seek in")
	}
	before, err := s.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, err
	}
	at, err := s.Seek(offset, whence)
	if err == nil {
		p.done += at - before
	}
	return at, err
}

// Name is that of a file, for the service to be told.
func (p *progress) Name() string {
	if named, ok := p.r.(interface{ Name() string }); ok {
		return named.Name()
	}
	return ""
}
