// Tests that read the files as their formats say, byte by byte.

package sound

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"math/bits"
	"testing"
	"time"

	fields "github.com/venice-go/venice/tests/venicetest/internal/bits"
)

var hello = Clip{"Hello, wörld", 250 * time.Millisecond}

// riff returns the chunks of a RIFF file.
func riff(t *testing.T, file []byte, form string) map[string][]byte {
	t.Helper()
	if len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != form || int(binary.LittleEndian.Uint32(file[4:])) != len(file)-8 {
		t.Fatalf("no RIFF file of form %s: %x", form, file)
	}
	chunks := map[string][]byte{}
	for rest := file[12:]; len(rest) > 0; {
		size := int(binary.LittleEndian.Uint32(rest[4:]))
		chunks[string(rest[:4])] = rest[8 : 8+size]
		rest = rest[8+size+size%2:]
	}
	return chunks
}

func TestWAV(t *testing.T) {
	chunks := riff(t, wav(hello), "WAVE")
	var format struct {
		Kind, Channels        uint16
		Rate, BytesPerSecond  uint32
		BytesPerSample, Width uint16
	}
	if err := binary.Read(bytes.NewReader(chunks["fmt "]), binary.LittleEndian, &format); err != nil || len(chunks["fmt "]) != 16 {
		t.Fatal(err)
	}
	if format.Kind != 1 || format.Channels != 1 || format.Rate != 24000 || format.BytesPerSecond != 48000 || format.BytesPerSample != 2 || format.Width != 16 {
		t.Errorf("format %+v", format)
	}
	if data := chunks["data"]; !bytes.Equal(data, pcm(hello)) || len(data) != 2*24000/4 {
		t.Errorf("%d bytes of samples", len(data))
	}
	if list := chunks["LIST"]; !bytes.HasPrefix(list, []byte("INFOICMT")) || int(binary.LittleEndian.Uint32(list[8:])) != len(list)-12 {
		t.Errorf("comment %q", list)
	}
}

// The sound is neither silent nor too loud, and follows the words.
func TestSamples(t *testing.T) {
	loudest := int16(0)
	for _, x := range hello.samples() {
		loudest = max(loudest, x, -x)
	}
	if loudest < loud*9/10 || loudest > loud {
		t.Errorf("as loud as %d", loudest)
	}
	if bytes.Equal(pcm(Clip{"yes", time.Second}), pcm(Clip{"no", time.Second})) {
		t.Error("other words, the same sound")
	}
}

// Frames of MP3 and AAC follow each other without a gap, each as long as its header says.
func TestFrames(t *testing.T) {
	for name, test := range map[string]struct {
		file []byte
		next func(header []byte) (size int, ok bool)
		want int
	}{
		"mp3": {mp3(hello), func(b []byte) (int, bool) {
			kbps, hz := []int{0, 32, 40, 48}[b[2]>>4], []int{44100, 48000}[b[2]>>2&3]
			return 144*kbps*1000/hz + int(b[2]>>1&1), b[0] == 0xff && b[1] == 0xfb && b[3]>>6 == 3
		}, 11},
		"aac": {aac(hello), func(b []byte) (int, bool) {
			return int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5])>>5, b[0] == 0xff && b[1] == 0xf1 && b[2] == 0x50 && b[3]>>6 == 1
		}, 11},
	} {
		rest := skipTag(test.file)
		if block := rest[7:11]; name == "aac" && !bytes.Equal(block, []byte{0, 0, 0, 7}) { // all zeros, then the mark of the end
			t.Errorf("block %x", block)
		}
		frames := 0
		for len(rest) > 0 {
			size, ok := test.next(rest)
			if !ok || size > len(rest) {
				t.Fatalf("%s: frame %d of %d bytes: %x", name, frames, size, rest)
			}
			frames, rest = frames+1, rest[size:]
		}
		if frames != test.want {
			t.Errorf("%s: %d frames", name, frames)
		}
	}
	if head := tag(hello); string(head[10:14]) != "COMM" || len(skipTag(head)) != 0 {
		t.Errorf("tag %q", head)
	}
}

