// Tests of the files that stand in for media: what Go can decode is decoded, and the others are read as their formats
// say, byte by byte.

package venicetest

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"encoding/csv"
	"image"
	"image/color"
	_ "image/jpeg"
	_ "image/png"
	"math/bits"
	"strings"
	"testing"
)

// Every media type of the description has a file, and files differ.
func TestMediaOfTheDescription(t *testing.T) {
	for operation, route := range description().routes {
		for _, ref := range route.Operation.Responses.Map() {
			for contentType, described := range ref.Value.Content {
				if described.Schema.Value.Format != "binary" && contentType != "text/csv" {
					continue
				}
				different := map[string]bool{}
				for n := range uint64(8) {
					file, err := mediaFile(contentType, n)
					if err != nil || len(file) == 0 || len(file) > 2000 {
						t.Fatalf("%s: %s: %d bytes, %v", operation, contentType, len(file), err)
					}
					different[string(file)] = true
				}
				if len(different) < 2 {
					t.Errorf("%s is always the same", contentType)
				}
			}
		}
	}
	if _, err := mediaFile("image/tiff", 0); err == nil || !strings.Contains(err.Error(), "image/tiff to answer with; there are audio/aac,") {
		t.Errorf("unknown type: %v", err)
	}
}

func TestPictures(t *testing.T) {
	for _, format := range []string{"png", "jpeg"} {
		for n := range uint64(16) {
			n |= 0x8040c0 // bright enough for JPEG to keep
			file, err := mediaFile("image/"+format, n)
			if err != nil {
				t.Fatal(err)
			}
			m, got, err := image.Decode(bytes.NewReader(file))
			if err != nil || got != format || m.Bounds().Dx() != int(1+n%4) || m.Bounds().Dy() != int(1+n/4%4) {
				t.Fatalf("%s %d: %v %q %v", format, n, m, got, err)
			}
			c := color.RGBAModel.Convert(m.At(0, 0)).(color.RGBA)
			if w := colour(n); abs(c.R, w.R)+abs(c.G, w.G)+abs(c.B, w.B) > 12 {
				t.Errorf("%s %d: colour %v, want %v", format, n, c, w)
			}
		}
	}
}

func abs(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }

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
	chunks := riff(t, wavAudio(7), "WAVE")
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
	if data := chunks["data"]; !bytes.Equal(data, pcmAudio(7)) || !bytes.HasPrefix(data, []byte{7, 0, 0xf9, 0xff}) || len(data) != 4*4 {
		t.Errorf("samples %x", data)
	}
}

// Frames of MP3 and AAC follow each other without a gap, each as long as its header says.
func TestFrames(t *testing.T) {
	for name, test := range map[string]struct {
		file []byte
		next func(header []byte) (size int, ok bool)
	}{
		"mp3": {mp3Audio(2), func(b []byte) (int, bool) {
			kbps, hz := []int{0, 32, 40, 48}[b[2]>>4], []int{44100, 48000}[b[2]>>2&3]
			return 144*kbps*1000/hz + int(b[2]>>1&1), b[0] == 0xff && b[1] == 0xfb && b[3]>>6 == 3
		}},
		"aac": {aacAudio(2), func(b []byte) (int, bool) {
			return int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5])>>5, b[0] == 0xff && b[1] == 0xf1 && b[2] == 0x50 && b[3]>>6 == 1
		}},
	} {
		frames, rest := 0, test.file
		for len(rest) > 0 {
			size, ok := test.next(rest)
			if !ok || size > len(rest) {
				t.Fatalf("%s: frame %d of %d bytes: %x", name, frames, size, rest)
			}
			frames, rest = frames+1, rest[size:]
		}
		if frames != 6 {
			t.Errorf("%s: %d frames", name, frames)
		}
	}
	if block := aacAudio(0)[7:11]; !bytes.Equal(block, []byte{0, 0, 0, 7}) { // all zeros, then the mark of the end
		t.Errorf("block %x", block)
	}
}

func TestFLAC(t *testing.T) {
	file := flacAudio(700)
	if len(file) != 4+4+34+6+3+2 || string(file[:4]) != "fLaC" || !bytes.Equal(file[4:8], []byte{0x80, 0, 0, 34}) {
		t.Fatalf("%x", file)
	}
	info, frame := file[8:42], file[42:]
	sum := md5.Sum(bytes.Repeat([]byte{0xbc, 0x02}, 192))
	if binary.BigEndian.Uint16(info) != 192 || !bytes.Equal(info[18:], sum[:]) {
		t.Errorf("block sizes and checksum of the sound: %x", info)
	}
	// 20 bits of rate, 3 of channels, 5 of width, 36 of length.
	if x := binary.BigEndian.Uint64(info[10:]); x>>44 != 8000 || x>>41&7 != 0 || x>>36&31 != 15 || x&(1<<36-1) != 192 {
		t.Errorf("format %x", x)
	}
	if !bytes.Equal(frame[:5], []byte{0xff, 0xf8, 0x14, 0x08, 0}) || !bytes.Equal(frame[6:9], []byte{0, 0x02, 0xbc}) {
		t.Errorf("frame %x", frame)
	}
	// A check over data and its own sum leaves nothing.
	if checksum(frame[:6], 8, 0x07) != 0 || checksum(frame, 16, 0x8005) != 0 {
		t.Errorf("checksums of frame %x", frame)
	}
}

