// Reading sound: which format a file has, and how long it is.

package sound

import (
	"bytes"
	"encoding/binary"
	"time"

	"github.com/venice-go/venice/tests/venicetest/internal/film"
)

// Format tells the format of a file by its bytes: wav, flac, ogg, mp3, aac, mp4 (M4A too) or webm; "" for none of them.
func Format(file []byte) string {
	body := skipTag(file)
	switch {
	case len(file) < 12:
		return ""
	case string(file[:4]) == "RIFF" && string(file[8:12]) == "WAVE":
		return "wav"
	case bytes.HasPrefix(file, []byte("fLaC")):
		return "flac"
	case bytes.HasPrefix(file, []byte("OggS")):
		return "ogg"
	case string(file[4:8]) == "ftyp":
		return "mp4"
	case bytes.HasPrefix(file, []byte{0x1a, 0x45, 0xdf, 0xa3}):
		return "webm"
	case len(body) < 4 || body[0] != 0xff:
	case body[1]&0xf6 == 0xf0:
		return "aac"
	case body[1]&0xe0 == 0xe0 && body[1]&0x06 != 0:
		return "mp3"
	}
	return ""
}

func skipTag(file []byte) []byte {
	if len(file) < 10 || string(file[:3]) != "ID3" {
		return file
	}
	size := 10 + int(file[6]&0x7f)<<21 + int(file[7]&0x7f)<<14 + int(file[8]&0x7f)<<7 + int(file[9]&0x7f)
	return file[min(size, len(file)):]
}

// Length is that of a file. Where a format does not say it in its head, and the fake does not write it, it is guessed
// from the size; it is never 0.
func Length(file []byte) time.Duration {
	var length time.Duration
	switch Format(file) {
	case "wav":
		length = wavLength(file)
	case "flac":
		if len(file) >= 26 { // 20 bits of rate, 8 of the form, 36 of samples
			x := binary.BigEndian.Uint64(file[18:])
			length = units(x&(1<<36-1), x>>44)
		}
	case "ogg":
		if at := bytes.LastIndex(file, []byte("OggS")); at >= 0 && len(file) >= at+14 {
			length = units(binary.LittleEndian.Uint64(file[at+6:])&(1<<40-1), opusRate)
		}
	case "aac":
		length = units(uint64(len(skipTag(file)))/aacFrame*aacSamples, aacRate)
	case "mp4":
		length = film.Length(file)
	}
	if length > 0 {
		return length
	}
	return max(units(uint64(len(skipTag(file)))/mp3Frame*mp3Samples, mp3Rate), time.Millisecond)
}

// units is the length of so many samples.
func units(samples, perSecond uint64) time.Duration {
	if perSecond == 0 {
		return 0
	}
	return time.Duration(samples/perSecond)*time.Second + time.Duration(samples%perSecond*uint64(time.Second)/perSecond)
}

func wavLength(file []byte) time.Duration {
	perSecond := uint64(0)
	for rest := file[12:]; len(rest) >= 8; {
		kind, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		if rest = rest[8:]; size < 0 || size > len(rest) {
			size = len(rest) // what a stream has written before it knew
		}
		switch {
		case kind == "fmt " && size >= 12:
			perSecond = uint64(binary.LittleEndian.Uint32(rest[8:]))
		case kind == "data":
			return units(uint64(size), perSecond)
		}
		rest = rest[min(size+size%2, len(rest)):]
	}
	return 0
}
