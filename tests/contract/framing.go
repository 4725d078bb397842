// Framing of event streams as they come, in pieces of any size.

package contract

import (
	"bytes"
	"errors"
)

var errEncoding = errors.New("the encoding of the body is not read here")

// maxEvent is how many bytes one event may have to be looked at.
const maxEvent = 1 << 20

// A framing cuts a stream into events. The zero value is at its beginning.
type framing struct {
	line, data []byte
	some       bool // the event has data
	begun      bool // the first line has been seen
	wasCR      bool // the last line ended in CR, so that a LF belongs to it
	tooLong    bool // of the event
}

// write calls event with the data of each event that is now complete, or nil if it was too long. The data are good
// until event returns.
func (f *framing) write(p []byte, event func(data []byte)) {
	for len(p) > 0 {
		if f.wasCR && p[0] == '\n' {
			p, f.wasCR = p[1:], false
			continue
		}
		f.wasCR = false
		i := bytes.IndexAny(p, "\r\n")
		if i < 0 {
			f.add(&f.line, p)
			return
		}
		line := p[:i]
		if len(f.line) > 0 {
			f.add(&f.line, line)
			line = f.line
		}
		f.take(line, event)
		f.line = f.line[:0]
		f.wasCR = p[i] == '\r'
		p = p[i+1:]
	}
}

// add keeps a part of an event, unless that is too long.
func (f *framing) add(to *[]byte, p []byte) {
	if len(*to)+len(p) > maxEvent {
		f.tooLong = true
		*to = (*to)[:0]
		return
	}
	*to = append(*to, p...)
}

func (f *framing) take(line []byte, event func([]byte)) {
	if !f.begun {
		line, f.begun = bytes.TrimPrefix(line, []byte("\uFEFF")), true
	}
	if len(line) == 0 {
		f.end(event)
		return
	}
	field, value, _ := bytes.Cut(line, []byte(":"))
	if string(field) != "data" {
		return
	}
	if f.some {
		f.add(&f.data, []byte("\n"))
	}
	f.add(&f.data, bytes.TrimPrefix(value, []byte(" ")))
	f.some = true
}

// finish takes what the stream ends with, without the end of its line or its event.
func (f *framing) finish(event func([]byte)) {
	if len(f.line) > 0 {
		f.take(f.line, event)
		f.line = f.line[:0]
	}
	f.end(event)
}

// end hands out an event, if there is one.
func (f *framing) end(event func([]byte)) {
	switch {
	case f.tooLong:
		event(nil)
	case f.some:
		event(f.data)
	}
	f.data, f.some, f.tooLong = f.data[:0], false, false
}
