// Progress: how far an upload or a download has come.

package venice

import (
	"errors"
	"io"
)

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