func TestFLAC(t *testing.T) {
	file := flac(hello)
	if string(file[:4]) != "fLaC" || !bytes.Equal(file[4:8], []byte{0, 0, 0, 34}) {
		t.Fatalf("%x", file[:8])
	}
	info, comment := file[8:42], file[42:]
	sum := md5.Sum(pcm(hello))
	if binary.BigEndian.Uint16(info) != 4096 || !bytes.Equal(info[18:], sum[:]) {
		t.Errorf("block sizes and checksum of the sound: %x", info)
	}
	// 20 bits of rate, 3 of channels, 5 of width, 36 of length.
	if x := binary.BigEndian.Uint64(info[10:]); x>>44 != 24000 || x>>41&7 != 0 || x>>36&31 != 15 || x&(1<<36-1) != 6000 {
		t.Errorf("format %x", x)
	}
	size := int(binary.BigEndian.Uint32(comment) & 0xffffff)
	if comment[0] != 0x84 || !bytes.HasPrefix(comment[4:], []byte("\x0a\x00\x00\x00venicetest\x01\x00\x00\x00")) {
		t.Fatalf("comment %q", comment[:30])
	}
	rest, samples := comment[4+size:], []byte{}
	for _, want := range []struct {
		number byte
		block  int
	}{{0, 4096}, {1, 1904}} {
		if !bytes.Equal(rest[:5], []byte{0xff, 0xf8, 0x77, 0x08, want.number}) || int(binary.BigEndian.Uint16(rest[5:]))+1 != want.block || rest[8] != 2 {
			t.Fatalf("frame %x", rest[:9])
		}
		frame := rest[:9+2*want.block+2]
		// A check over data and its own sum leaves nothing.
		if fields.Checksum(frame[:8], 8, 0x07) != 0 || fields.Checksum(frame, 16, 0x8005) != 0 {
			t.Errorf("checksums of frame %x", frame[:9])
		}
		for i := 9; i < len(frame)-2; i += 2 {
			samples = append(samples, frame[i+1], frame[i])
		}
		rest = rest[len(frame):]
	}
	if !bytes.Equal(samples, pcm(hello)) || len(rest) != 0 {
		t.Errorf("other samples, or %d bytes too many", len(rest))
	}
}

// The text is long enough for a comment of several hundred bytes, and the sound for several pages.
func TestOpus(t *testing.T) {
	clip := Clip{string(bytes.Repeat([]byte("word "), 300)), 9 * time.Second}
	rest, packets, position := opus(clip), [][]byte{}, uint64(0)
	for page := uint32(0); len(rest) > 0; page++ {
		count := int(rest[26])
		size := 27 + count
		if string(rest[:5]) != "OggS\x00" || binary.LittleEndian.Uint32(rest[18:]) != page {
			t.Fatalf("page %d: %x", page, rest[:size])
		}
		at, packet := size, []byte{}
		for _, n := range rest[27:size] {
			packet = append(packet, rest[at:at+int(n)]...)
			if at += int(n); n < 255 {
				packets, packet = append(packets, packet), nil
			}
		}
		if packet != nil {
			t.Fatalf("page %d ends within a packet", page)
		}
		position = binary.LittleEndian.Uint64(rest[6:])
		if first, last := rest[5]&2 != 0, rest[5]&4 != 0; first != (page == 0) || last != (at == len(rest)) {
			t.Errorf("page %d: flags %b", page, rest[5])
		}
		body := bytes.Clone(rest[:at])
		clear(body[22:26])
		if fields.Checksum(body, 32, 0x04c11db7) != binary.LittleEndian.Uint32(rest[22:]) {
			t.Errorf("page %d: checksum", page)
		}
		rest = rest[at:]
	}
	if len(packets) != 2+450 || position != 450*960 {
		t.Fatalf("%d packets, position %d", len(packets), position)
	}
	if !bytes.HasPrefix(packets[0], []byte("OpusHead\x01\x01")) || len(packets[0]) != 19 || !bytes.HasPrefix(packets[1], []byte("OpusTags\x0a\x00\x00\x00venicetest\x01\x00\x00\x00")) {
		t.Errorf("headers %q", packets[:2])
	}
	if toc := packets[2][0]; bits.TrailingZeros8(toc) != 3 || toc>>3 != 31 { // CELT full band of 20 ms, mono, one frame
		t.Errorf("packet %x", packets[2])
	}
}
