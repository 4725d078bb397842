// Tests of the framing of event streams: limits, boundaries between reads, memory.

package sse

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

const most = 16 << 20

// all returns the events of a stream, and the error that ended it.
func all(r io.Reader, limit int) (found []string, err error) {
	e := NewReader(r, limit)
	for {
		data, err := e.Next()
		switch {
		case err == nil || errors.Is(err, io.EOF) && len(data) > 0:
			found = append(found, string(data))
		case !errors.Is(err, io.EOF):
			return found, err
		}
		if err != nil {
			return found, nil //nolint:nilerr // the end
		}
	}
}

func TestEventLimit(t *testing.T) {
	for body, want := range map[string]string{
		"data: " + strings.Repeat("x", 90) + "\n\n":                       "",
		"data: " + strings.Repeat("x", 100) + "\n\n":                      "a line of the stream is longer than the limit of 100 bytes",
		strings.Repeat("data: "+strings.Repeat("x", 30)+"\n", 4) + "\n\n": "an event of the stream is longer than the limit of 100 bytes",
	} {
		_, err := all(strings.NewReader(body), 100)
		if got := ""; err != nil && (err.Error() != want || !errors.Is(err, ErrTooLong)) || err == nil && got != want {
			t.Errorf("%q: got %v, want %q", body, err, want)
		}
	}
	big := strings.Repeat("x", 15<<20)
	if got, err := all(strings.NewReader("data: "+big+"\n\n"), most); err != nil || len(got) != 1 || got[0] != big {
		t.Errorf("a line of 15 MiB: %d events, %v", len(got), err)
	}
}

// However many reads a line comes in, its bytes are looked at once.
func TestLongLineInPieces(t *testing.T) {
	stream := append(append([]byte("data: "), bytes.Repeat([]byte("x"), 15<<20)...), "\n\n"...)
	took := func(piece int) time.Duration {
		began := time.Now()
		data, err := NewReader(&pieces{stream, piece}, most).Next()
		if err != nil || len(data) != 15<<20 {
			t.Fatalf("pieces of %d: %d bytes, %v", piece, len(data), err)
		}
		return time.Since(began)
	}
	took(1 << 20) // to warm up
	if whole, small := took(1<<20), took(3000); small > 10*whole+200*time.Millisecond {
		t.Errorf("a line of 15 MiB took %v in small pieces, %v in large ones", small, whole)
	}
}

type pieces struct {
	rest []byte
	most int
}

func (p *pieces) Read(b []byte) (int, error) {
	n := copy(b[:min(len(b), p.most)], p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// A CR ends a line at once, so the event is there before the next byte is.
func TestEventDoesNotWait(t *testing.T) {
	r, w := io.Pipe()
	defer func() { _ = w.Close() }()
	go func() { _, _ = w.Write([]byte("data: a\r\n\r")) }()
	if data, err := NewReader(r, 100).Next(); string(data) != "a" || err != nil {
		t.Errorf("got %q, %v", data, err)
	}
}

func TestEventsAllocateNothing(t *testing.T) {
	line := []byte("event: chunk\ndata: " + strings.Repeat("x", 300) + "\r\n\r\n")
	e := NewReader(&repeated{text: line}, most)
	if n := testing.AllocsPerRun(1000, func() { _, _ = e.Next() }); n > 0 {
		t.Errorf("%v allocations for an event, want 0", n)
	}
}

type repeated struct {
	text []byte
	rest []byte
}

func (r *repeated) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		r.rest = r.text
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// simple reads a stream at once and in the plainest way; what it gives, the real reader gives for any cut into reads.
func simple(stream string) (found []string) {
	stream = strings.TrimPrefix(stream, "\uFEFF")
	stream = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(stream)
	var data []string
	end := func() {
		if data != nil {
			found = append(found, strings.Join(data, "\n"))
		}
		data = nil
	}
	lines := strings.Split(stream, "\n")
	for i, line := range lines {
		value, isData := strings.CutPrefix(line, "data:")
		switch {
		case line == "" && i < len(lines)-1:
			end()
		case line == "data":
			data = append(data, "")
		case isData:
			data = append(data, strings.TrimPrefix(value, " "))
		}
	}
	if strings.Join(data, "\n") != "" {
		end()
	}
	return found
}

func FuzzEvents(f *testing.F) {
	f.Add("data: a\n\ndata: b\r\n\r\ndata: c\r\rdata:[DONE]")
	f.Add("\uFEFFdata\n\n:comment\nevent: x\ndata: 1\ndata: 2\n\n")
	f.Add("data: a\r")
	f.Add("data: a\r\ndata: b\r\n\r\ndata: c\rdata: d\n\n")
	f.Add("data\r\n\ndata:\n\rdata:  two\n\n\n")
	f.Fuzz(func(t *testing.T, stream string) {
		want := simple(stream)
		for _, r := range []io.Reader{
			strings.NewReader(stream), iotest.OneByteReader(strings.NewReader(stream)), iotest.HalfReader(bytes.NewBufferString(stream)),
		} {
			if got, err := all(r, most); err != nil || !slices.Equal(got, want) {
				t.Fatalf("%q: got %q, %v, want %q", stream, got, err, want)
			}
		}
	})
}

// A name is its event's own: neither one without data nor an earlier event leaves it to the next.
func TestEventName(t *testing.T) {
	const stream = "data: 1\n\nevent: a\ndata: 2\n\ndata: 3\n\nevent: b\n\ndata: 4\n\nevent:c\ndata: 5\nevent: d\r\n\r\nevent\ndata: 6\n\nevent: e\ndata: 7"
	events, got := NewReader(strings.NewReader(stream), most), ""
	for {
		data, err := events.Next()
		got += string(data) + string(events.Name()) + " "
		if err != nil {
			break
		}
	}
	if want := "1 2a 3 4 5d 6 7e "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
