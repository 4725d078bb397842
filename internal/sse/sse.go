// Package sse reads the framing of text/event-stream. It is a package of its own so that it can be compared with other
// readers.
package sse

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// ErrTooLong means that a line of the stream, or an event, is longer than the limit.
var ErrTooLong = errors.New("longer than the limit")

// A Reader reads one event after the other. After the first it allocates nothing, unless a longer one comes.
type Reader struct {
	lines  *bufio.Scanner
	data   []byte // of the event so far, a line feed after each line
	name   []byte // of the event so far
	limit  int
	seen   int  // bytes of the line so far, which hold no end of it
	begun  bool // the first line has been seen
	skipLF bool // the last line ended in CR, so that a LF belongs to it
}

// NewReader returns a reader of r that refuses lines, and events, of more than limit bytes.
func NewReader(r io.Reader, limit int) *Reader {
	e := &Reader{lines: bufio.NewScanner(r), limit: limit}
	e.lines.Buffer(nil, limit)
	e.lines.Split(e.split)
	return e
}

// Next returns the data of the next event, good until Next is called again. At the end it returns [io.EOF], with the
// data of an event that was not ended by an empty line, if there is any. Comments, ids and the time to reconnect are
// passed over: the data says all that is needed.
func (e *Reader) Next() ([]byte, error) {
	e.data, e.name = e.data[:0], e.name[:0]
	for e.lines.Scan() {
		line := e.lines.Bytes()
		if !e.begun {
			line, e.begun = bytes.TrimPrefix(line, []byte("\uFEFF")), true
		}
		if len(line) == 0 {
			if len(e.data) > 0 {
				return e.data[:len(e.data)-1], nil
			}
			e.name = e.name[:0]
			continue
		}
		field, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) {
		case "data":
			if len(e.data)+len(value) > e.limit {
				return nil, e.tooLong("an event")
			}
			e.data = append(append(e.data, value...), '\n')
		case "event":
			e.name = append(e.name[:0], value...)
		}
	}
	switch err := e.lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, e.tooLong("a line")
	case err != nil:
		return nil, err
	}
	return bytes.TrimSuffix(e.data, []byte("\n")), io.EOF
}

// Name is the name of the event that Next returned, if it has one, and good as long as its data.
func (e *Reader) Name() []byte { return e.name }

func (e *Reader) tooLong(what string) error {
	return fmt.Errorf("%s of the stream is %w of %d bytes", what, ErrTooLong, e.limit)
}

// split ends a line at LF, CR or CRLF. A CR ends it at once: waiting for the LF that may follow would hold an event
// back until the next one.
func (e *Reader) split(data []byte, atEOF bool) (int, []byte, error) {
	skipped := 0
	if e.skipLF && len(data) > 0 {
		e.skipLF = false
		if data[0] == '\n' {
			data, skipped = data[1:], 1
		}
	}
	line, seen := data, e.seen
	e.seen = 0
	if i := bytes.IndexByte(data[seen:], '\n'); i >= 0 {
		line = data[:seen+i]
	}
	if i := bytes.IndexByte(line[seen:], '\r'); i >= 0 {
		e.skipLF = true
		i += seen
		return skipped + i + 1, data[:i:i], nil
	}
	switch {
	case len(line) < len(data):
		return skipped + len(line) + 1, line, nil
	case atEOF && len(data) > 0:
		return skipped + len(data), data, nil
	}
	e.seen = len(data)
	return skipped, nil, nil
}