// The check values of the catalogue of CRC algorithms, of the digits 1 to 9: CRC-8/SMBUS, CRC-16/UMTS, and CRC-32/CKSUM,
// which turns its result over.
func TestChecksum(t *testing.T) {
	digits := []byte("123456789")
	a, b, c := checksum(digits, 8, 0x07), checksum(digits, 16, 0x8005), checksum(digits, 32, 0x04c11db7)
	if a != 0xf4 || b != 0xfee8 || ^c != 0x765e7680 {
		t.Errorf("%#x, %#x, %#x", a, b, ^c)
	}
}

func TestOpus(t *testing.T) {
	rest, packets, position := opusAudio(2), [][]byte{}, uint64(0)
	for page := uint32(0); len(rest) > 0; page++ {
		count := int(rest[26])
		size := 27 + count
		if string(rest[:5]) != "OggS\x00" || binary.LittleEndian.Uint32(rest[18:]) != page {
			t.Fatalf("page %d: %x", page, rest)
		}
		at := size
		for _, n := range rest[27:size] {
			packets = append(packets, rest[at:at+int(n)])
			at += int(n)
		}
		position = binary.LittleEndian.Uint64(rest[6:])
		if first, last := rest[5]&2 != 0, rest[5]&4 != 0; first != (page == 0) || last != (at == len(rest)) {
			t.Errorf("page %d: flags %b", page, rest[5])
		}
		body := bytes.Clone(rest[:at])
		clear(body[22:26])
		if checksum(body, 32, 0x04c11db7) != binary.LittleEndian.Uint32(rest[22:]) {
			t.Errorf("page %d: checksum", page)
		}
		rest = rest[at:]
	}
	if len(packets) != 5 || position != 3*960 {
		t.Fatalf("%d packets, position %d", len(packets), position)
	}
	if !bytes.HasPrefix(packets[0], []byte("OpusHead\x01\x01")) || len(packets[0]) != 19 || !bytes.HasPrefix(packets[1], []byte("OpusTags\x0a\x00\x00\x00venicetest")) {
		t.Errorf("headers %q", packets[:2])
	}
	if toc := packets[2][0]; bits.TrailingZeros8(toc) != 3 || toc>>3 != 31 { // CELT full band of 20 ms, mono, one frame
		t.Errorf("packet %x", packets[2])
	}
}

func TestMP4(t *testing.T) {
	file := mp4Video(9)
	top := boxes(t, file)
	if len(top) != 3 || !strings.HasPrefix(string(top["ftyp"]), "isom") {
		t.Fatalf("%d boxes, ftyp %q", len(top), top["ftyp"])
	}
	at := func(path ...string) []byte {
		content := top
		for _, name := range path[:len(path)-1] {
			content = boxes(t, content[name])
		}
		return content[path[len(path)-1]]
	}
	stbl := []string{"moov", "trak", "mdia", "minf", "stbl"}
	offset := int(binary.BigEndian.Uint32(at(append(stbl, "stco")...)[8:]))
	size := int(binary.BigEndian.Uint32(at(append(stbl, "stsz")...)[4:]))
	sample := file[offset : offset+size]
	if !bytes.Equal(sample, top["mdat"]) || int(binary.BigEndian.Uint32(sample)) != size-4 {
		t.Fatalf("sample of %d bytes at %d", size, offset)
	}
	slice := sample[4:]
	if slice[0] != 0x65 || len(slice) != 1+4+256+128+1 || slice[5] != 25 || slice[5+256] != 128 || slice[len(slice)-1] != 0x80 {
		t.Errorf("slice %x", slice)
	}
	if bytes.Contains(slice, []byte{0, 0, 0}) || bytes.Contains(slice, []byte{0, 0, 1}) {
		t.Error("the slice has a start code in it")
	}
	entry := boxes(t, at(append(stbl, "stsd")...)[8:])["avc1"]
	config := boxes(t, entry[78:])["avcC"]
	if !bytes.HasPrefix(config, []byte{1, 66, 0xc0, 10, 0xff, 0xe1}) || binary.BigEndian.Uint32(entry[24:]) != 16<<16|16 {
		t.Errorf("entry %x", entry)
	}
}

// boxes returns the boxes that follow each other in b, by kind.
func boxes(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for len(b) > 0 {
		size := int(binary.BigEndian.Uint32(b))
		if size < 8 || size > len(b) {
			t.Fatalf("box of %d bytes in %d", size, len(b))
		}
		all[string(b[4:8])] = b[8:size]
		b = b[size:]
	}
	return all
}

func TestCSV(t *testing.T) {
	rows, err := csv.NewReader(bytes.NewReader(csvTable(3))).ReadAll()
	if err != nil || len(rows) != 4 || rows[2][3] != "a, \"b\"\nc" {
		t.Errorf("%q, %v", rows, err)
	}
}
